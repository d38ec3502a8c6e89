import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { COMMANDS, MAX_LENGTH, PREFIXES, bare, read } from "../../static/js/lib/barcodes.js";
import { NO_ELEMENTS, checkDigit, expiryDate, hasValidCheckDigit } from "../../static/js/lib/gs1.js";

const { cases } = JSON.parse(readFileSync(new URL("../vectors/barcodes.json", import.meta.url), "utf8"));

for (const it of cases) {
  test(it.name, () => {
    const reading = read(it.raw, it.via ?? "key", it.stand_in ?? "{GS}");
    assert.deepEqual(reading, {
      text: it.text ?? reading.text,
      symbology: it.symbology ?? null,
      keys: it.keys,
      command: it.command ?? null,
      armed: it.armed ?? null,
      gs1: { ...NO_ELEMENTS, ...it.gs1 },
    });
  });
}

test("the check digit of a number", () => {
  assert.deepEqual(["400638133393", "03600029145", "9638507", "00614141123456789"].map(checkDigit), [1, 2, 4, 0]);
  assert.equal(hasValidCheckDigit("4006381333932"), false);
});

test("a code longer than the limit is nothing", () => {
  assert.equal(read("A".repeat(MAX_LENGTH)).keys.length, 1);
  assert.deepEqual(read("A".repeat(MAX_LENGTH + 1)).keys, []);
});

test("a label date means the nearest century, day 00 the end of its month", () => {
  const dates = ["260131", "260200", "270231", "760101", "770101"].map((it) => expiryDate(it, "2026-11-21"));
  assert.deepEqual(dates, ["2026-01-31", "2026-02-28", "2027-02-28", "2076-01-01", "1977-01-01"]);
});

test("a code is the same with and without a symbology identifier before it", () => {
  assert.deepEqual(["]C0C:CONFIRM", " C:CONFIRM\r", "]E04006381333931", "C]C0", ""].map(bare), ["C:CONFIRM", "C:CONFIRM", "4006381333931", "C]C0", ""]);
});

test("there are nine prefixes and sixteen commands", () => {
  assert.deepEqual([PREFIXES.length, COMMANDS.length], [9, 16]);
});
