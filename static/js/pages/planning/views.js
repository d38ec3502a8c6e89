/** What the planning screen shows: values in, markup out. */
import { html, nothing } from "../../../vendor/lit-html/lit-html.js";
import { repeat } from "../../../vendor/lit-html/directives/repeat.js";
import { moment, number } from "../../lib/format.js";
import { sentence, t } from "../../lib/words.js";
import { chip } from "../../ui/chips.js";
import { stat } from "../../ui/views.js";
import { curve } from "./curve.js";

const STATES = { searching: { status: "info", text: "Looking for better" }, ready: { status: "ok", text: "Best found" }, lost: { status: "caution", text: "Search ended early, best kept" }, storing: { status: "info", text: "Storing" }, stored: { status: "ok", text: "Stored" } };
const ALL_LATE = 8;

/** The whole plan; `at` carries the actions and what is being asked. */
export function planView(plan, at) {
  if (!plan.orders && !plan.trips) return html`<p class="muted">${t("The first plan comes in a moment.")}</p>`;
  return html`${head(plan, at)}
    ${at.problem ? html`<p class="flash" role="alert" data-status="wrong">${at.problem}</p>` : nothing}
    ${lateOrders(plan)} ${priceView(at)} ${trips(plan, at)} ${leftOut(plan)}`;
}

function head(plan, at) {
  const { status, text } = STATES[plan.state];
  const saved = plan.name_order_mm ? 1 - plan.distance_mm / plan.name_order_mm : 0;
  return html`<section class="card plan-head">
    <div class="row-apart"><p class="row">${chip(t(text), status)}<span class="muted">${t("{seconds} s, {number} tries", { seconds: plan.seconds, number: plan.iterations })}</span></p>${buttons(plan, at)}</div>
    <dl class="stats">
      ${stat(t("Walk"), metres(plan.distance_mm), { status: "ok", note: saved > 0 ? t("{share} % less than by bin name", { share: Math.round(saved * 100) }) : "" })}
      ${stat(t("By bin name"), metres(plan.name_order_mm), { note: t("first come, first served") })}
      ${stat(t("Batches"), number(plan.batches), { note: `${t("{number} orders", { number: plan.orders })}, ${t("{number} lines", { number: plan.lines })}` })}
      ${stat(t("Late orders"), number(plan.late_orders), { status: plan.late_orders ? "wrong" : "ok", note: plan.late_orders ? t("{number} min together", { number: Math.ceil(plan.tardiness_s / 60) }) : t("no truck missed") })}
      ${stat(t("All picked"), plan.finish ? moment(plan.finish, Date.now(), at) : "", { note: t("as the floor is staffed now") })}
    </dl>
    ${curve(at.history, plan.name_order_mm)}
  </section>`;
}

function buttons(plan, { busy, mayPlan, stop, commit }) {
  if (!mayPlan) return nothing;
  if (plan.state === "stored") return html`<a class="btn btn-primary" href="/admin/batches">${t("See the batches")}</a>`;
  const off = Boolean(busy) || plan.state === "storing";
  return html`<p class="row">
    ${plan.state === "searching" ? html`<button class="btn" type="button" ?disabled=${off} @click=${stop}>${t("Good enough")}</button>` : nothing}
    <button class="btn" type="button" ?disabled=${off} @click=${() => commit(false)}>${t("Store only")}</button>
    <button class="btn btn-primary" type="button" ?disabled=${off} @click=${() => commit(true)}>${busy === "commit" ? t("Storing…") : t("Release to pickers")}</button></p>`;
}

function lateOrders({ late = [], late_orders: all }) {
  if (!all) return nothing;
  const more = all > ALL_LATE ? ` ${t("and {number} more", { number: all - ALL_LATE })}` : "";
  return html`<p class="flash" data-status="caution"><span>${t("Would miss the cutoff:")} ${late.slice(0, ALL_LATE).map((order, place) => html`${place ? ", " : ""}<a href="/admin/orders/${order}">${order}</a>`)}${more}</span></p>`;
}

