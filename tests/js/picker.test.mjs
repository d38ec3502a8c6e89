// What a person does faster than the network: the next scan after one that only the server could answer.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

import { Picker } from "../../static/js/pages/pick/picker.js";
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

function begun(position) {
  const on = device();
  const shown = [];
  const give = (name, { text } = {}) => shown.push([name, text]);
  const picker = new Picker({ device: on, feedback: { give, clear: () => {}, hint: give, tell: () => {} }, person: 7, timeZone: "UTC" });
  const slots = [{ slot: 1, order: "1041" }, { slot: 2, order: "1042" }];
  picker.carry({ ...FIXTURES.works.cluster, cart: null, cart_taken: false, slots, position });
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
  return { picker, scan, hear, at: () => [picker.trip.value.position.step, picker.trip.value.position.slot] };
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
