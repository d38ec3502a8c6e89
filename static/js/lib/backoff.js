/** Pauses that grow after each failure, with chance in them so that a hall of devices does not come back at once. */
export class Backoff {
  #failures = 0;
  #timer = null;

  constructor({ shortest = 200, longest = 3000, random = Math.random, later = (run, ms) => setTimeout(run, ms), stop = (timer) => clearTimeout(timer) } = {}) {
    Object.assign(this, { shortest, longest, random, later, stop });
  }

  get running() {
    return this.#timer !== null;
  }

  /** Runs `then` after a pause; a pause that already runs goes on. */
  pause(then) {
    if (this.running) return;
    const ceiling = Math.min(this.longest, this.shortest * 2 ** ++this.#failures);
    this.#timer = this.later(() => {
      this.#timer = null;
      then();
    }, this.shortest + (ceiling - this.shortest) * this.random());
  }

  /** Forgets the failures and ends a running pause. */
  reset() {
    if (this.running) this.stop(this.#timer);
    this.#timer = null;
    this.#failures = 0;
  }
}
