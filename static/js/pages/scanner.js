/** The scanner's test: two symbols of the command sheet show which keyboard the device believes in, and whether the group separator arrives. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import { isSeparatorTest, judgeKeyboard, judgeSeparator, turnedBack } from "../lib/keyboard.js";
import { openStore } from "../lib/store.js";
import { t } from "../lib/words.js";
import { Feedback, bandView } from "../ui/feedback.js";
import { icon } from "../ui/icons.js";
import { mount } from "../ui/page.js";
import { startReader } from "../ui/reader.js";
import { screenView } from "./pick/frame.js";

const SAID = {
  right: ["accepted", "The keyboard is right."],
  mended: ["accepted", "From now on this device turns the signs back."],
  wrong: ["policy", "Too much is lost. Set the scanner's keyboard to the one of this device, then scan again."],
};
const SEPARATOR = {
  right: ["accepted", "The group separator arrives."],
  mended: ["accepted", "From now on this device reads that sign as the group separator."],
  wrong: ["policy", "The group separator gets lost. Let the scanner send it as {GS}."],
};

const store = await openStore();
const kept = signal((await store.read("keyboard")) ?? { keyboard: null, map: [] });
const feedback = new Feedback();
startReader({ host: document.getElementById("home"), onRead });
feedback.clear("Scan the code “Keyboard” on the command sheet.");
mount(view);
document.body.dataset.ready = "";

async function onRead({ code }) {
  const text = turnedBack(kept.value.map)(code);
  const [{ status, keyboard = kept.value.keyboard, map }, said] = isSeparatorTest(text) ? [judgeSeparator(text), SEPARATOR] : [judgeKeyboard(code), SAID];
  const [outcome, sentence] = said[status];
  if (status !== "wrong") await keep({ keyboard, map: said === SEPARATOR ? [...kept.value.map, ...map] : map });
  feedback.give(outcome, { text: keyboard && status === "mended" ? `${t(keyboard)}. ${t(sentence)}` : t(sentence), detail: status === "wrong" ? code : "" });
}

async function keep(table) {
  await store.write("keyboard", table);
  kept.value = table;
}

function view() {
  const { map } = kept.value;
  const bar = html`<header class="work-bar"><p><strong>${t("Scanner test")}</strong></p></header>`;
  const middle = html`<section class="task start">
    <p class="start-hello">${map.length ? t("{number} signs are turned back", { number: map.length }) : t("Nothing is turned back")}</p>
    <p class="task-hint">${t("Scan “Keyboard”, then “Separator” on the command sheet. What this device learns stays on this device.")}</p>
    ${map.length ? html`<p class="code">${map.map(([from, to]) => html`<span>${shown(from)} → ${shown(to)}</span> `)}</p>` : nothing}
  </section>`;
  const forget = html`<button class="btn" type="button" ?disabled=${map.length === 0} @click=${() => keep({ keyboard: null, map: [] })}>${icon("undo")}${t("Forget")}</button>`;
  const leave = html`<a class="btn btn-primary" href="/">${icon("check")}${t("Done")}</a>`;
  return screenView(bar, middle, bandView(feedback.band.value), [nothing, forget, leave]);
}

function shown(char) {
  return char === "\x1d" ? "GS" : char === " " ? t("space") : char;
}
