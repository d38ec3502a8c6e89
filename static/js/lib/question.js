/** What a read means to an open question. It never reaches the work behind: what is no answer is refused. */
import { read } from "./barcodes.js";

/**
 * `pattern`: what may be typed into the question, null where it takes no number. Gives `{act, value}`:
 * "confirm" takes what is chosen, "leave" gives the question up, "fill" puts a number in (or takes the choice of that number).
 */
export function answerOf({ code, via }, pattern) {
  const { command, armed } = read(code, via);
  if (command === "CONFIRM") return { act: "confirm" };
  if (command === "UNDO") return { act: "leave" };
  if (armed !== null && pattern) return { act: "fill", value: String(armed) };
  if (via === "key" && pattern?.test(code)) return { act: "fill", value: code };
  return { act: "refuse" };
}
