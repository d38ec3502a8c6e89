/** How a rule's answer becomes a verdict. The twin of `warehouse/domain/picking/answers.py`. */

import { say } from "../texts.js";
import { applyEffects } from "./applying.js";
import { instruction } from "./walk.js";

const MISSES_BEFORE_LEAD = 3;
const MISMATCHES = new Set([
  "unknown_barcode", "wrong_bin", "not_on_batch", "other_task", "wrong_lot", "expired", "wrong_unit",
  "over_quantity", "wrong_tote",
]);

/** The scan counts; `last` ("this", "as_before", "nothing") says what an undo would then meet. */
export function applied(text, position, more = {}) {
  return { accepted: true, text, position, effects: [], then: null, tote: null, last: "this", ...more };
}

/** The scan moves nothing; the position may move on, and `asked` waits for the same code again (rule 8). */
export function refused(outcome, text = "", more = {}) {
  return { accepted: false, outcome, text, position: null, effects: [], then: null, asked: null, ...more };
}

/** What one key stands for: by the batch's own directory, else by the device's guess. */
export function lookUp(trigger, key) {
  return trigger.work.directory.get(key) ?? trigger.resolve(key);
}

/** Everything the code stands for, each thing once. */
export function meaningsOf(trigger) {
  const found = new Map();
  for (const meaning of trigger.reading.keys.flatMap((key) => lookUp(trigger, key))) {
    found.set(JSON.stringify(Object.entries(meaning).sort()), meaning);
  }
  return [...found.values()];
}

/** Make the verdict of an answer: count misses, remember what an undo takes back, say what to do next. */
export function finish(trigger, answer) {
  return answer.accepted ? accept(trigger, answer) : refuse(trigger, answer);
}

function accept(trigger, answer) {
  const position = { ...answer.position, misses: 0, asked: null, last: lastOf(trigger, answer) };
  const work = applyEffects(trigger.work, answer.effects);
  return {
    outcome: "accepted",
    blocked: false,
    text: sentence(work, position, answer),
    position,
    effects: answer.effects,
    line: lineOf(work, trigger, position),
  };
}

function lastOf(trigger, answer) {
  if (answer.last !== "this") return answer.last === "as_before" ? trigger.position.last : null;
  const isFinal = answer.effects.some(({ effect }) => effect === "wrong_stock" || effect === "zero_check");
  const before = isFinal ? null : { ...trigger.position, last: null, armed: null, armed_at: null, asked: null, misses: 0 };
  const undo = [...answer.effects].reverse().flatMap((effect) => reverse(trigger.work, effect));
  return { scan: trigger.scan.id, person: trigger.scan.person, undo, before, tote: answer.tote };
}

function reverse(work, { effect, ...values }) {
  switch (effect) {
    case "commit_pick":
      return [{ effect: "undo_pick", ...values }];
    case "swap_lot":
      return [{ effect, ...values, old: values.new, new: values.old }];
    case "short_pick":
      return [{ effect: "undo_short", task: values.task, quantity: values.quantity }];
    case "damage_pick":
      return [{ effect: "undo_damage", ...values }];
    case "bind_tote":
      return [{ effect: "unbind_tote", ...values }];
    case "tote_full":
      return [{ effect: "reopen_tote", ...values }];
    case "take_cart":
      return [{ effect: "release_cart", cart: values.cart, planned: work.cart }];
    default:
      return [];
  }
}

function refuse(trigger, answer) {
  const before = trigger.position;
  const isMiss = MISMATCHES.has(answer.outcome) && answer.asked === null;
  const misses = isMiss ? before.misses + 1 : before.misses;
  const position = { ...(answer.position ?? before), misses, asked: answer.asked, armed: null, armed_at: null };
  if (position.task !== before.task) position.misses = 0;
  const verdict = {
    outcome: answer.outcome,
    blocked: answer.outcome !== null && trigger.policy.mode !== "shadow",
    text: sentence(applyEffects(trigger.work, answer.effects), position, answer),
    position,
    effects: answer.effects,
    line: lineOf(trigger.work, trigger, position),
  };
  return isMiss && misses === MISSES_BEFORE_LEAD ? thirdMiss(trigger, verdict) : verdict;
}

function thirdMiss(trigger, verdict) {
  const opened = { effect: "open_exception", type: "mismatch", task: trigger.position.task, outcome: verdict.outcome };
  const effects = [...verdict.effects, opened];
  if (!(trigger.policy.lead_after_misses && verdict.blocked && trigger.position.task !== null)) {
    return { ...verdict, effects };
  }
  const position = { ...verdict.position, lead: true };
  return { ...verdict, effects, text: `${verdict.text} ${say("lead")}`, position };
}

function sentence(work, position, answer) {
  return `${answer.text} ${answer.then ?? instruction(work, position)}`.trim();
}

function lineOf(work, trigger, after) {
  const before = trigger.position.task;
  const task = work.tasks.get(trigger.kind === "undo" ? (after.task ?? before) : (before ?? after.task));
  return task ? (work.lines.get(task.order_line) ?? null) : null;
}
