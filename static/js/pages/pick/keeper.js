/** Keeps the trip on the device, so that a reload or an empty battery goes on at the exact step, with or without network. */
const NAME = "trip";
const WAITING = 10_000;

export class Keeper {
  #next = undefined;
  #running = null;

  constructor(device, person) {
    Object.assign(this, { device, person });
  }

  /** Writes the latest trip down once its verdict is on the screen, one write at a time; `seq` is the last record it contains. */
  keep(trip, seq = this.device.outbox.state.lastSeq) {
    this.#next = trip && { trip, seq, person: this.person };
    afterPaint(() => (this.#running ??= this.#write()));
  }

  /** The trip kept for this person with the records since then carried over by `carry(trip, record)`; null when there is none. */
  async restore(carry) {
    const kept = await this.device.store.read(NAME);
    if (!kept?.trip || kept.person !== this.person) return null;
    const waiting = (await this.device.store.head(WAITING)).filter((it) => it.seq > kept.seq && it.work.batch === kept.trip.work.id);
    return waiting.reduce(carry, kept.trip);
  }

  async #write() {
    while (this.#next !== undefined) {
      const value = this.#next;
      this.#next = undefined;
      await this.device.store.write(NAME, value, { durability: "relaxed" }).catch(() => null);
    }
    this.#running = null;
  }
}

/** A page that is not seen is not painted. */
function afterPaint(run) {
  if (document.visibilityState === "visible") requestAnimationFrame(() => setTimeout(run));
  else run();
}
