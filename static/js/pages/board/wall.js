/** The board for a wall, read from five metres: what is late, what is at risk, what waits, how the hours went. No name, nothing to press. */
import { html, nothing } from "../../../vendor/lit-html/lit-html.js";
import { repeat } from "../../../vendor/lit-html/directives/repeat.js";
import { byUrgency, lateBatches, stuckBatches, troubled, unsent } from "../../lib/board.js";
import { moment, number, slack, slackStatus, span } from "../../lib/format.js";
import { sentence, t } from "../../lib/words.js";
import { icon } from "../../ui/icons.js";
import { progress } from "../../ui/views.js";
import { ageChart, mismatchCharts, streak, throughput } from "./figures.js";

const ROWS = 7;
const BARS = 4;
const RISKS = 5;

/** The whole wall; `now` comes in so that all of it steps together. */
export function wallView(board, { now, timeZone }) {
  const batches = byUrgency(board.lanes, now, board.stuck_after);
  const all = board.lanes.reduce((sum, lane) => sum + (lane.state === "planned" ? 0 : lane.batches), 0);
  return html`
    ${totals(board, now)}
    <div class="wall-grid">
      <section class="wall-main"><h2>${t("Batches")}</h2>
        ${batches.length ? nothing : html`<p class="wall-calm">${icon("check")} ${t("No batch is on the floor")}</p>`}
        <ol class="wall-batches">${repeat(batches.slice(0, ROWS), ({ ticket }) => ticket.id, (entry) => batch(entry, now, timeZone))}</ol>
        ${all > ROWS ? html`<p class="muted">${t("and {number} more with more time spare", { number: all - ROWS })}</p>` : nothing}
      </section>
      <div class="wall-side">${risks(board, now, timeZone)} ${machines(board)} ${ageChart(board.exceptions)} ${streak(board.streak)}</div>
      <div class="wall-figures">${throughput(board.throughput, timeZone)} ${mismatchCharts(board.pareto, BARS)}</div>
    </div>`;
}

function totals({ exceptions: queue, lanes, orders_at_risk: risky = 0, stuck_after: after }, now) {
  const late = lateBatches(lanes, now);
  const stuck = stuckBatches(lanes, now, after);
  const one = (label, value, status) => html`<div class="wall-total" data-status=${value ? status : "ok"}><dt>${label}</dt><dd>${value ? nothing : icon("check")}${number(value)}</dd></div>`;
  return html`<dl class="wall-totals">${one(t("Batches late"), late, "wrong")} ${one(t("Orders at risk"), risky, "wrong")} ${one(t("Stuck"), stuck, "caution")}
    ${one(t("Exceptions"), queue.open, queue.overdue ? "wrong" : "caution")} ${one(t("Overdue"), queue.overdue, "wrong")}</dl>`;
}

function batch({ ticket, slack: left, stuck }, now, timeZone) {
  const { lines, lines_ended: ended, cutoff_at: cutoff, finish } = ticket;
  const status = left === null ? "idle" : slackStatus(left);
  const by = cutoff ? html`${finish ? `${moment(finish, now, { timeZone })} → ` : ""}${moment(cutoff, now, { timeZone })}` : "";
  return html`<li class="wall-batch" data-status=${stuck && status !== "wrong" ? "caution" : status} data-batch=${ticket.id}>
    <strong>${ticket.number}</strong>
    <span class="wall-progress">${progress([{ value: ended, status: "ok", label: t("picked") }], lines, t("Batch {number}", { number: ticket.number }))}<small>${t("{done} of {all}", { done: ended, all: lines })}</small></span>
    <span class="wall-when">${by}</span>
    <span class="wall-slack">${stuck ? html`<small>${icon("clock")}${t("still for {time}", { time: span(stuck) })}</small>` : nothing}${left === null ? nothing : slack(left)}</span></li>`;
}

function risks({ at_risk: list = [], orders_at_risk: all = 0 }, now, timeZone) {
  if (!all) return html`<section class="wall-list" data-status="ok"><h2>${t("Orders at risk")}</h2><p class="wall-calm">${icon("check")} ${t("None")}</p></section>`;
  return html`<section class="wall-list" data-status="wrong"><h2>${t("Orders at risk")}</h2><ul>${repeat(list.slice(0, RISKS), (order) => order.number, (order) => html`<li>
    <strong>${order.number}</strong><span>${moment(order.cutoff_at, now, { timeZone })}</span><span>${slack(Date.parse(order.cutoff_at) - Date.parse(order.finish))}</span></li>`)}</ul>
    ${all > RISKS ? html`<p>${t("and {number} more", { number: all - RISKS })}</p>` : nothing}</section>`;
}

function machines({ devices, devices_unsent: owing, printers }) {
  const waiting = unsent(devices).slice(0, 3);
  const ill = troubled(printers).slice(0, 3);
  const more = owing - waiting.length + troubled(printers).length - ill.length;
  const status = waiting.length || ill.length ? "caution" : "ok";
  return html`<section class="wall-list" data-status=${status}><h2>${t("Devices and printers")}</h2>
    ${waiting.length || ill.length ? nothing : html`<p class="wall-calm">${icon("check")} ${t("All scans sent, all printers ready")}</p>`}
    <ul>${waiting.map((device) => html`<li><strong>${device.name}</strong><span></span><span>${t("{number} to send", { number: device.pending })}</span></li>`)}
      ${ill.map((printer) => html`<li><strong>${printer.name}</strong><span></span><span>${sentence({ said: printer.said, text: printer.attention }) || t("{number} stuck", { number: printer.stuck })}</span></li>`)}</ul>
    ${more > 0 ? html`<p>${t("and {number} more", { number: more })}</p>` : nothing}</section>`;
}
