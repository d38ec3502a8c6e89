/** Short, damaged, wrong stock, later, tote full, bin empty, help. The twin of `warehouse/domain/picking/reports.py`. */

import { isOurs } from "../barcodes.js";
import { say } from "../texts.js";
import { applied, meaningsOf, refused } from "./answers.js";
import { applyEffects } from "./applying.js";
import { commit, loadInHand, onward } from "./commit.js";
import { mustScanEach } from "./items.js";
import { arrive, enter, needsToteScan, nextTask, slotOf } from "./walk.js";
import { leftOf } from "./work.js";

const SHORT_REASONS = new Set(["bin_empty", "not_found", "unreadable", "other"]);
const DAMAGE_REASONS = new Set(["broken", "wet", "expired", "other"]);

function judgeShort(trigger, task) {
  const { counted } = trigger.position;
  const found = trigger.number ?? counted;
  const left = leftOf(task);
  const refusal = refuseAway(trigger, task) ?? refuseComplete(task, found) ?? refuseReason(trigger, SHORT_REASONS);
  if (refusal) return refusal;
  if (found < counted) return refused("policy", say("in_hand", { number: counted }), { then: "" });
  if (found > left) return refused("over_quantity", say("only", { left: left - counted }), { then: "" });
  const missing = left - found;
  const effect = { effect: "short_pick", task: task.id, quantity: missing, reason: trigger.scan.reason };
  return giveUp(trigger, task, effect, say("short", { missing }));
}

function judgeWrongStock(trigger, task) {
  const refusal = refuseAway(trigger, task);
  if (refusal) return refusal;
  const code = trigger.reading.text;
  if (!code || isOurs(code)) return refused("policy", say("scan_wrong_item"), { then: "" });
  const found = new Set(meaningsOf(trigger).map((meaning) => meaning.sku).filter(Boolean));
  if (found.has(task.sku)) return refused("policy", say("right_item"));
  const quantity = leftOf(task) - trigger.position.counted;
  if (quantity === 0) return refused("policy", say("nothing_short"));
  const sku = found.size === 1 ? [...found][0] : null;
  const effect = { effect: "wrong_stock", task: task.id, bin: task.bin, quantity, found: sku, code };
  return giveUp(trigger, task, effect, say("wrong_stock", { bin: task.bin }));
}

function judgeDamaged(trigger, task) {
  const { position, number } = trigger;
  const refusal = refuseAway(trigger, task) ?? refuseNumber(trigger) ?? refuseReason(trigger, DAMAGE_REASONS);
  if (refusal) return refusal;
  const left = trigger.work.stock.get(task.bin)?.get(task.sku) ?? 0;
  if (number > left) return refused("over_quantity", say("only_here", { left, bin: task.bin }), { then: "" });
  const inHand = task.tracking === "serial" ? 0 : Math.max(position.counted - number, 0);
  const lot = position.lot ?? task.lot;
  const effect = { effect: "damage_pick", task: task.id, quantity: number, reason: trigger.scan.reason, lot };
  return applied(say("damaged", { number }), enter(trigger.work, task, position, inHand), { effects: [effect] });
}

function judgeSkip(trigger, task) {
  const { position, work, scan } = trigger;
  if (position.counted) return refused("policy", say("in_hand", { number: position.counted }), { then: "" });
  const later = { ...position, skipped: [...position.skipped.filter((id) => id !== task.id), task.id] };
  const following = nextTask(work, later, scan.list_version);
  if (following === null || following.id === task.id) return refused("policy", say("nothing_else"));
  const effects = [{ effect: "skip", task: task.id }];
  return applied(say("skipped", { name: task.name }), enter(work, following, later), { effects });
}

function judgeToteFull(trigger, task) {
  const slot = slotOf(trigger.work, task);
  if (slot === null || slot.tote === null) return refused("policy", say("tote_not_needed"));
  const { tote } = slot;
  const isIt = (meaning) => meaning.kind === "tote" && meaning.code === tote;
  if (trigger.reading.text && !meaningsOf(trigger).some(isIt)) {
    return refused("wrong_tote", say("use_tote", { tote }), { then: "" });
  }
  const effects = [{ effect: "tote_full", slot: slot.slot, tote }];
  const after = applyEffects(trigger.work, effects);
  const position = enter(after, task, trigger.position, trigger.position.counted);
  return applied(say("tote_full", { tote }), position, { effects });
}

/** Decide about the answer to "is the bin empty now?". */
export function judgeZeroCheck(trigger) {
  const bin = trigger.position.at_bin;
  const { position, more } = arrive(trigger.work, trigger.position, trigger.scan.list_version);
  if (trigger.kind === "skip") return applied(say("zero_check_skipped"), position, { effects: more });
  const found = trigger.kind === "confirm" ? 0 : trigger.number;
  if ((trigger.kind !== "confirm" && trigger.kind !== "quantity") || found === null || found < 0) {
    return refused("policy");
  }
  const text = found ? say("not_empty", { found, bin }) : say("empty", { bin });
  return applied(text, position, { effects: [{ effect: "zero_check", bin, found }, ...more] });
}

/** Call a lead; nothing moves. */
export function judgeHelp(trigger) {
  const effects = [{ effect: "open_exception", type: "help", task: trigger.position.task, outcome: null }];
  return applied(say("help"), trigger.position, { effects, last: "as_before" });
}

/** Decide about `C:QTY-n`: the next scan, and only that, counts n times. */
export function judgeArming(trigger, task, number) {
  if (mustScanEach(trigger, task)) return refused("policy", say("scan_each"), { then: "" });
  return applied(say("armed", { number }), { ...trigger.position, armed: number, armed_at: Date.parse(trigger.scan.at) });
}

/** Decide about a kind that is no scan. */
export function judgeReport(trigger, task) {
  const judge = REPORTS.get(trigger.kind);
  return judge ? judge(trigger, task) : refused("policy", say("not_here"));
}

const REPORTS = new Map([
  ["short", judgeShort],
  ["damaged", judgeDamaged],
  ["wrong_stock", judgeWrongStock],
  ["skip", judgeSkip],
  ["tote_full", judgeToteFull],
]);

function giveUp(trigger, task, effect, text) {
  const { position, work, scan } = trigger;
  const after = applyEffects(work, [effect]);
  const rest = after.tasks.get(task.id);
  if (leftOf(rest) === 0) {
    const { position: following, more } = onward(after, position, scan.list_version);
    return applied(text, following, { effects: [effect, ...more] });
  }
  if (position.counted === leftOf(rest) && !needsToteScan(work, task)) {
    return { ...commit(trigger, task, { ...loadInHand(position), before: [effect] }), text };
  }
  return applied(text, enter(after, rest, position, position.counted), { effects: [effect] });
}

function refuseAway(trigger, task) {
  return trigger.position.step === "bin" ? refused("policy", say("bin_first", { bin: task.bin }), { then: "" }) : null;
}

function refuseComplete(task, found) {
  return found === leftOf(task) ? refused("policy", say("nothing_short")) : null;
}

function refuseReason(trigger, reasons) {
  return reasons.has(trigger.scan.reason) ? null : refused("policy", say("say_why"), { then: "" });
}

function refuseNumber(trigger) {
  return (trigger.number ?? 0) >= 1 ? null : refused("policy", say("enter_number"), { then: "" });
}
