import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff } from "../../static/js/lib/backoff.js";
import { Outbox, OutboxFull } from "../../static/js/lib/outbox.js";
import { MemoryStore } from "./memory_store.mjs";

const scan = (n, more = {}) => ({ id: `id-${n}`, at: `2026-11-21T09:00:${String(n % 60).padStart(2, "0")}Z`, code: `C${n}`, ...more });
const accept = (record) => ({ id: record.id, status: "applied", outcome: "accepted" });

/** A server that keeps what it applied, and a device whose pauses end when the test says so. */
class Floor {
  constructor({ store = new MemoryStore(), judge = accept, outbox = {} } = {}) {
    Object.assign(this, { store, judge, sent: [], applied: new Map(), results: [], errors: [], pauses: [], online: true });
    const backoff = new Backoff({ random: () => 0.5, later: (run, ms) => this.pauses.push({ run, ms }), stop: () => this.pauses.pop() });
    this.outbox = new Outbox({
      store, backoff, ...outbox,
      send: (records) => this.answer(records),
      onResult: (record, result) => this.results.push([record.seq, result.status]),
      onError: (error) => this.errors.push(error.message),
    });
  }
  async answer(records) {
    this.sent.push(records.map((record) => record.seq));
    if (!this.online) throw new Error("no network");
    return { results: records.map((record) => this.judgeOnce(record)) };
  }
  judgeOnce(record) {
    if (this.applied.has(record.id)) return { ...this.applied.get(record.id), status: "duplicate" };
    const result = this.judge(record);
    if (result.status === "applied" || result.status === "rejected") this.applied.set(record.id, result);
    return result;
  }
  async fill(count, from = 1) {
    for (let n = from; n < from + count; n++) await this.outbox.add(scan(n));
  }
  async pauseOver() {
    const { run } = this.pauses.pop();
    run();
    await this.outbox.flush();
  }
}

test("a scan is stored before it is sent, and forgotten after its last word", async () => {
  const floor = new Floor();
  const kept = await floor.outbox.add(scan(1));
  assert.deepEqual([kept.device, kept.seq], ["d-000000000001", 1]);
  await floor.outbox.flush();
  assert.deepEqual({ sent: floor.sent, left: floor.store.scans, results: floor.results }, { sent: [[1]], left: [], results: [[1, "applied"]] });
});

test("a scan that cannot be stored is refused and never sent", async () => {
  const floor = new Floor();
  floor.store.broken = true;
  await assert.rejects(floor.outbox.add(scan(1)), /disk full/);
  assert.deepEqual(floor.sent, []);
});

test("what throws after a scan is kept does not unsay it", async () => {
  const floor = new Floor();
  const broken = () => {
    throw new Error("the screen could not be drawn");
  };
  assert.equal((await floor.outbox.add(scan(1), broken)).seq, 1);
  await floor.outbox.flush();
  assert.deepEqual([floor.errors, floor.sent], [["the screen could not be drawn"], [[1]]]);
});

test("what waits goes in arrays of at most fifty, in order", async () => {
  const floor = new Floor();
  floor.online = false;
  await floor.fill(120);
  await floor.outbox.flush();
  floor.online = true;
  floor.sent = [];
  await floor.outbox.flush({ now: true });
  assert.deepEqual(floor.sent.map((seqs) => seqs.length), [50, 50, 20]);
  assert.deepEqual(floor.sent.flat(), Array.from({ length: 120 }, (_, i) => i + 1));
});

test("only one array is on its way at a time, and a scan made meanwhile follows by itself", async () => {
  const floor = new Floor();
  let release;
  let underway = 0;
  floor.outbox.send = async (records) => {
    assert.equal(++underway, 1);
    if (records[0].seq === 1) await new Promise((resolve) => (release = resolve));
    underway--;
    return floor.answer(records);
  };
  await floor.outbox.add(scan(1));
  const flushed = floor.outbox.flush();
  await floor.fill(3, 2);
  release();
  await flushed;
  assert.deepEqual(floor.sent, [[1], [2, 3, 4]]);
});

