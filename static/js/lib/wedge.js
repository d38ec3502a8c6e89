/**
 * Turns what a scanner types into codes. It knows nothing of the page: events and their times come in, reads come out.
 * A scanner sends key events, or commits text through an input method, at any speed, with any end mark or none.
 *
 * A read is `{code, places, via: "key" | "text", began, ended, double}`; times are those of the events, in milliseconds.
 * `places`: what the same keys give on a US keyboard, or null where not every key was known.
 */
import { SEPARATORS, altChar, altDigit, charOf, endsText, isComposed, isDead, isEnd, isForeign, placeOf } from "./keys.js";

const FRESH_AFTER = 1200;
const KEY_IDLE = 400;
const TEXT_IDLE = 150;

export class Wedge {
  #pending = null;
  #altDigits = "";
  #last = null;

  /** `doubleMs`: the same code again within this time is one trigger pull (0: never, for a batch scanner). */
  constructor({ doubleMs = 200 } = {}) {
    this.doubleMs = doubleMs;
  }

  /** One keydown. `taken`: prevent its default and empty the field. */
  key(event, t) {
    const reads = this.idle(t);
    if (isComposed(event)) {
      this.#composed(event, t);
      return { taken: false, reads };
    }
    if (this.#alt(event, t)) return { taken: true, reads };
    if (isEnd(event)) return { taken: true, reads: [...reads, ...this.#end(t)] };
    const char = isDead(event) ? "" : charOf(event);
    if (char === null) return { taken: false, reads };
    const pending = this.#open("key", t);
    pending.done += char;
    pending.places = joined(pending.places, placeOf(event));
    return { taken: true, reads };
  }

  /** One input event with the field's whole `value`: the data of a composition is cumulative. `field`: what the field keeps. */
  text(event, t) {
    const stood = this.#pending?.text ?? "";
    const reads = this.idle(t);
    if (isForeign(event)) return { field: this.#pending?.text ?? "", reads };
    const value = event.value ?? "";
    const isRead = reads.length > 0 && value.startsWith(stood); // by now: a busy page ran no timer, and the field still holds it
    const lines = (isRead ? value.slice(stood.length) : value).split(/[\r\n\t]+/);
    const rest = endsText(event) && lines.length === 1 ? "" : lines.pop();
    for (const line of lines) reads.push(...this.#line(line, t));
    if (endsText(event)) reads.push(...this.#end(t));
    if (rest) this.#commit(rest, t);
    return { field: rest, reads };
  }

  /** Ends a read whose end mark never came. */
  idle(t) {
    return this.wait(t) === 0 ? this.#end(this.#pending.at) : [];
  }

  /** Milliseconds until `idle` ends what is pending, or null when nothing is. */
  wait(t) {
    return this.#pending && Math.max(0, this.#pending.at + this.#idleAfter() - t);
  }

  /** Whether no scan is near: nothing pending and the last read long over, so that Tab and Enter may be a person's. */
  quiet(t) {
    return !this.#pending && !(this.#last && t - this.#last.ended < FRESH_AFTER);
  }

  #idleAfter() {
    const { whole, gap } = this.#pending;
    return whole ? TEXT_IDLE : Math.min(FRESH_AFTER, Math.max(KEY_IDLE, 3 * gap));
  }

  #open(via, t) {
    const pending = (this.#pending ??= { done: "", text: "", via, began: t, at: t, gap: 0, whole: false, places: "", keyed: false });
    pending.gap = Math.max(pending.gap, t - pending.at);
    pending.at = t;
    if (via === "key") this.#settleText(pending);
    return pending;
  }

  #settleText(pending) {
    pending.done += pending.text;
    pending.text = "";
    pending.whole = false;
  }

  /** An input method may say which key it works on; the text comes as an input event. */
  #composed(event, t) {
    const place = placeOf(event);
    if (place === null) return;
    const pending = this.#open("text", t);
    pending.places = joined(pending.places, place);
    pending.keyed = true;
  }

  #commit(value, t) {
    this.#endAlt();
    const first = !this.#pending;
    const pending = this.#open("text", t);
    if (!pending.keyed) pending.places = null;
    pending.text = value;
    pending.whole = first && value.length > 2;
  }

  #line(line, t) {
    if (line) this.#commit(line, t);
    return this.#end(t);
  }

  #alt(event, t) {
    const digit = altDigit(event);
    if (!digit) return this.#endAlt();
    this.#altDigits += digit;
    return this.#open("key", t);
  }

  #endAlt() {
    const char = altChar(this.#altDigits);
    this.#altDigits = "";
    if (!this.#pending) return;
    this.#pending.done += char;
    this.#pending.places = joined(this.#pending.places, char);
  }

  #end(t) {
    this.#endAlt();
    const pending = this.#pending;
    this.#pending = null;
    const code = pending ? clean(pending.done + pending.text) : "";
    if (!code) return [];
    const places = pending.places || null;
    const double = this.#last?.code === code && this.#last.places === places && pending.began - this.#last.ended < this.doubleMs;
    this.#last = { code, places, ended: t };
    return [{ code, places, via: pending.via, began: pending.began, ended: t, double }];
  }
}

/** One unknown key makes all of them unknown. */
function joined(places, place) {
  return places === null || place === null ? null : places + place;
}

function clean(raw) {
  const kept = [...raw].filter((char) => char >= " " || SEPARATORS.includes(char)).join("");
  return kept.trim() === "" ? "" : kept;
}
