import assert from "node:assert/strict";
import { test } from "node:test";

import { COMMANDS } from "../../static/js/lib/barcodes.js";
import { answerOf } from "../../static/js/lib/question.js";

const NUMBER = /^\d{1,2}$/;
const scanned = (code, pattern = NUMBER) => answerOf({ code, via: "key" }, pattern);

test("a scanner alone confirms, leaves and fills", () => {
  assert.deepEqual(["C:CONFIRM", "c:confirm", "C:UNDO", "c:undo", "C:QTY-3", "C:QTY-120"].map((code) => scanned(code)), [
    { act: "confirm" }, { act: "confirm" }, { act: "leave" }, { act: "leave" }, { act: "fill", value: "3" }, { act: "fill", value: "120" },
  ]);
});

test("a short number fills when it is typed, never when it comes from a camera", () => {
  assert.deepEqual([scanned("12"), scanned("123"), answerOf({ code: "12", via: "camera" }, NUMBER)], [
    { act: "fill", value: "12" }, { act: "refuse" }, { act: "refuse" },
  ]);
});

test("a question for a code takes no number, and is left and confirmed all the same", () => {
  assert.deepEqual(["C:QTY-3", "12", "C:UNDO", "C:CONFIRM"].map((code) => scanned(code, null).act), ["refuse", "refuse", "leave", "confirm"]);
});

test("no label and no other command is an answer", () => {
  const others = COMMANDS.filter((word) => word !== "CONFIRM" && word !== "UNDO").map((word) => `C:${word}`);
  const labels = ["L:A-01", "T:T1", "4006381333931", "]E04006381333931", "C:QTY-0", "C:EXPLODE", ""];
  for (const code of [...others, ...labels]) assert.deepEqual(scanned(code), { act: "refuse" }, code);
});
