/** Codes in a sentence stay in one piece. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { aroundCodes } from "../../static/js/lib/codes.js";

test("a code and the stop behind it are one piece", () => {
  assert.deepEqual(aroundCodes("You are at 04-06-3. Go to 04-08-3."), ["You are at ", "04-06-3.", " Go to ", "04-08-3.", ""]);
  assert.deepEqual(aroundCodes("T001 belongs to order D-1007."), ["T001 belongs to order ", "D-1007.", ""]);
});

test("words with a hyphen and numbers alone may break as they like", () => {
  assert.deepEqual(aroundCodes("Tap the barcode - or the put-back list of 12."), ["Tap the barcode - or the put-back list of 12."]);
  assert.deepEqual(aroundCodes(""), [""]);
});
