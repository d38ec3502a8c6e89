/** Scales speak in several ways; only a weight that lies still is taken, once. */
import assert from "node:assert/strict";
import test from "node:test";
import { Weighing, weightIn } from "../../static/js/lib/scale.js";
import { Scale } from "../../static/js/ui/scale.js";

const SAID = [
  ["S S     100.52 g", { grams: 101, still: true }],
  ["S D     100.52 g", { grams: 101, still: false }],
  ["ST,+0000.52  kg", { grams: 520, still: true }],
  ["US,+0000.52  kg", { grams: 520, still: false }],
  ["+   123,4 g  ", { grams: 123, still: true }],
  ["-   3.0 g", { grams: -3, still: true }],
  ["  1.5 lb ?", { grams: 680, still: false }],
  ["S I", null],
  ["OL", null],
  ["4006381333931", null],
];

for (const [line, weight] of SAID) {
  test(`“${line}” is ${JSON.stringify(weight)}`, () => assert.deepEqual(weightIn(line), weight));
}

function heard(...pieces) {
  const told = [];
  const weighing = new Weighing((grams) => told.push(grams));
  for (const piece of pieces) weighing.hear(piece);
  return told;
}

test("a weight is told once when it lies still, however it is cut into pieces", () => {
  assert.deepEqual(heard("S D 90 g\r\nS S 10", "0 g\r", "\nS S 100 g\r\nS S 100 g\r\n"), [100]);
});

test("one look alone is not believed", () => {
  assert.deepEqual(heard("S S 100 g\r\nS S 101 g\r\nS S 102 g\r\n"), []);
});

test("an empty scale between two cartons of one weight makes two weights", () => {
  assert.deepEqual(heard("100 g\n100 g\n0 g\n0 g\n100 g\n100 g\n"), [100, 100]);
});

test("the next carton may weigh the same once it is asked for again", () => {
  const told = [];
  const weighing = new Weighing((grams) => told.push(grams));
  weighing.hear("100 g\n100 g\n");
  weighing.again();
  weighing.hear("100 g\n");
  assert.deepEqual(told, [100, 100]);
});

test("a weight that nobody could take is told until somebody does", () => {
  const told = [];
  let isFree = false;
  const weighing = new Weighing((grams) => isFree && told.push(grams));
  weighing.hear("100 g\n100 g\n");
  isFree = true;
  weighing.hear("100 g\n100 g\n");
  assert.deepEqual(told, [100]);
});

test("a carton that lies on the scale while its answer is waited for is weighed once", async (context) => {
  const told = [];
  const heard = new TransformStream();
  const speaker = heard.writable.getWriter();
  const encoded = new TextEncoder().encode("S S 520 g\r\n");
  const writable = new WritableStream({ write: () => void speaker.write(encoded) });
  const port = { open: async () => null, readable: heard.readable, writable };
  const before = globalThis.navigator;
  Object.defineProperty(globalThis, "navigator", { value: { serial: { addEventListener() {}, getPorts: async () => [port] } }, configurable: true, writable: true });
  let isAsked = true;
  context.after(async () => {
    isAsked = false;
    await speaker.close();
    Object.defineProperty(globalThis, "navigator", { value: before, configurable: true, writable: true });
  });
  const scale = new Scale({ onWeight: (grams) => told.push(grams), isAsked: () => isAsked, isFree: () => told.length === 0 || isAnswered });
  let isAnswered = false;
  await scale.find();
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  await wait(2000);
  isAnswered = true;
  await wait(2000);
  assert.deepEqual(told, [520]);
  isAsked = false;
  await wait(600);
  isAsked = true;
  await wait(1200);
  assert.deepEqual(told, [520, 520]);
});
