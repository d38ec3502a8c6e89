/** What to do now: the place largest, then the item, how many, for which tote. Values in, markup out. */
import { html, nothing } from "../../../vendor/lit-html/lit-html.js";
import { instruction } from "../../lib/judge.js";
import { skuParts, stopFacts } from "../../lib/stop.js";
import { t } from "../../lib/words.js";
import { whole } from "../../ui/feedback.js";
import { icon } from "../../ui/icons.js";
import { pictureOf } from "../../ui/picture.js";
import { bigCode } from "../../ui/views.js";

const STEPS = { bin: ["pin", "Bin"], item: ["box", "Item"], tote: ["tote", "Tote"], lot: ["lot", "Lot"], serial: ["label", "Serial"] };

/** The middle of the work screen for wherever the person stands. */
export function taskView(trip) {
  const { step } = trip.position;
  if (step === "cart") return beginView(t("Cart"), trip.work.cart ?? t("Any cart"), trip);
  if (step === "bind") return bindView(trip);
  if (step === "zero_check") return beginView(t("Is this bin empty?"), trip.position.at_bin, trip);
  return stopView(trip, stopFacts(trip));
}

/** A tote with the colour of its slot on the cart, which is numbered as well. */
export function toteChip(slot, tote) {
  return html`<span class="tote-chip" data-slot=${slot === null ? nothing : ((slot - 1) % 8) + 1}>${slot === null ? nothing : html`<b>${slot}</b>`}${tote}</span>`;
}

function beginView(label, code, trip) {
  return html`<section class="task" aria-label=${label}>
    <div class="task-place"><p class="task-label">${label}</p>${bigCode(code, sizeOf(code))}</div>
    <p class="task-hint">${whole(instruction(trip.work, trip.position))}</p>
  </section>`;
}

function bindView({ work, position }) {
  const slot = work.slots.get(position.slot);
  const slots = [...work.slots.values()];
  return html`<section class="task" aria-label=${t("Totes")}>
    <div class="task-place"><p class="task-label">${t("Slot {slot} of {slots}", { slot: slot.slot, slots: slots.length })}</p>
      <p class="slot-number" data-slot=${((slot.slot - 1) % 8) + 1}>${slot.slot}</p></div>
    <div><p class="task-name">${slot.earlier.length ? t("Take another empty tote") : t("Put an empty tote here")}</p><p class="task-sku">${t("Order {order}", { order: slot.order })}</p></div>
    <p class="slot-row">${slots.map((it) => html`<span class="slot-mark" data-slot=${((it.slot - 1) % 8) + 1} data-bound=${it.tote ? "" : nothing}>${it.tote ?? it.slot}</span>`)}</p>
  </section>`;
}

function stopView(trip, facts) {
  const { task, asked, done, tote, slot, next, steps } = facts;
  const [head, tail] = skuParts(task.sku);
  return html`<section class="task" aria-label=${t("Stop||place")}>
    <div class="task-place">${bigCode(task.bin, sizeOf(task.bin))}</div>
    <div class="task-item"><div><p class="task-name">${task.name}</p><p class="task-sku">${head}<b>${tail}</b>${lotOf(task)}</p></div>${pictureOf(trip.work.pictures, task.sku)}</div>
    <p class="task-quantity"><b>${done}</b><span>${t("of {number}", { number: asked })}</span>${tote ? toteChip(slot, tote) : nothing}</p>
    <div>
      <ol class="steps" aria-label=${t("Steps")}>${steps.map(stepView)}</ol>
      <p class="task-next"><span>${next ? t("Next||stop") : t("Last stop")}</span>${next ? html`<b>${next}</b>` : nothing}</p>
    </div>
  </section>`;
}

function stepView({ name, isNow, isPast }) {
  const [sign, word] = STEPS[name];
  return html`<li aria-current=${isNow ? "step" : nothing} data-past=${isPast ? "" : nothing}>${icon(isPast ? "check" : sign)}${t(word)}</li>`;
}

function lotOf(task) {
  if (!task.lot) return nothing;
  return html` · ${t("lot")} <b>${task.lot}</b>`;
}

/** A long code is set smaller, so that it never takes more than two lines. */
function sizeOf(code) {
  if (code.length <= 7) return "code-location";
  return code.length <= 12 ? "code-location code-long" : "code-location code-longest";
}
