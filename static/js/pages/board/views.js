/** What the board shows: values in, markup out. Counts are large; colour only where somebody should act. */
import { html, nothing } from "../../../vendor/lit-html/lit-html.js";
import { repeat } from "../../../vendor/lit-html/directives/repeat.js";
import { lateBatches, slackOf, stuckFor } from "../../lib/board.js";
import { age, moment, number, slackStatus, span } from "../../lib/format.js";
import { lookOf } from "../../lib/outcomes.js";
import { sentence, t } from "../../lib/words.js";
import { icon } from "../../ui/icons.js";
import { chip } from "../../ui/chips.js";
import { ageView, progress, slackChip, stat } from "../../ui/views.js";
import { ageChart, mismatchCharts, people, streak, throughput } from "./figures.js";

const ONLINE_WITHIN = 30_000;
const SHOWN = 12;
const LANES = { released: "To pick", picking: "Being picked", picked: "Picked", planned: "Planned" };
const ORDERS = { ready: "Orders ready", batched: "Orders batched", picking: "Orders picking", picked: "Orders picked", packing: "Orders packing", packed: "Orders packed" };

const STEPS = {
  plan: (_, time) => t("Not planned yet, cutoff {time}", { time }),
  pick: ({ batch, person }, time) => t("Batch {batch}, {person}, cutoff {time}", { batch, person: person ?? t("free"), time }),
  pack: (_, time) => t("To be packed, cutoff {time}", { time }),
};

/** The whole board; `now` comes in so that all ages step together. */
export function boardView(board, { now, timeZone }) {
  return html`
    ${figures(board, now)} ${crew(board)} ${streak(board.streak)}
    <div class="board-grid">
      <div class="lanes">${board.lanes.map((lane) => laneView(lane, now, timeZone, board.stuck_after))}
        <section class="card"><h2>${t("The last 12 hours")}</h2><div class="charts">${throughput(board.throughput, timeZone)} ${mismatchCharts(board.pareto)}</div></section>
        ${people(board.people)}</div>
      <div class="stack-wide">
        ${risks(board, now, timeZone)}
        ${exceptions(board.exceptions, now)} ${mismatches(board.mismatches, now)} ${devices(board, now)} ${printers(board.printers)}
      </div>
    </div>`;
}

function risks({ at_risk: list = [], orders_at_risk: all = 0 }, now, timeZone) {
  if (!all) return nothing;
  const more = all > list.length ? html`<p class="muted">${t("and {number} more", { number: all - list.length })}</p>` : nothing;
  return html`<section class="card" data-status="wrong"><h2>${t("{number} orders at risk", { number: all })}</h2>
    <ul class="feed">${repeat(list, (order) => order.number, (order) => html`<li data-status="wrong">${icon("clock")}
      <span><a href="/admin/orders/${order.number}">${order.number}</a><br /><small>${STEPS[order.step](order, moment(order.cutoff_at, now, { timeZone }))}</small></span>
      ${slackChip(Date.parse(order.cutoff_at) - Date.parse(order.finish))}</li>`)}</ul>${more}</section>`;
}

function figures({ orders, exceptions: queue, lanes }, now) {
  const late = lateBatches(lanes, now);
  return html`<dl class="stats">
    ${Object.entries(ORDERS).map(([state, name]) => stat(t(name), number(orders[state] ?? 0)))}
    ${stat(t("Batches late"), number(late), { status: late ? "wrong" : "idle" })}
    ${stat(t("Exceptions"), number(queue.open), { status: queue.overdue ? "caution" : "idle", note: queue.overdue ? t("{number} overdue", { number: queue.overdue }) : "" })}
  </dl>`;
}

/** For how many people the finishes are foreseen. */
function crew({ picking, packing }) {
  return html`<p class="row">${picking ? chip(t("Picking now: {number}", { number: number(picking) })) : chip(t("Nobody picks: foreseen for one"), "caution", "alert")}
    ${packing ? chip(t("Packing now: {number}", { number: number(packing) })) : chip(t("Nobody packs: foreseen for one"), "caution", "alert")}</p>`;
}

function laneView({ state, batches, lines, lines_ended: ended, tickets }, now, timeZone, stuckAfter) {
  return html`<section class="lane" data-lane=${state}>
    <h2><span>${t(LANES[state])}</span><span>${number(batches)}</span></h2>
    ${batches ? html`<p class="muted">${t("{done} of {all} lines", { done: ended, all: lines })}</p>` : html`<p class="muted">${t("None")}</p>`}
    <div class="tickets">${repeat(tickets.slice(0, SHOWN), (ticket) => ticket.id, (ticket) => ticketView(ticket, now, timeZone, stuckFor(ticket, state, now, stuckAfter)))}</div>
    ${batches > SHOWN ? html`<p><a href="/admin/batches">${t("and {number} more", { number: batches - SHOWN })}</a></p>` : nothing}
  </section>`;
}

