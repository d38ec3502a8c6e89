import assert from "node:assert/strict";
import { test } from "node:test";
import { hasNone, hasOne, isDue, putOff } from "../../static/js/lib/first_test.js";
import { meant, turnedBack } from "../../static/js/lib/keyboard.js";
import { TEST, isKeyboardTest, isSeparatorTest, judgeKeyboard, judgeSeparator } from "../../static/js/lib/keyboard_test.js";
import { LAYOUTS } from "../../static/js/lib/layouts.js";
import { Wedge } from "../../static/js/lib/wedge.js";
import { KEYBOARDS, US_KEYS, arrived, events, spelled } from "./layout_keys.mjs";

const NOTHING = { keyboard: null, side: "device", caps: false, map: [], places: false, weak: [], lost: [] };
const CODES = [TEST, "L:S-12/7.4", "AB+90", "yZ-01", "]C10104006381333931", "]d2A_B", "U:P-1001 x", "A+1+E", "]E0590123412345", "0123456789", "{GS}"];
/** The keyboards that people know by these names, and which of the signs above are dead keys on them. */
const NAMED = {
  de: ["QWERTZ, as in German", "+"], ch: ["QWERTZ, as in Swiss German", "+]"], "ch:fr": ["QWERTZ, as in Swiss French", "+]"], fr: ["AZERTY, as in French", ""],
  be: ["AZERTY, as in Belgian", ""], es: ["QWERTY, as in Spanish", ""], latam: ["QWERTY, as in Latin American Spanish", ""], it: ["QWERTY, as in Italian", ""],
  pt: ["QWERTY, as in Portuguese", "]"], br: ["QWERTY, as in Brazilian Portuguese", ""], se: ["QWERTY, as in Swedish and Finnish", "+]"],
  no: ["QWERTY, as in Norwegian", "+]"], dk: ["QWERTY, as in Danish", "+]"],
};

const TWINS = new Set(["ch", "ch:fr", "es", "latam", "it", "se", "no", "dk"]);

/** What the reader makes of the keys of a US scanner on a device with another keyboard. */
function read(keyboard, code, more = {}) {
  const wedge = new Wedge();
  for (const event of events(keyboard, code, more)) wedge.key(event, 0);
  return wedge.key({ key: "Enter", code: "Enter" }, 0).reads[0];
}

test("the keyboards are those of people's devices, sign by sign", () => {
  const signs = ({ pairs }) => new Map(pairs.filter(([sign]) => sign !== " ").map(([sign, us]) => [us, sign]));
  for (const [id, [title]] of Object.entries(NAMED)) {
    const table = signs(LAYOUTS.find((layout) => layout.title === title));
    for (const [at, us] of US_KEYS.entries()) assert.equal(table.get(us), KEYBOARDS[id][at], `${id}: ${us}`);
  }
  assert.equal(LAYOUTS.length, Object.keys(NAMED).length);
});

test("a right keyboard needs no table, with or without a symbology identifier", () => {
  const right = { ...NOTHING, status: "right" };
  assert.deepEqual([judgeKeyboard(TEST), judgeKeyboard(`]C0${TEST}`)], [right, right]);
});

for (const id of ["us", "pl", "gb"]) {
  test(`on the ${id} keyboard every sign of our barcodes is where the scanner expects it`, () => {
    assert.equal(judgeKeyboard(read(KEYBOARDS[id], TEST).code).status, "right");
    for (const code of CODES) assert.equal(read(KEYBOARDS[id], code).code, code);
  });
}

