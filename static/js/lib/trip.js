/**
 * One picker's trip as this device knows it: the list, where the person stands, what only the server can answer.
 * Values only: every function returns a new trip, so that a test can walk it without a page.
 */
import { apply, judge, loadPosition, loadWork } from "./judge.js";
import { loadMeaning } from "./picking/work.js";

const ASKS_SERVER = new Set(["cart", "bind"]);

/** A trip from the server's snapshot: what it says counts. */
export function tripOf(snapshot) {
  const { position, revision = 0, device_token: _, ...work } = snapshot;
  return { work: loadWork(work), position: loadPosition(position), revision, asking: null };
}

/** Who works on what, for the records of this trip. */
export function standOf(trip, person) {
  const { id, lease, list_version: listVersion } = trip.work;
  return { person, epoch: lease?.epoch ?? 0, work: { batch: id }, listVersion };
}

/** The device's own verdict on a record; carts and totes it has never seen are for the server (an outcome of null). */
export function verdictOn(trip, record, today) {
  const verdict = judge(trip.work, trip.position, record, { today });
  const isForServer = verdict.outcome === "unknown_barcode" && ASKS_SERVER.has(trip.position.step);
  return isForServer ? { ...verdict, outcome: null, blocked: false, text: "", position: trip.position, effects: [] } : verdict;
}

/** The trip after a verdict of the device; after an outcome of null it waits for the answer to this record. */
export function after(trip, record, verdict) {
  if (verdict.outcome === null) return { ...trip, asking: record.id };
  return { ...trip, work: apply(trip.work, verdict), position: verdict.position };
}

/**
 * The trip after the server's answer to what only it could know. What it took is carried on here at once, so that a scan which
 * is quicker than the next list finds the new step; what cannot be followed here, as a tote that went to another order than the one
 * asked for here, stays as it was until that list has come.
 */
export function afterAnswer(trip, record, result, today) {
  const free = { ...trip, asking: null };
  const { step, slot } = trip.position;
  const named = result.said?.[0]?.[1] ?? {};
  const isElsewhere = step === "bind" && named.order !== trip.work.slots.get(slot)?.order;
  if (result.outcome !== "accepted" || isElsewhere) return free;
  const taken = takenBy(step, record, named);
  const verdict = judge(trip.work, trip.position, record, { today, resolve: () => [taken] });
  return verdict.outcome === "accepted" ? after(free, record, verdict) : free;
}

/** The thing that the server took; its first words name a cart or tote by its own code, whatever was scanned for it. */
function takenBy(step, { code }, named) {
  if (step === "cart") return loadMeaning({ kind: "cart", code: named.cart, free: true });
  if (step === "bind") return loadMeaning({ kind: "tote", code: named.tote, free: true });
  return loadMeaning({ kind: "badge", code, lead: true });
}

/**
 * What an answer of the server means for the trip: "agreed"; "answered" to what the device had asked; "differs", so that the
 * person must be told what to do with the hands; "behind", so that the list must be fetched.
 */
export function meaningOf(trip, record, result) {
  if (record.work.batch !== trip.work.id) return "agreed";
  if (trip.asking === record.id) return "answered";
  if (result.status === "error") return "differs";
  if (record.local !== null && result.outcome !== record.local) return "differs";
  return (result.list_version ?? 0) > trip.work.list_version ? "behind" : "agreed";
}

/** Whether the device let something through, for this person, on a list that is not in hand any more, and it did not count. */
export function hasGoneWrong(trip, { work, local, person }, { status, outcome }, who) {
  const isPast = work.batch !== undefined && work.batch !== trip?.work.id;
  return isPast && person === who && local === "accepted" && status !== "error" && outcome !== "accepted";
}

/** What the hands have to do, with what stood there `before` it was read; `foreign` is what was scanned and is not on the list. */
export function stopAfter(before, { local, code, via }, { text, outcome, follow_up: followUp }) {
  const followUps = [...(before?.followUps ?? []), followUp?.kind].filter(Boolean);
  const foreign = !before && outcome === "not_on_batch" ? { code, via } : null;
  return { texts: [...(before?.texts ?? []), text], followUps, wasGreen: before?.wasGreen || local === "accepted", foreign };
}

/** Whether the person stands elsewhere than the server says; only true to ask when nothing waits to be sent. */
export function isElsewhere(trip, position) {
  return Boolean(position) && ["task", "step", "counted"].some((name) => (position[name] ?? 0) !== (trip.position[name] ?? 0));
}

const days = new Map();

/** The business day of the site as an ISO date; a formatter is kept, for making one takes longer than a verdict. */
export function businessDay(now, timeZone) {
  if (!days.has(timeZone)) days.set(timeZone, new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }));
  return days.get(timeZone).format(now);
}

/** Which face a verdict of the device wears: a task or list just finished is more than an OK. */
export function faceOf(before, verdict) {
  if (verdict.outcome === null) return "working";
  if (verdict.outcome !== "accepted") return verdict.outcome;
  if (verdict.position.armed !== null) return "armed";
  if (verdict.position.step === "finished") return "finished";
  return before.task !== null && before.task !== verdict.position.task ? "complete" : "accepted";
}
