/** Turns back what a scanner types on a keyboard that its device does not expect, by what the page /scanner has learnt and kept. */

/**
 * Gives what turns a read back: by the places of its keys where the scanner is known to use those of a US keyboard, else sign by sign.
 * `kept` is `{map, places, then}`; `then` turns back what stands for the group separator, after everything else.
 */
export function meant(kept) {
  const bySigns = turnedBack(kept?.map);
  const then = turnedBack(kept?.then);
  return ({ code, places }) => then((kept?.places && places) || bySigns(code));
}

/** Gives what turns a code back by a kept table of pairs; nothing changes without one. */
export function turnedBack(map) {
  if (!map?.length) return (code) => code;
  const table = new Map(map);
  const one = (char) => table.get(char) ?? char;
  return (code) => Array.from(code, (char) => (table.has(char) ? one(char) : parted(char, table).map(one).join(""))).join("");
}

/** A dead key and the letter behind it may arrive as one sign; they were typed the other way round than they are written apart. */
function parted(char, table) {
  const [letter, accent, ...more] = char.normalize("NFD");
  return accent && !more.length && table.has(accent) ? [accent, letter] : [char];
}
