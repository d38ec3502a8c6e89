/** A scale on this computer's serial line, where the browser offers one: chosen once by a person, found again by itself. */
import { ASK, Weighing } from "../lib/scale.js";

const EVERY = 400;
const SETTINGS = { baudRate: 9600 };

/** Whether this browser, at this address, can speak with a scale. */
export function hasSerial() {
  return Boolean(navigator.serial);
}

export class Scale {
  #port = null;

  /**
   * `onWeight(grams)` hears each weight that lies still; `isAsked()` says whether one is asked for now, `isFree()` whether it would be
   * heard: while the answer to one is on its way the carton lies there still, and is not weighed again.
   */
  constructor({ onWeight, isAsked, isFree }) {
    Object.assign(this, { isAsked, isFree });
    this.weighing = new Weighing((grams) => this.#isWanted && (onWeight(grams), true));
    navigator.serial?.addEventListener("connect", () => void this.find());
  }

  /** Goes on with the scale that was chosen on an earlier day. */
  async find() {
    const [port] = (await navigator.serial?.getPorts()) ?? [];
    if (port && !this.#port) await this.#open(port);
  }

  /** Lets the person choose; the browser asks, and wants a key or a tap just before. Resolves to whether there is one now. */
  async choose() {
    const port = await navigator.serial.requestPort().catch(() => null);
    if (port) await this.#open(port);
    return Boolean(this.#port);
  }

  get #isWanted() {
    return this.isAsked() && this.isFree();
  }

  async #open(port) {
    await port.open(SETTINGS).catch(() => null);
    if (!port.readable) return;
    this.#port = port;
    void this.#ask(port);
    void this.#listen(port);
  }

  async #listen(port) {
    const reader = port.readable.pipeThrough(new TextDecoderStream()).getReader();
    for (let piece = await next(reader); !piece.done; piece = await next(reader)) this.weighing.hear(piece.value);
    this.#port = null;
  }

  async #ask(port) {
    const words = new TextEncoder().encode(ASK);
    while (this.#port === port && port.writable) {
      await new Promise((resolve) => setTimeout(resolve, EVERY));
      if (this.#isWanted) await write(port, words);
      else if (!this.isAsked()) this.weighing.again();
    }
  }
}

/** A cable that was pulled ends the reading like a scale that says no more. */
function next(reader) {
  return reader.read().catch(() => ({ done: true }));
}

async function write(port, words) {
  const writer = port.writable.getWriter();
  await writer.write(words).catch(() => null);
  writer.releaseLock();
}
