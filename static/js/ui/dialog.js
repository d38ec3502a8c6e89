/**
 * Questions with big keys and no field that a scan could fall into. Each resolves to the answer, or null when given up.
 * While one is open the page hands every read to `offerRead`, so that a scan is never lost and never taken for a number.
 */
import { signal, effect } from "../../vendor/signals-core/signals-core.module.js";
import { html, nothing, render } from "../../vendor/lit-html/lit-html.js";
import { bare } from "../lib/barcodes.js";
import { lookOf } from "../lib/outcomes.js";
import { answerOf } from "../lib/question.js";
import { t } from "../lib/words.js";
import { icon } from "./icons.js";
import { DIGITS, LETTERS, LETTERS_TAPPED, heading, pad } from "./pad.js";
import { play } from "./sound.js";

let current = null;
let borrowed = null;

/** A number on a 4 × 3 keypad, between `least` and `most`; `start` stands there until the first key. */
export function askNumber({ title, text = "", least = 0, most = 9999, start = null, unit = "" }) {
  const problem = (value) => {
    if (value === "") return t("Tap a number.");
    if (Number(value) > most) return t("At most {most}.", { most });
    return Number(value) < least ? t("At least {least}.", { least }) : "";
  };
  const options = { title, text, unit, keys: DIGITS, limit: String(most).length, problem, start: start === null ? "" : String(start) };
  return ask(pad(options), { pattern: new RegExp(`^\\d{1,${options.limit}}$`) }).then((value) => (value === null ? null : Number(value)));
}

/** A short code tapped letter by letter, such as the last four of a SKU, when a barcode cannot be read; `typed`: on a keyboard as well. */
export function askCode({ title, text = "", length = null, limit = 20, typed = false }) {
  const problem = (value) => (length && value.length !== length ? t("{number} characters are needed.", { number: length }) : value ? "" : t("Tap the code."));
  return ask(pad({ title, text, keys: typed ? LETTERS : LETTERS_TAPPED, limit: length ?? limit, problem, start: "", unit: "", typed }), { pattern: typed ? /^[\w./-]+$/ : null });
}

/**
 * One of `choices`, `{value, label, icon, status, command}`, each a big button, its number typed or scanned, or its command barcode; the
 * first is what "C:CONFIRM" chooses. `list` says in lines what it is about.
 */
export function askChoice({ title, text = "", list = [], choices }) {
  const button = ({ value, label, icon: sign, status = "idle" }, number, answer) =>
    html`<button class="btn btn-choice" type="button" data-status=${status} @click=${() => answer(value)}><kbd>${number}</kbd>${sign ? icon(sign) : nothing}${t(label)}</button>`;
  return ask((state) => {
    state.ok = () => state.answer(choices[0].value);
    for (const { command, value } of choices) if (command) state.commands[command] = value;
    state.fill = (number) => (choices[number - 1] ? state.answer(choices[number - 1].value) : state.refuse());
    const lines = list.length ? html`<ul class="dialog-list">${list.map((line) => html`<li>${line}</li>`)}</ul>` : nothing;
    return html`${heading(title, text, state.problem.value)}${lines}<div class="choices">${choices.map((choice, at) => button(choice, at + 1, state.answer))}</div>`;
  }, { pattern: /^\d{1,2}$/ });
}

/** Yes or no; a dangerous yes is marked as such. */
export async function askYes({ title, text, yes = "Yes", no = "No", status = "ok" }) {
  return (await askChoice({ title, text, choices: [{ value: true, label: yes, status }, { value: false, label: no }] })) === true;
}

/**
 * Gives a read to the open question: "C:CONFIRM" presses OK, "C:UNDO" leaves it, "C:QTY-n" or a short number from a keyboard fills the
 * keypad or takes the n-th choice, anything else is refused aloud.
 * Returns false when no question is open.
 */
export function offerRead(read) {
  if (!current) return false;
  const command = current.commands[bare(read.code).toUpperCase()];
  const { act, value } = command ? { act: "answer", value: command } : answerOf(read, current.pattern);
  current[act](value);
  return true;
}

/** Lets dialogs borrow the reader's field, so that a scanner that commits text is heard there too; it returns to `home`. */
export function lendReader(reader, home) {
  borrowed = { reader, home };
}

function ask(view, { pattern = null }) {
  current?.answer(null);
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const body = dialog.appendChild(document.createElement("div"));
  const state = { value: signal(null), problem: signal(""), pattern };
  return new Promise((resolve) => {
    state.answer = (value) => (close(dialog, stop), resolve(value));
    state.refuse = () => {
      state.problem.value = t("Answer this first, then scan.");
      play(lookOf("policy").tone);
    };
    state.commands = {};
    state.settle = () => {
      state.problem.value = "";
      for (const read of borrowed?.reader.finish() ?? []) offerRead(read);
      return current === state && !state.problem.value;
    };
    state.confirm = () => state.settle() && state.ok();
    state.leave = () => (borrowed?.reader.finish(), state.answer(null));
    current = state;
    dialog.addEventListener("keydown", ({ key }) => key === "Backspace" && state.settle() && state.back?.());
    dialog.addEventListener("cancel", (event) => (event.preventDefault(), state.leave()));
    const stop = effect(() => render(html`${view(state)}${closeButton(state)}`, body));
    document.body.append(dialog);
    dialog.showModal();
    borrowed?.reader.moveTo(dialog);
  });
}

function close(dialog, stop) {
  stop();
  current = null;
  borrowed?.reader.moveTo(borrowed.home);
  dialog.remove();
}

function closeButton(state) {
  return html`<button class="dialog-close" type="button" aria-label=${t("Close")} @click=${() => state.leave()}>${icon("cross")}</button>`;
}
