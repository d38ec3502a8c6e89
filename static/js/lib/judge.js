/**
 * The rules of a pick scan on the handheld, for the instant answer: the twin of `warehouse/domain/picking/judging.py`, held to
 * the same `tests/vectors`. The server's verdict is the truth; an `outcome` of null means that only it can know.
 */

import { isOurs, key, read } from "./barcodes.js";
import { finish, lookUp, meaningsOf, refused, applied } from "./picking/answers.js";
import { judgeUndo, refuseChanged } from "./picking/changes.js";
import { commit, loadInHand } from "./picking/commit.js";
import {
  isTypedSku, judgeNewSerial, judgeTypedSku, judgeUnits, judgeUnnamed, refuseForeign,
} from "./picking/items.js";
import { judgeArming, judgeHelp, judgeReport, judgeZeroCheck } from "./picking/reports.js";
import {
  askServer, judgeBin, judgeBind, judgeCart, judgeConfirm, judgeTote, refuseAmbiguous, refuseThing, refuseUnknown,
} from "./picking/totes.js";
import { policyAt, stand } from "./picking/walk.js";
import { lapse, leftOf, loadMeaning, loadPosition, loadScan } from "./picking/work.js";
import { say } from "./texts.js";

export { apply } from "./picking/applying.js";
export { begin, instruction } from "./picking/walk.js";
export { ARMED_FOR_MS, loadWork, loadPosition, positionToJson } from "./picking/work.js";

const SCANS = new Set(["scan", "quantity"]);
const UNITS = new Set(["item", "lot", "serial"]);
const OF_COMMAND = {
  CONFIRM: "confirm", UNDO: "undo", SHORT: "short", DAMAGED: "damaged", SKIP: "skip", FULL: "tote_full", WRONG: "wrong_stock",
};
const GUESSES = { "L:": "bin", "T:": "tote", "K:": "cart" };

/** What a code outside the batch can mean to a device: by its prefix only; what it cannot know, it asks. */
export function guess(key) {
  const kind = GUESSES[key.slice(0, 2)];
  if (kind) return [loadMeaning({ kind, code: key.slice(2) })];
  return key.startsWith("U:") ? [loadMeaning({ kind: "badge", code: key, lead: null })] : [];
}

/** Decide about one scan; `resolve` gives the meanings of keys outside the batch, `today` is an ISO date. */
export function judge(work, position, scan, { resolve = guess, today }) {
  const here = lapse(stand(work, loadPosition(position), scan.list_version ?? 0), scan.at);
  const trigger = triggerOf(work, here, loadScan(scan), { resolve, today });
  return finish(trigger, refuseChanged(trigger) ?? refuseTyping(trigger) ?? judgeKind(trigger));
}

function triggerOf(work, position, scan, surroundings) {
  const reading = read(scan.code ?? "", scan.via, work.stand_in);
  const policy = policyAt(work, work.tasks.get(position.task));
  const trigger = { work, position, scan, kind: scan.kind, number: scan.quantity, reading, policy, ...surroundings };
  const commanded = scan.kind === "scan" && OF_COMMAND[reading.command];
  return commanded ? { ...trigger, kind: commanded, number: null, reading: { ...reading, text: "" } } : trigger;
}

function refuseTyping({ scan, reading, policy }) {
  const isTyped = scan.via === "hand" && reading.keys.length > 0;
  return isTyped && !policy.hand_entry ? refused("policy", say("scan_it"), { then: "" }) : null;
}

function judgeKind(trigger) {
  const { kind, position, reading } = trigger;
  if (kind === "undo") return judgeUndo(trigger);
  if (reading.command && SCANS.has(kind)) {
    return reading.command === "HELP" ? judgeHelp(trigger) : refused("policy", say("not_here"));
  }
  const task = trigger.work.tasks.get(position.task);
  if (position.lead && task && kind !== "skip") return judgeLead(trigger, task);
  if (position.step === "zero_check") return judgeZeroCheck(trigger);
  return !task || position.step === "bind" ? judgeAround(trigger) : judgeAtTask(trigger, task);
}

function judgeLead(trigger, task) {
  const badges = SCANS.has(trigger.kind) ? badgesOf(trigger) : [];
  if (badges.length !== 1) return refused("policy", say("lead"), { then: "" });
  const [{ code: badge, lead }] = badges;
  if (lead === null) return askServer();
  if (!lead && !trigger.policy.self_approval) return refused("policy", say("not_a_lead"), { then: say("lead") });
  const effects = [{ effect: "lead_lift", task: task.id, badge, own: !lead }];
  return applied(say("lifted"), { ...trigger.position, lead: false }, { effects, last: "as_before" });
}

/** The badges that the code can be: one may have been printed without our prefix. */
function badgesOf(trigger) {
  const { text } = trigger.reading;
  const found = meaningsOf(trigger);
  const meant = found.length || !text || isOurs(text) ? found : lookUp(trigger, key(`U:${text}`));
  return meant.filter((it) => it.kind === "badge");
}

function judgeAround(trigger) {
  const [kinds, judgeIt] = AROUND[trigger.position.step];
  if (!kinds.has(trigger.kind)) return refused(trigger.position.step === "finished" ? "already_done" : "policy");
  const meanings = meaningsOf(trigger);
  return refuseUnclear(trigger, meanings) ?? judgeIt(trigger, meanings[0]);
}

function judgeFinished(trigger, meaning) {
  return UNITS.has(meaning.kind)
    ? refuseForeign(trigger, null, meaning.sku ?? meaning.code)
    : refused("already_done");
}

const AROUND = {
  cart: [new Set(["scan"]), judgeCart],
  bind: [new Set(["scan", "bind_tote"]), judgeBind],
  finished: [SCANS, judgeFinished],
};

function judgeAtTask(trigger, task) {
  const { kind, policy, position, reading } = trigger;
  if (kind === "confirm") {
    if (policy.mode !== "shadow") return judgeConfirm(trigger, task);
    return commit(trigger, task, { ...loadInHand(position), unverified: leftOf(task) - position.counted });
  }
  if (!SCANS.has(kind)) return judgeReport(trigger, task);
  if (reading.armed !== null) return judgeArming(trigger, task, reading.armed);
  if (kind === "quantity" && !reading.text) return judgeUnnamed(trigger, task);
  return judgeCode(trigger, task);
}

function judgeCode(trigger, task) {
  const { position, reading } = trigger;
  const found = meaningsOf(trigger);
  if (position.step === "serial" && reading.keys.length && !found.length) return judgeNewSerial(trigger, task);
  if (isTypedSku(trigger, task)) {
    return found.every((it) => it.sku === task.sku) ? judgeTypedSku(trigger, task) : refuseAmbiguous(found);
  }
  const isDetailStep = position.step === "lot" || position.step === "serial";
  const own = isDetailStep && found.every((it) => it.kind === "lot" || it.kind === "serial")
    ? found.filter((it) => it.sku === task.sku)
    : [];
  const meanings = own.length ? own : found;
  return refuseUnclear(trigger, meanings) ?? judgeMeaning(trigger, task, meanings[0]);
}

function judgeMeaning(trigger, task, meaning) {
  if (UNITS.has(meaning.kind)) return judgeUnits(trigger, task, meaning);
  if (meaning.kind === "bin") return judgeBin(trigger, task, meaning);
  return meaning.kind === "tote" ? judgeTote(trigger, task, meaning) : refuseThing(meaning);
}

function refuseUnclear(trigger, meanings) {
  if (meanings.length === 1) return null;
  return meanings.length ? refuseAmbiguous(meanings) : refuseUnknown(trigger);
}
