/** What a browser's own detector found, as a scanner would send it: the code behind its symbology identifier (ISO/IEC 15424). */
import { hasValidCheckDigit, parseElements } from "./gs1.js";

const PLAIN = { code_128: "]C0", ean_13: "]E0", ean_8: "]E4", upc_a: "]E0", itf: "]I0", qr_code: "]Q1", data_matrix: "]d1" };
const GS1 = { ...PLAIN, code_128: "]C1", qr_code: "]Q3", data_matrix: "]d2" };
const NAMES_A_THING = /^0[012]/;

/** The symbols that are asked for. */
export const FORMATS = Object.keys(PLAIN);

/** Browsers do not tell GS1 apart: whole element strings from a GTIN or an SSCC on, with their right check digits, are taken for it. */
export function sighted({ format, rawValue }) {
  return `${(isGs1(rawValue) ? GS1 : PLAIN)[format]}${rawValue}`;
}

function isGs1(text) {
  const found = NAMES_A_THING.test(text) ? parseElements(text) : null;
  return found !== null && [found.gtin, found.sscc].every((it) => it === null || hasValidCheckDigit(it));
}