test("a lost acknowledgement is sent again and counts once", async () => {
  const floor = new Floor();
  const answer = floor.answer.bind(floor);
  let lost = 0;
  floor.outbox.send = async (records) => {
    const results = await answer(records);
    if (lost++ === 0) throw new Error("timeout");
    return results;
  };
  await floor.fill(3);
  await floor.outbox.flush();
  await floor.pauseOver();
  assert.equal(floor.applied.size, 3);
  assert.deepEqual(floor.results, [[1, "duplicate"], [2, "applied"], [3, "applied"]]);
});

test("scans survive a reload and go out before new ones", async () => {
  const before = new Floor();
  before.online = false;
  await before.fill(2);
  await before.outbox.flush();
  const after = new Floor({ store: before.store });
  await after.outbox.open();
  await after.fill(1, 3);
  await after.outbox.flush();
  assert.deepEqual(after.sent.flat(), [1, 2, 3]);
});

test("retry_later keeps the scan and all after it, and pauses longer each time", async () => {
  let full = true;
  const floor = new Floor({ judge: (record) => (full && record.seq > 1 ? { id: record.id, status: "retry_later", outcome: null } : accept(record)) });
  floor.online = false;
  await floor.fill(3);
  await floor.outbox.flush();
  floor.online = true;
  await floor.outbox.flush({ now: true });
  assert.deepEqual({ left: floor.store.scans.map((record) => record.seq), results: floor.results }, { left: [2, 3], results: [[1, "applied"]] });
  const first = floor.pauses[0].ms;
  await floor.pauseOver();
  assert.ok(floor.pauses[0].ms > first, `${floor.pauses[0].ms} after ${first}`);
  full = false;
  await floor.pauseOver();
  assert.deepEqual(floor.results, [[1, "applied"], [2, "applied"], [3, "applied"]]);
});

test("a scan made during a pause waits for the pause, a connect ends it", async () => {
  const floor = new Floor();
  floor.online = false;
  await floor.fill(1);
  await floor.outbox.flush();
  const tries = floor.sent.length;
  await floor.fill(1, 2);
  await floor.outbox.flush();
  assert.equal(floor.sent.length, tries);
  floor.online = true;
  await floor.outbox.flush({ now: true });
  assert.deepEqual(floor.results, [[1, "applied"], [2, "applied"]]);
});

test("a rejected scan has its last word too", async () => {
  const floor = new Floor({ judge: (record) => ({ id: record.id, status: "rejected", outcome: "wrong_bin" }) });
  await floor.fill(1);
  await floor.outbox.flush();
  assert.deepEqual([floor.results, floor.store.scans], [[[1, "rejected"]], []]);
});

test("a malformed scan is laid aside at once with the reason, and the others go on", async () => {
  const problem = { status: "error", outcome: null, code: "invalid_input", errors: [{ field: "quantity", message: "must be positive" }] };
  const floor = new Floor({ judge: (record) => (record.seq === 2 ? { id: record.id, ...problem } : accept(record)) });
  floor.online = false;
  await floor.fill(3);
  await floor.outbox.flush();
  floor.online = true;
  await floor.outbox.flush({ now: true });
  assert.deepEqual(floor.results, [[1, "applied"], [2, "error"], [3, "applied"]]);
  assert.deepEqual(floor.store.aside.map(({ seq, refusal }) => ({ seq, refusal })), [{ seq: 2, refusal: { id: "id-2", ...problem } }]);
  assert.deepEqual(floor.outbox.state.stuck, 1);
});

test("an id that came with other content is laid aside at once", async () => {
  const floor = new Floor({ judge: (record) => ({ id: record.id, status: "error", outcome: null, code: "id_reused" }) });
  await floor.fill(1);
  await floor.outbox.flush();
  assert.deepEqual([floor.store.scans.length, floor.store.aside.length], [0, 1]);
});

