import assert from "node:assert/strict";
import { test } from "node:test";

import { read } from "../../static/js/lib/barcodes.js";
import { sighted } from "../../static/js/lib/sighted.js";

const MATRIX = "data_matrix";

function found(rawValue, format = "code_128") {
  return sighted({ format, rawValue });
}

test("a GS1 label is marked as one in each of its symbols, also where nothing in it says so", () => {
  const label = "010400638133393110L1";
  assert.deepEqual(["code_128", MATRIX, "qr_code"].map((it) => found(label, it)), [`]C1${label}`, `]d2${label}`, `]Q3${label}`]);
  const { keys, gs1 } = read(found(label, MATRIX));
  assert.deepEqual([keys, gs1.lot], [["04006381333931"], "L1"]);
});

test("a label of a carton, and one of what a carton holds", () => {
  assert.equal(found("00340123450000000000"), "]C100340123450000000000");
  assert.equal(found("02040063813339313712"), "]C102040063813339313712");
});

test("a wrong check digit is no GS1", () => {
  assert.equal(found("010400638133393210L1"), "]C0010400638133393210L1");
  assert.equal(found("00340123450000000001"), "]C000340123450000000001");
});

test("a code that only begins like GS1 stays as it is", () => {
  const plain = ["01-A-02", "0104006381333931X", "00036000291452", "10L1", "L:01-02", ""];
  assert.deepEqual(plain.map((it) => found(it, MATRIX)), plain.map((it) => `]d1${it}`));
});

test("a label whose groups are parted is read as ever", () => {
  const label = "010400638133393121SN1\x1d10L1";
  assert.equal(found(label, "qr_code"), `]Q3${label}`);
  assert.deepEqual(read(found(`\x1d${label}`)).keys, ["04006381333931"]);
});

test("symbols that are never GS1 keep their identifier", () => {
  assert.deepEqual(
    [found("4006381333931", "ean_13"), found("96385074", "ean_8"), found("036000291452", "upc_a"), found("0104006381333931", "itf")],
    ["]E04006381333931", "]E496385074", "]E0036000291452", "]I00104006381333931"],
  );
});
