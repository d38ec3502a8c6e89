import assert from "node:assert/strict";
import { test } from "node:test";
import { inOrder } from "../../static/js/lib/order.js";
import { Wedge } from "../../static/js/lib/wedge.js";

const EAN = "4006381333931";

/** A scanner at a keyboard: its own clock, every read collected, the idle timer run as the page runs it. */
class Scanner {
  constructor(options) {
    this.wedge = new Wedge(options);
    this.t = 1000;
    this.reads = [];
  }
  press(key, more = {}) {
    const { taken, reads } = this.wedge.key({ key, code: "", keyCode: key.charCodeAt(0), ...more }, this.t);
    this.reads.push(...reads);
    return taken;
  }
  type(text, gap = 0) {
    for (const char of text) this.press(char) && this.pause(gap);
    return this;
  }
  commit(value, more = {}) {
    const { field, reads } = this.wedge.text({ value, inputType: "insertText", data: value, ...more }, this.t);
    this.reads.push(...reads);
    return field;
  }
  pause(ms) {
    for (const end = this.t + ms; this.t < end; this.t = Math.min(end, this.t + 10)) this.reads.push(...this.wedge.idle(this.t));
    return this;
  }
  get codes() {
    return this.reads.filter((read) => !read.double).map((read) => read.code);
  }
}

for (const gap of [0, 20, 100, 250]) {
  for (const end of ["Enter", "Tab", null]) {
    test(`keys ${gap} ms apart ended by ${end ?? "nothing"} are one read`, () => {
      const scanner = new Scanner().type(EAN, gap);
      if (end) scanner.press(end);
      scanner.pause(1300);
      assert.deepEqual(scanner.reads.map(({ code, via, double }) => ({ code, via, double })), [{ code: EAN, via: "key", double: false }]);
    });
  }
}

test("keys and end marks are taken so that no focused button gets them", () => {
  const scanner = new Scanner();
  assert.deepEqual([scanner.press("4"), scanner.press(" "), scanner.press("Enter"), scanner.press("Tab")], [true, true, true, true]);
});

test("modifier keys, function keys and browser shortcuts are left alone", () => {
  const scanner = new Scanner();
  const left = [["Shift"], ["F5"], ["Escape"], ["ArrowDown"], ["r", { ctrlKey: true, code: "KeyR" }], ["c", { metaKey: true }], ["Dead"]];
  assert.deepEqual(left.map(([key, more]) => scanner.press(key, more)), left.map(() => false));
  assert.deepEqual(scanner.pause(2000).codes, []);
});

test("a dead key is known by its place, though its accent comes with the next sign or not at all", () => {
  const scanner = new Scanner().type("A");
  const taken = scanner.press("Dead", { code: "Equal", shiftKey: true });
  scanner.press("1", { code: "Digit1" }), scanner.press("Enter");
  assert.deepEqual([taken, scanner.codes], [true, ["A1"]]);
});

test("the places of the keys are told as on a US keyboard, only when every key has one", () => {
  const keys = [["Q", "KeyA", true], ["Dead", "Equal", true], ["à", "Digit0", false], [" ", "Space", false], ["5", "Numpad5", false]];
  const scanner = new Scanner();
  for (const [key, code, shiftKey] of keys) scanner.press(key, { code, shiftKey });
  scanner.press("Enter");
  for (const [key, code] of [["a", "KeyA"], ["b", ""], ["c", "KeyC"]]) scanner.press(key, { code });
  scanner.press("Enter");
  scanner.press("@", { code: "KeyQ", ctrlKey: true, altKey: true }), scanner.press("Enter");
  scanner.press("@", { code: "KeyQ", getModifierState: (name) => name === "AltGraph" }), scanner.press("Enter");
  scanner.commit("AAA1"), scanner.press("Enter");
  assert.deepEqual(scanner.reads.map(({ places }) => places), ["A+0 5", null, null, null, null]);
});

test("an input method that says its keys: the text is the field's, the places are the keys'", () => {
  const scanner = new Scanner();
  const compose = (key, code, value, more = {}) => {
    scanner.press(key, { code, keyCode: 229, isComposing: true, ...more });
    scanner.commit(value, { inputType: "insertCompositionText", isComposing: true });
  };
  compose("A", "KeyA", "A", { shiftKey: true }), compose("Dead", "Equal", "A`", { shiftKey: true }), compose("0", "Digit0", "A`0");
  scanner.pause(1300);
  assert.deepEqual(scanner.reads.map(({ code, places, via }) => [code, places, via]), [["A`0", "A+0", "text"]]);
});

