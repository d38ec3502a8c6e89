/** What the last hours came to, and what is worth a cheer: charts and the team's streak. */
import { html, nothing } from "../../../vendor/lit-html/lit-html.js";
import { clock, number } from "../../lib/format.js";
import { lookOf } from "../../lib/outcomes.js";
import { t } from "../../lib/words.js";
import { columns, hourly, pareto } from "../../ui/charts.js";
import { icon } from "../../ui/icons.js";

const CHEER_FROM = 5;
const HOURS = [1, 4, 24, 48];
const WORRY = ["ok", "info", "caution", "wrong", "stop"];

/** Orders in a row without an error at pack: said from a handful on, cheered when there never was a longer run. */
export function streak(found) {
  if (!found || found.now < CHEER_FROM) return nothing;
  const best = found.now >= found.best;
  return html`<p class="streak" data-status="ok" ?data-best=${best}>${icon("star")}<strong>${t("{number} orders in a row without an error", { number: found.now })}</strong>
    <small>${best ? t("The best run of four weeks") : t("Best run of four weeks: {best}", { best: found.best })}</small></p>`;
}

export function throughput(hours, timeZone) {
  if (!hours?.length) return html`<p class="muted">${t("Nothing was picked or packed in the last 12 hours.")}</p>`;
  const shown = hours.map((hour) => ({ ...hour, label: clock(hour.at, { timeZone }) }));
  return hourly({ id: "throughput", title: t("Pieces by the hour"), hours: shown, words: { hour: t("Hour from"), picked: t("Picked"), packed: t("Packed") } });
}

/** Mismatches by reason, item and bin, the `most` frequent of each. */
export function mismatchCharts(found, most = 5) {
  const parts = ["reasons", "items", "bins"];
  if (!found?.total) return html`<p class="muted">${t("No mismatch in the last 12 hours.")}</p>`;
  const titles = { reasons: t("Mismatches by reason"), items: t("Mismatches by item"), bins: t("Mismatches by bin") };
  const name = (part, bar) => (part === "reasons" ? t(lookOf(bar.name).word) : bar.name);
  return parts.filter((part) => found[part].length).map((part) =>
    pareto({ id: `pareto-${part}`, title: titles[part], unit: t("Mismatches"), bars: found[part].slice(0, most).map((bar) => ({ name: name(part, bar), count: bar.count, status: part === "reasons" ? lookOf(bar.name).status : "caution" })) }));
}

/** Open exceptions by age. */
export function ageChart({ ages }) {
  return columns({ id: "ages", title: t("Open exceptions by age"), unit: t("Exceptions"), bars: ages.map((count, at) => ({ name: at in HOURS ? `< ${t("{number} h", { number: HOURS[at] })}` : t("older"), count, status: WORRY[at] })) });
}

/** Pieces of each person, in the order of the alphabet; only where the site shows them. */
export function people(list) {
  if (!list) return nothing;
  return html`<section class="card"><h2>${t("People, last 12 hours")}</h2><table class="table"><thead><tr><th scope="col">${t("Name")}</th><th scope="col" class="number">${t("Picked")}</th><th scope="col" class="number">${t("Packed")}</th></tr></thead>
    <tbody>${list.map(({ name, picked, packed }) => html`<tr><th scope="row">${name}</th><td class="number">${number(picked)}</td><td class="number">${number(packed)}</td></tr>`)}</tbody></table></section>`;
}
