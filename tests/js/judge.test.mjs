import assert from "node:assert/strict";
import { test } from "node:test";

import { guess } from "../../static/js/lib/judge.js";
import { pickCases, stated } from "./vectors.mjs";

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