test("two codes that differ in a lost sign only are no double read", () => {
  const scanner = new Scanner();
  scanner.press("A", { code: "KeyA" }), scanner.press("Enter");
  scanner.press("A", { code: "KeyA" }), scanner.press("Dead", { code: "Equal" }), scanner.press("Enter");
  assert.deepEqual(scanner.reads.map(({ double }) => double), [false, false]);
});

test("a character typed with AltGr is a character, not a shortcut", () => {
  const scanner = new Scanner();
  scanner.press("]", { ctrlKey: true, altKey: true, code: "Digit9" });
  scanner.type("C1010").press("Enter");
  assert.deepEqual(scanner.codes, ["]C1010"]);
});

test("committed text ends with the Enter key, a line break, its own line end, or idle", () => {
  const scanner = new Scanner();
  scanner.commit("AAA1"), scanner.press("Enter");
  scanner.commit("BBB2"), scanner.commit("BBB2", { inputType: "insertLineBreak", data: null });
  scanner.commit("CCC3\n");
  scanner.commit("DDD4", { data: "DDD4\n" });
  scanner.commit("EEE5"), scanner.pause(160);
  assert.deepEqual(scanner.codes, ["AAA1", "BBB2", "CCC3", "DDD4", "EEE5"]);
  assert.deepEqual(new Set(scanner.reads.map((read) => read.via)), new Set(["text"]));
});

test("two codes in one commit are two reads and leave nothing behind", () => {
  const scanner = new Scanner();
  assert.equal(scanner.commit("AAA1\nBBB2\n"), "");
  assert.deepEqual(scanner.codes, ["AAA1", "BBB2"]);
});

test("a code that ended by silence while the page was busy is no part of the next one", () => {
  const scanner = new Scanner();
  scanner.commit("AAA1");
  scanner.t += 240; // no timer ran
  assert.equal(scanner.commit("AAA1BBB2"), "BBB2");
  scanner.pause(200);
  assert.deepEqual(scanner.codes, ["AAA1", "BBB2"]);
});

test("a line break that comes later than the silence that ended its code ends nothing a second time", () => {
  const scanner = new Scanner();
  scanner.commit("AAA1");
  scanner.t += 400; // no timer ran
  assert.equal(scanner.commit("AAA1", { inputType: "insertLineBreak", data: null }), "");
  assert.deepEqual(scanner.codes, ["AAA1"]);
});

test("the beginning of the next code stays in the field after a line end", () => {
  const scanner = new Scanner();
  assert.equal(scanner.commit("AAA1\nBB"), "BB");
  scanner.commit("BBB2\n");
  assert.deepEqual(scanner.codes, ["AAA1", "BBB2"]);
});

test("a composition is read as the whole field, never summed", () => {
  const scanner = new Scanner();
  for (let n = 1; n <= EAN.length; n++) {
    assert.equal(scanner.press("Unidentified", { keyCode: 229 }), false);
    scanner.commit(EAN.slice(0, n), { inputType: "insertCompositionText", isComposing: true });
    scanner.pause(250);
  }
  assert.deepEqual(scanner.pause(1300).codes, [EAN]);
});

test("keys inside a composition are ignored", () => {
  assert.equal(new Scanner().press("a", { isComposing: true }), false);
});

test("GS arrives as itself, as Ctrl+], and as Alt+029 without NumLock", () => {
  const expected = "]C10104006381333931\x1d10L1";
  const [head, tail] = expected.split("\x1d");
  const ways = {
    text: (scanner) => scanner.commit(expected),
    control: (scanner) => scanner.press("]", { ctrlKey: true, code: "BracketRight" }),
    german: (scanner) => scanner.press("+", { ctrlKey: true, code: "BracketRight" }),
    alt: (scanner) => {
      scanner.press("Alt", { altKey: true });
      for (const [key, code] of [["Insert", "Numpad0"], ["ArrowDown", "Numpad2"], ["PageUp", "Numpad9"]]) scanner.press(key, { altKey: true, code });
    },
  };
  for (const [way, send] of Object.entries(ways)) {
    const scanner = new Scanner();
    if (way === "text") send(scanner);
    else scanner.type(head), send(scanner), scanner.type(tail);
    scanner.press("Enter");
    assert.deepEqual(scanner.codes, [expected], way);
  }
});

test("two Alt codes in a row are two separators", () => {
  const scanner = new Scanner().type("A");
  for (let n = 0; n < 2; n++) {
    scanner.press("Alt", { altKey: true });
    for (const digit of "029") scanner.press(digit, { altKey: true, code: `Numpad${digit}` });
  }
  scanner.press("Enter");
  assert.deepEqual(scanner.codes, ["A\x1d\x1d"]);
});

