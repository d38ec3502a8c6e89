/** The pack station's screen. Values in, markup out. */
import { html, nothing } from "../../../vendor/lit-html/lit-html.js";
import { repeat } from "../../../vendor/lit-html/directives/repeat.js";
import { cartonToLabel, isLabelOut, isThrough, isWaiting, jobFacts, liveCartons, missingTotes, tilesOf } from "../../lib/parcel.js";
import { skuParts } from "../../lib/stop.js";
import { sentence, t } from "../../lib/words.js";
import { icon } from "../../ui/icons.js";
import { chip, linkChip } from "../../ui/chips.js";
import { pictureOf } from "../../ui/picture.js";

const CARTONS = { open: ["info", "box", "open"], closed: ["caution", "label", "sealed, label to scan"], labelled: ["ok", "check", "labelled"], loaded: ["ok", "truck", "loaded"], shipped: ["ok", "truck", "shipped"] };

/** The line on top: which order, its totes, who works, how the device stands with the server. */
export function barView(view, { name, link, scans }) {
  return html`<header class="station-bar">
    <h1>${view ? t("Order {order}", { order: view.order }) : t("Pack")}</h1>
    ${view?.totes.map((tote) => chip(tote.code, tote.locked ? "stop" : tote.scanned_in ? "ok" : "caution", tote.locked ? "lock" : tote.scanned_in ? "check" : "tote"))}
    <span class="station-who">${icon("person")}${name}</span>${linkChip(link, scans)}
  </header>`;
}

/** What is to be done with an order, in the language of this page. */
export function told({ said, instruction }) {
  return sentence({ said, text: instruction });
}

/** No order on the table. */
export function idleView() {
  return html`<div class="station-idle">${icon("tote", "station-sign")}<p class="station-ask">${t("Scan a tote")}</p><p class="task-hint">${t("or the barcode of an order")}</p></div>`;
}

/** Somebody else has it. */
export function takenView({ name, text }) {
  return html`<div class="station-idle" role="alert">${icon("person", "station-sign")}<p class="station-ask">${name ? t("{name} has this order", { name }) : t("Somebody else has it")}</p>
    <p class="task-hint">${text ?? t("Leave everything as it is and talk to them.")}</p></div>`;
}

/** The order: what is counted on one side, what to do and what has become of it on the other. */
export function orderView(view, papers, { run, practice }) {
  const label = view.position.step === "label" ? cartonToLabel(view) : null;
  return html`<div class="station-body">
    <section class="tiles" aria-label=${t("Items")}>${repeat(tilesOf(view), (tile) => tile.order_line, (tile) => tileView(tile, view.pictures))}</section>
    <aside class="stack">
      ${nowView(view)}
      ${label ? html`<section class="card" data-status="info"><h2>${t("Carton {carton}", { carton: label.number })}</h2><p class="code">${ssccParts(label.sscc)}</p>${practice && isLabelOut(papers, label) ? practiceLabel(label) : nothing}</section>` : nothing}
      ${papers.length ? papersView(papers, run) : nothing}
      ${cartonsView(view)}
    </aside>
  </div>`;
}

/** Where one practises no label comes out: it is scanned from the screen. */
function practiceLabel({ number, sscc }) {
  return html`<img class="practice-label" src="/api/v1/cartons/${sscc}/label.png" alt=${t("Label of carton {carton}", { carton: number })} />`;
}

function tileView(tile, pictures) {
  const [head, tail] = skuParts(tile.sku);
  return html`<article class="pack-tile" data-status=${tile.status} data-line=${tile.order_line}>
    <div class="task-item"><div><p class="task-name">${tile.name}</p><p class="task-sku">${head}<b>${tail}</b></p></div>${pictureOf(pictures, tile.sku)}</div>
    <p class="tile-foot"><span class="tile-count">${tile.count}</span><span>${tile.status === "ok" ? icon("check") : nothing}${tile.note}</span></p>
  </article>`;
}

