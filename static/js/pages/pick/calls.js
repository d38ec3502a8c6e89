/** The few calls around a batch that are no scans: begin, go on, give back, end. Each resolves to plain values or throws a `Refusal`. */
import { Refusal, call } from "../../api.js";

/**
 * Gives the next list for this person: their own open one first; null when there is no work. One in hand at another device is taken over
 * when `askHere(text)` says yes, and asked about again when somebody else has it by then; undefined when it stays there.
 */
export async function nextList(device, askHere) {
  const ask = { device: device.name, ask: true };
  const held = await asDevice(device, "POST", "/batches/next", ask).catch((error) => elsewhere(device, error, askHere));
  if (held?.device_token) await device.keepToken(held.device_token);
  return held;
}

/** Gives the batch back for somebody else, at the step it stands at. */
export function handBack(device, batch) {
  return asDevice(device, "POST", `/batches/${batch}/hand-back`, { device: device.name });
}

/** Ends a picked batch. */
export function closeList(device, batch) {
  return asDevice(device, "POST", `/batches/${batch}/close`, { device: device.name });
}

/** The orders that could come along on this list, as `{order, urgent, stops, extra_mm}`; the one `called` out comes first. */
export function fetchOffers(batch, called) {
  return call("GET", `/batches/${batch}/offers${called ? `?order=${encodeURIComponent(called)}` : ""}`);
}

/** Takes an order along. */
export function joinOrder(device, batch, order) {
  return asDevice(device, "POST", `/batches/${batch}/join`, { device: device.name, order });
}

/** The list as the server has it now; null when it equals ours. */
export async function fetchList(device, batch, version) {
  const answer = await device.live.ask("sync", { batch, list_version: version });
  if (answer.status >= 400) throw new Refusal(answer.status, answer);
  return answer.unchanged ? null : answer;
}

async function elsewhere(device, error, askHere) {
  if (error.code === "not_found") return null;
  if (error.code !== "not_owner" || !error.about.batch) throw error;
  if (!(await askHere(error.message))) return undefined;
  const { batch, holder } = error.about;
  const take = { device: device.name, holder: holder || null };
  return asDevice(device, "POST", `/batches/${batch}/take-over`, take).catch((refusal) => elsewhere(device, refusal, askHere));
}

async function asDevice(device, method, path, body) {
  const token = await device.store.read("device_token");
  return call(method, path, body, { headers: token ? { "X-Device-Token": token } : {} });
}