for (const [id, [title, dead]] of Object.entries(NAMED)) {
  for (const caps of [false, true]) {
    test(`${title}${caps ? " with Caps Lock" : ""}: named, and turned back by the places of the keys, dead ones too`, () => {
      const came = read(KEYBOARDS[id], TEST, { caps });
      const verdict = judgeKeyboard(came.code, came.places);
      assert.deepEqual([verdict.status, verdict.keyboard, verdict.caps, verdict.places, verdict.weak], ["mended", title, caps, true, []]);
      for (const code of CODES) assert.equal(meant(verdict)(read(KEYBOARDS[id], code, { caps })), code);
      for (const code of CODES) assert.equal(meant(verdict)(read(KEYBOARDS[id], code, { caps: !caps })), code, "whatever becomes of Caps Lock");
    });
  }

  test(`${title}: without places the signs are turned back, and what dead keys swallow is told`, () => {
    const verdict = judgeKeyboard(spelled(KEYBOARDS[id], TEST));
    assert.deepEqual([verdict.status, verdict.keyboard, verdict.places, verdict.weak.join("")], ["mended", title, false, dead]);
    for (const code of CODES) assert.equal(meant(verdict)({ code: spelled(KEYBOARDS[id], code), places: null }), code, code);
  });

  test(`${title}: every sign of our barcodes arrives as another one`, () => {
    const signs = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:-/+. _]"];
    assert.equal(new Set(signs.map((sign) => arrived(KEYBOARDS[id], sign))).size, signs.length);
  });

  test(`${title}: a symbology identifier before the test arrives as other signs, and is none of it`, () => {
    assert.equal(judgeKeyboard(spelled(KEYBOARDS[id], `]C0${TEST}`)).keyboard, title);
    const came = read(KEYBOARDS[id], `]C0${TEST}`);
    assert.deepEqual([judgeKeyboard(came.code, came.places).keyboard, judgeKeyboard(came.code, came.places).places], [title, true]);
  });

  test(`a scanner set to ${title} on a US device is told apart from the other way round`, () => {
    const typed = typedBy(KEYBOARDS[id]);
    const { status, side, keyboard, map, lost } = judgeKeyboard(typed(TEST));
    assert.deepEqual([status, side], ["mended", "scanner"]);
    assert.ok(keyboard === (TWINS.has(id) ? null : title), "named, unless another keyboard types the test alike");
    for (const code of ["L:S-12/7.4", "AB+90", "yZ-01 X_2"]) {
      if (![...code].some((sign) => lost.includes(sign))) assert.equal(turnedBack(map)(typed(code)), code);
    }
    assert.deepEqual(lost.filter((sign) => sign !== "]"), id === "br" ? ["/"] : [], "the others are on the keys of a US keyboard");
  });
}

for (const id of ["de", "ch", "ch:fr", "se", "no", "dk"]) {
  test(`${id}: where the dead key gets lost and nobody knows places, the keyboard is named and the person is told to set the scanner`, () => {
    const { status, keyboard } = judgeKeyboard(read(KEYBOARDS[id], TEST).code);
    const alone = judgeKeyboard([...spelled(KEYBOARDS[id], TEST)].filter((_, at) => ![8, 9].includes(at)).join(""));
    assert.deepEqual([[status, keyboard], [alone.status, alone.keyboard]], [["broken", NAMED[id][0]], ["broken", TWINS.has(id) ? null : NAMED[id][0]]]);
  });
}

/** What arrives on a US device from a scanner with another keyboard; what needs a third key arrives as nothing that helps. */
function typedBy(keyboard) {
  const keys = new Map(keyboard.map((sign, at) => [sign, US_KEYS[at]]));
  return (code) => Array.from(code, (sign) => (sign === " " ? " " : keys.get(sign) ?? "4")).join("");
}

test("a dead key and the letter behind it are taken apart again", () => {
  const { map } = judgeKeyboard(spelled(KEYBOARDS.de, TEST));
  assert.deepEqual(["AàB", "Èy", "`1", "é"].map(turnedBack(map)), ["A+aB", "+Ez", "+1", "=e"]);
});

test("Caps Lock is told as such, and its table turns back", () => {
  const swapped = Array.from(TEST, (char) => (char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase())).join("");
  const { status, keyboard, caps, map } = judgeKeyboard(swapped);
  assert.deepEqual([status, keyboard, caps, turnedBack(map)(swapped)], ["mended", null, true, TEST]);
});

test("a keyboard that loses signs, or gives two the same, cannot be mended", () => {
  const found = [TEST.slice(1), "", TEST.replace("/", "-")].map((came) => judgeKeyboard(came));
  assert.deepEqual(found, [{ ...NOTHING, status: "broken" }, { ...NOTHING, status: "broken" }, { ...NOTHING, status: "twins" }]);
});