function ticketView(ticket, now, timeZone, stuck) {
  const left = slackOf(ticket, now);
  const { lines, lines_ended: ended } = ticket;
  return html`<article class="ticket" data-status=${left === null ? "idle" : slackStatus(left)} data-batch=${ticket.id}>
    <p class="ticket-head"><strong>${ticket.number}</strong><span>${t("{done} of {all}", { done: ended, all: lines })}${ticket.minutes && lines !== ended ? `, ${t("{number} min", { number: ticket.minutes })}` : ""}</span></p>
    ${progress([{ value: ended, status: "ok", label: t("picked") }], lines, t("Batch {number}", { number: ticket.number }))}
    <p class="row-apart"><span class="muted">${ticket.person ?? (ticket.parked ? t("Parked at {place}", { place: ticket.parked }) : t("Free"))}</span>
      ${ticket.paused ? chip(t("On a pause"), "info", "clock") : nothing}${stuck ? chip(t("Still for {time}", { time: span(stuck) }), "caution", "alert") : nothing}${left === null ? nothing : slackChip(left)}</p>
    ${ticket.cutoff_at ? html`<p class="muted">${finishWords(ticket, now, timeZone)}</p>` : nothing}
  </article>`;
}

function finishWords({ finish, cutoff_at: cutoff }, now, timeZone) {
  const by = moment(cutoff, now, { timeZone });
  return finish ? t("Finish about {finish}, cutoff {time}", { finish: moment(finish, now, { timeZone }), time: by }) : t("cutoff {time}", { time: by });
}

function exceptions({ open, ages, owners, oldest }, now) {
  return html`<section class="card"><div class="card-head"><h2>${t("Exceptions")}</h2><a href="/admin/exceptions">${t("Open the queue")}</a></div>
    ${open ? nothing : html`<p class="muted">${t("Nothing is open.")}</p>`}
    ${open ? ageChart({ ages }) : nothing}
    <p class="row">${owners.map((owner) => chip(t("{role} {number}, oldest {age}", { role: t(words(owner.role)), number: owner.open, age: age(owner.oldest_at, now) }), owner.overdue ? "caution" : "idle"))}</p>
    <ul class="feed">${repeat(oldest, (entry) => entry.id, (entry) => html`<li data-status=${Date.parse(entry.due_at) < now ? "wrong" : "idle"}>
      ${icon("alert")}<span>${sentence(entry)}<br /><small>${entry.owner ?? t(words(entry.owner_role))}</small></span>${ageView(entry.opened_at, now)}</li>`)}</ul></section>`;
}

function mismatches(list, now) {
  return html`<section class="card"><h2>${t("Last mismatches")}</h2>
    ${list.length ? nothing : html`<p class="muted">${t("None yet.")}</p>`}
    <ul class="feed">${repeat(list, (scan) => scan.id, (scan) => {
      const look = lookOf(scan.outcome);
      return html`<li data-status=${look.status}>${icon(look.icon)}<span>${t(look.word)}<br /><small>${where(scan)}</small></span>${ageView(scan.at, now)}</li>`;
    })}</ul></section>`;
}

/** Where it was; by whom, and with which batch, is said only where the site shows it. */
function where({ person, batch, bin, order }) {
  return [person, batch && t("batch {number}", { number: batch }), bin, order && t("order {number}", { number: order })].filter(Boolean).join(", ");
}

function devices({ devices: list, devices_online: all, devices_unsent: owing }, now) {
  const online = (device) => now - Date.parse(device.seen_at) < ONLINE_WITHIN;
  const face = (device) => (device.pending ? ["caution", t("{number} to send", { number: device.pending })] : online(device) ? ["ok", t("Online")] : ["idle", t("Away")]);
  return html`<section class="card"><div class="card-head"><h2>${t("Devices")}</h2><span class="muted">${t("{number} online", { number: all })}</span></div>${list.length ? nothing : html`<p class="muted">${t("No device has been heard yet.")}</p>`}
    <ul class="feed">${repeat(list.slice(0, SHOWN), (device) => device.name, (device) => html`<li data-status=${face(device)[0]}>${icon(online(device) ? "online" : "offline")}
      <span>${device.person ?? device.name}<br /><small>${online(device) ? device.name : t("last heard {age} ago", { age: age(device.seen_at, now) })}</small></span>${chip(face(device)[1], face(device)[0])}</li>`)}</ul>
    ${owing > SHOWN ? html`<p><a href="/admin/devices">${t("and {number} more with scans to send", { number: owing - SHOWN })}</a></p>` : nothing}</section>`;
}

function printers(list) {
  const face = ({ active, attention, said, stuck }) => (!active ? ["idle", t("Off")] : attention || stuck ? ["wrong", sentence({ said, text: attention }) || t("{number} stuck", { number: stuck })] : ["ok", t("Ready")]);
  return html`<section class="card"><h2>${t("Printers")}</h2><ul class="feed">${list.map((printer) => html`<li data-status=${face(printer)[0]}>${icon("printer")}
    <span>${printer.name}<br /><small>${t("{number} waiting", { number: printer.waiting })}</small></span>${chip(face(printer)[1], face(printer)[0])}</li>`)}</ul></section>`;
}

function words(code) {
  return code.replaceAll("_", " ");
}
