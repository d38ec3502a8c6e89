// What a person does faster than the network: the next scan after one that only the server could answer.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

import { Picker } from "../../static/js/pages/pick/picker.js";
import { signal } from "../../static/vendor/signals-core/signals-core.module.js";
import { FIXTURES } from "./vectors.mjs";

/** A device that keeps scans; a list asked for never comes. */
function device() {
  const kept = [];
  const outbox = {
    state: { pending: 0, lastSeq: 0 },
    async add(record, onKept) {
      const written = { ...record, device: "d1", seq: kept.length + 1 };
      kept.push(written);
      this.state = { pending: 1, lastSeq: written.seq };
      onKept(written);
      return written;
    },
    async flush() {},
  };
  const store = { read: async () => undefined, write: async () => {}, head: async () => [] };
  return { name: "d1", kept, outbox, store, live: { ask: () => new Promise(() => {}) } };
}

function begun(position, { on = device(), work = {} } = {}) {
  const shown = [];
  const give = (name, { text } = {}) => shown.push([name, text]);
  const picker = new Picker({ device: on, feedback: { give, clear: () => {}, hint: give, tell: () => {} }, person: 7, timeZone: "UTC" });
  const slots = [{ slot: 1, order: "1041" }, { slot: 2, order: "1042" }];
  picker.carry({ ...FIXTURES.works.cluster, cart: null, cart_taken: false, slots, position, ...work });
  const scan = async (code) => {
    void picker.act({ code, via: "key" });
    await pause(1);
    return shown.at(-1)[0];
  };
  const hear = (outcome, said) => {
    on.outbox.state = { ...on.outbox.state, pending: 0 };
    picker.heard(on.kept.at(-1), { status: outcome === "accepted" ? "applied" : "rejected", outcome, said, list_version: 3, text: "" });
    return shown.at(-1)[0];
  };
  return { picker, shown, scan, hear, at: () => [picker.trip.value.position.step, picker.trip.value.position.slot] };
}

const CART = { task: null, step: "cart", counted: 0 };
const BIND = { task: null, step: "bind", counted: 0, slot: 1 };

test("cart and totes go on at the answer, not at the list behind it", async () => {
  const { picker, scan, hear, at } = begun(CART);
  assert.equal(await scan("K:K9"), "working");
  assert.equal(await scan("T:T77"), "working");
  assert.equal(hear("accepted", [["Cart {cart}.", { cart: "K9" }]]), "accepted");
  assert.deepEqual([...at(), picker.trip.value.work.cart], ["bind", 1, "K9"]);
  assert.equal(await scan("T:T77"), "working");
  hear("accepted", [["{tote} is order {order}.", { tote: "T77", order: "1041" }]]);
  assert.deepEqual(at(), ["bind", 2]);
  assert.equal(await scan("T:T77"), "wrong_tote");
});

test("a tote with a label of its own is bound by its own code", async () => {
  const { picker, scan, hear, at } = begun(BIND);
  picker.trip.value.work.cart_taken = true;
  assert.equal(await scan("OLD-TOTE-9"), "working");
  hear("accepted", [["{tote} is order {order}.", { tote: "T9", order: "1041" }]]);
  assert.deepEqual([at(), picker.trip.value.work.slots.get(1).tote], [["bind", 2], "T9"]);
});

test("what the server refused moves nothing, and the next scan is taken", async () => {
  const { scan, hear, at } = begun(CART);
  await scan("K:K9");
  assert.equal(hear("policy", []), "policy");
  assert.deepEqual(at(), ["cart", null]);
  assert.equal(await scan("K:K8"), "working");
});

test("a lead's badge frees the hands at the answer", async () => {
  const { picker, scan, hear } = begun({ task: 71, step: "item", counted: 0, at_bin: "S1", slot: 1, lead: true });
  assert.equal(await scan("U:LEA-1"), "working");
  hear("accepted", [["Go on.", {}]]);
  assert.equal(picker.trip.value.position.lead, false);
});

test("a tote that the server bound to another slot than the one shown here is put on none", async () => {
  const { picker, scan, hear, at } = begun(BIND);
  picker.trip.value.work.cart_taken = true;
  await scan("T:T77");
  hear("accepted", [["{tote} is order {order}.", { tote: "T77", order: "1042" }]]);
  assert.deepEqual([at(), picker.trip.value.work.slots.get(1).tote], [["bind", 1], null]);
});

const AT_BIN = { task: 71, step: "item", counted: 0, at_bin: "S1", slot: 1 };
const BOUND = { slots: FIXTURES.works.cluster.slots, cart_taken: true };

test("two taps that a busy page hears together are judged one after the other", async () => {
  const on = device();
  const add = on.outbox.add;
  on.outbox.add = async (...kept) => pause(5).then(() => add.apply(on.outbox, kept));
  const { picker } = begun(AT_BIN, { on, work: BOUND });
  await Promise.all([picker.act({ kind: "skip" }), picker.act({ kind: "skip" })]);
  assert.deepEqual([picker.trip.value.position.skipped, picker.trip.value.position.task], [[71, 72], 73]);
});