test("a separator sent as a key between two commits keeps its place", () => {
  const scanner = new Scanner();
  scanner.commit("0104006381333931");
  scanner.press("]", { ctrlKey: true, code: "BracketRight" });
  scanner.commit("10L1"), scanner.press("Enter");
  assert.deepEqual(scanner.codes, ["0104006381333931\x1d10L1"]);
});

test("scanners that send CR or LF as Ctrl+M or Ctrl+J end a read", () => {
  const scanner = new Scanner().type("AAA1");
  scanner.press("m", { ctrlKey: true, code: "KeyM" });
  scanner.type("BBB2").press("j", { ctrlKey: true, code: "KeyJ" });
  scanner.type("CCC3").press(",", { ctrlKey: true, code: "KeyM" });
  assert.deepEqual(scanner.codes, ["AAA1", "BBB2", "CCC3"]);
});

test("the AIM prefix stays on the code", () => {
  const scanner = new Scanner().type("]E04006381333931");
  scanner.press("Enter");
  assert.deepEqual(scanner.codes, ["]E04006381333931"]);
});

test("pasted and dropped text is not a scan", () => {
  const scanner = new Scanner();
  assert.equal(scanner.commit(EAN, { inputType: "insertFromPaste" }), "");
  assert.equal(scanner.commit(EAN, { inputType: "insertFromDrop" }), "");
  assert.deepEqual(scanner.pause(2000).codes, []);
});

test("line ends, spaces and control characters alone are no read", () => {
  const scanner = new Scanner();
  scanner.press("Enter"), scanner.type("  "), scanner.press("Enter"), scanner.commit("\r\n\r\n"), scanner.commit("\x00\x02");
  assert.deepEqual(scanner.pause(2000).codes, []);
});

test("a gap over 1.2 s starts afresh even when no timer ran", () => {
  const scanner = new Scanner().type("x");
  scanner.t += 1201;
  scanner.type(EAN).press("Enter");
  assert.deepEqual(scanner.codes, ["x", EAN]);
});

test("two scans 0 ms apart stay two, in order", () => {
  const scanner = new Scanner().type("AAA1");
  scanner.press("Enter"), scanner.type("BBB2").press("Enter");
  assert.deepEqual(scanner.codes, ["AAA1", "BBB2"]);
});

test("the same code within 200 ms is one trigger pull, later it is a second piece", () => {
  const scanner = new Scanner();
  for (const pause of [0, 199, 200]) scanner.pause(pause).type(EAN).press("Enter");
  assert.deepEqual(scanner.reads.map((read) => read.double), [false, true, false]);
});

test("five of the same in two seconds count five", () => {
  const scanner = new Scanner();
  for (let n = 0; n < 5; n++) scanner.type(EAN, 5).press("Enter"), scanner.pause(330);
  assert.deepEqual(scanner.codes, Array(5).fill(EAN));
});

test("the double-read rule can be off for a batch scanner", () => {
  const scanner = new Scanner({ doubleMs: 0 });
  scanner.type(EAN).press("Enter"), scanner.type(EAN).press("Enter");
  assert.deepEqual(scanner.codes, [EAN, EAN]);
});

test("the wait shrinks with time and is null when nothing is pending", () => {
  const wedge = new Wedge();
  assert.equal(wedge.wait(0), null);
  wedge.key({ key: "4" }, 0);
  assert.deepEqual([wedge.wait(0), wedge.wait(300), wedge.wait(900)], [400, 100, 0]);
});

test("it is quiet before a scan and again 1.2 s after it", () => {
  const wedge = new Wedge();
  const seen = [wedge.quiet(0)];
  wedge.key({ key: "4" }, 0), seen.push(wedge.quiet(10));
  wedge.key({ key: "Enter" }, 20), seen.push(wedge.quiet(30), wedge.quiet(1219), wedge.quiet(1220));
  assert.deepEqual(seen, [true, false, false, false, true]);
});

test("handlers run one after the other and survive a failing one", async () => {
  const seen = [];
  const failed = [];
  const run = inOrder(async (n) => {
    await new Promise((resolve) => setTimeout(resolve, 5 - n));
    if (n === 2) throw new Error("two");
    seen.push(n);
  }, (error) => failed.push(error.message));
  await Promise.all([1, 2, 3, 4].map(run));
  assert.deepEqual({ seen, failed }, { seen: [1, 3, 4], failed: ["two"] });
});
