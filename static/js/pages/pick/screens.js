/** The screens of a trip: on the way, all picked, stopped by the server, taken over. Values in, markup out. */
import { html } from "../../../vendor/lit-html/lit-html.js";
import { unsentOf } from "../../lib/aside.js";
import { clock } from "../../lib/format.js";
import { progressOf } from "../../lib/stop.js";
import { t } from "../../lib/words.js";
import { whole } from "../../ui/feedback.js";
import { icon } from "../../ui/icons.js";
import { progress } from "../../ui/views.js";
import { barView } from "./frame.js";
import { taskView } from "./task_view.js";

/** On the way. */
export function workBar(trip, link, scans, camera) {
  const { picked, short, wanted } = progressOf(trip.work);
  const task = trip.work.tasks.get(trip.position.task);
  const detail = task ? t("Stop {stop} of {stops}", { stop: task.stop, stops: trip.work.stops.length }) : t("{number} orders", { number: trip.work.slots.size });
  const parts = [{ value: picked, status: "ok", label: t("picked") }, { value: short, status: "caution", label: t("short") }];
  return barView({ title: t("List {number}", { number: String(trip.work.number) }), detail, link, scans, done: progress(parts, wanted, t("Picked")), camera });
}

export function workMiddle(trip) {
  return trip.position.step === "finished" ? finishedMiddle(trip) : taskView(trip);
}

function finishedMiddle({ work }) {
  const { picked, short, wanted } = progressOf(work);
  const totes = [...work.slots.values()].filter((slot) => slot.tote);
  return html`<section class="task" aria-label=${t("All picked")}>
    <div class="task-place"><p class="task-label">${short ? t("{missing} short", { missing: short }) : t("Complete")}</p><p class="code-location code-long">${t("{done} of {wanted}", { done: picked, wanted })}</p></div>
    <p class="task-hint">${totes.length ? t("Bring {number} totes to the pack station.", { number: totes.length }) : t("Bring the goods to the pack station.")}</p>
    <p class="slot-row">${totes.map((it) => html`<span class="slot-mark" data-slot=${((it.slot - 1) % 8) + 1} data-bound>${it.tote}</span>`)}</p>
  </section>`;
}

/** The server could not apply what the device had shown as right: the hands come first. */
export function stopMiddle({ texts, followUps, wasGreen }) {
  const told = followUps.includes("put_back") ? t("It is on the put-back list as well.") : t("A lead has been told.");
  return html`<section class="task stop-screen" role="alert">
    ${icon("alert", "stop-icon")}
    <h1>${wasGreen ? t("{number} scans did not count", { number: texts.length }) : t("Stop||halt")}</h1>
    <ol class="stop-list">${texts.map((text) => html`<li class="task-name">${whole(text)}</li>`)}</ol>
    <p class="task-hint">${followUps.length ? told : t("Do this before you go on.")}</p>
  </section>`;
}

/** Somebody else has the list now. */
export function takenMiddle({ name, at }, scans, timeZone) {
  const number = unsentOf(scans);
  const since = at ? t("{name} took over at {since}", { name, since: clock(at, { timeZone }) }) : t("{name} took over", { name });
  return html`<section class="task stop-screen" role="alert">
    ${icon("person", "stop-icon")}
    <h1>${name ? since : t("This list is not yours any more")}</h1>
    <p class="task-name">${t("Leave the cart where it is and talk to them.")}</p>
    <p class="task-hint">${number ? t("{number} of your scans are still being sent.", { number }) : t("All your scans have arrived.")}</p>
  </section>`;
}
