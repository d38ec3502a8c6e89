/** The screens of the dock. Values in, markup out. */
import { html, nothing } from "../../../vendor/lit-html/lit-html.js";
import { repeat } from "../../../vendor/lit-html/directives/repeat.js";
import { moment } from "../../lib/format.js";
import { t } from "../../lib/words.js";
import { empty, progress } from "../../ui/views.js";

/** The carriers' lists, and what is on none: left behind, or late for a list that has left. */
export function listsView({ open, waiting, more, said, timeZone }, run) {
  const none = () => empty(t("Nothing to load"), t("Cartons appear here once their label was scanned at the pack station."), nothing, "truck");
  return html`<section class="work-list" aria-label=${t("Carriers")}>
    ${said ? html`<p class="task-hint" role="status">${said}</p>` : nothing}
    ${open === null ? html`<p class="task-hint">${t("Looking for work.")}</p>` : open.length || waiting.length ? repeat(open, (list) => list.id, (list) => choiceView(list, timeZone, run.take)) : none()}
    ${waiting.map(({ carrier, left }) => (carrier ? waitingView(carrier, left, run.next) : carrierlessView(left)))}
    ${more ? html`<p class="task-hint">${t("There are more lists or cartons than fit here.")}</p>` : nothing}
  </section>`;
}

function choiceView(list, timeZone, take) {
  const of = t("{loaded} of {cartons} loaded", list);
  return html`<button class="work-choice" type="button" data-list=${list.id} @click=${() => take(list.id)}><strong>${list.carrier}</strong><span>${of}</span><small>${aboutList(list, timeZone)}</small></button>`;
}

function waitingView(carrier, left, next) {
  return html`<button class="work-choice" type="button" data-waiting=${carrier} @click=${() => next(carrier)}>
    <strong>${t("Left here")}: ${carrier}</strong><span>${left.map(nameOf).join(", ")}</span><small>${t("Tap to put them onto the next list.")}</small>
  </button>`;
}

/** Cartons labelled while the site had nobody to take them: they come onto no list before another label names a carrier. */
function carrierlessView(left) {
  return html`<div class="work-choice" data-waiting=""><strong>${t("Without a carrier")}</strong><span>${left.map(nameOf).join(", ")}</span><small>${t("They need another label. Tell a lead.")}</small></div>`;
}

/** When the list closes, and what it follows. */
export function aboutList({ id, cutoff_at: cutoff, supplement_of: first }, timeZone) {
  const parts = [t("List {list}", { list: String(id) })];
  if (cutoff) parts.push(t("cutoff {time}", { time: moment(cutoff, Date.now(), { timeZone }) }));
  if (first) parts.push(t("supplement of list {list}", { list: String(first) }));
  return parts.join(" · ");
}

/** One list in hand: how far it is, and what is still to come. */
export function loadingView(list) {
  const loaded = list.entries.filter((it) => it.state === "loaded");
  const left = list.entries.filter((it) => it.state !== "loaded");
  return html`<section class="task count-task" aria-label=${t("Loading")}>
    <div class="task-place"><p class="task-label">${list.carrier}</p><p class="code-location">${loaded.length} / ${list.entries.length}</p>
      ${progress([{ value: loaded.length, status: "ok", label: t("loaded") }], list.entries.length, t("Loaded"))}</div>
    <p class="task-hint">${left.length ? t("Not loaded yet:") : t("All are on. Confirm when the carrier leaves.")}</p>
    <ul class="pile-list">${repeat(left, (it) => it.id, cartonView)}</ul>
  </section>`;
}

function cartonView(carton) {
  const number = carton.tracking || carton.sscc || "";
  return html`<li class="row-apart"><strong class="code">${nameOf(carton)}</strong><span class="code">${number.length > 8 ? `…${number.slice(-8)}` : number}</span>${carton.state === "labelled" ? nothing : html`<small>${t("label not scanned yet")}</small>`}</li>`;
}

function nameOf({ order, number }) {
  return `${order}/${number}`;
}
