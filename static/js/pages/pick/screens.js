/** The screens of a trip: nothing in hand, on the way, all picked, stopped by the server, taken over. Values in, markup out. */
import { html, nothing } from "../../../vendor/lit-html/lit-html.js";
import { clock } from "../../lib/format.js";
import { progressOf } from "../../lib/stop.js";
import { bandView } from "../../ui/feedback.js";
import { icon } from "../../ui/icons.js";
import { linkChip, progress } from "../../ui/views.js";
import { taskView } from "./task_view.js";

/** One button of the row in the thumb's reach. */
export function action(label, sign, run, { kind = "", disabled = false } = {}) {
  return html`<button class="btn ${kind}" type="button" ?disabled=${disabled} @click=${run}>${icon(sign)}${label}</button>`;
}

/** The line on top: which list, how far, and how the device stands with the server. */
export function barView({ title, detail = "", link, scans, done = null, camera = null }) {
  const look = camera && html`<button class="camera-open" type="button" aria-label="Scan with the camera" @click=${camera}>${icon("camera")}</button>`;
  return html`<header class="work-bar" ?data-camera=${Boolean(camera)}><p><strong>${title}</strong> ${detail}</p>${look ?? nothing}${linkChip(link, scans)}${done ?? nothing}</header>`;
}

/** Any of the screens: the bar, what to do, the verdict, the buttons. */
export function screenView(bar, middle, band, actions) {
  return html`<div class="work">${bar}${middle}${band ?? html`<div></div>`}<div class="actions">${actions}</div></div>`;
}

/** No list in hand. */
export function startView({ name, message, busy, can, notice }, run) {
  return html`<section class="task start" aria-label="Start">
    <p class="start-hello">${name}</p>
    <p class="task-hint" role="status">${message}</p>
    <button class="btn btn-primary btn-big start-button" type="button" ?disabled=${busy} @click=${run.start}>${icon("cart")}${busy ? "Looking for work" : "Start"}</button>
    <nav class="start-more" aria-label="Other work">
      <a class="btn" href="/put-backs">${icon("back")}Put back</a>
      ${can.count ? html`<a class="btn" href="/counts">${icon("stock")}Count</a>` : nothing}
    </nav>
    ${notice ? html`<p class="task-hint start-notice">${notice}</p>` : nothing}
  </section>`;
}

/** On the way. */
export function workBar(trip, link, scans, camera) {
  const { picked, short, wanted } = progressOf(trip.work);
  const task = trip.work.tasks.get(trip.position.task);
  const detail = task ? `Stop ${task.stop} of ${trip.work.stops.length}` : `${trip.work.slots.size} orders`;
  const parts = [{ value: picked, status: "ok", label: "picked" }, { value: short, status: "caution", label: "short" }];
  return barView({ title: `List ${trip.work.number}`, detail, link, scans, done: progress(parts, wanted, "Picked"), camera });
}

export function workMiddle(trip) {
  return trip.position.step === "finished" ? finishedMiddle(trip) : taskView(trip);
}

function finishedMiddle({ work }) {
  const { picked, short, wanted } = progressOf(work);
  const totes = [...work.slots.values()].filter((slot) => slot.tote);
  return html`<section class="task" aria-label="All picked">
    <div class="task-place"><p class="task-label">${short ? `${short} short` : "Complete"}</p><p class="code-location">${picked} of ${wanted}</p></div>
    <p class="task-hint">${totes.length ? `Bring ${totes.length === 1 ? "the tote" : `${totes.length} totes`} to the pack station.` : "Bring the goods to the pack station."}</p>
    <p class="slot-row">${totes.map((it) => html`<span class="slot-mark" data-slot=${((it.slot - 1) % 8) + 1} data-bound>${it.tote}</span>`)}</p>
  </section>`;
}

/** The server could not apply what the device had shown as right: the hands come first. */
export function stopMiddle({ texts, followUps, wasGreen }) {
  const told = followUps.includes("put_back") ? "It is on the put-back list as well." : "A lead has been told.";
  return html`<section class="task stop-screen" role="alert">
    ${icon("alert", "stop-icon")}
    <h1>${wasGreen ? (texts.length > 1 ? `${texts.length} scans did not count` : "That scan did not count") : "Stop"}</h1>
    <ol class="stop-list">${texts.map((text) => html`<li class="task-name">${text}</li>`)}</ol>
    <p class="task-hint">${followUps.length ? told : "Do this before you go on."}</p>
  </section>`;
}

/** Somebody else has the list now. */
export function takenMiddle({ name, at }, { pending }, timeZone) {
  const since = at ? ` at ${clock(at, { timeZone })}` : "";
  return html`<section class="task stop-screen" role="alert">
    ${icon("person", "stop-icon")}
    <h1>${name ? `${name} took over${since}` : "This list is not yours any more"}</h1>
    <p class="task-name">Leave the cart where it is and talk to them.</p>
    <p class="task-hint">${pending ? `${pending} of your scans are still being sent.` : "All your scans have arrived."}</p>
  </section>`;
}

/** The band at the bottom; a tap on a refusal goes back to what to do. */
export function bandOf(feedback, onClear) {
  return bandView(feedback.band.value, onClear);
}
