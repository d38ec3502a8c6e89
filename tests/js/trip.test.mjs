/** A trip on the device: what is judged here, what is left to the server, and what its answers mean. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { positionToJson } from "../../static/js/lib/judge.js";
import { actsAt, progressOf, skuParts, stopFacts } from "../../static/js/lib/stop.js";
import { after, businessDay, faceOf, isElsewhere, meaningOf, standOf, tripOf, verdictOn } from "../../static/js/lib/trip.js";
import { FIXTURES } from "./vectors.mjs";

const AT_BIN = { task: 71, step: "item", counted: 0, at_bin: "S1", slot: 1 };

function trip(position = AT_BIN, change = {}) {
  return tripOf({ ...FIXTURES.works.cluster, ...change, position, revision: 5, device_token: "secret" });
}

function record(code, more = {}) {
  return { ...FIXTURES.scan, kind: "scan", code, quantity: 1, work: { batch: 12 }, ...more };
}

function scanned(from, code) {
  const made = record(code);
  return after(from, made, verdictOn(from, made, FIXTURES.today));
}

test("a trip is what the server says, without the device's secret", () => {
  const made = trip();
  assert.deepEqual(positionToJson(made.position), AT_BIN);
  assert.deepEqual([made.revision, made.asking, "device_token" in made.work], [5, null, false]);
  assert.deepEqual(standOf(made, 7), { person: 7, epoch: 4, work: { batch: 12 }, listVersion: 3 });
});

test("an accepted scan moves the person, a refused one does not", () => {
  const once = scanned(trip(), "4006381333931");
  assert.equal(once.position.counted, 1);
  assert.equal(scanned(once, "5012345678900").position.counted, 1);
});

test("a tote that only the server knows is asked for, and nothing moves until it answers", () => {
  const bind = trip({ task: null, step: "bind", slot: 1, counted: 0 }, { slots: [{ slot: 1, order: "1041" }, { slot: 2, order: "1042" }] });
  for (const code of ["T:T77", "OLD-TOTE-9"]) {
    const verdict = verdictOn(bind, record(code), FIXTURES.today);
    assert.deepEqual([verdict.outcome, verdict.effects, faceOf(bind.position, verdict)], [null, [], "working"]);
    assert.deepEqual(after(bind, record(code), verdict), { ...bind, asking: "s1" });
  }
});

test("a code that is unknown at a stop stays refused: only carts and totes are asked for", () => {
  assert.equal(verdictOn(trip(), record("OLD-TOTE-9"), FIXTURES.today).outcome, "unknown_barcode");
});

test("where a lead is needed a code that is not known here may be a badge printed without our prefix", () => {
  const waiting = trip({ ...AT_BIN, misses: 3, lead: true });
  const outcomeOf = (code) => verdictOn(waiting, record(code), FIXTURES.today).outcome;
  assert.deepEqual([outcomeOf("4711"), outcomeOf("4006381333931"), outcomeOf("O:1041")], [null, "policy", "policy"]);
});

test("what the server's answer means depends on what the device had said", () => {
  const made = trip();
  const answer = { status: "applied", outcome: "accepted", list_version: 3 };
  assert.equal(meaningOf(made, record("x", { local: "accepted" }), answer), "agreed");
  assert.equal(meaningOf(made, record("x", { local: "accepted" }), { ...answer, status: "rejected", outcome: "over_quantity" }), "differs");
  assert.equal(meaningOf(made, record("x", { local: "accepted" }), { ...answer, list_version: 4 }), "behind");
  assert.equal(meaningOf(made, record("x", { local: "accepted" }), { status: "error", outcome: null, code: "not_found" }), "differs");
  assert.equal(meaningOf({ ...made, asking: "s1" }, record("x", { local: null }), answer), "answered");
  assert.equal(meaningOf(made, record("x", { work: { batch: 99 }, local: "accepted" }), { outcome: "policy" }), "agreed");
});

test("the person stands elsewhere when task, step or count differ", () => {
  assert.equal(isElsewhere(trip(), { task: 71, step: "item", counted: 0 }), false);
  assert.equal(isElsewhere(trip(), { task: 71, step: "item", counted: 2 }), true);
  assert.equal(isElsewhere(trip(), null), false);
});

test("a finished task and a finished list have their own faces", () => {
  let made = trip();
  for (const _ of [1, 2, 3]) made = scanned(made, "4006381333931");
  const verdict = verdictOn(made, record("T:T1"), FIXTURES.today);
  assert.equal(faceOf(made.position, verdict), "complete");
  assert.equal(faceOf(made.position, { ...verdict, outcome: "wrong_tote" }), "wrong_tote");
  assert.equal(faceOf(made.position, { ...verdict, position: { ...verdict.position, step: "finished" } }), "finished");
});

test("the screen is told place, progress, tote, the next stop and the steps", () => {
  const { task, ...facts } = stopFacts(scanned(trip(), "4006381333931"));
  assert.equal(task.bin, "S1");
  assert.deepEqual(facts, {
    stop: 1, stops: 4, asked: 3, done: 1, tote: "T1", slot: 1, next: "S1",
    steps: [
      { name: "bin", isNow: false, isPast: true },
      { name: "item", isNow: true, isPast: false },
      { name: "tote", isNow: false, isPast: false },
    ],
  });
});

test("progress leaves cancelled tasks out", () => {
  const work = trip().work;
  work.tasks.get(75).state = "cancelled";
  work.tasks.get(71).picked = 2;
  assert.deepEqual(progressOf(work), { picked: 2, short: 0, wanted: 18 });
});

test("buttons that make no sense are off", () => {
  const fresh = actsAt(trip({ task: 71, step: "bin", counted: 0, slot: 1 }));
  assert.deepEqual([fresh.short, fresh.skip, fresh.undo, fresh.several], [false, true, false, false]);
  const counted = actsAt(scanned(trip(), "4006381333931"));
  assert.deepEqual([counted.short, counted.skip, counted.undo, counted.toteFull], [true, false, true, true]);
});

test("who has all pieces in hand is not asked how many are missing", () => {
  let made = trip();
  for (const _ of [1, 2, 3]) made = scanned(made, "4006381333931");
  assert.deepEqual([made.position.step, actsAt(made).short, actsAt(made).damaged], ["tote", false, true]);
});

test("the last four of a SKU stand apart", () => {
  assert.deepEqual(skuParts("MUG-0001"), ["MUG-", "0001"]);
  assert.deepEqual(skuParts("A1"), ["", "A1"]);
});

test("the business day is the site's, not the server's", () => {
  const late = new Date("2026-11-21T23:30:00Z");
  assert.equal(businessDay(late, "Europe/Berlin"), "2026-11-22");
  assert.equal(businessDay(late, "UTC"), "2026-11-21");
});
