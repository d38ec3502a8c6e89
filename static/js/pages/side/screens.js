/** The screens of put-backs and counts. Values in, markup out. */
import { html, nothing } from "../../../vendor/lit-html/lit-html.js";
import { repeat } from "../../../vendor/lit-html/directives/repeat.js";
import { skuParts } from "../../lib/stop.js";
import { sentence, t } from "../../lib/words.js";
import { icon } from "../../ui/icons.js";
import { pictureOf } from "../../ui/picture.js";
import { bigCode, empty } from "../../ui/views.js";

/** What waits to be done, each a big button. */
export function listView({ open, said, isCount }, take) {
  const none = () => empty(isCount ? "Nothing to count" : "Nothing to put back", "New work appears here by itself.", nothing, "done");
  return html`<section class="work-list" aria-label=${isCount ? t("Counts") : t("Put-backs")}>
    ${said ? html`<p class="task-hint" role="status">${said}</p>` : nothing}
    ${open === null ? html`<p class="task-hint">${t("Looking for work.")}</p>` : open.length ? repeat(open, (task) => task.id, (task) => choiceView(task, isCount, take)) : none()}
  </section>`;
}

function choiceView(task, isCount, take) {
  const where = isCount ? task.bin : (task.bin ?? t("any bin"));
  const what = isCount ? (task.sku ?? t("Whole bin")) : `${task.left} × ${task.name}`;
  const note = isCount ? (task.again ? t("Second count") : t("Count||button")) : task.tote ? t("From tote {tote}", { tote: task.tote }) : t("In your hand");
  return html`<button class="work-choice" type="button" @click=${() => take(task)}><strong class="code">${where}</strong><span>${what}</span><small>${task.lease ? t("Yours") : note}</small></button>`;
}

/** What is to be done next with a task, in the language of this page. */
export function told({ said, next }) {
  return sentence({ said, text: next });
}

/** A put-back in hand: out of where, how many, into which bin. */
export function putBackView(task) {
  const [head, tail] = skuParts(task.sku);
  const isBin = task.position?.step === "bin";
  return html`<section class="task" aria-label=${t("Put back")}>
    <div class="task-place"><p class="task-label">${isBin || !task.tote ? t("Into bin") : t("Out of tote")}</p>${bigCode(isBin || !task.tote ? (task.bin ?? t("Any bin")) : task.tote, "code-location code-long")}</div>
    <div class="task-item"><div><p class="task-name">${task.name}</p><p class="task-sku">${head}<b>${tail}</b>${task.lot ? html` · ${t("lot")} <b>${task.lot}</b>` : nothing}</p></div>${pictureOf(task.pictures, task.sku)}</div>
    <p class="task-quantity"><b>${task.done + (task.position?.counted ?? 0)}</b><span>${t("of {number}", { number: task.quantity })}</span></p>
    <p class="task-next"><span>${isBin ? "" : t("Then to")}</span>${isBin ? nothing : html`<b>${task.bin ?? t("any bin")}</b>`}</p>
  </section>`;
}

/** A count in hand: the bin, and what this person has scanned in it so far. */
export function countView(task) {
  const piles = task.position?.piles ?? [];
  return html`<section class="task count-task" aria-label=${t("Count||button")}>
    <div class="task-place"><p class="task-label">${task.again ? t("Second count") : t("Count||button")}${task.sku ? ` ${t("only {sku}", { sku: task.sku })}` : ""}</p>${bigCode(task.bin, "code-location code-long")}</div>
    <div class="task-item"><p class="task-hint">${told(task)}</p>${task.sku ? pictureOf(task.pictures, task.sku) : nothing}</div>
    <ul class="pile-list">${piles.map(([sku, lot, units]) => html`<li class="row-apart">${task.sku ? nothing : pictureOf(task.pictures, sku)}<span class="code">${sku}${lot ? ` · ${lot}` : ""}</span><strong>${units}</strong></li>`)}</ul>
  </section>`;
}

/** One button of the row in the thumb's reach. */
export function sideAction(label, sign, run, { kind = "", disabled = false } = {}) {
  return html`<button class="btn ${kind}" type="button" ?disabled=${disabled} @click=${run}>${icon(sign)}${t(label)}</button>`;
}
