/** What the planning screen shows: values in, markup out. */
import { html, nothing } from "../../../vendor/lit-html/lit-html.js";
import { repeat } from "../../../vendor/lit-html/directives/repeat.js";
import { moment, number } from "../../lib/format.js";
import { chip } from "../../ui/chips.js";
import { stat } from "../../ui/views.js";
import { curve } from "./curve.js";

const STATES = { searching: ["info", "Looking for better"], ready: ["ok", "Best found"], lost: ["caution", "Search ended early, best kept"], storing: ["info", "Storing"], stored: ["ok", "Stored"] };
const ALL_LATE = 8;

/** The whole plan; `at` carries the actions and what is being asked. */
export function planView(plan, at) {
  if (!plan.orders && !plan.trips) return html`<p class="muted">The first plan comes in a moment.</p>`;
  return html`${head(plan, at)}
    ${at.problem ? html`<p class="flash" role="alert" data-status="wrong">${at.problem}</p>` : nothing}
    ${lateOrders(plan)} ${priceView(at)} ${trips(plan, at)} ${leftOut(plan)}`;
}

function head(plan, at) {
  const [status, word] = STATES[plan.state];
  const saved = plan.name_order_mm ? 1 - plan.distance_mm / plan.name_order_mm : 0;
  return html`<section class="card plan-head">
    <div class="row-apart"><p class="row">${chip(word, status)}<span class="muted">${number(plan.seconds)} s, ${number(plan.iterations)} tries</span></p>${buttons(plan, at)}</div>
    <dl class="stats">
      ${stat("Walk", metres(plan.distance_mm), { status: "ok", note: saved > 0 ? `${Math.round(saved * 100)} % less than by bin name` : "" })}
      ${stat("By bin name", metres(plan.name_order_mm), { note: "first come, first served" })}
      ${stat("Batches", number(plan.batches), { note: `${number(plan.orders)} orders, ${number(plan.lines)} lines` })}
      ${stat("Late orders", number(plan.late_orders), { status: plan.late_orders ? "wrong" : "ok", note: plan.late_orders ? `${number(Math.ceil(plan.tardiness_s / 60))} min together` : "no truck missed" })}
      ${stat("All picked", plan.finish ? moment(plan.finish, Date.now(), at) : "", { note: "as the floor is staffed now" })}
    </dl>
    ${curve(at.history, plan.name_order_mm)}
  </section>`;
}

function buttons(plan, { busy, mayPlan, stop, commit }) {
  if (!mayPlan) return nothing;
  if (plan.state === "stored") return html`<a class="btn btn-primary" href="/admin/batches">See the batches</a>`;
  const off = Boolean(busy) || plan.state === "storing";
  return html`<p class="row">
    ${plan.state === "searching" ? html`<button class="btn" type="button" ?disabled=${off} @click=${stop}>Good enough</button>` : nothing}
    <button class="btn" type="button" ?disabled=${off} @click=${() => commit(false)}>Store only</button>
    <button class="btn btn-primary" type="button" ?disabled=${off} @click=${() => commit(true)}>${busy === "commit" ? "Storing…" : "Release to pickers"}</button></p>`;
}

function lateOrders({ late = [], late_orders: all }) {
  if (!all) return nothing;
  const more = all > ALL_LATE ? ` and ${number(all - ALL_LATE)} more` : "";
  return html`<p class="flash" data-status="caution"><span>Would miss the cutoff: ${late.slice(0, ALL_LATE).map((order, place) => html`${place ? ", " : ""}<a href="/admin/orders/${order}">${order}</a>`)}${more}</span></p>`;
}

function priceView({ price, busy, move, forget }) {
  if (!price) return nothing;
  const later = price.late_after - price.late_before;
  return html`<section class="card plan-price" role="status" data-status=${later > 0 ? "wrong" : price.extra_mm > 0 ? "caution" : "ok"}>
    <p><strong>Order ${price.order} to ${price.to ? `batch ${price.to}` : "a batch of its own"}:</strong>
      ${signed(price.extra_mm / 1000, "m")}, ${signed(price.extra_s / 60, "min")}${later ? `, ${Math.abs(later)} ${later > 0 ? "more" : "fewer"} late` : ""}.</p>
    <p class="row"><button class="btn btn-primary" type="button" ?disabled=${Boolean(busy)} @click=${() => move(price)}>Move it</button><button class="btn" type="button" @click=${forget}>Leave it</button></p></section>`;
}

function trips(plan, at) {
  return html`<div class="plan-trips">${repeat(plan.trips ?? [], (_, place) => place, (trip, place) => tripView(trip, place + 1, plan, at))}</div>`;
}

function tripView(trip, place, plan, at) {
  const status = trip.late.length ? "wrong" : "idle";
  return html`<details class="card plan-trip" data-status=${status} data-trip=${place}><summary>
      <strong>Batch ${place}</strong><span>${number(trip.orders.length)} orders, ${number(trip.stops)} stops</span>
      <span class="number">${metres(trip.distance_mm)}</span><span class="number">${Math.round(trip.seconds / 60)} min</span>
      ${trip.late.length ? chip(`${number(trip.late.length)} late`, "wrong") : trip.cutoff ? html`<span class="muted">for ${moment(trip.cutoff, Date.now(), at)}</span>` : nothing}</summary>
    <ul class="feed">${trip.orders.map((order) => html`<li><span></span><span><a href="/admin/orders/${order}">${order}</a>${trip.late.includes(order) ? html` ${chip("late", "wrong")}` : nothing}</span>
      ${at.mayPlan && !plan.state.startsWith("stor") ? mover(order, place, plan, at) : nothing}</li>`)}</ul></details>`;
}

function mover(order, place, plan, { ask, busy }) {
  const chosen = (event) => event.target.value && ask(order, event.target.value === "own" ? null : Number(event.target.value));
  return html`<select class="input plan-move" aria-label="Move order ${order}" ?disabled=${Boolean(busy)} @change=${chosen}>
    <option value="">Move to…</option>${plan.trips.map((trip, to) => (to + 1 === place ? nothing : option(trip, to + 1, plan.cart_totes)))}<option value="own">A batch of its own</option></select>`;
}

function option({ totes }, place, room) {
  const isFull = totes >= room;
  return html`<option value=${place} ?disabled=${isFull}>Batch ${place}${isFull ? ", full" : `, ${room - totes} free`}</option>`;
}

function leftOut({ left_out: list = [] }) {
  if (!list.length) return nothing;
  return html`<details class="card"><summary>${number(list.length)} orders left out</summary><ul>${list.map(({ order, reason }) => html`<li><a href="/admin/orders/${order}">${order}</a>: ${reason}</li>`)}</ul></details>`;
}

function metres(mm) {
  return `${number(Math.round((mm ?? 0) / 1000))} m`;
}

function signed(value, unit) {
  const rounded = Math.round(value * 10) / 10;
  return `${rounded > 0 ? "+" : rounded < 0 ? "−" : "±"}${number(Math.abs(rounded))} ${unit}`;
}
