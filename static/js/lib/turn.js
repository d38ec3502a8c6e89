/**
 * Which tab of this device works: only that one scans and sends.
 *
 * The store is the fence: it refuses the scans of every tab but the one that took the turn last, even of one that slept through it.
 * The channel between tabs is courtesy: a new one asks before it takes the turn from one that is awake. Both work on plain http.
 */
const PATIENCE = 250;

export class Turn {
  #answer = () => {};
  #isMine = false;

  /** `name`: of this tab; `channel`: a BroadcastChannel; `onLost` runs when another tab has taken the turn. */
  constructor({ store, channel, name, onLost = () => {}, patience = PATIENCE }) {
    Object.assign(this, { store, channel, name, onLost, patience });
    channel.onmessage = ({ data }) => this.#hear(data);
  }

  /** Takes the turn when it is free or nobody answers for it; resolves to whether it is ours. */
  async ask() {
    const holder = await this.store.read("tab");
    if (holder && holder !== this.name && (await this.#isAwake())) return false;
    await this.take();
    return true;
  }

  /** Takes the turn, whoever has it. */
  async take() {
    await this.store.take(this.name);
    this.#isMine = true;
    this.#say("taken");
  }

  /** Gives it back when the page goes. */
  async leave() {
    if (!this.#isMine) return;
    this.#isMine = false;
    await this.store.release(this.name);
  }

  /** Looks whether it was lost, also while this tab slept. */
  async look() {
    if (!this.#isMine || (await this.store.read("tab")) === this.name) return;
    if (this.#isMine) this.onLost();
    this.#isMine = false;
  }

  #isAwake() {
    this.#say("anyone");
    return new Promise((resolve) => {
      this.#answer = () => resolve(true);
      setTimeout(resolve, this.patience, false);
    });
  }

  #hear({ word, from, to }) {
    if (word === "anyone" && this.#isMine) this.channel.postMessage({ word: "here", from: this.name, to: from });
    if (word === "here" && to === this.name) this.#answer();
    if (word === "taken" && from !== this.name) void this.look();
  }

  #say(word) {
    this.channel.postMessage({ word, from: this.name });
  }
}
