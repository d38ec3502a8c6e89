/** Says what a scan came to in four ways at once: a full band of colour, an icon with a word, a tone, a vibration; and speech for who wants it. */
import { effect, signal } from "../../vendor/signals-core/signals-core.module.js";
import { html, nothing, render } from "../../vendor/lit-html/lit-html.js";
import { keyed } from "../../vendor/lit-html/directives/keyed.js";
import { aroundCodes } from "../lib/codes.js";
import { lookOf } from "../lib/outcomes.js";
import { t } from "../lib/words.js";
import { icon } from "./icons.js";
import { LIKES } from "./likes.js";
import { buzz, play, say, unlockSound } from "./sound.js";

const HELD = new Set(["wrong", "stop"]);

export class Feedback {
  #count = 0;

  /** `likes`: which of sound, vibration and speech this person wants on this device. */
  constructor({ likes = LIKES } = {}) {
    this.likes = likes;
    this.band = signal(this.#face("ready"));
    unlockSound();
  }

  /** Shows and sounds an outcome or signal; `text` replaces its sentence, `detail` stands smaller below it. A refusal stays until it is cleared. */
  give(name, { text, detail } = {}) {
    this.band.value = this.#face(name, text, detail);
    this.hint(name);
    if (this.likes.speech) say([this.band.value.word, this.band.value.text].join(". "));
  }

  /** Shows news that no scan brought: a refusal stands until it is cleared, and the news is only heard. */
  tell(name, news) {
    return this.band.value.held ? this.hint(name) : this.give(name, news);
  }

  /** Sounds without touching the band, as for the second read of one trigger pull. */
  hint(name) {
    const look = lookOf(name);
    if (this.likes.sound) play(look.tone);
    if (this.likes.vibration) buzz(look.buzz);
  }

  /** Goes back to waiting for a scan; `text` says for which. */
  clear(text) {
    this.band.value = this.#face("ready", text);
  }

  #face(name, text, detail = "") {
    const { status, icon: sign, word, sentence } = lookOf(name);
    return { name, status, icon: sign, word: t(word), text: text ? t(text) : t(sentence), detail, held: HELD.has(status), count: this.#count++ };
  }
}

/**
 * The band. Two alike in a row are seen as two, for its bar changes sides, and heard as two, for its words are new ones; nothing in
 * it moves: what is drawn frame by frame holds up the next scan. `onClear` offers a tap that clears a refusal.
 */
export function bandView(face, onClear) {
  const role = face.held ? "alert" : "status";
  const clear = face.held && onClear ? html`<button class="band-clear" type="button" @click=${onClear}>${t("Got it")}</button>` : nothing;
  return html`<section class="band" data-status=${face.status} data-outcome=${face.name} data-count=${face.count} data-turn=${face.count % 2} role=${role} aria-atomic="true">
    <div class="band-face">
      ${icon(face.icon, "band-icon")}
      ${keyed(face.count, html`<div class="band-words">
        <p class="band-word">${face.word}</p>
        <p class="band-text">${whole(face.text)}</p>
        ${face.detail ? html`<p class="band-detail">${face.detail}</p>` : nothing}
      </div>`)}
    </div>
    ${clear}
  </section>`;
}

/** A sentence that is read from afar: a code in it is never torn in two. */
export function whole(text) {
  return aroundCodes(text).map((part, at) => (at % 2 ? html`<span class="code-part">${part}</span>` : part));
}

/** The band in a place of its own, which any view may hold: a verdict is drawn at once, without what else it changes. */
export function bandPlace(feedback, onClear) {
  const place = document.createElement("div");
  place.className = "band-place";
  effect(() => render(bandView(feedback.band.value, onClear), place));
  return place;
}
