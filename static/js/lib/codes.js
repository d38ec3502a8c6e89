/** Codes in a sentence, such as "04-09-1": a line never ends at a hyphen of one. */
const CODE = /([^\s-]{1,8}(?:-[^\s-]{1,8}){0,3}-\d[^\s-]{0,8})/;

/** A sentence as pieces in order, every other one of them a code: ["Go to ", "04-09-1.", ""]. */
export function aroundCodes(text) {
  return text.split(CODE);
}
