/**
 * Keeps the trip on the device, so that a reload or an empty battery goes on at the exact step, with or without network.
 * A list of hundreds of stops is written whole now and then; between, only the records that were carried over since.
 * Either is written as soon as what it says stands on the screen.
 */
import { afterPaint } from "../../lib/painting.js";

const NAME = "trip";
const SINCE = "trip_since";
const MOST = 40;
const WAITING = 10_000;

export class Keeper {
  #now = null;
  #since = { from: 0, records: [] };
  #wanted = new Set();
  #running = null;
  #hasFailed = false;

  constructor(device, person) {
    Object.assign(this, { device, person });
    globalThis.document?.addEventListener("visibilitychange", () => this.#start());
  }

  /** Keeps the whole trip; `seq` is the last record it contains. */
  keep(trip, seq = this.device.outbox.state.lastSeq) {
    this.#now = trip && { trip, seq, person: this.person };
    this.#soon(NAME);
  }

  /** One more record is in the trip. */
  follow(trip, record) {
    this.#now = { trip, seq: record.seq, person: this.person };
    this.#since.records.push(record);
    this.#soon(this.#since.records.length >= MOST ? NAME : SINCE);
  }

  /** The trip kept for this person with the records since then carried over by `carry(trip, record)`; null when there is none. */
  async restore(carry) {
    const { store } = this.device;
    const kept = await store.read(NAME);
    if (!kept?.trip || kept.person !== this.person) return null;
    const since = await store.read(SINCE);
    const known = since?.from === kept.seq ? since.records : [];
    const last = known.at(-1)?.seq ?? kept.seq;
    const waiting = (await store.head(WAITING)).filter((it) => it.seq > last);
    const records = [...known, ...waiting].filter((it) => it.work.batch === kept.trip.work.id);
    const trip = answered(records.reduce(carry, kept.trip), waiting);
    this.keep(trip, records.at(-1)?.seq ?? kept.seq);
    return trip;
  }

  #soon(name) {
    this.#wanted.add(name);
    if (globalThis.document?.hidden) this.#start();
    else afterPaint(() => this.#start());
  }

  #start() {
    if (this.#wanted.size > 0) this.#running ??= this.#write();
  }

  async #write() {
    while (this.#wanted.size > 0) {
      const isWhole = this.#hasFailed || this.#wanted.has(NAME);
      this.#wanted.clear();
      const isKept = await (isWhole ? this.#put(NAME, this.#whole()) : this.#put(SINCE, this.#since));
      this.#hasFailed = !isKept;
    }
    if (this.#hasFailed) this.#wanted.add(NAME); // for whoever starts next
    this.#running = null;
  }

  /** The trip as it stands; records that come from now on follow it. */
  #whole() {
    this.#since = { from: this.#now?.seq ?? 0, records: [] };
    return this.#now;
  }

  #put(name, value) {
    return this.device.store.write(name, value, { durability: "relaxed" }).then(() => true, () => false);
  }
}

/** What waited for an answer has it, where its record waits no more: the next list says which. */
function answered(trip, waiting) {
  return trip.asking && !waiting.some(({ id }) => id === trip.asking) ? { ...trip, asking: null } : trip;
}
