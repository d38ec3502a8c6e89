/**
 * Scans wait here until the server has answered them: written down before anything turns green, sent in order, each counted once.
 *
 * `store` keeps records (see `store.js`), `send(records)` resolves to the server's answer or rejects when none came.
 * `onResult(record, result)` is called in order for every last word, `onChange(state)` whenever the counts move; `together(run)`
 * lets what a new record changes be drawn at once, `pause()` resolves once a frame that is due may have been drawn.
 */
import { Backoff } from "./backoff.js";
import { Counts } from "./counts.js";
import { judgedBehind } from "./passing.js";
import { BATCH_LIMIT, firstBatch, isAboutSender, isFinal, isHopeless, resultsById } from "./protocol.js";

const ATTEMPTS = 5;
const MOST_PASSED = 10;

export class OutboxFull extends Error {}

export class Outbox {
  #attempts = new Map();
  #running = null;
  #wanted = false;
  #oneByOne = 0;
  #alone = null;

  constructor({ store, send, onResult = () => {}, onChange = () => {}, onError = console.error, together = (run) => run(), pause = async () => {}, limit = 10_000, backoff = new Backoff() }) {
    Object.assign(this, { store, send, onResult, onError, together, pause, limit, backoff });
    this.counts = new Counts(store, onChange);
  }

  get state() {
    return this.counts.state;
  }

  /** Counts what an earlier page left behind and begins to send it. */
  open() {
    return this.counts.ask().then(() => void this.flush());
  }

  /** Writes a record down for good, calls `onKept(kept)` at once, begins to send, and returns it with `device` and `seq`; rejects when it cannot be kept. */
  async add(record, onKept = () => {}) {
    if (this.state.pending >= this.limit) throw new OutboxFull(`${this.state.pending} scans are waiting`);
    const kept = await this.store.append(record);
    this.#alone = this.counts.areNone ? kept : null;
    try {
      this.together(() => (this.counts.kept(kept), onKept(kept)));
    } catch (error) {
      this.onError(error); // it is kept all the same
    }
    this.flush();
    return kept;
  }

  /** Sends what waits, one array at a time, unless a pause after a failure is running; `now` ends the pause, as on every connect. */
  flush({ now = false } = {}) {
    if (now) this.backoff.reset();
    this.#wanted = true;
    if (!this.backoff.running) this.#running ??= this.#run();
    return this.#running ?? Promise.resolve();
  }

  /** Puts the records the server would not judge back into the queue, after whatever made it refuse was put right. */
  async retryStuck() {
    await this.store.unstick();
    await this.counts.ask();
    return this.flush({ now: true });
  }

  async #run() {
    while (this.#wanted && !this.backoff.running) {
      this.#wanted = false;
      await this.#pump().catch((error) => this.#trouble(error));
    }
    this.#running = null;
  }

  async #pump() {
    if (this.counts.inDoubt) await this.counts.ask();
    while (this.state.pending > 0) {
      const waiting = await this.#oldest();
      if (waiting.length === 0) return this.counts.ask();
      if (!(await this.#exchange(firstBatch(waiting)))) return this.backoff.pause(() => this.flush());
    }
  }

  /** What waits longest. The only one that waits need not be read back before it goes for the first time. */
  #oldest() {
    const alone = this.#alone;
    this.#alone = null;
    return alone ? this.pause().then(() => [alone]) : this.store.head(this.#oneByOne ? 1 : BATCH_LIMIT.count);
  }

  async #exchange(batch) {
    const answer = await this.send(batch).catch(() => null);
    if (answer === null || isAboutSender(answer)) return false;
    const results = resultsById(answer);
    return results === null ? this.#unjudged(batch, answer) : this.#settle(batch, results);
  }

  async #settle(batch, results) {
    const final = batch.filter(({ id }) => isFinal(results.get(id)));
    const refused = batch.filter(({ id }) => results.get(id)?.status === "error");
    const worn = refused.filter((record) => this.#worn(record) && final.length > 0);
    const stuck = refused.filter((record) => isHopeless(results.get(record.id)) || worn.includes(record));
    await this.#close(final, stuck, results);
    const all = final.length + stuck.length === batch.length;
    if (all) this.backoff.reset();
    if (all) this.#oneByOne = Math.max(0, this.#oneByOne - 1);
    return all;
  }

  /** An answer without verdicts: one record may have broken it, so they go one by one until it shows which. */
  async #unjudged(batch, answer) {
    if (batch.length > 1) this.#oneByOne = batch.length;
    return batch.length === 1 && this.#worn(batch[0]) && this.#passOver(answer);
  }

  /** Lays records aside only when the server judges one behind them: otherwise the trouble is the server's, and everything waits. */
  async #passOver(refusal) {
    const found = await judgedBehind(await this.store.head(MOST_PASSED), refusal, (next) => this.send([next]));
    if (found === null) return false;
    await this.#close([], found.passed, found.refusals);
    return this.#settle([found.next], found.results);
  }

  #worn(record) {
    const attempts = (this.#attempts.get(record.id) ?? 0) + 1;
    this.#attempts.set(record.id, attempts);
    return attempts >= ATTEMPTS;
  }

  async #close(final, stuck, results) {
    const closed = [...final, ...stuck].sort((a, b) => a.seq - b.seq);
    if (!closed.length) return;
    const settled = this.store.settle(final.map(({ seq }) => seq), stuck.map((record) => ({ ...record, refusal: results.get(record.id) })));
    await this.counts.closed(closed.length, stuck.length, settled);
    for (const record of closed) {
      this.#attempts.delete(record.id);
      this.onResult(record, results.get(record.id));
    }
    await settled;
  }

  /** What the store holds after it has failed is counted anew; a word that was told and not written down is told again. */
  #trouble(error) {
    this.onError(error);
    this.#alone = null;
    this.counts.inDoubt = true;
    this.backoff.pause(() => this.flush());
  }
}