test("an error without a reason is laid aside after five tries, but only beside scans that are judged", async () => {
  const floor = new Floor({ judge: (record) => (record.seq === 1 ? { id: record.id, status: "error", outcome: null, code: "internal" } : accept(record)) });
  await floor.fill(1);
  await floor.outbox.flush();
  for (let n = 0; n < 6; n++) await floor.pauseOver();
  assert.deepEqual([floor.sent.length, floor.store.scans.length, floor.store.aside.length], [7, 1, 0]);
  await floor.fill(1, 2);
  await floor.pauseOver();
  assert.deepEqual([floor.results, floor.store.scans.length], [[[1, "error"], [2, "applied"]], 0]);
});

test("a server that judges nothing keeps every scan waiting, however long", async () => {
  const floor = new Floor();
  floor.outbox.send = async () => ({ code: "internal" });
  await floor.fill(3);
  await floor.outbox.flush();
  for (let n = 0; n < 20; n++) await floor.pauseOver();
  assert.deepEqual([floor.store.scans.length, floor.store.aside.length], [3, 0]);
  floor.outbox.send = (records) => floor.answer(records);
  while (floor.pauses.length) await floor.pauseOver();
  assert.deepEqual(floor.results, [[1, "applied"], [2, "applied"], [3, "applied"]]);
});

