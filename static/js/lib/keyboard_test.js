/**
 * Whether a scanner types on the keyboard that its device expects. A test symbol holds the signs that keyboards put elsewhere; what arrives
 * shows which keyboard the device believes in, and gives what turns everything back.
 */
import { LAYOUTS, swapped } from "./layouts.js";

/** What the test symbol on the command sheet holds: signs, digits, and the letters that change places. */
export const TEST = "KEYS -/.+:$%0123456789 yzYZaqAQwmWM";
/** The second symbol: GS1-128 with a lot and a serial number, which only a group separator keeps apart. */
export const SEPARATOR_TEST = ["10TEST", "21GS"];
/** Every sign that our barcodes hold beside letters and digits; the symbol does not show the last two. */
const SIGNS = [..."-/.+: _]"];
const UNSEEN = SIGNS.slice(-2);
const NOTHING = { keyboard: null, side: "device", caps: false, map: [], places: false, weak: [], lost: [] };
const US_KEYBOARD = { title: null, pairs: [], dead: new Map() };
const IDENTIFIER = 3;
const MOST_LOST = 8;

/**
 * Compares what came with what the symbol holds. `places`: the signs that the same keys give on a US keyboard, where the browser knew them.
 *
 * `status`: "right", "mended", "twins" (two signs arrive alike) or "broken" (signs are missing). `keyboard` names the one that is no US
 * keyboard, where it is known: that of the `side` "device" or "scanner". `caps`: Caps Lock is on. `map` and `places` are to be kept
 * (see `keyboard.js`). `weak`: signs that swallow what stands behind them; `lost`: signs that may not be turned back.
 */
export function judgeKeyboard(received, places = null) {
  if (isTail(TEST, received)) return { ...NOTHING, status: "right" };
  const known = recognised(received);
  if (isTail(TEST, places ?? "")) return { ...NOTHING, ...known, status: "mended", places: true, weak: [] };
  return { ...NOTHING, ...(known ?? reversed(received) ?? learnt(received)) };
}

/** Whether a read may be the test symbol on any keyboard, and no other code. */
export function isKeyboardTest(received, places = null) {
  return isTail(TEST, places ?? "") || Math.abs(received.length - TEST.length) <= MOST_LOST;
}

/** How the group separator came: `{status: "right" | "mended" | "wrong", map}`; a stand-in of one sign is turned back by the table. */
export function judgeSeparator(received) {
  const [head, tail] = SEPARATOR_TEST;
  const text = received.replace(/^\][A-Za-z][0-9A-Za-z]/, "");
  const from = text.indexOf(head);
  const to = text.lastIndexOf(tail);
  if (from < 0 || to < from + head.length) return { status: "wrong", map: [] };
  const between = text.slice(from + head.length, to);
  if (["\x1d", "{GS}", "<GS>"].includes(between)) return { status: "right", map: [] };
  return [...between].length === 1 ? { status: "mended", map: [[between, "\x1d"]] } : { status: "wrong", map: [] };
}

/** Whether a read is meant for the separator's test. */
export function isSeparatorTest(received) {
  return received.includes(SEPARATOR_TEST[0]) && received.includes(SEPARATOR_TEST[1]);
}

/** The symbology identifier before the test may itself arrive as other signs. */
function isTail(expected, received) {
  return received.endsWith(expected) && received.length - expected.length <= IDENTIFIER;
}

function isOfItsLength(received) {
  return [0, IDENTIFIER].includes(received.length - TEST.length);
}

/** A US scanner on a device with a keyboard of the list, with or without Caps Lock; where so much is lost that several fit, none is named. */
function recognised(received) {
  const found = [US_KEYBOARD, ...LAYOUTS].flatMap((layout) => [false, true].map((caps) => compared(received, layout, caps))).filter(Boolean);
  const [first, ...others] = found;
  return found.find(({ status }) => status === "mended") ?? (others.length ? { status: "broken" } : first ?? null);
}

function compared(received, layout, caps) {
  const { whole, torn } = arrivals(layout, caps);
  const status = isTail(whole, received) ? "mended" : torn.some((text) => isTail(text, received)) ? "broken" : null;
  return status && { status, keyboard: layout.title, caps, map: tableOf(layout, caps), weak: SIGNS.filter((sign) => layout.dead.has(sign)) };
}

/** What arrives of the test: with the accents of dead keys, without them, and without what stands behind them either. */
function arrivals(layout, caps) {
  const arriving = new Map(layout.pairs.map(([sign, meant]) => [meant, sign]));
  const isDead = (sign) => layout.dead.has(sign);
  const one = (sign) => layout.dead.get(sign) ?? (caps ? swapped : String)(arriving.get(sign) ?? sign);
  const signs = [...TEST];
  const loud = signs.filter((sign) => !isDead(sign));
  const alone = signs.filter((sign, at) => !isDead(sign) && !isDead(signs[at - 1]));
  return { whole: signs.map(one).join(""), torn: [loud, alone].map((left) => left.map(one).join("")) };
}

function tableOf(layout, caps) {
  const pairs = layout === US_KEYBOARD ? [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"].map((sign) => [sign, sign]) : layout.pairs;
  return pairs.map(([sign, meant]) => [caps ? swapped(sign) : sign, meant]).filter(([sign, meant]) => sign !== meant);
}

/**
 * The other way round: the scanner is set to a keyboard of the list, the device expects a US one. What needs a third key cannot be foreseen;
 * where several keyboards fit, none is named, and what they have in common is turned back.
 */
function reversed(received) {
  const came = [...received].slice(-TEST.length);
  const fits = ({ arriving }) => [...TEST].every((sign, at) => (arriving.get(sign) ?? came[at]) === came[at]);
  const found = isOfItsLength(received) ? LAYOUTS.map(typing).filter(fits) : [];
  if (!found.length) return null;
  const [{ title, arriving }] = found;
  const isCommon = ([sign, arrived]) => arrived !== sign && found.every((other) => other.arriving.get(sign) === arrived);
  const map = [...arriving].filter(isCommon).map(([sign, arrived]) => [arrived, sign]);
  return { status: "mended", keyboard: found.length === 1 ? title : null, side: "scanner", map, lost: SIGNS.filter((sign) => sign !== " " && !arriving.has(sign)) };
}

/** What arrives on a US keyboard from a scanner with another one, as far as it needs no dead key. */
function typing({ title, pairs, dead }) {
  return { title, arriving: new Map(pairs.filter(([, meant]) => !dead.has(meant))) };
}

/** A keyboard that nobody has listed: sign against sign, as long as each arrives as another one. */
function learnt(received) {
  if (!isOfItsLength(received)) return { status: "broken" };
  const came = [...received].slice(-TEST.length);
  const map = new Map();
  for (const [at, char] of came.entries()) {
    if ((map.get(char) ?? TEST[at]) !== TEST[at]) return { status: "twins" };
    map.set(char, TEST[at]);
  }
  return { status: "mended", map: [...map].filter(([from, to]) => from !== to), lost: UNSEEN };
}