test("what did not count on a list that is not in hand any more stops the hands of who scanned it", () => {
  const { picker } = begun(AT_BIN, { work: BOUND });
  const late = (more) => ({ ...FIXTURES.scan, kind: "scan", work: { batch: 12 }, local: "accepted", ...more });
  const refused = { status: "rejected", outcome: "not_owner", text: "Lea took over at 10:42.", follow_up: { kind: "put_back", id: 3 } };
  for (const inHand of [null, { ...FIXTURES.works.cluster, ...BOUND, id: 99, position: AT_BIN }]) {
    picker.carry(inHand);
    picker.heard(late({ person: 8 }), refused);
    picker.heard(late({ local: "wrong_bin" }), refused);
    picker.heard(late(), { status: "applied", outcome: "accepted" });
    picker.heard(late({ work: { order: "1042" } }), refused);
    assert.equal(picker.stop.value, null);
    picker.heard(late(), refused);
    assert.deepEqual(picker.stop.value, { texts: [refused.text], followUps: ["put_back"], wasGreen: true, foreign: null });
    picker.goOn();
  }
});

test("a list that comes when another one is in hand is not taken for that", async () => {
  const on = device();
  let answer;
  on.live.ask = () => new Promise((resolve) => (answer = resolve));
  const { picker } = begun(AT_BIN, { on, work: BOUND });
  void picker.refresh(0);
  await pause(1);
  picker.carry({ ...FIXTURES.works.cluster, ...BOUND, id: 99, position: AT_BIN });
  answer({ ...FIXTURES.works.cluster, ...BOUND, position: AT_BIN, lease: null });
  await pause(1);
  assert.deepEqual([picker.trip.value.work.id, picker.taken.value], [99, null]);
});

/** The desk over a picker, without a page. */
async function desk(picker) {
  globalThis.document ??= { createTreeWalker: () => ({}), createComment: () => ({}), addEventListener: () => {} };
  const { Desk } = await import("../../static/js/pages/pick/desk.js");
  return new Desk({ device: { scans: signal({ stuck: 0 }) }, picker, feedback: picker.feedback, timeZone: "UTC" });
}

test("an item that is not on the list is reported as it was scanned, from the stop that says so", async () => {
  const on = device();
  const { picker, scan, hear } = begun(AT_BIN, { on, work: { ...BOUND, policy: { hand_entry: false } } });
  assert.equal(await scan("8712345678906"), "unknown_barcode");
  hear("not_on_batch", [["Not on this list.", {}]]);
  assert.deepEqual(picker.stop.value.foreign, { code: "8712345678906", via: "key" });
  const floor = await desk(picker);
  await floor.itLayHere();
  const { kind, code, via, local } = on.kept.at(-1);
  assert.deepEqual({ kind, code, via, local }, { kind: "wrong_stock", code: "8712345678906", via: "key", local: "accepted" });
  assert.equal(picker.stop.value, null);
});

test("what is on a stop that nobody has read comes before the news that the list is gone", async () => {
  const { picker } = begun(AT_BIN, { work: BOUND });
  picker.stop.value = { texts: ["Put it back."], followUps: [], wasGreen: true };
  picker.taken.value = { name: "Lea", at: null };
  const floor = await desk(picker);
  floor.start = () => assert.fail("the stop was passed over");
  await floor.read({ code: "C:CONFIRM", via: "key" });
  assert.deepEqual([picker.stop.value, picker.taken.value?.name], [null, "Lea"]);
});

test("an answer to a question about a task that is not in hand any more does nothing", async () => {
  const on = device();
  const { picker, shown } = begun(AT_BIN, { on, work: BOUND });
  const floor = await desk(picker);
  const short = { kind: "short", quantity: 0, reason: "bin_empty" };
  await floor.answered(async () => {
    picker.carry({ ...FIXTURES.works.cluster, ...BOUND, position: { ...AT_BIN, task: 72, slot: 2 } });
    return short;
  });
  assert.deepEqual([on.kept, shown.at(-1)[0]], [[], "stale"]);
  await floor.answered(async () => short);
  assert.equal(on.kept.at(-1).kind, "short");
});

test("who was asked which item lies wrong and has left its task is not asked any more", async () => {
  const { picker } = begun(AT_BIN, { work: BOUND });
  const floor = await desk(picker);
  floor.wrongItem();
  picker.trip.value = { ...picker.trip.value, revision: 6 };
  assert.equal(floor.wrongStock.value, true);
  picker.carry({ ...FIXTURES.works.cluster, ...BOUND, id: 99, position: CART });
  assert.equal(floor.wrongStock.value, false);
});
