/** Lots, serials and the count itself: the second half of `warehouse/domain/picking/items.py`. */

import { key } from "../barcodes.js";
import { say } from "../texts.js";
import { applied, lookUp, refused } from "./answers.js";
import { commit } from "./commit.js";
import { currentTote, needsToteScan, stepIn } from "./walk.js";
import { leftOf, loadPosition } from "./work.js";

/** How many times the scanned unit is meant. */
export function timesOf({ kind, number, position }) {
  return ((kind === "quantity" && number) || 1) * (position.armed ?? 1);
}

/** Decide about the lot of the right item. */
export function judgeLot(trigger, task, units) {
  const { position } = trigger;
  if (units.lot === null) return judgeWithoutLot(trigger, task, units);
  const need = position.lot ?? task.lot;
  const known = task.lots.map((choice) => choice.code);
  const isAnyOfThem = need === null && (known.length === 0 || known.includes(units.lot));
  if (units.lot === need || isAnyOfThem) return judgeSwapped(trigger, task, units);
  if (position.counted) {
    return refused("wrong_lot", say("mixed_lots", { lot: units.lot, need }), { then: putAway(trigger, task) });
  }
  return judgeSwap(trigger, task, units, need ?? known.join(" / "));
}

function judgeWithoutLot(trigger, task, units) {
  const { position, policy } = trigger;
  const atLot = { ...position, step: "lot", held: units.pack * timesOf(trigger), armed: null, armed_at: null };
  if (task.lots.length > 1) {
    const text = say("ambiguous_lots", { lots: task.lots.length, bin: task.bin });
    return refused("ambiguous", text, { position: atLot, then: "" });
  }
  if (policy.scan_lot) return position.step === "lot" ? refused("policy") : applied("", atLot);
  return count(trigger, task, { ...units, lot: position.lot ?? task.lot });
}

function judgeSwap(trigger, task, units, need) {
  const choice = choiceOf(task, units.lot);
  const number = units.pack * timesOf(trigger);
  const isLegal = trigger.policy.allow_swap && task.lot !== null && choice && (choice.free ?? 0) >= number;
  if (!isLegal) return refused("wrong_lot", say("wrong_lot", { lot: units.lot, need }), { then: "" });
  const asked = trigger.reading.text;
  if (trigger.position.asked === asked) return count(trigger, task, units);
  return refused("wrong_lot", say("swap", { lot: units.lot, need }), { asked, then: "" });
}

function judgeSwapped(trigger, task, units) {
  const choice = choiceOf(task, units.lot);
  const number = trigger.position.counted + units.pack * timesOf(trigger);
  const isSwapped = task.lot !== null && units.lot !== task.lot && choice;
  if (!isSwapped || (choice.free ?? 0) >= number) return count(trigger, task, units);
  const left = Math.max((choice.free ?? 0) - trigger.position.counted, 0);
  return refused("over_quantity", say("lot_free", { left, lot: units.lot }), { then: putAway(trigger, task) });
}

function choiceOf(task, lot) {
  return task.lots.find((choice) => choice.code === lot);
}

function putAway(trigger, task) {
  if (!needsToteScan(trigger.work, task)) return say("confirm");
  return say("tote_first", { tote: currentTote(trigger.work, task) });
}

/** Decide about the serial of the right item. */
export function judgeSerial(trigger, task, units) {
  const { position } = trigger;
  if (units.serial !== null) return refuseSerial(trigger, task, units.serial) ?? count(trigger, task, units);
  if (position.step === "serial") return refused("policy");
  return applied("", { ...position, step: "serial", held: 1, armed: null, armed_at: null });
}

function refuseSerial(trigger, task, serial) {
  if (trigger.position.serials.includes(serial)) return refused("already_done", say("serial_twice", { serial }));
  const known = lookUp(trigger, key(serial)).find((it) => it.kind === "serial" && it.sku === task.sku);
  if (!known) {
    return trigger.policy.new_serials ? null : refused("unknown_barcode", say("unknown", { code: serial }), { then: "" });
  }
  if (known.bin === null) return refused("already_done", say("serial_gone", { serial }));
  if (known.bin !== task.bin) return refused("wrong_bin", say("serial_elsewhere", { serial, bin: known.bin }));
  return null;
}

/** Count the units; where no tote is asked, reaching the asked quantity commits. */
export function count(trigger, task, units) {
  const { position, work } = trigger;
  const counted = position.counted + units.pack * timesOf(trigger);
  const serials = units.serial ? [...position.serials, units.serial] : position.serials;
  const labels = units.label ? [{ effect: "queue_item_label", task: task.id, sku: task.sku, bin: task.bin }] : [];
  if (counted === leftOf(task) && !needsToteScan(work, task)) {
    return commit(trigger, task, { quantity: counted, lot: units.lot, serials, unverified: 0, before: labels });
  }
  const onward = loadPosition({
    task: task.id,
    step: stepIn(work, task, position.at_bin, counted),
    counted,
    at_bin: position.at_bin,
    slot: task.slot,
    lot: units.lot,
    serials,
    skipped: position.skipped,
  });
  return applied(progress(trigger, task, counted), onward, { effects: labels, then: "" });
}

function progress(trigger, task, counted) {
  const values = { done: task.picked + counted, wanted: task.wanted - task.short };
  if (!needsToteScan(trigger.work, task)) return say("counted", values);
  return say("counted_for_tote", { ...values, tote: currentTote(trigger.work, task) });
}
