/** The screens of put-backs and counts. Values in, markup out. */
import { html, nothing } from "../../../vendor/lit-html/lit-html.js";
import { repeat } from "../../../vendor/lit-html/directives/repeat.js";
import { skuParts } from "../../lib/stop.js";
import { icon } from "../../ui/icons.js";
import { bigCode, empty } from "../../ui/views.js";

/** What waits to be done, each a big button. */
export function listView({ open, said, isCount }, take) {
  const none = () => empty(isCount ? "Nothing to count" : "Nothing to put back", "New work appears here by itself.", nothing, "done");
  return html`<section class="work-list" aria-label=${isCount ? "Counts" : "Put-backs"}>
    ${said ? html`<p class="task-hint" role="status">${said}</p>` : nothing}
    ${open === null ? html`<p class="task-hint">Looking for work.</p>` : open.length ? repeat(open, (task) => task.id, (task) => choiceView(task, isCount, take)) : none()}
  </section>`;
}

function choiceView(task, isCount, take) {
  const where = isCount ? task.bin : (task.bin ?? "any bin");
  const what = isCount ? (task.sku ?? "Whole bin") : `${task.left} × ${task.name}`;
  const note = isCount ? (task.again ? "Second count" : "Count") : task.tote ? `From tote ${task.tote}` : "In your hand";
  return html`<button class="work-choice" type="button" @click=${() => take(task)}><strong class="code">${where}</strong><span>${what}</span><small>${task.lease ? "Yours" : note}</small></button>`;
}

/** A put-back in hand: out of where, how many, into which bin. */
export function putBackView(task) {
  const [head, tail] = skuParts(task.sku);
  const isBin = task.position?.step === "bin";
  return html`<section class="task" aria-label="Put back">
    <div class="task-place"><p class="task-label">${isBin || !task.tote ? "Into bin" : "Out of tote"}</p>${bigCode(isBin || !task.tote ? (task.bin ?? "Any bin") : task.tote, "code-location code-long")}</div>
    <div><p class="task-name">${task.name}</p><p class="task-sku">${head}<b>${tail}</b>${task.lot ? html` · lot <b>${task.lot}</b>` : nothing}</p></div>
    <p class="task-quantity"><b>${task.done + (task.position?.counted ?? 0)}</b><span>of ${task.quantity}</span></p>
    <p class="task-next"><span>${isBin ? "" : "Then to"}</span>${isBin ? nothing : html`<b>${task.bin ?? "any bin"}</b>`}</p>
  </section>`;
}

/** A count in hand: the bin, and what this person has scanned in it so far. */
export function countView(task) {
  const piles = task.position?.piles ?? [];
  return html`<section class="task count-task" aria-label="Count">
    <div class="task-place"><p class="task-label">${task.again ? "Second count" : "Count"}${task.sku ? ` only ${task.sku}` : ""}</p>${bigCode(task.bin, "code-location code-long")}</div>
    <p class="task-hint">${task.next}</p>
    <ul class="pile-list">${piles.map(([sku, lot, units]) => html`<li class="row-apart"><span class="code">${sku}${lot ? ` · ${lot}` : ""}</span><strong>${units}</strong></li>`)}</ul>
  </section>`;
}

/** One button of the row in the thumb's reach. */
export function sideAction(label, sign, run, { kind = "", disabled = false } = {}) {
  return html`<button class="btn ${kind}" type="button" ?disabled=${disabled} @click=${run}>${icon(sign)}${label}</button>`;
}
