/** The words of the socket: scan records out, results in, arrays small enough for one frame. */
import { uuid7 } from "./uuid7.js";

export const CODE_LIMIT = 512;
export const BATCH_LIMIT = { count: 50, bytes: 32_000 };
export const KINDS = [
  "scan", "quantity", "undo", "short", "damaged", "wrong_stock", "skip", "confirm", "tote_full", "bind_tote",
  "close_carton", "weight", "scan_back",
];
const STATUSES = new Set(["applied", "rejected", "duplicate", "retry_later", "error"]);
const FINAL = new Set(["applied", "rejected", "duplicate"]);
const ABOUT_SENDER = new Set(["not_signed_in", "forbidden", "locked", "retry_later", "too_many_requests", "unknown_event"]);

/**
 * Builds the record of one trigger pull or tap; the store adds `device` and `seq` as it writes it down.
 * `position` says who works on what: `{person, epoch, work, listVersion}`; `act` is what was done.
 */
export function scanRecord(position, act, now = new Date()) {
  return {
    id: uuid7(now.getTime()),
    person: position.person,
    epoch: position.epoch,
    at: now.toISOString(),
    kind: act.kind ?? "scan",
    work: position.work,
    code: act.code == null ? null : [...act.code].slice(0, CODE_LIMIT).join(""),
    quantity: act.quantity ?? ((act.kind ?? "scan") === "scan" ? 1 : null),
    reason: act.reason ?? null,
    list_version: position.listVersion,
    local: act.local ?? null,
    via: act.via ?? "hand",
  };
}

/** The longest head of `records` that one `scans` message may carry; at least one. */
export function firstBatch(records, { count, bytes } = BATCH_LIMIT) {
  if (records.length === 1) return records;
  let size = byteLength({ scans: [] });
  const fits = (record) => (size += byteLength(record) + 1) <= bytes;
  const end = records.slice(0, count).findIndex((record, i) => !fits(record) && i > 0);
  return records.slice(0, end === -1 ? count : end);
}

/** Sorts an answer by scan id; entries that are not results are left out, and no answer at all is null. */
export function resultsById(answer) {
  if (!Array.isArray(answer?.results)) return null;
  return new Map(answer.results.filter(isResult).map((result) => [result.id, result]));
}

/** Whether the server has given its last word on a scan. */
export function isFinal(result) {
  return FINAL.has(result?.status);
}

/** Whether an answer without verdicts speaks of who sends, or of the server's own load: the scans themselves are in order. */
export function isAboutSender(answer) {
  return ABOUT_SENDER.has(answer?.code);
}

/** Whether sending the same record again can never change the answer. */
export function isHopeless(result) {
  return result?.status === "error" && (result.code === "id_reused" || (result.errors?.length ?? 0) > 0);
}

function isResult(entry) {
  return typeof entry?.id === "string" && STATUSES.has(entry.status);
}

function byteLength(value) {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}
