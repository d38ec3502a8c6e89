/**
 * The socket to the server. Messages are never kept in it: what must arrive waits in the outbox, what must be known is fetched on connect.
 *
 * `state` is a signal: "connecting" | "online" | "slow" | "offline" | "signed_out".
 */
import { signal } from "../vendor/signals-core/signals-core.module.js";
import { io } from "../vendor/socket.io-client/socket.io.esm.min.js";
import { Backoff } from "./lib/backoff.js";

const ANSWER_WITHIN = 3000;
const SLOW_AFTER = 2000;
const LOOK_EVERY = 600;
const OPTIONS = {
  transports: ["websocket"], reconnectionDelay: 300, reconnectionDelayMax: 3000, randomizationFactor: 0.5, timeout: 5000,
};

export class NoAnswer extends Error {}

export class Live {
  #backoff = new Backoff({ shortest: 500, longest: 5000 });
  #looking = null;

  /** `auth()` gives what the server wants to see on each connect; `onConnect` runs on every connect; `onSignedOut` once, for good;
   *  `onReachable` when the server answers again, before the socket is back. */
  constructor({ auth = () => ({}), onConnect = () => {}, onSignedOut = () => {}, onReachable = () => {}, url = "/" } = {}) {
    Object.assign(this, { onConnect, onSignedOut, onReachable, state: signal("connecting") });
    this.socket = io(url, { ...OPTIONS, auth: (answer) => answer(auth()) });
    this.socket.on("connect", () => this.#connected());
    this.socket.on("disconnect", () => this.#lost());
    this.socket.on("connect_error", (error) => this.#refused(error));
    this.socket.on("signed_out", () => this.#signOut());
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
    this.socket.on(event, handle);
    return () => this.socket.off(event, handle);
  }

  /** Connects anew, so that the server sees what `auth` gives now; resolves once it is back, or could not come back at once. */
  again() {
    const back = new Promise((resolve) => {
      this.socket.once("connect", resolve);
      setTimeout(resolve, ANSWER_WITHIN);
    });
    this.socket.disconnect().connect();
    return back;
  }

  close() {
    this.#backoff.reset();
    this.socket.disconnect();
  }

  async #acknowledged(event, payload) {
    try {
      const answer = await this.socket.timeout(ANSWER_WITHIN).emitWithAck(event, payload);
      this.#move("slow", "online");
      if (answer?.code === "not_signed_in") this.#signOut();
      return answer;
    } catch {
      throw new NoAnswer(`${event}: no answer`);
    }
  }

  #connected() {
    this.#backoff.reset();
    this.#lookNoMore();
    this.state.value = "online";
    this.onConnect();
  }

  #lost() {
    if (this.state.value !== "signed_out") this.state.value = "offline";
    if (!this.socket.active) this.#backoff.pause(() => this.#reconnect());
    this.#looking ??= setInterval(() => void this.#look(), LOOK_EVERY);
  }

  /** Whether the server can be reached again: an attempt to connect that began in the silence would wait in it for seconds. */
  async #look() {
    const isThere = await fetch("/healthz", { signal: AbortSignal.timeout(LOOK_EVERY) }).then(({ ok }) => ok, () => false);
    if (!isThere || !this.#looking || this.socket.connected) return;
    this.#lookNoMore();
    this.socket.disconnect().connect();
    this.onReachable();
  }

  #lookNoMore() {
    clearInterval(this.#looking);
    this.#looking = null;
  }

  #refused(error) {
    const code = error.data?.code ?? error.message;
    if (code === "not_signed_in" || code === "signed_out") return this.#signOut();
    return this.#lost();
  }

  #reconnect() {
    if (this.state.value !== "signed_out" && !this.socket.connected) this.socket.connect();
  }

  #move(from, to) {
    if (this.state.value === from) this.state.value = to;
  }

  #signOut() {
    if (this.state.value === "signed_out") return;
    this.#lookNoMore();
    this.state.value = "signed_out";
    this.close();
    this.onSignedOut();
  }
}
