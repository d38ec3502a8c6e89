/** Small views used by more than one page: values in, markup out. */
import { html, nothing, svg } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { age, codeParts, number, percent, slack, slackStatus } from "../lib/format.js";
import { t } from "../lib/words.js";
import { chip } from "./chips.js";
import { icon } from "./icons.js";

/** A bin's or tote's code, large, that may break at its separators only. */
export function bigCode(code, extra = "") {
  return html`<span class="code ${extra}">${codeParts(code).map((part) => html`<span class="code-part">${part}</span><wbr />`)}</span>`;
}

/** Progress in parts: `parts` are `{value, status, label}` of `whole`; without colours it is still told in words. */
export function progress(parts, whole, label) {
  let from = 0;
  const share = (value) => (whole ? (100 * value) / whole : 0);
  const bars = parts.map(({ value, status }) => {
    const bar = svg`<rect class="progress-part" data-status=${status} x="${share(from)}%" width="${share(value)}%" height="100%"></rect>`;
    from += value;
    return bar;
  });
  const words = parts.filter((part) => part.value).map((part) => `${number(part.value)} ${part.label}`);
  return html`<svg class="progress" role="img" aria-label=${t("{label}: {parts} of {whole}", { label, parts: words.join(", ") || t("nothing yet"), whole })}>${bars}</svg>`;
}

/** "12 of 40" with its bar. */
export function tally(done, whole, label) {
  return html`<div class="tally"><span class="tally-count">${number(done)}<small> ${t("of {number}", { number: whole })}</small></span>
    <span class="tally-share">${percent(done, whole)}</span>${progress([{ value: done, status: "ok", label: t("done") }], whole, label)}</div>`;
}

/** How long ago; `now` comes in so that all ages of a screen step together. */
export function ageView(since, now) {
  return html`<time datetime=${new Date(since).toISOString()}>${age(since, now)}</time>`;
}

/** Time left before the cutoff, as a chip. */
export function slackChip(ms) {
  const status = slackStatus(ms);
  return chip(slack(ms), status, status === "ok" ? "clock" : "alert");
}

/** Says that there is nothing, why, and what to do; `action` is markup. */
export function empty(title, text, action = nothing, sign = "box") {
  return html`<div class="empty">${icon(sign, "empty-icon")}<p class="empty-title">${t(title)}</p><p>${t(text)}</p>${action}</div>`;
}

/** A figure with its name, and a status when it should be noticed. */
export function stat(label, value, { status = "idle", note = "" } = {}) {
  return html`<div class="stat" data-status=${status}><dt>${t(label)}</dt><dd>${value}</dd>${note ? html`<dd class="stat-note">${note}</dd>` : nothing}</div>`;
}

/** A table. `columns` are `{label, cell: (row) => markup, number: bool}`; `key(row)` keeps rows in place when they move. */
export function table({ caption, columns, rows, key, none }) {
  if (rows.length === 0) return none;
  const kind = (column) => (column.number ? "number" : nothing);
  const row = (value) => html`<tr>${columns.map((column) => html`<td class=${kind(column)}>${column.cell(value)}</td>`)}</tr>`;
  return html`<div class="table-frame" role="region" tabindex="0" aria-label=${t(caption)}><table class="table">
    <caption class="visually-hidden">${t(caption)}</caption>
    <thead><tr>${columns.map((column) => html`<th scope="col" class=${kind(column)}>${t(column.label)}</th>`)}</tr></thead>
    <tbody>${repeat(rows, key, row)}</tbody>
  </table></div>`;
}
