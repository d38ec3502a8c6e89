/** The pad of a question, with big keys: digits, or letters where a code cannot be scanned. */
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { t } from "../lib/words.js";
import { icon } from "./icons.js";

export const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "back", "0", "ok"];
export const LETTERS = [..."1234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ-./", "back", "ok"];
/** Where there is no keyboard a key turns capitals into small letters and back. */
export const LETTERS_TAPPED = [...LETTERS.slice(0, -2), "case", "back", "ok"];

/** `typed`: on a keyboard, too; what comes is added to what stands there, for a person types with pauses. */
export function pad({ title, text, unit, keys, limit, problem, start, typed = false }) {
  const areSmall = signal(false);
  return (state) => {
    const value = state.value.value ?? start;
    const signOf = (key) => (areSmall.value ? key.toLowerCase() : key);
    state.ok = () => (problem(value) ? (state.problem.value = problem(value)) : state.answer(value));
    state.fill = (read) => {
      const next = typed ? (value + read).slice(0, limit) : read;
      state.value.value = next;
      state.problem.value = problem(next);
    };
    const press = (key) => {
      state.problem.value = "";
      if (key === "ok") return state.confirm();
      if (key === "case") return (areSmall.value = !areSmall.value);
      const next = key === "back" ? value.slice(0, -1) : ((state.value.value ?? "") + signOf(key)).slice(0, limit);
      return (state.value.value = next);
    };
    state.back = () => typed && press("back");
    return html`${heading(title, text)}
      <output class="pad-value">${value || "–"}<small>${unit}</small></output>
      <p class="pad-problem" role="alert">${state.problem.value}</p>
      <div class="pad" data-keys=${keys.length}>${keys.map((key) => padKey(key, press, { typed, face: key === "case" ? (areSmall.value ? "AB" : "ab") : signOf(key) }))}</div>`;
  };
}

function padKey(key, press, { typed, face }) {
  if (key === "ok") return html`<button class="pad-key" type="button" data-key="ok" data-status="ok" @click=${() => press(key)}>${typed ? html`<kbd>F2</kbd>` : nothing}${t("OK")}</button>`;
  return html`<button class="pad-key" type="button" data-key=${key} @click=${() => press(key)}>${key === "back" ? icon("back", "", t("Delete")) : face}</button>`;
}

/** A `problem` stands where the text stood, so that no choice moves. */
export function heading(title, text, problem = "") {
  const below = problem ? html`<p class="pad-problem" role="alert">${problem}</p>` : text ? html`<p class="dialog-text">${t(text)}</p>` : nothing;
  return html`<h2 class="dialog-title">${t(title)}</h2>${below}`;
}
