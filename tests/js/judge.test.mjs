import assert from "node:assert/strict";
import { test } from "node:test";

import { guess, judge, loadPosition, loadWork } from "../../static/js/lib/judge.js";
import { applyEffects } from "../../static/js/lib/picking/applying.js";
import { FIXTURES, pickCases, stated } from "./vectors.mjs";

for (const it of pickCases()) {
  test(it.name, () => assert.deepEqual(stated(it), it.expect));
}

test("a device knows a foreign bin by its prefix", () => {
  assert.deepEqual(guess("L:S9").map(({ kind, code }) => ({ kind, code })), [{ kind: "bin", code: "S9" }]);
});

test("a device cannot know whether a foreign tote is empty", () => {
  assert.equal(guess("T:T9")[0].free, null);
});

test("a device cannot know whose badge may approve", () => {
  assert.equal(guess("U:LEA")[0].lead, null);
});

test("a device knows nothing about any other code", () => {
  assert.deepEqual(guess("4006381333931"), []);
});

test("a piece whose number was picked cannot be counted again, until that is undone", () => {
  const { works, scan, today } = FIXTURES;
  const stand = (step) => loadPosition({ task: 83, step, counted: 0, slot: 2, at_bin: "P1" });
  const told = (work, position) => judge(work, position, { ...scan, code: "SN1" }, { resolve: () => [], today });
  const before = loadWork(works.tracked);
  const pick = { effect: "commit_pick", task: 83, quantity: 1, sku: "PHONE-0003", bin: "P1", tote: "T2", lot: null, serials: ["SN1"] };
  const after = applyEffects(before, [pick]);
  const undone = applyEffects(after, [{ ...pick, effect: "undo_pick" }]);
  assert.deepEqual([before, after, undone].map((work) => told(work, stand("item")).outcome), ["accepted", "already_done", "accepted"]);
});
