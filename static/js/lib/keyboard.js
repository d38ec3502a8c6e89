/**
 * Whether a scanner types on the keyboard that its device expects. A test symbol holds the signs that keyboards put elsewhere; what arrives
 * shows which keyboard the device believes in, and gives the table that turns everything back.
 */

/** What the test symbol on the command sheet holds: signs, digits, and the letters that change places. */
export const TEST = "KEYS -/.+:$%0123456789 yzYZaqAQwmWM";
/** The second symbol: GS1-128 with a lot and a serial number, which only a group separator keeps apart. */
export const SEPARATOR_TEST = ["10TEST", "21GS"];

const NAMES = [
  ["Caps Lock", (map) => map.get("y") === "Y" && map.get("Y") === "y"],
  ["QWERTZ, as in German", (map) => map.get("z") === "y" && map.get("y") === "z"],
  ["AZERTY, as in French", (map) => map.get("q") === "a" && map.get("a") === "q"],
];

/** Compares what came with what the symbol holds: `{status: "right" | "mended" | "wrong", keyboard, map}`; `map` as pairs, to be kept. */
export function judgeKeyboard(received) {
  const came = [...received.replace(/^\][A-Za-z][0-9A-Za-z]/, "")];
  const sent = [...TEST];
  if (came.join("") === TEST) return { status: "right", keyboard: null, map: [] };
  if (came.length !== sent.length) return { status: "wrong", keyboard: null, map: [] };
  const map = new Map();
  for (const [at, char] of came.entries()) {
    if ((map.get(char) ?? sent[at]) !== sent[at]) return { status: "wrong", keyboard: null, map: [] };
    map.set(char, sent[at]);
  }
  const keyboard = NAMES.find(([, is]) => is(map))?.[0] ?? null;
  return { status: "mended", keyboard, map: [...map].filter(([from, to]) => from !== to) };
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

/** Gives what turns a code back by a kept table; nothing changes without one. */
export function turnedBack(map) {
  if (!map?.length) return (code) => code;
  const table = new Map(map);
  return (code) => Array.from(code, (char) => table.get(char) ?? char).join("");
}
