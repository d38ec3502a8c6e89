import assert from "node:assert/strict";
import { test } from "node:test";
import { OUTCOMES, SIGNALS, lookOf } from "../../static/js/lib/outcomes.js";

const LOOKS = Object.entries({ ...OUTCOMES, ...SIGNALS });
const STATUSES = ["ok", "wrong", "caution", "stop", "info", "idle"];

test("every outcome and signal has a colour, an icon, a word and a sentence", () => {
  for (const [name, look] of LOOKS) {
    assert.ok(STATUSES.includes(look.status), name);
    assert.match(look.icon, /^[a-z]+$/, name);
    assert.ok(look.word.length > 1 && look.word.length <= 22, name);
    assert.match(look.sentence, /^[A-Z].+\.$/, name);
  }
});

test("every outcome sounds and feels unlike every other", () => {
  for (const channel of ["tone", "buzz"]) {
    const seen = Object.values(OUTCOMES).map((look) => JSON.stringify(look[channel]));
    assert.equal(new Set(seen).size, seen.length, channel);
    assert.ok(seen.every((value) => value !== "[]"), channel);
  }
});

test("what only looks alike does not sound alike: each family begins with its own sound", () => {
  const first = { ok: "[1760,80,\"sine\"]", wrong: "[220,400,\"square\"]", caution: "[440,120,\"triangle\"]", stop: "[587,150,\"sawtooth\"]" };
  for (const [name, look] of Object.entries(OUTCOMES)) assert.equal(JSON.stringify(look.tone[0]), first[look.status], name);
});

test("tones stay between 100 and 4000 hertz and under 1.2 seconds", () => {
  for (const [name, look] of LOOKS) {
    assert.ok(look.tone.every(([hertz]) => hertz === 0 || (hertz >= 100 && hertz <= 4000)), name);
    assert.ok(look.tone.reduce((sum, [, ms]) => sum + ms, 0) < 1200, name);
  }
});

test("an outcome nobody knows stops the work", () => {
  assert.equal(lookOf("accepted"), OUTCOMES.accepted);
  assert.equal(lookOf("finished"), SIGNALS.finished);
  for (const name of ["brand_new", "constructor", "", undefined]) assert.equal(lookOf(name), SIGNALS.problem);
});
