/** Counted units go into the tote, and on to the next thing to do. The twin of `warehouse/domain/picking/commit.py`. */

import { say } from "../texts.js";
import { applied } from "./answers.js";
import { applyEffects } from "./applying.js";
import { arrive, currentTote, enter, isWorkable, policyAt } from "./walk.js";
import { loadPosition } from "./work.js";

/** What has been counted and not committed. */
export function loadInHand(position) {
  return { quantity: position.counted, lot: position.lot, serials: position.serials, unverified: 0, before: [] };
}

/** Put the load into the order's tote; fewer than asked leaves the rest of the task open (rule 7). */
export function commit(trigger, task, load) {
  const tote = currentTote(trigger.work, task);
  const effects = [...load.before, ...moves(task, load, tote)];
  const after = applyEffects(trigger.work, effects);
  const { position, more } = onward(after, { ...trigger.position, task: task.id }, trigger.scan.list_version);
  return applied(textOf(after.tasks.get(task.id), load, tote), position, { effects: [...effects, ...more], tote });
}

/** Stay at the task while it is open, ask whether its bin is empty, else go on to the next one. */
export function onward(work, position, version) {
  const task = work.tasks.get(position.task);
  if (isWorkable(task)) return { position: enter(work, task, position), more: [] };
  if (!asksZero(work, task)) return arrive(work, position, version);
  const asking = { task: null, step: "zero_check", at_bin: task.bin, skipped: position.skipped };
  return { position: loadPosition(asking), more: [] };
}

function moves(task, load, tote) {
  const effects = [];
  if (load.lot && task.lot && load.lot !== task.lot) {
    effects.push({ effect: "swap_lot", task: task.id, quantity: load.quantity, old: task.lot, new: load.lot });
  }
  const scanned = {
    effect: "commit_pick", task: task.id, quantity: load.quantity, sku: task.sku, bin: task.bin, tote, lot: load.lot,
    serials: load.serials, unverified: false,
  };
  if (load.quantity) effects.push(scanned);
  if (load.unverified) {
    effects.push({ ...scanned, quantity: load.unverified, lot: task.lot, serials: [], unverified: true });
  }
  return effects;
}

function asksZero(work, task) {
  if (!policyAt(work, task).zero_check || task.short) return false;
  const left = [...(work.stock.get(task.bin)?.values() ?? [])].reduce((sum, number) => sum + number, 0);
  return left === 0 && ![...work.tasks.values()].some((other) => other.bin === task.bin && isWorkable(other));
}

function textOf(task, load, tote) {
  const progress = { done: task.picked, wanted: task.wanted - task.short };
  if (load.unverified) return say("unverified", { ...progress, number: load.unverified });
  return tote === null ? say("taken", progress) : say("in_tote", { ...progress, tote });
}
