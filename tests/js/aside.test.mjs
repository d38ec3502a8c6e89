import assert from "node:assert/strict";
import { test } from "node:test";
import { Asking } from "../../static/js/asking.js";
import { giveUp, saidOf, sendAgain, unsentOf } from "../../static/js/lib/aside.js";
import { Backoff } from "../../static/js/lib/backoff.js";
import { Outbox } from "../../static/js/lib/outbox.js";
import { use } from "../../static/js/lib/words.js";
import { MemoryStore } from "./memory_store.mjs";

const refusal = { text: "Some fields are wrong.", errors: [{ field: "via", message: "expected one of: key" }] };
const record = (seq, more = {}) => ({ id: `id-${seq}`, seq, at: "2026-11-21T09:00:00Z", person: 7, kind: "scan", work: { order: "1042" }, code: "C", quantity: 1, refusal, ...more });

async function outboxWith(count) {
  const store = new MemoryStore();
  store.aside = Array.from({ length: count }, (_, at) => record(at + 1));
  const outbox = new Outbox({ store, send: async () => ({ results: [] }), backoff: new Backoff({ later: () => {} }) });
  await outbox.open();
  return outbox;
}

test("what is laid aside is not sent", () => {
  assert.equal(unsentOf({ pending: 2, stuck: 3 }), 5);
});

test("the server's word is its text and what is wrong with each field", () => {
  assert.equal(saidOf(record(1)), "Some fields are wrong. via: expected one of: key");
  assert.equal(saidOf({}), "");
  const errors = [{ field: "at", message: "expected 5 or more", said: [["expected {ge} or more", { ge: 5 }]] }];
  assert.equal(saidOf({ refusal: { text: "Wrong.", said: [["Some fields are wrong.", {}]], errors } }), "Some fields are wrong. at: expected 5 or more");
});

test("a field that people know is named in their words", () => {
  use("de", { Pieces: "Stück", "expected {ge} or more": "{ge} oder mehr erwartet" });
  const errors = [{ field: "quantity", message: "expected 0 or more", said: [["expected {ge} or more", { ge: 0 }]] }];
  assert.equal(saidOf({ refusal: { text: "Falsch.", errors } }), "Falsch. Stück: 0 oder mehr erwartet");
  use("en", { Pieces: "Pieces", "expected {ge} or more": "expected {ge} or more" });
});

test("scans given up leave the device when the server says that it has them, and only those", async () => {
  const outbox = await outboxWith(2);
  await giveUp(outbox, async () => ({ given: ["id-2"] }));
  assert.deepEqual([outbox.store.aside.map(({ seq }) => seq), outbox.state.stuck], [[1], 1]);
});

test("without an answer they all stay", async () => {
  const outbox = await outboxWith(2);
  await assert.rejects(giveUp(outbox, () => Promise.reject(new Error("no network"))), /no network/);
  assert.equal(outbox.state.stuck, 2);
});

test("they go fifty at a time", async () => {
  const outbox = await outboxWith(120);
  const sizes = [];
  await giveUp(outbox, async (scans) => (sizes.push(scans.length), { given: scans.map(({ id }) => id) }));
  assert.deepEqual([sizes, outbox.state.stuck], [[50, 50, 20], 0]);
});

test("what no database can keep is told without it", async () => {
  const outbox = await outboxWith(0);
  outbox.store.aside = [record(1, { code: "A\0B\ud800" })];
  const sent = [];
  await giveUp(outbox, async (scans) => (sent.push(...scans), { given: ["id-1"] }));
  assert.deepEqual(sent, [{ id: "id-1", seq: 1, at: "2026-11-21T09:00:00Z", person: 7, kind: "scan", work: { order: "1042" }, code: "A\uFFFDB\uFFFD", quantity: 1, said: saidOf(record(1)) }]);
});

/** What a band shows: a refusal is held until it is read. */
class Band {
  band = { value: { name: "problem", held: true } };
  give(name) {
    this.band.value = { name, held: ["problem", "wrong_bin"].includes(name) };
  }
}

for (const [outcome, shown] of [["accepted", "accepted"], ["wrong_bin", "wrong_bin"]]) {
  test(`after they were sent again and found ${outcome} the band shows ${shown}`, async () => {
    const feedback = new Band();
    const { store } = await outboxWith(1);
    const send = async (scans) => ({ results: scans.map(({ id }) => ({ id, status: "applied", outcome })) });
    const outbox = new Outbox({ store, send, onResult: (_, result) => feedback.give(result.outcome) });
    await outbox.open();
    await sendAgain(outbox, feedback);
    assert.deepEqual([feedback.band.value.name, outbox.state.stuck, store.scans], [shown, 0, []]);
  });
}

test("sent again without an answer they wait, and are said to", async () => {
  const feedback = new Band();
  const { store } = await outboxWith(1);
  const outbox = new Outbox({ store, send: async () => null, backoff: new Backoff({ later: () => {} }) });
  await outbox.open();
  await sendAgain(outbox, feedback);
  assert.deepEqual([feedback.band.value.name, outbox.state.pending], ["offline", 1]);
});

test("work does not go on over a scan of it that was laid aside, other work does", async () => {
  const outbox = await outboxWith(1);
  const given = [];
  const device = { outbox, store: outbox.store, scans: { value: outbox.state }, live: { connected: false } };
  const asking = new Asking({ device, feedback: { give: (name) => given.push(name) } });
  for (const order of ["1042", "1043"]) await asking.act({ person: 7, epoch: 1, work: { order }, listVersion: 1 }, { kind: "confirm" });
  assert.deepEqual(given, ["problem", "offline"]);
});

test("a store that fails is told, also while something is laid aside", async () => {
  const outbox = await outboxWith(1);
  const given = [];
  Object.assign(outbox.store, { broken: true, stuck: async () => { throw new Error("closed"); } });
  const device = { outbox, store: outbox.store, scans: { value: outbox.state }, live: { connected: true } };
  const asking = new Asking({ device, feedback: { give: (name) => given.push(name) } });
  assert.equal(await asking.act({ person: 7, epoch: 1, work: { order: "1042" }, listVersion: 1 }, { kind: "confirm" }), null);
  assert.deepEqual(given, ["problem"]);
});
