import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { age, clock, codeParts, moment, number, percent, pieces, slack, slackStatus, span } from "../../static/js/lib/format.js";
import { use } from "../../static/js/lib/words.js";

use("en", JSON.parse(readFileSync(new URL("../../static/words/en.json", import.meta.url), "utf8")));

const MIN = 60_000;
const same = (check, cases) => cases.forEach(([args, expected]) => assert.equal(check(...args), expected, JSON.stringify(args)));

test("numbers follow the language", () => same(number, [[[20538], "20,538"], [[20538, "de"], "20.538"], [[0], "0"]]));

test("a share is never rounded to all or nothing", () =>
  same(percent, [[[3, 8], "38 %"], [[999, 1000], "99 %"], [[1, 1000], "1 %"], [[0, 5], "0 %"], [[5, 5], "100 %"], [[0, 0], "0 %"]]));

test("quantities name their unit", () =>
  same(pieces, [[[1], "1 piece"], [[5], "5 pieces"], [[1, "case", 6], "1 case of 6"], [[2, "case", 6], "2 cases of 6"], [[1200], "1,200 pieces"]]));

test("spans show their two largest units", () =>
  same(span, [[[-5], "0 s"], [[45_000], "45 s"], [[12 * MIN], "12 min"], [[60 * MIN], "1 h"], [[125 * MIN], "2 h 5 min"], [[76 * 60 * MIN], "3 d 4 h"]]));

test("an age counts from now", () =>
  same(age, [[[1000, 5000], "just now"], [["2026-11-21T09:00:00Z", Date.parse("2026-11-21T09:03:10Z")], "3 min"], [[9000, 1000], "just now"]]));

test("slack says how much is spare or how late", () =>
  same(slack, [[[12 * MIN], "12 min spare"], [[-8 * MIN], "8 min late"], [[30_000], "no time spare"], [[-30_000], "just late"], [[0], "no time spare"]]));

test("slack worries below a quarter of an hour", () =>
  same(slackStatus, [[[15 * MIN], "ok"], [[15 * MIN - 1], "caution"], [[0], "caution"], [[-1], "wrong"]]));

test("the clock is the site's", () =>
  same(clock, [[["2026-11-21T08:14:03Z", { timeZone: "Europe/Berlin" }], "09:14"], [[Date.UTC(2026, 10, 21, 8, 4, 3), { timeZone: "UTC", seconds: true }], "08:04:03"]]));

test("a moment of another day says so", () =>
  same(moment, [
    [["2026-11-21T16:00:00Z", "2026-11-21T08:00:00Z", { timeZone: "UTC" }], "16:00"],
    [["2026-11-21T23:30:00Z", "2026-11-21T22:00:00Z", { timeZone: "Europe/Berlin" }], "Sun 00:30"],
    [["2026-11-22T12:00:00Z", Date.UTC(2026, 10, 21, 12), { timeZone: "UTC" }], "Sun 12:00"],
    [["2026-11-29T12:00:00Z", "2026-11-21T12:00:00Z", { timeZone: "UTC" }], "29 Nov 12:00"],
  ]));

test("a code breaks after its separators and loses nothing", () => {
  for (const [code, parts] of [["A-07-1", ["A-", "07-", "1"]], ["S1", ["S1"]], ["A.1/2", ["A.", "1/", "2"]], ["--", ["--"]], ["A-", ["A-"]], ["-A", ["-", "A"]], ["", [""]]]) {
    assert.deepEqual(codeParts(code), parts);
    assert.equal(codeParts(code).join(""), code);
  }
});
