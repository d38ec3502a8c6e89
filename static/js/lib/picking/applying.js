/** Carry effects over into a work: only what changes is replaced. The twin of `warehouse/domain/picking/applying.py`. */

import { key } from "../barcodes.js";
import { leftOf, loadMeaning } from "./work.js";

/** The work as it is after `verdict`; the same object when nothing in it changed. */
export function apply(work, verdict) {
  return applyEffects(work, verdict.effects);
}

/** The work as it is after `effects`. */
export function applyEffects(work, effects) {
  return effects.reduce((now, effect) => (CHANGES[effect.effect] ? CHANGES[effect.effect](now, effect) : now), work);
}

function put(map, key, value) {
  return new Map(map).set(key, value);
}

function putTask(work, task, other = {}) {
  const state = work.state === "picked" && leftOf(task) ? "picking" : work.state;
  return { ...work, tasks: put(work.tasks, task.id, { ...task, state: stateOf(task) }), state, ...other };
}

function stateOf(task) {
  if (leftOf(task) > 0) return "open";
  return task.short ? "short" : "picked";
}

function putSlot(work, slot) {
  return { ...work, slots: put(work.slots, slot.slot, slot) };
}

function stockAfter(work, bin, sku, change) {
  const here = work.stock.get(bin) ?? new Map();
  return put(work.stock, bin, put(here, sku, (here.get(sku) ?? 0) + change));
}

function picked(work, effect) {
  const change = effect.effect === "commit_pick" ? effect.quantity : -effect.quantity;
  const task = work.tasks.get(effect.task);
  const line = work.lines.get(task.order_line);
  const lines = line ? put(work.lines, task.order_line, { ...line, picked: line.picked + change }) : work.lines;
  const stock = stockAfter(work, effect.bin, effect.sku, -change);
  return putTask(work, { ...task, picked: task.picked + change }, { lines, stock, directory: directoryAfter(work.directory, effect) });
}

/** A numbered piece that was taken lies in no bin any more: nobody can take it again. */
function directoryAfter(directory, effect) {
  const bin = effect.effect === "commit_pick" ? null : effect.bin;
  return effect.serials.reduce((known, serial) => {
    const others = (known.get(key(serial)) ?? []).filter((it) => it.kind !== "serial" || it.sku !== effect.sku);
    return put(known, key(serial), [...others, loadMeaning({ kind: "serial", code: serial, sku: effect.sku, bin })]);
  }, directory);
}

function swapLot(work, { task: id, quantity, old, new: lot }) {
  const task = work.tasks.get(id);
  const freed = new Map([[old, quantity], [lot, -quantity]]);
  const lots = task.lots.map((it) => ({ ...it, free: (it.free ?? 0) + (freed.get(it.code) ?? 0) }));
  return { ...work, tasks: put(work.tasks, id, { ...task, lots }) };
}

function short(work, { task: id, quantity }) {
  const task = work.tasks.get(id);
  return putTask(work, { ...task, short: task.short + quantity });
}

function damage(work, { task: id, quantity }, sign) {
  const task = work.tasks.get(id);
  return { ...work, stock: stockAfter(work, task.bin, task.sku, sign * quantity) };
}

function full(work, effect) {
  const slot = work.slots.get(effect.slot);
  return putSlot(work, { ...slot, tote: null, earlier: [...slot.earlier, effect.tote] });
}

function reopen(work, effect) {
  const slot = work.slots.get(effect.slot);
  return putSlot(work, { ...slot, tote: effect.tote, earlier: slot.earlier.filter((tote) => tote !== effect.tote) });
}

function acknowledge(work, effect) {
  const task = work.tasks.get(effect.task);
  if (effect.change === "cancelled") {
    return { ...work, tasks: put(work.tasks, task.id, { ...task, state: "cancelled" }) };
  }
  return effect.change === "edited" ? putTask(work, { ...task, changed: null }) : work;
}

const CHANGES = {
  commit_pick: picked,
  undo_pick: picked,
  swap_lot: swapLot,
  short_pick: short,
  wrong_stock: short,
  undo_short: (work, effect) => short(work, { ...effect, quantity: -effect.quantity }),
  damage_pick: (work, effect) => damage(work, effect, -1),
  undo_damage: (work, effect) => damage(work, effect, 1),
  bind_tote: (work, effect) => putSlot(work, { ...work.slots.get(effect.slot), tote: effect.tote }),
  unbind_tote: (work, effect) => putSlot(work, { ...work.slots.get(effect.slot), tote: null }),
  tote_full: full,
  reopen_tote: reopen,
  take_cart: (work, effect) => ({ ...work, cart: effect.cart, cart_taken: true }),
  release_cart: (work, effect) => ({ ...work, cart: effect.planned, cart_taken: false }),
  acknowledge_change: acknowledge,
  batch_picked: (work) => ({ ...work, state: "picked" }),
};
