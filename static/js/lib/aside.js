/** Scans laid aside because the server would not judge them: what is told of them, and how they leave the device. */
import { sentence, t } from "./words.js";

const MOST = 50;
const MOST_SAID = 400;
const FIELDS = { code: "Code", device: "Device", kind: "Kind", person: "Person", quantity: "Pieces", reason: "Reason", work: "Work" };

/** How many scans of this device the server has not judged: those that wait to be sent and those laid aside. */
export function unsentOf({ pending, stuck }) {
  return pending + stuck;
}

/** What the server said of a record, in plain words. */
export function saidOf({ refusal }) {
  const { detail, errors = [] } = refusal ?? {};
  return [sentence(refusal ?? {}) || detail, ...errors.map(wrongField)].filter(Boolean).join(" ");
}

function wrongField({ field, message, said }) {
  return `${Object.hasOwn(FIELDS, field) ? t(FIELDS[field]) : field}: ${sentence({ said, text: message })}`;
}

/** Whether one of the records is about this work. */
export function isAbout(records, work) {
  return records.some((record) => JSON.stringify(record.work) === JSON.stringify(work));
}

/** Sends what is laid aside once more and says what came of it; a refusal that a scan of them got stands until it is read. */
export async function sendAgain(outbox, feedback) {
  feedback.give("working");
  await outbox.retryStuck();
  const { pending, stuck } = outbox.state;
  if (stuck) feedback.give("problem", { text: t("The server did not take them this time either.") });
  else if (pending) feedback.give("offline", { text: t("{number} scans are still to be sent. Stay in the network.", { number: pending }) });
  else if (!feedback.band.value.held) feedback.give("accepted", { text: t("All your scans have arrived.") });
}

/** Hands what is laid aside to `give(scans)`, so many at a time; only what the answer names as `given` leaves the device. */
export async function giveUp(outbox, give) {
  const records = await outbox.store.stuck();
  try {
    for (let at = 0; at < records.length; at += MOST) await handOver(outbox.store, records.slice(at, at + MOST), give);
  } finally {
    await outbox.open();
  }
}

async function handOver(store, records, give) {
  const given = new Set((await give(records.map(told))).given);
  await store.forget(records.filter(({ id }) => given.has(id)).map(({ seq }) => seq));
}

function told(record) {
  const { id, seq, at, person, kind, work, code, quantity } = record;
  return { id, seq, at, person, kind, work, code: code && storable(code), quantity, said: [...storable(saidOf(record))].slice(0, MOST_SAID).join("") };
}

/** No database keeps NUL or half a surrogate pair, which may be why a scan was never judged. */
function storable(text) {
  return new TextDecoder().decode(new TextEncoder().encode(text)).replaceAll("\0", "\uFFFD");
}
