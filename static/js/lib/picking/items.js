/** Scans of an item, a lot or a serial: is it the right one, how many is it. See `warehouse/domain/picking/items.py`. */

import { expiryDate } from "../gs1.js";
import { say } from "../texts.js";
import { refused } from "./answers.js";
import { count, judgeLot, judgeSerial, timesOf } from "./details.js";
import { instruction, isWorkable } from "./walk.js";
import { leftOf } from "./work.js";

const NO_DETAILS = { pack: 1, lot: null, serial: null, expires_on: null, label: false };

/** Decide about a scan that means an item, one of its lots or one of its serials. */
export function judgeUnits(trigger, task, meaning) {
  const units = unitsOf(trigger, meaning);
  return units.sku === task.sku ? judgeRightItem(trigger, task, units) : refuseForeign(trigger, task, units.sku);
}

/** Decide about an entered quantity without a code, which counts only where no item scan is asked. */
export function judgeUnnamed(trigger, task) {
  if (trigger.policy.scan_item) return refused("policy", say("item_first"));
  return judgeRightItem(trigger, task, { ...NO_DETAILS, sku: task.sku });
}

/** Decide about a code at the serial step that the system has never seen: a serial not booked in. */
export function judgeNewSerial(trigger, task) {
  const serial = trigger.reading.gs1.serial ?? trigger.reading.text;
  return judgeRightItem(trigger, task, { ...NO_DETAILS, sku: task.sku, serial });
}

/** Whether the task's SKU, or its last four characters, were typed in place of an unreadable barcode. */
export function isTypedSku(trigger, task) {
  const typed = trigger.reading.text.toUpperCase();
  const sku = task.sku.toUpperCase();
  return trigger.scan.via === "hand" && trigger.position.step === "item" && (typed === sku || typed === sku.slice(-4));
}

/** Decide about an item told by the last four of its SKU: the bin must be sure, and no neighbour may end alike. */
export function judgeTypedSku(trigger, task) {
  if (trigger.position.at_bin !== task.bin) return refused("policy", say("bin_first", { bin: task.bin }), { then: "" });
  const typed = trigger.reading.text.toUpperCase();
  const neighbours = [...trigger.work.tasks.values()].filter((it) => it.bin === task.bin).map((it) => it.sku);
  neighbours.push(...(trigger.work.stock.get(task.bin)?.keys() ?? []));
  const isAlike = (sku) => sku !== task.sku && sku.toUpperCase().endsWith(typed);
  if (typed !== task.sku.toUpperCase() && neighbours.some(isAlike)) {
    return refused("ambiguous", say("ambiguous_last_four", { bin: task.bin, code: typed }), { then: "" });
  }
  return judgeRightItem(trigger, task, { ...NO_DETAILS, sku: task.sku, label: true });
}

/** Say where a SKU belongs that is not the one to be taken now. */
export function refuseForeign(trigger, task, sku) {
  const others = [...trigger.work.tasks.values()].filter((other) => other.sku === sku);
  const later = others.find(isWorkable);
  if (later) {
    const name = task ? task.name : instruction(trigger.work, trigger.position);
    return refused("other_task", say("later", { stop: later.stop, name }), { then: "" });
  }
  const changed = others.find((other) => other.changed !== null);
  if (changed) return refused("order_changed", `${sayChange(changed)} ${say("leave_it")}`);
  if (others.length) return refused("already_done", say("complete", { name: others[0].name }));
  return refused("not_on_batch", say("not_on_batch"));
}

/** Say what happened to the task's order. */
export function sayChange(task) {
  return say(`order_${task.changed}`, { order: task.order, wanted: task.wanted, name: task.name });
}

/** Whether no entered or armed quantity may stand for scans. */
export function mustScanEach({ policy }, task) {
  return policy.scan_each || task.scan_each || !policy.enter_quantity || task.tracking === "serial";
}

function unitsOf(trigger, meaning) {
  const { gs1 } = trigger.reading;
  const sku = meaning.sku ?? meaning.code;
  if (meaning.kind === "serial") return { ...NO_DETAILS, sku, serial: meaning.code };
  const expires = gs1.expiry ? expiryDate(gs1.expiry, trigger.today) : meaning.expires_on;
  if (meaning.kind === "lot") {
    const isForHeld = trigger.position.step === "lot" && trigger.kind === "scan";
    const pack = isForHeld ? trigger.position.held : 1;
    return { ...NO_DETAILS, sku, pack, lot: meaning.code, expires_on: expires };
  }
  const pack = meaning.pack_quantity * gs1.count;
  return { ...NO_DETAILS, sku, pack, lot: gs1.lot, serial: gs1.serial, expires_on: expires };
}

function judgeRightItem(trigger, task, units) {
  const { step } = trigger.position;
  if (step === "bin") return refused("policy", say("bin_first", { bin: task.bin }), { then: "" });
  if (step === "tote") return refused("over_quantity", say("that_is_all", { name: task.name }));
  const refusal =
    refuseExpired(trigger, task, units) ?? refuseEntry(trigger, task, units) ?? refuseTooMany(trigger, task, units);
  if (refusal) return refusal;
  if (task.tracking === "lot" || task.tracking === "expiry") return judgeLot(trigger, task, units);
  if (task.tracking === "serial") return judgeSerial(trigger, task, units);
  return count(trigger, task, { ...units, lot: null });
}

function refuseExpired(trigger, task, units) {
  const lot = units.lot ?? trigger.position.lot ?? task.lot;
  const known = task.lots.find((choice) => choice.code === lot)?.expires_on;
  const date = units.expires_on ?? known ?? (lot === task.lot ? task.expires_on : null);
  return date && date < trigger.today ? refused("expired", say("expired", { date })) : null;
}

function refuseEntry(trigger, task, units) {
  if (trigger.kind === "quantity" && (trigger.number ?? 0) < 1) return refused("policy", say("enter_number"));
  if (timesOf(trigger) > 1 && mustScanEach(trigger, task)) return refused("policy", say("scan_each"));
  if (units.pack > 1 && task.tracking === "serial") {
    return refused("wrong_unit", say("piece_each", { pack: units.pack }), { then: "" });
  }
  return null;
}

function refuseTooMany(trigger, task, units) {
  const left = leftOf(task) - trigger.position.counted;
  if (units.pack * timesOf(trigger) <= left) return null;
  if (left === 0) return refused("over_quantity", say("that_is_all", { name: task.name }));
  if (units.pack > left) return refused("wrong_unit", say("case", { pack: units.pack, left }), { then: "" });
  return refused("over_quantity", say("only", { left }), { then: "" });
}
