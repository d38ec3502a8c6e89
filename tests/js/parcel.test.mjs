/** What the pack station shows of an order, and that it shows no expected figure while the count is blind. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { askedPaper, cartonToLabel, gramsOf, isLabelOut, isThrough, isToteToScan, isWaiting, jobFacts, keysAt, liveCartons, missingTotes, tileOf, tilesOf, typedAt, typedNow } from "../../static/js/lib/parcel.js";

test("a blind tile turns green with the first unit and names no figure to reach", () => {
  assert.deepEqual(tileOf({ packed: 0, picked: null }), { status: "idle", count: "0", note: "to count" });
  assert.deepEqual(tileOf({ packed: 2, picked: null }), { status: "ok", count: "2", note: "counted" });
});

test("a shown tile says what is missing, complete or too many", () => {
  assert.deepEqual(tileOf({ packed: 1, picked: 3 }), { status: "caution", count: "1", note: "of 3, 2 missing" });
  assert.deepEqual(tileOf({ packed: 3, picked: 3 }), { status: "ok", count: "3", note: "all packed" });
  assert.deepEqual(tileOf({ packed: 4, picked: 3 }), { status: "wrong", count: "4", note: "1 too many" });
});

test("what is left out of a split parcel is never shown as packed", () => {
  assert.deepEqual(tileOf({ packed: 0, picked: 0 }), { status: "idle", count: "0", note: "not in this parcel" });
});

test("a cancelled order is only taken apart", () => {
  const [tile] = tilesOf({ state: "cancelled", lines: [{ order_line: 1, packed: 0, picked: null }] });
  assert.deepEqual(tile, { order_line: 1, packed: 0, picked: null, status: "idle", count: "", note: "to take out" });
});

test("tiles keep their places while they are counted", () => {
  const lines = [{ order_line: 9, packed: 1, picked: null }, { order_line: 4, packed: 0, picked: null }];
  assert.deepEqual(tilesOf({ lines }).map((tile) => tile.order_line), [9, 4]);
});

test("a tote that named the order is scanned in with the same pull, once", () => {
  const totes = [{ code: "T001", scanned_in: false }, { code: "T002", scanned_in: true }];
  assert.deepEqual(missingTotes({ totes }), [totes[0]]);
  assert.deepEqual(["t:t001", "T001", "]C0T:T001", "T:T002", "O:1042"].map((code) => isToteToScan({ totes }, code)), [true, true, true, false, false]);
});

test("the sealed carton waits for its label; void ones are not shown", () => {
  const cartons = [{ number: 1, state: "void" }, { number: 2, state: "labelled" }, { number: 3, state: "closed" }];
  assert.deepEqual([cartonToLabel({ cartons }).number, liveCartons({ cartons }).map((it) => it.number)], [3, [2, 3]]);
  assert.equal(cartonToLabel({ cartons: [] }), null);
});

test("the next tote may come when the order is packed or parked", () => {
  const at = (step) => isThrough({ position: { step } });
  assert.deepEqual(["unit", "label", "finished", "parked"].map(at), [false, false, true, true]);
});

test("keys are off where they are refused", () => {
  const at = (step) => keysAt({ position: { step, can_undo: true } });
  assert.deepEqual(at("unit"), { units: true, confirm: true, undo: true });
  assert.deepEqual(at("label"), { units: false, confirm: false, undo: true });
  assert.deepEqual(at("instruct"), { units: false, confirm: true, undo: true });
});

test("a print job in doubt asks the person; a failed one can be tried again", () => {
  assert.deepEqual(jobFacts({ kind: "packing_slip", state: "in_doubt", attention: null }).again, ["confirm", "reprint"]);
  assert.deepEqual(["gift_note", "carton_contents", "shipping_label"].map((kind) => jobFacts({ kind, state: "sent" }).name), ["Gift note", "Carton contents", "Label"]);
  assert.deepEqual(jobFacts({ kind: "packing_slip", state: "waiting_printer", attention: "paper out" }), {
    status: "caution", sign: "alert", words: "Printer is not ready: paper out", name: "Packing slip", again: ["retry"],
  });
});

test("what a printer says is told by its parts", () => {
  const job = { kind: "packing_slip", state: "waiting_printer", attention: "paper out", said: [["{0}, {1}", { 0: [["paper out", {}]], 1: [["head open", {}]] }]] };
  assert.equal(jobFacts(job).words, "Printer is not ready: paper out, head open");
});

test("a number is a weight only where a weight is asked", () => {
  assert.deepEqual([gramsOf("1250", "weight"), gramsOf("1250", "unit"), gramsOf("4006381333931", "weight"), gramsOf("12.5", "weight")], [1250, null, null, null]);
});

test("an order that waits for a second count lets its packer go on; whoever counts it again stays with it", () => {
  const at = (recount) => ({ position: { step: "recount", can_undo: false }, recount });
  assert.deepEqual([at({ carton: 1, waits: true }), at({ carton: 1, waits: false })].map((view) => [isWaiting(view), isThrough(view)]), [[true, true], [false, false]]);
  assert.deepEqual(keysAt(at({ carton: 1, waits: false })), { units: true, confirm: true, undo: false });
});

test("a label is out once the printer has it, another carton's and other papers are not it", () => {
  const label = { sscc: "1", kind: "shipping_label", state: "sent" };
  assert.ok(isLabelOut([{ ...label, state: "confirmed" }], { sscc: "1" }));
  assert.ok(isLabelOut([label], { sscc: "1" }));
  for (const other of [{ ...label, sscc: "2" }, { ...label, kind: "packing_slip" }, { ...label, state: "queued" }]) assert.ok(!isLabelOut([other], { sscc: "1" }));
});

test("of a slip that a page printed it is asked whether it came out, of what is scanned back or a printer knows it is not", () => {
  const slip = { id: "s", kind: "packing_slip", state: "sent", by_page: true, sscc: "1", reprint_of: null, reprint_no: 0 };
  const copy = { ...slip, id: "again", reprint_of: "s", reprint_no: 1 };
  assert.equal(askedPaper([{ ...slip, id: "l", kind: "shipping_label" }, slip]), slip);
  assert.deepEqual(jobFacts(slip).again, ["confirm", "reprint"]);
  assert.deepEqual(askedPaper([copy, slip]).id, "again");
  assert.deepEqual(jobFacts(slip, [copy]).again, []);
  assert.equal(askedPaper([{ ...copy, id: "third", reprint_no: 2, state: "confirmed" }, copy, slip]), null);
  assert.equal(askedPaper([{ ...slip, id: "next", sscc: "2", state: "confirmed" }, slip]), null);
  for (const other of [{ ...slip, by_page: false }, { ...slip, state: "confirmed" }, { ...slip, kind: "shipping_label" }]) assert.equal(askedPaper([other]), null);
});

test("the tote of the next order may be typed where the site allows it, and what an order in hand scans", () => {
  const view = { position: { step: "unit" }, policy: { hand_entry: true }, cartons: [] };
  const now = (isOpen, type) => typedNow({ isOpen, view: isOpen ? view : null, can: { type } });
  assert.deepEqual([now(false, true), now(false, false), now(true, false)], ["claim", null, "unit"]);
});

test("what a step scans may be typed where the site allows it; of labels only the number of a carrier's own", () => {
  const at = (step, { label = "none", hand = true } = {}) => typedAt({ position: { step }, policy: { hand_entry: hand }, cartons: [{ state: "labelled", label: "number" }, { state: "closed", label }] });
  assert.deepEqual(["totes", "unit", "lot", "weight", "label", "parked"].map((step) => at(step)), ["totes", "unit", "lot", null, null, null]);
  assert.deepEqual([at("label", { label: "number" }), at("label", { label: "number", hand: false }), at("unit", { hand: false })], ["number", null, null]);
});
