/** How much waits in the store, counted along as it changes; the store is asked only for what is not known. */
export class Counts {
  /** `onChange(state)` is called whenever the counts move. */
  constructor(store, onChange) {
    Object.assign(this, { store, onChange });
    this.state = { pending: 0, stuck: 0, oldest: null, lastSeq: 0 };
    this.inDoubt = false;
  }

  /** Whether it is known that nothing waits and nothing is laid aside. */
  get areNone() {
    return !this.inDoubt && this.state.pending + this.state.stuck === 0;
  }

  /** Counts what is in the store. */
  async ask() {
    this.#show(await this.store.counts());
    this.inDoubt = false;
  }

  /** One more waits. */
  kept({ at, seq }) {
    this.#show({ pending: this.state.pending + 1, oldest: this.state.oldest ?? at, lastSeq: seq });
  }

  /** So many wait no more, `stuck` of them laid aside. Where nothing is left, an answer is shown before the store has `settled` it. */
  async closed(number, stuck, settled) {
    if (this.state.pending > number) return settled.then(() => this.ask());
    return this.#show({ pending: 0, stuck: this.state.stuck + stuck, oldest: null });
  }

  #show(change) {
    this.state = { ...this.state, ...change };
    this.onChange(this.state);
  }
}