function priceView({ price, busy, move, forget }) {
  if (!price) return nothing;
  const later = price.late_after - price.late_before;
  return html`<section class="card plan-price" role="status" data-status=${later > 0 ? "wrong" : price.extra_mm > 0 ? "caution" : "ok"}>
    <p><strong>${price.to ? t("Order {order} to batch {batch}:", { order: price.order, batch: price.to }) : t("Order {order} to a batch of its own:", { order: price.order })}</strong>
      ${signed(price.extra_mm / 1000, "m")}, ${signed(price.extra_s / 60, "min")}${later ? `, ${t(later > 0 ? "{number} more late" : "{number} fewer late", { number: Math.abs(later) })}` : ""}.</p>
    <p class="row"><button class="btn btn-primary" type="button" ?disabled=${Boolean(busy)} @click=${() => move(price)}>${t("Move it")}</button><button class="btn" type="button" @click=${forget}>${t("Leave it")}</button></p></section>`;
}

function trips(plan, at) {
  return html`<div class="plan-trips">${repeat(plan.trips ?? [], (_, place) => place, (trip, place) => tripView(trip, place + 1, plan, at))}</div>`;
}

function tripView(trip, place, plan, at) {
  const status = trip.late.length ? "wrong" : "idle";
  return html`<details class="card plan-trip" data-status=${status} data-trip=${place}><summary>
      <strong>${t("Batch {batch}", { batch: place })}</strong><span>${t("{number} orders", { number: trip.orders.length })}, ${t("{number} stops", { number: trip.stops })}</span>
      <span class="number">${metres(trip.distance_mm)}</span><span class="number">${t("{number} min", { number: Math.round(trip.seconds / 60) })}</span>
      ${trip.late.length ? chip(t("{number} late", { number: trip.late.length }), "wrong") : trip.cutoff ? html`<span class="muted">${t("for {time}", { time: moment(trip.cutoff, Date.now(), at) })}</span>` : nothing}</summary>
    <ul class="feed">${trip.orders.map((order) => html`<li><span></span><span><a href="/admin/orders/${order}">${order}</a>${trip.late.includes(order) ? html` ${chip(t("late"), "wrong")}` : nothing}</span>
      ${at.mayPlan && !plan.state.startsWith("stor") ? mover(order, place, plan, at) : nothing}</li>`)}</ul></details>`;
}

function mover(order, place, plan, { ask, busy }) {
  const chosen = (event) => event.target.value && ask(order, event.target.value === "own" ? null : Number(event.target.value));
  return html`<select class="input plan-move" aria-label=${t("Move order {order}", { order })} ?disabled=${Boolean(busy)} @change=${chosen}>
    <option value="">${t("Move to…")}</option>${plan.trips.map((trip, to) => (to + 1 === place ? nothing : option(trip, to + 1, plan.cart_totes)))}<option value="own">${t("A batch of its own")}</option></select>`;
}

function option({ totes }, place, room) {
  const isFull = totes >= room;
  return html`<option value=${place} ?disabled=${isFull}>${isFull ? t("Batch {batch}, full", { batch: place }) : t("Batch {batch}, {number} free", { batch: place, number: room - totes })}</option>`;
}

function leftOut({ left_out: list = [] }) {
  if (!list.length) return nothing;
  return html`<details class="card"><summary>${t("{number} orders left out", { number: list.length })}</summary><ul>${list.map(({ order, reason, said }) => html`<li><a href="/admin/orders/${order}">${order}</a>: ${sentence({ said, text: reason })}</li>`)}</ul></details>`;
}

function metres(mm) {
  return `${number(Math.round((mm ?? 0) / 1000))} m`;
}

function signed(value, unit) {
  const rounded = Math.round(value * 10) / 10;
  return `${rounded > 0 ? "+" : rounded < 0 ? "−" : "±"}${number(Math.abs(rounded))} ${unit}`;
}