function nowView(view) {
  const missing = missingTotes(view);
  const open = view.instructions.filter((it) => !it.confirmed);
  const isAsked = view.position.step === "instruct" && open.length > 0;
  const status = view.change ? "stop" : isAsked || missing.length || isWaiting(view) ? "caution" : isThrough(view) ? "ok" : "info";
  return html`<section class="card station-now" data-status=${status} aria-live="polite">
    <h2>${view.recount ? t("Second count") : isThrough(view) ? t("Done") : t("Now")}</h2>
    <p class="station-say">${sayOf(view)}</p>
    ${view.position.step === "totes" ? html`<ul class="stack">${missing.map((tote) => html`<li class="row-apart"><strong class="code">${tote.code}</strong><span>${tote.place || t("on its way")}</span></li>`)}</ul>` : nothing}
    ${open.length && !isAsked ? html`<p class="muted">${t("To confirm later: {list}", { list: open.map(sentence).join("; ") })}</p>` : nothing}
  </section>`;
}

/** What is to be done; an order that nobody has is taken by its tote first. */
function sayOf(view) {
  if (isWaiting(view)) return told(view);
  if (isThrough(view)) return `${told(view)} ${t("Scan the next tote.")}`;
  return view.lease ? told(view) : t("Nobody has this order. Scan its tote or its barcode to take it.");
}

function cartonsView(view) {
  const cartons = liveCartons(view);
  const box = view.packaging ? html`<p class="muted">${t("Suggested: {box}", { box: view.packaging.name })}</p>` : nothing;
  return html`<section class="card"><h2>${t("Cartons")}</h2>
    ${cartons.length ? html`<ul class="stack">${cartons.map(cartonView)}</ul>` : html`<p class="muted">${t("The first unit opens carton {carton}.", { carton: view.next_carton })}</p>`}${box}
    ${(view.unweighed ?? []).map((why) => html`<p class="row muted">${icon("info")}${sentence(why)}</p>`)}</section>`;
}

function cartonView(carton) {
  const [status, sign, words] = CARTONS[carton.state];
  const units = carton.content.reduce((sum, part) => sum + part.quantity, 0);
  return html`<li class="row-apart"><span><strong>${t("Carton {carton}", { carton: carton.number })}</strong> ${t("{number} units", { number: units })}${carton.weight_g ? `, ${carton.weight_g} g` : ""}</span>${chip(t(carton.full && carton.state === "open" ? "full" : words), status, sign)}</li>`;
}

function papersView(papers, run) {
  return html`<section class="card"><h2>${t("Paper")}</h2><ul class="stack">${repeat(papers, (job) => job.id, (job) => paperView(job, papers, run))}</ul></section>`;
}

const WORDS = { confirm: "It came out", reprint: "Print again", retry: "Try again" };

function paperView(job, papers, run) {
  const { status, sign, words, name, again } = jobFacts(job, papers);
  return html`<li class="stack" data-job=${job.state}><span class="row-apart"><span><strong>${name}</strong> ${job.reprint_no ? t("copy {number}", { number: job.reprint_no }) : ""} <small>${job.printer_name ?? ""}</small></span>${chip(words, status, sign)}</span>
    ${again.length ? html`<span class="row">${again.map((what) => html`<button class="btn btn-small" type="button" @click=${() => run(job.id, what)}>${t(WORDS[what])}</button>`)}</span>` : nothing}</li>`;
}

/** Every key with what it does: `keys` are `{key, label, sign, run, off, kind}`. */
export function keysView(keys) {
  return html`<nav class="key-row" aria-label=${t("Keys")}>${keys.map(({ key, label, sign, run, off, kind = "" }) =>
    html`<button class="btn ${kind}" type="button" ?disabled=${off} @click=${run}><kbd>${key}</kbd>${icon(sign)}${t(label)}</button>`)}</nav>`;
}

function ssccParts(sscc) {
  return (sscc ?? "").match(/.{1,6}/g)?.join(" ") ?? "";
}
