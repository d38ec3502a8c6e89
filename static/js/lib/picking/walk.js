/** Which task comes next, which step it begins with, what to say. The twin of `warehouse/domain/picking/walk.py`. */

import { say } from "../texts.js";
import { leftOf, loadPosition } from "./work.js";

/** The rules of the task's zone, or of the batch where there is no task. */
export function policyAt(work, task) {
  return (task && work.zones.get(task.zone)) ?? work.policy;
}

/** The cart slot of the task's order, null when totes are not used for it. */
export function slotOf(work, task) {
  if (task.slot === null || policyAt(work, task).scan_tote === false) return null;
  return work.slots.get(task.slot) ?? null;
}

/** The tote that takes the task's units now. */
export function currentTote(work, task) {
  return work.slots.get(task.slot)?.tote ?? null;
}

/** Whether only the scan of the tote commits. */
export function needsToteScan(work, task) {
  return slotOf(work, task) !== null && (policyAt(work, task).scan_tote ?? work.slots.size > 1);
}

/** Whether the task can be picked now. */
export function isWorkable(task) {
  return isOpen(task) && task.changed !== "cancelled" && task.changed !== "held";
}

/** The position a batch starts at: cart, then empty totes, then the first task. */
export function begin(work) {
  return goOn(work, loadPosition({ task: null, step: "finished" }), work.list_version);
}

/** Go on to what comes next after the position's task: the new position and the effects of getting there. */
export function arrive(work, position, version) {
  const onward = goOn(work, position, version);
  const isPicked = onward.step === "finished" && ![...work.tasks.values()].some(isOpen);
  return { position: onward, more: isPicked ? [{ effect: "batch_picked", batch: work.id }] : [] };
}

/** Where somebody stands who knows list `version`: on from what others have ended, to what came in behind the last task, or on the way. */
export function stand(work, position, version) {
  const isOver = position.step === "finished" ? nextTask(work, position, version) !== null : hasGone(work, position, version);
  if (isOver) return goOn(work, position, version);
  const nearer = onTheWay(work, position, version);
  return nearer ? enter(work, nearer, position) : position;
}

/** The first task between that was made later than the one they are sent to: ids grow as tasks are made. */
function onTheWay(work, { task: sent, step, at_bin: bin, counted, held, skipped }, version) {
  if (step !== "bin" || bin === null || counted || held) return null;
  const from = work.stops.findIndex((stop) => stop.bin === bin);
  const to = work.stops.findIndex((stop) => stop.tasks.includes(sent));
  const between = from < 0 ? [] : work.stops.slice(from, Math.max(from, to)).flatMap((stop) => stop.tasks);
  const made = between.filter((id) => id > sent && !skipped.includes(id)).map((id) => work.tasks.get(id));
  return made.find((task) => isWorkable(task) && task.version <= version) ?? null;
}

function hasGone(work, { task: id, step, slot, counted, held }, version) {
  if (id === null || counted || held) return id === null && step === "bind" && !work.slots.has(slot);
  const task = work.tasks.get(id);
  if (!task) return version >= work.list_version;
  if (isWorkable(task) || task.state === "cancelled" || task.changed !== null) return false;
  return ![...work.tasks.values()].some((it) => it.version > version && !isWorkable(it));
}

/** What has to be scanned next for the task. */
export function stepIn(work, task, atBin, counted) {
  const slot = slotOf(work, task);
  if (slot !== null && slot.tote === null) return "bind";
  if (policyAt(work, task).scan_bin && atBin !== task.bin) return "bin";
  return counted && counted >= leftOf(task) && needsToteScan(work, task) ? "tote" : "item";
}

/** Stand at the task with so many of it in the hand; lot and serials stay only while something is. */
export function enter(work, task, position, counted = 0) {
  return loadPosition({
    task: task.id,
    step: stepIn(work, task, position.at_bin, counted),
    counted,
    at_bin: position.at_bin,
    slot: task.slot,
    lot: counted ? position.lot : null,
    serials: counted ? position.serials : [],
    skipped: position.skipped,
    last: position.last,
  });
}

function isOpen(task) {
  return task.state === "open" && leftOf(task) > 0;
}

function goOn(work, position, version) {
  const away = { task: null, at_bin: position.at_bin, last: position.last };
  if (work.policy.scan_cart && !work.cart_taken) return loadPosition({ task: null, step: "cart" });
  const unbound = work.policy.scan_tote === false ? null : [...work.slots.values()].find((it) => it.tote === null);
  if (unbound && position.task === null) return loadPosition({ ...away, step: "bind", slot: unbound.slot });
  const task = nextTask(work, position, version);
  return task ? enter(work, task, position) : loadPosition({ ...away, step: "finished" });
}

/** The task to go to: onward in walk order from the task or bin where they stand, then back, then the skipped ones, then those the device has not heard of. */
export function nextTask(work, position, version) {
  const here = (work.tasks.get(position.task) ?? work.tasks.get(work.stops.find(({ bin }) => bin === position.at_bin)?.tasks[0]))?.stop ?? 0;
  let behind = null;
  const later = [];
  for (const id of work.stops.flatMap((stop) => stop.tasks)) {
    const task = work.tasks.get(id);
    if (!isWorkable(task)) continue;
    if (position.skipped.includes(id) || task.version > version) later.push(task);
    else if (task.stop >= here) return task;
    else behind ??= task;
  }
  return behind ?? firstOf(later, position, version);
}

function firstOf(later, position, version) {
  const rank = (task) => [task.version > version ? 1 : 0, position.skipped.indexOf(task.id)];
  const before = (a, b) => a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
  return later.reduce((best, task) => (best === null || before(rank(task), rank(best)) ? task : best), null);
}

/** Say in one sentence what to do at this position. */
export function instruction(work, position) {
  switch (position.step) {
    case "finished":
      return say([...work.tasks.values()].some(isOpen) ? "waiting" : "all_picked");
    case "cart":
      return work.cart ? say("scan_cart", { cart: work.cart }) : say("scan_any_cart");
    case "bind":
      return say("bind", { slot: position.slot, order: work.slots.get(position.slot).order });
    case "zero_check":
      return say("is_empty", { bin: position.at_bin });
    default:
      return pickInstruction(work, position, work.tasks.get(position.task));
  }
}

function pickInstruction(work, position, task) {
  if (position.step === "bin") return say("go", { bin: task.bin });
  if (position.step === "tote") return say("scan_tote", { tote: currentTote(work, task) });
  if (position.step === "lot") return say("scan_lot");
  if (position.step === "serial") return say("scan_serial");
  const left = leftOf(task) - position.counted;
  return left > 0 ? say("take", { left, name: task.name }) : say("confirm");
}
