/**
 * Socket.IO's protocol over one websocket: events, acknowledgements, pings; it comes back by itself, with chance in its pauses.
 *
 * Only what our server speaks: text, the default namespace, no polling. Nothing is kept for later: what is asked without a
 * connection, or not answered before it ends, is refused at once.
 */
import { Backoff } from "./backoff.js";

const OPEN_WITHIN = 5000;
const PONG = "3";

export class Disconnected extends Error {}

export class Socket {
  #line = null;
  #timer = null;
  #asked = new Map();
  #number = 0;
  #isWanted = false;

  /**
   * `address`: of the websocket; `auth()` gives what the server wants to see on each connect. `onConnect()`; `onLost()` for an end nobody here
   * wanted; `onRefused({code, message})` when the server lets nobody in, after which it is tried again unless `disconnect()` was called.
   */
  constructor({ address, auth, onConnect, onLost, onRefused, open = (url) => new WebSocket(url), backoff = new Backoff({ shortest: 300 }) }) {
    Object.assign(this, { address, auth, onConnect, onLost, onRefused, open, backoff });
    this.connected = false;
    this.heard = new Map();
  }

  /** Connects now, from anew when there is a connection. */
  connect() {
    this.disconnect();
    this.#isWanted = true;
    this.#begin();
  }

  /** Ends the connection, and comes back no more. */
  disconnect() {
    this.#isWanted = false;
    this.backoff.reset();
    this.#drop();
  }

  /** Calls `handle(payload)` for each event of this name; returns what ends it. */
  on(event, handle) {
    const handles = this.heard.get(event) ?? this.heard.set(event, new Set()).get(event);
    handles.add(handle);
    return () => handles.delete(handle);
  }

  /** Sends an event and resolves to its acknowledgement; rejects with `Disconnected` when none comes within so many ms. */
  ask(event, payload, within) {
    if (!this.connected) return Promise.reject(new Disconnected(event));
    const number = this.#number++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#asked.delete(number) && reject(new Disconnected(event)), within);
      this.#asked.set(number, { resolve, reject, timer, event });
      this.#line.send(`42${number}${JSON.stringify([event, payload])}`);
    });
  }

  #begin() {
    const line = (this.#line = this.open(this.address));
    const current = (run) => (event) => line === this.#line && run(event);
    line.onmessage = current(({ data }) => typeof data === "string" && this.#read(data));
    line.onclose = current(() => this.#lose());
    this.#expect(OPEN_WITHIN);
  }

  /** The packet's kind stands in its first characters: Engine.IO's, and behind its 4 Socket.IO's. */
  #read(packet) {
    const [, kind, number, text] = /^(4?\d)(\d*)(.*)$/s.exec(packet) ?? [];
    const content = () => JSON.parse(text);
    if (kind === "0") this.#greet(JSON.parse(packet.slice(1)));
    else if (kind === "2") this.#pong();
    else if (kind === "40") this.#connected();
    else if (kind === "42") this.#tell(...content());
    else if (kind === "43") this.#answer(Number(number), content());
    else if (kind === "44") this.#refused(content());
    else if (kind === "1" || kind === "41") this.#lose();
  }

  #greet({ pingInterval, pingTimeout }) {
    this.patience = pingInterval + pingTimeout;
    this.#line.send(`40${JSON.stringify(this.auth())}`);
  }

  #connected() {
    this.connected = true;
    this.backoff.reset();
    this.#expect(this.patience);
    this.onConnect();
  }

  #pong() {
    this.#line.send(PONG);
    if (this.connected) this.#expect(this.patience);
  }

  #tell(event, payload) {
    for (const handle of this.heard.get(event) ?? []) handle(payload);
  }

  #answer(number, [answer]) {
    const asked = this.#asked.get(number);
    this.#asked.delete(number);
    clearTimeout(asked?.timer);
    asked?.resolve(answer);
  }

  #refused({ message, data }) {
    this.#drop();
    this.onRefused({ code: data?.code ?? message, message });
    this.#comeBack();
  }

  #lose() {
    this.#drop();
    this.onLost();
    this.#comeBack();
  }

  #comeBack() {
    if (this.#isWanted && !this.#line) this.backoff.pause(() => this.#begin());
  }

  /** The server has to be heard within so many ms, or the line counts as dead. */
  #expect(within) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#lose(), within);
  }

  #drop() {
    clearTimeout(this.#timer);
    const line = this.#line;
    this.#line = null;
    this.connected = false;
    line?.close();
    for (const { reject, timer, event } of this.#asked.values()) {
      clearTimeout(timer);
      reject(new Disconnected(event));
    }
    this.#asked.clear();
  }
}
