import assert from "node:assert/strict";
import { test } from "node:test";
import { TEST, isSeparatorTest, judgeKeyboard, judgeSeparator, turnedBack } from "../../static/js/lib/keyboard.js";

/** A scanner set to a US keyboard on a device that expects another one. */
const typedOn = (pairs) => (code) => Array.from(code, (char) => new Map(pairs).get(char) ?? char).join("");
const german = typedOn([["-", "ß"], ["/", "-"], ["+", "`"], [":", "Ö"], ["y", "z"], ["z", "y"], ["Y", "Z"], ["Z", "Y"]]);
const french = typedOn([
  ...[..."1234567890"].map((digit, at) => [digit, [..."&é\"'(-è_çà"][at]]),
  ["-", ")"], ["/", "!"], [".", ":"], [":", "M"], ["+", "="].reverse(), ["a", "q"], ["q", "a"], ["A", "Q"], ["Q", "A"], ["z", "w"], ["w", "z"], ["Z", "W"], ["W", "Z"], ["m", ","], ["M", "?"],
]);

test("a right keyboard needs no table, with or without a symbology identifier", () => {
  const right = { status: "right", keyboard: null, map: [] };
  assert.deepEqual([judgeKeyboard(TEST), judgeKeyboard(`]C0${TEST}`)], [right, right]);
});

for (const [name, typed] of [["QWERTZ, as in German", german], ["AZERTY, as in French", french]]) {
  test(`${name}: is named, and its table turns every code back`, () => {
    const { status, keyboard, map } = judgeKeyboard(typed(TEST));
    assert.deepEqual([status, keyboard], ["mended", name]);
    for (const code of [TEST, "L:S-12/7.4", "AB+90", "yZ-01"]) assert.equal(turnedBack(map)(typed(code)), code);
  });
}

test("Caps Lock is named as such", () => {
  const swapped = Array.from(TEST, (char) => (char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase())).join("");
  const { keyboard, map } = judgeKeyboard(swapped);
  assert.deepEqual([keyboard, turnedBack(map)(swapped)], ["Caps Lock", TEST]);
});

test("a keyboard that loses signs, or gives two the same, cannot be mended", () => {
  const wrong = { status: "wrong", keyboard: null, map: [] };
  assert.deepEqual([judgeKeyboard(TEST.slice(1)), judgeKeyboard(TEST.replace("/", "-")), judgeKeyboard("")], [wrong, wrong, wrong]);
});

test("an unknown keyboard is mended without a name", () => {
  const { status, keyboard, map } = judgeKeyboard(TEST.replace("%", "§"));
  assert.deepEqual({ status, keyboard, map }, { status: "mended", keyboard: null, map: [["§", "%"]] });
});

test("the group separator may come as itself or as its name; another sign is turned back; its loss is told", () => {
  const judged = ["]C110TEST\x1d21GS", "10TEST{GS}21GS", "10TEST~21GS", "10TEST21GS", "10TEST"].map(judgeSeparator);
  const [right, wrong] = [{ status: "right", map: [] }, { status: "wrong", map: [] }];
  assert.deepEqual(judged, [right, right, { status: "mended", map: [["~", "\x1d"]] }, wrong, wrong]);
  assert.deepEqual([isSeparatorTest("]C110TEST21GS"), isSeparatorTest(TEST)], [true, false]);
});

test("without a table nothing changes", () => {
  assert.deepEqual([turnedBack(null)("L:1"), turnedBack([])("L:1")], ["L:1", "L:1"]);
});
