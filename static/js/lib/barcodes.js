/** What a scanner sends, as the keys a code is looked up by: the twin of `warehouse/domain/barcodes.py`. */

import { GROUP_SEPARATOR, NO_ELEMENTS, hasValidCheckDigit, parseElements } from "./gs1.js";

export const MAX_LENGTH = 512;
export const PREFIXES = ["B:", "L:", "T:", "K:", "O:", "U:", "S:", "P:", "C:"];
export const COMMANDS = [
  "CONFIRM", "UNDO", "SHORT", "DAMAGED", "SKIP", "HELP", "PRINT", "REPRINT", "PAUSE", "LOGOUT",
  "FULL", "WRONG", "TYPE", "JOIN", "LEAVE", "MORE",
];

const EDGES = /^[ \t\r\n\v\f]+|[ \t\r\n\v\f]+$/g;
const AIM = /^\]([A-Za-z][0-9A-Za-z])/;
const CONTROL = /[\x00-\x1f\x7f-\x9f]/g;
const GTIN = /^([0-9]{8}|[0-9]{12,14})$/;
const QUANTITY = /^QTY-([1-9][0-9]{0,3})$/;
const OWN_CODES = ["L:", "T:", "K:"];
const LITERAL_STAND_INS = ["{GS}", "<GS>"];
const GS1_SYMBOLOGIES = new Set(["C1", "e0", "e1", "d2", "Q3", "J1"]);
const NOTHING = Object.freeze({
  text: "", symbology: null, keys: [], command: null, armed: null, gs1: NO_ELEMENTS,
});

/** Whether a code has one of our prefixes, which no item bears. */
export function isOurs(code) {
  return PREFIXES.includes(code.slice(0, 2).toUpperCase());
}

/** The one form under which a code is stored and looked up. */
export function key(code) {
  if (isOurs(code)) return code.toUpperCase();
  if (GTIN.test(code) && hasValidCheckDigit(code)) return code.padStart(14, "0");
  return code;
}

/** A code as it is printed, without the symbology identifier that a scanner may put before it. */
export function bare(raw) {
  return raw.replace(EDGES, "").replace(AIM, "");
}

/** Normalise a raw code; `standIn` is what the site's scanners send for the group separator. */
export function read(raw, via = "key", standIn = "{GS}") {
  let text = raw.replace(EDGES, "");
  const aim = AIM.exec(text);
  const symbology = aim ? aim[1] : null;
  if (aim) text = text.slice(aim[0].length);
  if (!text || [...raw].length > MAX_LENGTH) {
    return { ...NOTHING, symbology, text: [...text].slice(0, MAX_LENGTH).join("") };
  }
  const gs1 = gs1Elements(text, symbology, standIn);
  if (gs1 !== null) return { ...NOTHING, symbology, text, keys: gs1Keys(gs1), gs1 };
  const clean = text.replace(CONTROL, "");
  if (clean !== text) return { ...NOTHING, symbology, text: clean };
  return plain(text, symbology, via);
}

function gs1Elements(text, symbology, standIn) {
  let message = text;
  for (const visible of [standIn, ...LITERAL_STAND_INS]) {
    if (visible) message = message.replaceAll(visible, GROUP_SEPARATOR);
  }
  if (!GS1_SYMBOLOGIES.has(symbology) && !message.includes(GROUP_SEPARATOR)) return null;
  return parseElements(message.startsWith(GROUP_SEPARATOR) ? message.slice(1) : message);
}

function gs1Keys(gs1) {
  if (gs1.gtin) return [gs1.gtin];
  if (gs1.sscc) return [`00${gs1.sscc}`];
  const named = gs1.lot ?? gs1.serial;
  return named ? [key(named)] : [];
}

function plain(text, symbology, via) {
  const own = key(text);
  if (own.startsWith("C:")) return command(own, symbology);
  if (via !== "hand" || isOurs(own)) return { ...NOTHING, symbology, text, keys: [own] };
  const typed = text.toUpperCase();
  const keys = new Set([own, key(typed), key(text.toLowerCase()), ...OWN_CODES.map((prefix) => prefix + typed)]);
  return { ...NOTHING, symbology, text, keys: [...keys] };
}

function command(own, symbology) {
  const word = own.slice(2);
  const armed = QUANTITY.exec(word);
  return {
    ...NOTHING,
    symbology,
    text: own,
    command: COMMANDS.includes(word) ? word : null,
    armed: armed ? Number(armed[1]) : null,
  };
}
