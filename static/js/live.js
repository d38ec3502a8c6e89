/**
 * The socket to the server. Messages are never kept in it: what must arrive waits in the outbox, what must be known is fetched on connect.
 *
 * `state` is a signal: "connecting" | "online" | "slow" | "offline" | "signed_out".
 */
import { signal } from "../vendor/signals-core/signals-core.module.js";
import { Socket } from "./lib/socket.js";

const ANSWER_WITHIN = 3000;
const SLOW_AFTER = 2000;
const LOOK_EVERY = 600;
const PATH = "/socket.io/?EIO=4&transport=websocket";

export class NoAnswer extends Error {}

export class Live {
  #looking = null;
  #isBack = () => {};

  /** `auth()` gives what the server wants to see on each connect; `onConnect` runs on every connect; `onSignedOut` once, for good;
   *  `onReachable` when the server answers again, before the socket is back. */
  constructor({ auth = () => ({}), onConnect = () => {}, onSignedOut = () => {}, onReachable = () => {} } = {}) {
    Object.assign(this, { onConnect, onSignedOut, onReachable, state: signal("connecting") });
    this.socket = new Socket({
      address: new URL(PATH, location.href.replace(/^http/, "ws")).href,
      auth,
      onConnect: () => this.#connected(),
      onLost: () => this.#lost(),
      onRefused: ({ code }) => (isOver(code) ? this.#signOut() : this.#away()),
    });
    this.socket.on("signed_out", () => this.#signOut());
    this.socket.connect();
    addEventListener("online", () => this.#reconnect());
  }

  get connected() {
    return this.socket.connected;
  }

  /** Sends and resolves to the server's acknowledgement; rejects with `NoAnswer` at once without a connection, or after three seconds. */
  async ask(event, payload) {
    if (!this.socket.connected) throw new NoAnswer("no connection");
    const slow = setTimeout(() => this.#move("online", "slow"), SLOW_AFTER);
    try {
      return await this.#acknowledged(event, payload);
    } finally {
      clearTimeout(slow);
    }
  }

  /** Calls `handle` for each message of this name; returns what ends it. */
  on(event, handle) {
    return this.socket.on(event, handle);
  }

  /** Connects anew, so that the server sees what `auth` gives now; resolves once it is back, or could not come back at once. */
  again() {
    const back = new Promise((resolve) => {
      this.#isBack = resolve;
      setTimeout(resolve, ANSWER_WITHIN);
    });
    this.socket.connect();
    return back;
  }

  close() {
    this.#lookNoMore();
    this.socket.disconnect();
  }

  async #acknowledged(event, payload) {
    try {
      const answer = await this.socket.ask(event, payload, ANSWER_WITHIN);
      this.#move("slow", "online");
      if (answer?.code === "not_signed_in") this.#signOut();
      return answer;
    } catch {
      throw new NoAnswer(`${event}: no answer`);
    }
  }

  #connected() {
    this.#lookNoMore();
    this.state.value = "online";
    this.#isBack();
    this.onConnect();
  }

  /** The server is there and lets nobody in now: the socket asks again by itself, later and later. */
  #away() {
    if (this.state.value !== "signed_out") this.state.value = "offline";
  }

  #lost() {
    if (this.state.value === "signed_out") return;
    this.#away();
    const every = LOOK_EVERY * (0.75 + Math.random() / 2); // a hall of devices that lost the server together does not look together
    this.#looking ??= setInterval(() => void this.#look(), every);
  }

  /** Whether the server can be reached again: an attempt to connect that began in the silence would wait in it for seconds. */
  async #look() {
    const isThere = await fetch("/healthz", { signal: AbortSignal.timeout(LOOK_EVERY) }).then(({ ok }) => ok, () => false);
    if (!isThere || !this.#looking || this.socket.connected) return;
    this.#lookNoMore();
    this.socket.connect();
    this.onReachable();
  }

  #lookNoMore() {
    clearInterval(this.#looking);
    this.#looking = null;
  }

  #reconnect() {
    if (this.state.value !== "signed_out" && !this.socket.connected) this.socket.connect();
  }

  #move(from, to) {
    if (this.state.value === from) this.state.value = to;
  }

  #signOut() {
    if (this.state.value === "signed_out") return;
    this.state.value = "signed_out";
    this.close();
    this.onSignedOut();
  }
}

function isOver(code) {
  return code === "not_signed_in" || code === "signed_out";
}
