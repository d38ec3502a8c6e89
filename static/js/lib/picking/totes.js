/** Scans of carts, totes and bins. The twin of `warehouse/domain/picking/totes.py`. */

import { say } from "../texts.js";
import { t } from "../words.js";
import { applied, refused } from "./answers.js";
import { applyEffects } from "./applying.js";
import { commit, loadInHand } from "./commit.js";
import { sayChange } from "./items.js";
import { arrive, begin, currentTote, enter, isWorkable, needsToteScan } from "./walk.js";
import { leftOf } from "./work.js";

/** Say that nothing in the system has this code. */
export function refuseUnknown(trigger) {
  return refused("unknown_barcode", say("unknown", { code: trigger.reading.text }), { then: "" });
}

/** Say which more precise label is needed. */
export function refuseAmbiguous(meanings) {
  const areItems = meanings.every((meaning) => meaning.kind === "item");
  const isTwo = new Set(meanings.map((meaning) => meaning.sku)).size > 1;
  return refused("ambiguous", say(areItems && isTwo ? "ambiguous_items" : "ambiguous"), { then: "" });
}

/** Say that the code is known, but of a kind that does not belong to this step. */
export function refuseThing(meaning) {
  return refused("policy", say("wrong_thing", { thing: t(meaning.kind) }));
}

/** The server must answer: this device cannot know. */
export function askServer() {
  return refused(null, say("asking"), { then: "" });
}

/** Decide about the cart a batch begins with. */
export function judgeCart(trigger, meaning) {
  if (meaning.kind !== "cart") return refuseThing(meaning);
  const cart = meaning.code;
  if (trigger.work.cart !== null && trigger.work.cart !== cart) return refused("policy", say("cart_wrong", { cart }));
  if (meaning.free === null) return askServer();
  if (!meaning.free) return refused("policy", say("cart_in_use", { cart }));
  const effects = [{ effect: "take_cart", cart }];
  return applied(say("cart_taken", { cart }), begin(applyEffects(trigger.work, effects)), { effects });
}

/** Decide about the empty tote that is put on the slot asked for. */
export function judgeBind(trigger, meaning) {
  if (meaning.kind !== "tote") return refuseThing(meaning);
  const tote = meaning.code;
  const order = ownerOf(trigger, meaning);
  const then = say("take_empty_tote");
  if (order !== null) return refused("wrong_tote", say("tote_of_order", { tote, order }), { then });
  if (meaning.free === null) return askServer();
  if (!meaning.free) return refused("wrong_tote", say("tote_not_empty", { tote }), { then });
  return bind(trigger, trigger.work.slots.get(trigger.position.slot), tote);
}

function ownerOf(trigger, meaning) {
  const slots = [...trigger.work.slots.values()];
  const here = slots.find((slot) => slot.tote === meaning.code || slot.earlier.includes(meaning.code));
  return here ? here.order : meaning.order;
}

function bind(trigger, { slot, order }, tote) {
  const effects = [{ effect: "bind_tote", slot, tote, order }];
  const after = applyEffects(trigger.work, effects);
  const task = after.tasks.get(trigger.position.task);
  const position = task
    ? enter(after, task, trigger.position, trigger.position.counted)
    : arrive(after, trigger.position, trigger.scan.list_version).position;
  return applied(say("bound", { tote, order }), position, { effects });
}

/** Decide about a bin scanned while picking. */
export function judgeBin(trigger, task, meaning) {
  const { position } = trigger;
  const there = meaning.code === task.bin ? task : byTheOldWay(trigger, meaning.code);
  if (!there) return refuseBin(trigger, task, meaning.code);
  const text = say("at_bin", { bin: there.bin });
  if (position.at_bin === there.bin) return refused("already_done", text);
  return applied(text, enter(trigger.work, there, { ...position, at_bin: there.bin }, position.counted));
}

/** The task that a device without network was right to go to: it has not heard that the way was found anew. */
function byTheOldWay({ work, position, scan }, code) {
  const hasHeard = scan.list_version >= work.list_version || scan.local !== "accepted";
  if (hasHeard || position.step !== "bin" || position.counted) return null;
  const there = work.stops.filter(({ bin }) => bin === code).flatMap(({ tasks }) => tasks.map((id) => work.tasks.get(id)));
  const known = there.filter((task) => isWorkable(task) && task.version <= scan.list_version);
  return known.find(({ id }) => !position.skipped.includes(id)) ?? known[0] ?? null;
}

function refuseBin(trigger, task, bin) {
  const there = [...trigger.work.tasks.values()].filter((other) => other.bin === bin);
  const changed = there.find((other) => other.changed !== null);
  if (changed && there.every((other) => other.changed !== null || leftOf(other) <= 0)) {
    return refused("order_changed", `${sayChange(changed)} ${say("leave_it")}`);
  }
  const then = trigger.position.step === "tote" ? null : say("go", { bin: task.bin });
  return refused("wrong_bin", say("wrong_bin", { bin }), { then });
}

/** Decide about a tote scanned while picking: only this commits, where a tote is asked (rule 6). */
export function judgeTote(trigger, task, meaning) {
  const { position } = trigger;
  const refusal = refuseTote(trigger, task, meaning.code, meaning);
  if (refusal) return refusal;
  if (position.step === "lot" || position.step === "serial") return refused("policy");
  if (position.counted) return commit(trigger, task, loadInHand(position));
  return refused("policy", position.step === "bin" ? "" : say("item_first"));
}

function refuseTote(trigger, task, scanned, meaning) {
  const { last, counted } = trigger.position;
  if (last?.tote === scanned && !counted) return refused("already_done", say("tote_has_it", { tote: scanned }));
  const tote = currentTote(trigger.work, task);
  if (tote === null) return refused("policy", say("tote_not_needed"));
  if (scanned === tote) {
    const isLocked = trigger.work.slots.get(task.slot).locked !== null;
    return isLocked ? refused("order_changed", say("order_locked", { order: task.order })) : null;
  }
  return refused("wrong_tote", foreignTote(trigger, task, meaning), { then: say("use_tote", { tote }) });
}

function foreignTote(trigger, task, meaning) {
  const tote = meaning.code;
  if (trigger.work.slots.get(task.slot).earlier.includes(tote)) return say("tote_is_full", { tote });
  const order = ownerOf(trigger, meaning);
  return order === null ? say("tote_elsewhere", { tote }) : say("tote_of_order", { tote, order });
}

/** Decide about CONFIRM: it commits fewer where no tote is asked, and never fills a quantity by itself. */
export function judgeConfirm(trigger, task) {
  const { position, work } = trigger;
  if (position.counted === 0) {
    return position.step === "bin" ? refused("policy") : refused("policy", say("say_short"), { then: "" });
  }
  const isDetail = position.step === "lot" || position.step === "serial";
  if (!isDetail && !needsToteScan(work, task)) return commit(trigger, task, loadInHand(position));
  return refused("policy", "", { then: isDetail ? null : say("scan_tote", { tote: currentTote(work, task) }) });
}
