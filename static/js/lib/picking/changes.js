/** Taken over, cancelled, edited, held, done by others; and undo. See `domain/picking/changes.py` and `undo.py`. */

import { say } from "../texts.js";
import { applied, refused } from "./answers.js";
import { applyEffects } from "./applying.js";
import { sayChange } from "./items.js";
import { arrive, currentTote, enter, isWorkable } from "./walk.js";
import { leftOf } from "./work.js";

/** Refuse a scan that was made for work as it is no longer; null when the work is as the person thinks. */
export function refuseChanged(trigger) {
  return refuseHolder(trigger) ?? refuseState(trigger) ?? refuseTask(trigger);
}

function refuseHolder({ work: { lease }, scan }) {
  if (lease === null) return refused("not_owner", say("handed_back"), { then: "" });
  if (lease.epoch === scan.epoch && lease.device === scan.device) return null;
  return refused("not_owner", say("taken_over", { name: lease.name, since: lease.since }), { then: "" });
}

function refuseState({ work: { state, number } }) {
  const states = {
    cancelled: ["order_changed", "batch_cancelled"],
    closed: ["already_done", "batch_closed"],
    planned: ["policy", "batch_planned"],
  };
  const [outcome, pattern] = states[state] ?? [];
  return outcome ? refused(outcome, say(pattern, { number }), { then: "" }) : null;
}

function refuseTask(trigger) {
  const { work, position, scan } = trigger;
  if (position.task === null) return null;
  const task = work.tasks.get(position.task);
  if (!task) return movedOn(trigger, work, "stale", say("list_changed"), []);
  const isSurplus = isWorkable(task) && position.counted > leftOf(task);
  if (task.changed === "edited" || isSurplus) return refuseEdited(trigger, task);
  if (task.changed !== null || task.state === "cancelled") return refuseCalledOff(trigger, task);
  if (!isWorkable(task)) {
    const effects = released(task, position.counted);
    return movedOn(trigger, work, "already_done", say("complete", { name: task.name }), effects);
  }
  return scan.list_version < task.version ? refused("stale", say("list_changed")) : null;
}

function refuseCalledOff(trigger, task) {
  const change = task.changed ?? "cancelled";
  const effects = [
    { effect: "acknowledge_change", task: task.id, change },
    ...released(task, trigger.position.counted),
  ];
  const text = `${say(`order_${change}`, { order: task.order })} ${hands(trigger, task)}`;
  return movedOn(trigger, applyEffects(trigger.work, effects), "order_changed", text, effects);
}

function hands(trigger, task) {
  const { counted } = trigger.position;
  if (counted) return say("put_back", { number: counted, bin: task.bin });
  const tote = currentTote(trigger.work, task);
  return tote ? say("leave_in_tote", { tote }) : say("leave_it");
}

function refuseEdited(trigger, task) {
  const { counted } = trigger.position;
  const over = Math.max(counted - Math.max(leftOf(task), 0), 0);
  const surplus = over && task.tracking === "serial" ? counted : over;
  const acknowledged = { effect: "acknowledge_change", task: task.id, change: "edited" };
  const effects = [acknowledged, ...released(task, surplus)];
  const after = applyEffects(trigger.work, effects);
  const edited = after.tasks.get(task.id);
  let text = say("order_edited", { order: task.order, wanted: task.wanted, name: task.name });
  if (surplus) text += ` ${say("put_back", { number: surplus, bin: task.bin })}`;
  if (!isWorkable(edited)) return movedOn(trigger, after, "order_changed", text, effects);
  const position = enter(after, edited, trigger.position, counted - surplus);
  return refused("order_changed", text, { position, effects });
}

function released(task, quantity) {
  return quantity ? [{ effect: "release_count", task: task.id, quantity, bin: task.bin }] : [];
}

function movedOn(trigger, work, outcome, text, effects) {
  const { position, more } = arrive(work, trigger.position, trigger.scan.list_version);
  return refused(outcome, text, { position, effects: [...effects, ...more] });
}

/** Decide about taking back the last applied scan; a second undo finds nothing. */
export function judgeUndo(trigger) {
  const { last } = trigger.position;
  if (last === null) return refused("already_done", say("nothing_to_undo"));
  if (last.before === null) return refused("policy", say("final"), { then: "" });
  if (last.person !== trigger.scan.person) return refused("policy", say("not_yours"), { then: "" });
  for (const effect of last.undo) {
    const refusal = refuseUndo(trigger, effect);
    if (refusal) return refusal;
  }
  const out = last.undo.find((effect) => effect.effect === "undo_pick" && effect.tote);
  const text = out ? say("undone_from_tote", out) : say("undone");
  return applied(text, last.before, { effects: last.undo, last: "nothing" });
}

function refuseUndo(trigger, { effect, task: id, slot }) {
  const isGone = ["unbind_tote", "reopen_tote"].includes(effect) && !trigger.work.slots.has(slot);
  if (isGone) return refused("stale", say("list_changed"));
  if (!["undo_pick", "undo_short", "undo_damage"].includes(effect)) return null;
  const task = trigger.work.tasks.get(id);
  if (!task) return refused("stale", say("list_changed"));
  if (task.changed !== null) return refused("order_changed", `${sayChange(task)} ${say("leave_it")}`);
  if (task.state === "cancelled") return refused("order_changed", say("order_cancelled", { order: task.order }));
  return effect === "undo_short" && task.settled ? refused("policy", say("settled"), { then: "" }) : null;
}
