/** The scanner's test: two symbols of the command sheet show which keyboard the device believes in, and whether the group separator arrives. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import { hasNone, putOff } from "../lib/first_test.js";
import { meant } from "../lib/keyboard.js";
import { isKeyboardTest, isSeparatorTest, judgeKeyboard, judgeSeparator } from "../lib/keyboard_test.js";
import { openStore } from "../lib/store.js";
import { t } from "../lib/words.js";
import { Feedback, bandView } from "../ui/feedback.js";
import { icon } from "../ui/icons.js";
import { mount } from "../ui/page.js";
import { startReader } from "../ui/reader.js";
import { action, screenView } from "./pick/frame.js";

const SAID = {
  right: { outcome: "accepted", text: "The keyboard is right." },
  mended: { outcome: "accepted", text: "From now on this device turns the signs back." },
  twins: { outcome: "policy", text: "Two signs arrive alike. Set the scanner's keyboard to the one of this device, then scan again." },
  broken: { outcome: "policy", text: "Too much is lost. Set the scanner's keyboard to the one of this device, then scan again." },
};
const SEPARATOR = {
  right: { outcome: "accepted", text: "The group separator arrives." },
  mended: { outcome: "accepted", text: "From now on this device reads that sign as the group separator." },
  wrong: { outcome: "policy", text: "The group separator gets lost. Let the scanner send it as {GS}." },
};
/** What our barcodes hold; a table may know more. */
const HELD = /[A-Za-z0-9:/+. _\]~\x1d-]/;
const ACCENT = /\p{M}/u;
const SIGN_IN = `/${location.search}`;

const store = await openStore();
const kept = signal(await store.read("keyboard"));
const feedback = new Feedback();
startReader({ host: document.getElementById("home"), onRead });
feedback.clear("Scan the code “Keyboard” on the command sheet.");
mount(view);
document.body.dataset.ready = "";

async function onRead(read) {
  const text = meant(kept.value)(read);
  if (isSeparatorTest(text)) return onSeparator(text);
  if (!isKeyboardTest(read.code, read.places)) return feedback.give("unknown_barcode", { text: t("This is not the test code. Scan “Keyboard” on the command sheet."), detail: text });
  const verdict = judgeKeyboard(read.code, read.places);
  const { outcome, text: said } = SAID[verdict.status];
  const isHeld = outcome === "policy";
  const { keyboard, map, places } = verdict;
  if (!isHeld) await keep({ keyboard, map, places, then: kept.value?.then ?? [] });
  return feedback.give(outcome, { text: [...named(verdict), t(said), ...(isHeld ? [] : limits(verdict))].join(" "), detail: isHeld ? read.code : "" });
}

async function onSeparator(text) {
  const { status, map } = judgeSeparator(text);
  const { outcome, text: said } = SEPARATOR[status];
  if (status === "mended") await keep({ keyboard: null, map: [], ...kept.value, then: map });
  feedback.give(outcome, { text: t(said), detail: status === "wrong" ? text : "" });
}

/** What is known of the two keyboards. */
function named({ keyboard, side, caps }) {
  const name = keyboard && { keyboard: t(keyboard) };
  const known = name && (side === "scanner" ? t("Keyboard of the scanner: {keyboard}.", name) : t("Keyboard of this device: {keyboard}.", name));
  return [known, caps && t("Caps Lock is on: better switch it off.")].filter(Boolean);
}

/** What turning back cannot do. */
function limits({ weak, lost }) {
  const said = [];
  if (weak.length) said.push(t("What stands right behind {signs} may get lost: better set the scanner's keyboard to the one of this device.", { signs: weak.join(" ") }));
  if (lost.length) said.push(t("{signs} may not be turned back: better set the scanner's keyboard to the one of this device.", { signs: lost.join(" ") }));
  return said;
}

async function keep(table) {
  await store.write("keyboard", table);
  kept.value = table;
}

async function leave(remember) {
  await remember(store);
  location.assign(SIGN_IN);
}

function view() {
  const { map = [], then = [], places = false } = kept.value ?? {};
  const pairs = [...map, ...then].filter(([from, to]) => HELD.test(to) && !ACCENT.test(from));
  const turned = pairs.length ? t("{number} signs are turned back", { number: pairs.length }) : t("From now on this device turns the signs back.");
  const isTurned = places || pairs.length > 0;
  const learnt = isTurned ? turned : t("Nothing is turned back");
  const bar = html`<header class="work-bar"><p><strong>${t("Scanner test")}</strong></p></header>`;
  const middle = html`<section class="task start">
    <p class="start-hello">${kept.value ? learnt : t("First test the scanner")}</p>
    <p class="task-hint">${t("Scan “Keyboard”, then “Separator” on the command sheet. What this device learns stays on this device.")}</p>
    ${pairs.length ? html`<p class="code">${pairs.map(([from, to]) => html`<span>${shown(from)} → ${shown(to)}</span> `)}</p>` : nothing}
  </section>`;
  return screenView(bar, middle, bandView(feedback.band.value), kept.value ? passed(isTurned) : first());
}

function passed(isTurned) {
  const done = html`<a class="btn btn-primary" href=${SIGN_IN}>${icon("check")}${t("Done")}</a>`;
  return [nothing, action("Forget", "undo", () => keep(null), { disabled: !isTurned }), done];
}

/** Nobody is kept from work for want of a test sheet. */
function first() {
  return [nothing, action("No scanner here", "cross", () => leave(hasNone)), action("Later", "later", () => leave(putOff))];
}

function shown(char) {
  return char === "\x1d" ? "GS" : char === " " ? t("space") : char;
}
