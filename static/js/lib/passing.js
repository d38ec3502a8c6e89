/** A record that the server answers without a verdict: whether it is the record's fault shows in what is judged behind it. */
import { isAboutSender, resultsById } from "./protocol.js";

/**
 * Sends what stands behind the first of `records`, one by one, until something is judged. Gives `{refusals, passed, next, results}`: the
 * words on the records passed by, and the one behind them with its results; null where the trouble is the server's or the network's.
 */
export async function judgedBehind([first, ...others], refusal, send) {
  const passed = [first];
  const refusals = new Map([[first.id, refused(first, refusal)]]);
  for (const next of others) {
    const answer = await send(next).catch(() => null);
    if (answer === null || isAboutSender(answer)) return null;
    const results = resultsById(answer);
    if (results) return results.get(next.id)?.status === "retry_later" ? null : { refusals, passed, next, results };
    passed.push(next);
    refusals.set(next.id, refused(next, answer));
  }
  return null;
}

function refused({ id }, answer) {
  return { ...answer, id, status: "error" };
}
