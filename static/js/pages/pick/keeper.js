/**
 * Keeps the trip on the device, so that a reload or an empty battery goes on at the exact step, with or without network.
 * A list of hundreds of stops is written whole now and then; between, only the records that were carried over since.
 */
const NAME = "trip";
const SINCE = "trip_since";
const MOST = 40;
const WAITING = 10_000;
const WITHIN = 200;

export class Keeper {
  #since = { from: 0, records: [] };
  #next = new Map();
  #running = null;
  #hasFailed = false;

  constructor(device, person) {
    Object.assign(this, { device, person });
    globalThis.document?.addEventListener("visibilitychange", () => this.#start());
  }

  /** Writes the whole trip down once its verdict is on the screen; `seq` is the last record it contains. */
  keep(trip, seq = this.device.outbox.state.lastSeq) {
    this.#since = { from: seq, records: [] };
    this.#next.delete(SINCE);
    this.#later(NAME, trip && { trip, seq, person: this.person });
  }

  /** One more record is in the trip. */
  follow(trip, record) {
    if (this.#hasFailed || this.#since.records.length >= MOST) return this.keep(trip, record.seq);
    this.#since.records.push(record);
    return this.#later(SINCE, this.#since);
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

  #later(name, value) {
    this.#next.set(name, value);
    const run = () => this.#start();
    if (globalThis.document?.hidden) run();
    else if (name === SINCE) afterPaint(run);
    else whenIdle(run);
  }

  #start() {
    this.#running ??= this.#write();
  }

  async #write() {
    while (this.#next.size > 0) {
      const [[name, value]] = this.#next;
      this.#next.delete(name);
      const isKept = await this.device.store.write(name, value, { durability: "relaxed" }).then(() => true, () => false);
      if (name === NAME || !isKept) this.#hasFailed = !isKept;
    }
    this.#running = null;
  }
}

/** What waited for an answer has it, where its record waits no more: the next list says which. */
function answered(trip, waiting) {
  return trip.asking && !waiting.some(({ id }) => id === trip.asking) ? { ...trip, asking: null } : trip;
}

/** Few records: written as soon as the verdict stands. */
function afterPaint(run) {
  if (globalThis.requestAnimationFrame) requestAnimationFrame(() => setTimeout(run));
  else setTimeout(run);
}

/** A whole list: out of the way of the verdict and of the server's answer. */
function whenIdle(run) {
  if (globalThis.requestIdleCallback) requestIdleCallback(run, { timeout: WITHIN });
  else setTimeout(run, WITHIN);
}