test("one record that breaks the whole answer is found and laid aside, the others are applied in order", async () => {
  const floor = new Floor();
  const answer = floor.answer.bind(floor);
  floor.outbox.send = async (records) => (records.some((record) => record.seq === 4) ? { code: "internal" } : answer(records));
  floor.online = false;
  await floor.fill(6);
  await floor.outbox.flush();
  floor.online = true;
  await floor.outbox.flush({ now: true });
  while (floor.pauses.length) await floor.pauseOver();
  assert.deepEqual(floor.results.map(([seq]) => seq), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(floor.store.aside.map((record) => record.seq), [4]);
});

test("two records in a row that break the whole answer are both laid aside, and what is behind them goes", async () => {
  const floor = new Floor();
  const answer = floor.answer.bind(floor);
  floor.outbox.send = async (records) => (records.some(({ seq }) => [2, 3].includes(seq)) ? { code: "internal" } : answer(records));
  await floor.fill(4);
  for (let n = 0; n < 40 && floor.store.scans.length; n++) await (floor.pauses.length ? floor.pauseOver() : floor.outbox.flush());
  assert.deepEqual([floor.results.map(([seq]) => seq), floor.store.aside.map(({ seq, refusal }) => [seq, refusal.code])], [[1, 2, 3, 4], [[2, "internal"], [3, "internal"]]]);
});

test("while the server puts off what is behind it no record is laid aside", async () => {
  const floor = new Floor({ judge: (record) => ({ id: record.id, status: "retry_later" }) });
  const answer = floor.answer.bind(floor);
  floor.outbox.send = async (records) => (records.some(({ seq }) => seq === 1) ? { code: "internal" } : answer(records));
  await floor.fill(2);
  await floor.outbox.flush();
  for (let n = 0; n < 20; n++) await floor.pauseOver();
  assert.deepEqual([floor.store.scans.length, floor.store.aside], [2, []]);
});

test("a sender who is signed out loses no scan, however often it tries", async () => {
  const floor = new Floor();
  floor.outbox.send = async () => ({ code: "not_signed_in" });
  await floor.fill(2);
  await floor.outbox.flush();
  for (let n = 0; n < 8; n++) await floor.pauseOver();
  assert.deepEqual([floor.store.scans.length, floor.store.aside.length], [2, 0]);
});

test("what was laid aside can be sent again under its old number", async () => {
  let broken = true;
  const floor = new Floor({ judge: (record) => (broken ? { id: record.id, status: "error", outcome: null, code: "id_reused" } : accept(record)) });
  await floor.fill(1);
  await floor.outbox.flush();
  broken = false;
  await floor.outbox.retryStuck();
  assert.deepEqual({ results: floor.results, state: floor.outbox.state }, {
    results: [[1, "error"], [1, "applied"]],
    state: { pending: 0, stuck: 0, oldest: null, lastSeq: 1 },
  });
});

test("a full outbox refuses the next scan instead of forgetting one", async () => {
  const floor = new Floor({ outbox: { limit: 2 } });
  floor.online = false;
  await floor.fill(2);
  await assert.rejects(floor.outbox.add(scan(3)), OutboxFull);
  assert.equal(floor.store.scans.length, 2);
});

test("the only scan that waits goes without being read back, and no older one is passed by it", async () => {
  const floor = new Floor();
  let looks = 0;
  const head = floor.store.head.bind(floor.store);
  floor.store.head = (limit) => (looks++, head(limit));
  await floor.fill(2);
  await floor.outbox.flush();
  assert.equal(looks, 1); // the second was made while the first was on its way
  floor.store.aside.push({ ...scan(0), device: floor.store.device, seq: 0 });
  await floor.outbox.open();
  floor.outbox.backoff.pause(() => {});
  await floor.outbox.add(scan(3));
  await floor.outbox.retryStuck();
  assert.deepEqual(floor.sent, [[1], [2], [0, 3]]);
});

test("an answer is told before its record is forgotten, and the next scan goes behind that", async () => {
  const floor = new Floor();
  const told = [];
  let forget;
  const settle = floor.store.settle.bind(floor.store);
  floor.store.settle = (...gone) => new Promise((resolve) => (forget = () => resolve(settle(...gone))));
  floor.outbox.onResult = (record) => told.push([record.seq, floor.outbox.state.pending]);
  await floor.outbox.add(scan(1));
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual([told, floor.store.scans.length], [[[1, 0]], 1]);
  floor.store.settle = settle;
  await floor.outbox.add(scan(2));
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(floor.sent, [[1]]);
  forget();
  await floor.outbox.flush();
  assert.deepEqual({ told, left: floor.store.scans, sent: floor.sent }, { told: [[1, 0], [2, 0]], left: [], sent: [[1], [2]] });
});

test("a store that fails while sending is reported, and what it still holds is counted and sent again", async () => {
  const floor = new Floor();
  await floor.fill(1);
  await floor.outbox.flush();
  const settle = floor.store.settle;
  floor.store.settle = async () => { throw new Error("closed"); };
  await floor.fill(1, 2);
  await floor.outbox.flush();
  floor.store.settle = settle;
  await floor.pauseOver();
  await floor.outbox.flush();
  assert.deepEqual({ errors: floor.errors, results: floor.results, left: floor.store.scans }, {
    errors: ["closed"],
    results: [[1, "applied"], [2, "applied"], [2, "duplicate"]],
    left: [],
  });
});

test("after a store has failed nothing is passed, and a connection that comes back counts anew", async () => {
  const floor = new Floor();
  const settle = floor.store.settle;
  floor.store.settle = async () => { throw new Error("closed"); };
  await floor.fill(1);
  await floor.outbox.flush();
  floor.store.settle = settle;
  await floor.outbox.add(scan(2));
  assert.deepEqual([floor.sent, floor.errors], [[[1]], ["closed"]]);
  await floor.outbox.flush({ now: true });
  assert.deepEqual({ sent: floor.sent, left: floor.store.scans, state: floor.outbox.state.pending }, { sent: [[1], [1, 2]], left: [], state: 0 });
});

test("pauses grow to a ceiling and carry chance", () => {
  const seen = [];
  const backoff = new Backoff({ random: () => 1 });
  for (let n = 0; n < 6; n++) {
    let end;
    backoff.later = (run, ms) => (seen.push(ms), (end = run));
    backoff.pause(() => {});
    end();
  }
  assert.deepEqual(seen, [400, 800, 1600, 3000, 3000, 3000]);
});
