/** What a handheld shows of the place a person stands at: values for the screen, without a page. */
import { leftOf } from "./picking/work.js";
import { currentTote, isWorkable, needsToteScan, nextTask, policyAt } from "./picking/walk.js";

const TAIL = 4;

/** The facts of the current task, or null where there is none. */
export function stopFacts({ work, position }) {
  const task = work.tasks.get(position.task);
  if (!task) return null;
  return {
    task,
    stop: task.stop,
    stops: work.stops.length,
    asked: leftOf(task) + task.picked,
    done: task.picked + position.counted,
    tote: needsToteScan(work, task) ? currentTote(work, task) : null,
    slot: task.slot,
    next: nextBin(work, position, task),
    steps: stepsOf(work, task, position),
  };
}

/** The SKU in two parts, the last four characters apart: they are what a person compares. */
export function skuParts(sku) {
  return [sku.slice(0, -TAIL), sku.slice(-TAIL)];
}

/** How far the trip is: eaches in totes of eaches asked, without what is short or cancelled. */
export function progressOf(work) {
  const counted = [...work.tasks.values()].filter((task) => task.state !== "cancelled");
  const sum = (name) => counted.reduce((total, task) => total + task[name], 0);
  return { picked: sum("picked"), short: sum("short"), wanted: sum("wanted") };
}

/** What may be done at this moment beside scanning: the buttons that make sense. */
export function actsAt({ work, position }) {
  const task = work.tasks.get(position.task);
  const isAtTask = Boolean(task) && position.step !== "bind";
  const isThere = isAtTask && position.step !== "bin";
  const policy = policyAt(work, task);
  return {
    undo: Boolean(position.last?.before),
    short: isThere && position.counted < leftOf(task),
    damaged: isThere,
    wrongItem: isThere,
    skip: isAtTask && position.counted === 0,
    several: isThere && position.step === "item" && policy.enter_quantity && !policy.scan_each && !task.scan_each,
    typed: Boolean(policy.hand_entry) && position.step !== "finished" && position.step !== "zero_check",
    toteFull: isAtTask && Boolean(needsToteScan(work, task) && currentTote(work, task)),
    join: isAtTask && position.counted === 0,
    confirm: isThere && position.counted > 0 && !needsToteScan(work, task),
  };
}

function stepsOf(work, task, position) {
  const isToteAsked = needsToteScan(work, task);
  const steps = [policyAt(work, task).scan_bin && "bin", "item", isToteAsked && "tote"].filter(Boolean);
  const detail = ["lot", "serial"].includes(position.step) ? position.step : null;
  const now = detail ? "item" : position.step;
  return steps.map((name) => ({ name: name === "item" && detail ? detail : name, isNow: name === now, isPast: steps.indexOf(name) < steps.indexOf(now) }));
}

function nextBin(work, position, task) {
  const rest = new Map(work.tasks).set(task.id, { ...task, state: "picked" });
  return nextTask({ ...work, tasks: rest }, position, work.list_version)?.bin ?? null;
}
