import assert from "node:assert/strict";
import { test } from "node:test";
import { BATCH_LIMIT, firstBatch, isAboutSender, isFinal, isHopeless, resultsById, scanRecord } from "../../static/js/lib/protocol.js";
import { deviceName, uuid7 } from "../../static/js/lib/uuid7.js";

const UUID7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const NOW = new Date("2026-11-21T09:14:03.120Z");
const POSITION = { person: 7, epoch: 4, work: { batch: 12 }, listVersion: 3 };

test("a scan record carries every field of the contract", () => {
  const { id, ...rest } = scanRecord(POSITION, { code: "]C10104", local: "accepted", via: "key" }, NOW);
  assert.match(id, UUID7);
  assert.deepEqual(rest, {
    person: 7, epoch: 4, at: "2026-11-21T09:14:03.120Z", kind: "scan", work: { batch: 12 }, code: "]C10104",
    quantity: 1, reason: null, list_version: 3, local: "accepted", via: "key",
  });
});

test("a tap is a record without a code", () => {
  const { kind, code, quantity, reason, via } = scanRecord(POSITION, { kind: "short", quantity: 2, reason: "not_found" }, NOW);
  assert.deepEqual({ kind, code, quantity, reason, via }, { kind: "short", code: null, quantity: 2, reason: "not_found", via: "hand" });
});

test("a code is cut to the longest the server takes, never through a character", () => {
  assert.equal([...scanRecord(POSITION, { code: "😀".repeat(600) }).code].length, 512);
});

test("an id begins with its time and is never the same twice", () => {
  const ids = Array.from({ length: 200 }, () => uuid7(NOW.getTime()));
  assert.equal(new Set(ids).size, 200);
  assert.ok(ids.every((id) => UUID7.test(id) && id.startsWith("019aa5c2-9510") === ids[0].startsWith("019aa5c2-9510")));
  assert.equal(Number.parseInt(ids[0].replace("-", "").slice(0, 12), 16), NOW.getTime());
  assert.ok(uuid7(NOW.getTime()) < uuid7(NOW.getTime() + 1));
});

test("a device's name is a d and six bytes", () => {
  assert.equal(deviceName((bytes) => bytes.fill(0xa7)), "d-a7a7a7a7a7a7");
  assert.notEqual(deviceName(), deviceName());
});

test("an array never exceeds its bytes, and never is empty", () => {
  const records = Array.from({ length: 80 }, (_, n) => ({ id: `id-${n}`, code: "ü".repeat(400) }));
  const batch = firstBatch(records);
  assert.ok(new TextEncoder().encode(JSON.stringify({ scans: batch })).length <= BATCH_LIMIT.bytes);
  assert.ok(batch.length > 30 && batch.length < 50, String(batch.length));
  assert.deepEqual(firstBatch(records, { count: 50, bytes: 10 }), records.slice(0, 1));
  assert.deepEqual(firstBatch([]), []);
});

test("short records go fifty at a time", () => {
  assert.equal(firstBatch(Array.from({ length: 80 }, (_, n) => ({ id: `${n}` }))).length, 50);
});

test("an answer is sorted by id, and what is no result is left out", () => {
  const good = { id: "a", status: "applied", outcome: "accepted" };
  assert.deepEqual(resultsById({ results: [good, null, { id: "b" }, { id: 3, status: "applied" }, { id: "c", status: "maybe" }] }), new Map([["a", good]]));
  for (const answer of [null, undefined, {}, { results: "x" }, { code: "forbidden" }]) assert.equal(resultsById(answer), null);
});

test("last words, hopeless errors and trouble of the sender are told apart", () => {
  const statuses = ["applied", "rejected", "duplicate", "retry_later", "error"];
  assert.deepEqual(statuses.map((status) => isFinal({ status })), [true, true, true, false, false]);
  assert.deepEqual([isFinal(undefined), isHopeless(undefined), isAboutSender(null)], [false, false, false]);
  assert.deepEqual([isHopeless({ status: "error", code: "id_reused" }), isHopeless({ status: "error", code: "unexpected", errors: [] })], [true, false]);
  assert.deepEqual([isAboutSender({ code: "not_signed_in" }), isAboutSender({ code: "unexpected" })], [true, false]);
});