test("an unknown keyboard is mended without a name; what the symbol does not show may not be", () => {
  const mended = { ...NOTHING, status: "mended", map: [["§", "%"]], lost: ["_", "]"] };
  assert.deepEqual(judgeKeyboard(TEST.replace("%", "§")), mended);
  assert.deepEqual(judgeKeyboard(TEST.replace("%", "§"), TEST), { ...NOTHING, status: "mended", places: true });
});

test("an unknown keyboard with a dead key is mended by the places of its keys", () => {
  const odd = KEYBOARDS.us.map((sign) => ({ "-": "\u0301", m: "ŋ" })[sign] ?? sign);
  const came = read(odd, TEST);
  const verdict = judgeKeyboard(came.code, came.places);
  assert.deepEqual([verdict.status, verdict.keyboard, meant(verdict)(read(odd, "L:M-m"))], ["mended", null, "L:M-m"]);
});

test("another code is not taken for the test", () => {
  assert.deepEqual([isKeyboardTest("U:P-1001"), isKeyboardTest(TEST.slice(2)), isKeyboardTest(`¨C0${TEST}`), isKeyboardTest("K", TEST)], [false, true, true, true]);
});

test("the group separator may come as itself or as its name; another sign is turned back; its loss is told", () => {
  const judged = ["]C110TEST\x1d21GS", "10TEST{GS}21GS", "10TEST~21GS", "10TEST21GS", "10TEST"].map(judgeSeparator);
  const [right, wrong] = [{ status: "right", map: [] }, { status: "wrong", map: [] }];
  assert.deepEqual(judged, [right, right, { status: "mended", map: [["~", "\x1d"]] }, wrong, wrong]);
  assert.deepEqual([isSeparatorTest("]C110TEST21GS"), isSeparatorTest(TEST)], [true, false]);
});

test("a stand-in for the separator is turned back after everything else, on any keyboard", () => {
  const code = "0104006381333931~10L1";
  for (const id of ["de", "fr", "it", "br"]) {
    const kept = { ...judgeKeyboard(spelled(KEYBOARDS[id], TEST)), then: [["~", "\x1d"]] };
    assert.equal(meant(kept)({ code: spelled(KEYBOARDS[id], code), places: null }), code.replace("~", "\x1d"), id);
    assert.equal(meant({ ...kept, places: true })(read(KEYBOARDS[id], code)), code.replace("~", "\x1d"), id);
  }
});

test("the group separator arrives as Ctrl+] by its place, whatever that key gives", () => {
  for (const keyboard of Object.values(KEYBOARDS)) assert.equal(read(keyboard, "10A\x1d21B").places, "10A\x1d21B");
});

test("a table kept before the places of keys were known goes on working", () => {
  const german = { keyboard: "QWERTZ, as in German", map: [["ß", "-"], ["Ö", ":"], ["y", "z"], ["z", "y"], ["~", "\x1d"]] };
  assert.equal(meant(german)({ code: "LÖzßy~", places: "L:y-z~" }), "L:y-z\x1d");
});

test("where the places of a read are not known its signs are turned back", () => {
  assert.equal(meant({ map: [["ß", "-"]], places: true })({ code: "Aß1", places: null }), "A-1");
});

test("without a table nothing changes", () => {
  assert.deepEqual([turnedBack(null)("L:1"), turnedBack([])("L:1"), meant(undefined)({ code: "è1", places: "x" })], ["L:1", "L:1", "è1"]);
});

test("a device is led to the test until it has passed, once a day, or until it has no scanner", async () => {
  const values = new Map();
  const store = { read: async (name) => values.get(name), write: async (name, value) => void values.set(name, value) };
  const [today, tomorrow] = [new Date(2026, 0, 1, 8), new Date(2026, 0, 2, 0)];
  const due = async () => [await isDue(store, today), await isDue(store, tomorrow)];
  assert.deepEqual(await due(), [true, true]);
  await putOff(store, today);
  assert.deepEqual(await due(), [false, true]);
  await hasOne(store);
  assert.deepEqual(await due(), [false, true]);
  await hasNone(store);
  assert.deepEqual(await due(), [false, false]);
  await hasOne(store);
  assert.deepEqual(await due(), [true, true]);
  await store.write("keyboard", { keyboard: null, map: [] });
  assert.deepEqual(await due(), [false, false]);
});
