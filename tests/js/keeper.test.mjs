// The trip as an earlier page left it: nothing that was carried over is missing, whatever was written when.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

import { Keeper } from "../../static/js/pages/pick/keeper.js";

const SETTLED = 30;

class Shelf {
  values = new Map();
  waiting = [];
  fails = new Set();
  async read(name) {
    return structuredClone(this.values.get(name));
  }
  async write(name, value) {
    if (this.fails.delete(name)) throw new Error("no room");
    this.values.set(name, structuredClone(value));
  }
  async head() {
    return this.waiting;
  }
}

function device() {
  return { store: new Shelf(), outbox: { state: { lastSeq: 0 } } };
}

const trip = (asking = null) => ({ work: { id: 7 }, done: [], asking });
const record = (seq) => ({ seq, id: `r${seq}`, work: { batch: 7 } });
const carry = (kept, { seq }) => ({ ...kept, done: [...kept.done, seq] });
const upTo = (count) => Array.from({ length: count }, (_, at) => at + 1);

/** Works through so many scans that the server has all answered, and closes the page. */
async function worked(on, count) {
  const keeper = new Keeper(on, 1);
  let now = trip();
  keeper.keep(now);
  await pause(SETTLED);
  for (const seq of upTo(count)) {
    now = carry(now, record(seq));
    on.outbox.state.lastSeq = seq;
    keeper.follow(now, record(seq));
    await pause(2);
  }
  await pause(SETTLED);
  return now;
}

for (const count of [1, 40, 41, 82]) {
  test(`${count} answered scans are there at the next page, and at the one after it`, async () => {
    const on = device();
    await worked(on, count);
    assert.deepEqual((await new Keeper(on, 1).restore(carry)).done, upTo(count));
    await pause(SETTLED);
    assert.deepEqual((await new Keeper(on, 1).restore(carry)).done, upTo(count));
  });
}

test("a list that has just come is there at the next page, though the page goes at once", async () => {
  const on = device();
  await worked(on, 2);
  const keeper = new Keeper(on, 1);
  keeper.keep({ ...trip(), done: ["new"] }, 2);
  await pause(SETTLED);
  assert.deepEqual((await new Keeper(on, 1).restore(carry)).done, ["new"]);
});

test("a scan between a new list and its writing is in it once", async () => {
  const on = device();
  await worked(on, 2);
  const keeper = new Keeper(on, 1);
  keeper.keep({ ...trip(), done: ["new"] }, 2);
  on.outbox.state.lastSeq = 3;
  keeper.follow({ ...trip(), done: ["new", 3] }, record(3));
  await pause(SETTLED);
  assert.deepEqual((await new Keeper(on, 1).restore(carry)).done, ["new", 3]);
});

test("a call to write with nothing to write does not stop the writing", async () => {
  const on = device();
  const keeper = new Keeper(on, 1);
  keeper.keep(trip());
  keeper.keep(trip()); // the first call writes both: the second finds nothing
  await pause(SETTLED);
  keeper.follow(carry(trip(), record(1)), record(1));
  await pause(SETTLED);
  assert.deepEqual((await new Keeper(on, 1).restore(carry)).done, [1]);
});

test("what waits to be sent comes after what was answered, each once", async () => {
  const on = device();
  await worked(on, 3);
  on.store.waiting = [record(3), record(4), { ...record(5), work: { batch: 8 } }];
  assert.deepEqual((await new Keeper(on, 1).restore(carry)).done, [1, 2, 3, 4]);
});

test("a list that could not be written is written with the next scan", async () => {
  const on = device();
  const keeper = new Keeper(on, 1);
  on.store.fails.add("trip");
  keeper.keep(trip());
  await pause(SETTLED);
  on.outbox.state.lastSeq = 1;
  keeper.follow(carry(trip(), record(1)), record(1));
  await pause(SETTLED);
  assert.deepEqual((await new Keeper(on, 1).restore(carry)).done, [1]);
});

test("a scan that comes while a list is being refused by the store takes nothing of what was kept", async () => {
  const on = device();
  await worked(on, 3);
  const keeper = new Keeper(on, 1);
  let now = await keeper.restore(carry);
  await pause(SETTLED);
  const write = on.store.write;
  on.store.write = (name, value) => pause(5).then(() => (name === "trip" ? Promise.reject(new Error("no room")) : write.call(on.store, name, value)));
  keeper.keep(now);
  await pause(2);
  for (const seq of [4, 5]) {
    now = carry(now, record(seq));
    keeper.follow(now, record(seq));
    await pause(1);
  }
  await pause(SETTLED);
  assert.deepEqual((await new Keeper(on, 1).restore(carry)).done, [1, 2, 3]);
  on.store.write = write;
  keeper.follow(carry(now, record(6)), record(6));
  await pause(SETTLED);
  assert.deepEqual((await new Keeper(on, 1).restore(carry)).done, [1, 2, 3, 4, 5, 6]);
});

test("records that belong to another list than the one kept are left alone", async () => {
  const on = device();
  await worked(on, 2);
  on.store.values.set("trip_since", { from: 99, records: [record(100)] });
  assert.deepEqual((await new Keeper(on, 1).restore(carry)).done, []);
});

test("somebody else finds nothing", async () => {
  const on = device();
  await worked(on, 2);
  assert.equal(await new Keeper(on, 2).restore(carry), null);
});

test("an answer that came just before the page went is waited for no more", async () => {
  const on = device();
  on.store.values.set("trip", { trip: trip("r1"), seq: 1, person: 1 });
  assert.equal((await new Keeper(on, 1).restore(carry)).asking, null);
  await pause(SETTLED);
});
