/** Prints what this station's page is asked to print: one job at a time, in a frame nobody sees, then says so. */
import { call } from "../../api.js";

const EVERY = 3000;
const PATIENCE = 60_000;

export class Kiosk {
  /** `station()` gives the code of the station this page stands at, or null. */
  constructor({ station }) {
    Object.assign(this, { station, busy: false });
    setInterval(() => void this.look(), EVERY);
  }

  /** Prints until nothing waits. */
  async look() {
    const station = await this.station();
    if (this.busy || !station || document.visibilityState !== "visible") return;
    this.busy = true;
    try {
      while (await this.#next(station));
    } catch {
      // Without our word the job stays with the server, which asks a person whether it printed.
    } finally {
      this.busy = false;
    }
  }

  async #next(station) {
    const { job } = await call("POST", `/stations/${encodeURIComponent(station)}/paper`);
    if (!job) return false;
    await printed(`/api/v1/print-jobs/${job}/paper`);
    await call("POST", `/print-jobs/${job}/printed`);
    return true;
  }
}

/** Prints a page of ours; resolves once the browser has handed it on. With Chrome's --kiosk-printing no dialog opens. */
async function printed(address) {
  const frame = document.createElement("iframe");
  frame.className = "visually-hidden";
  frame.src = address;
  const late = new Promise((_, reject) => setTimeout(reject, PATIENCE, new Error("It did not print in time.")));
  try {
    await Promise.race([late, print(frame)]);
  } finally {
    frame.remove();
  }
}

async function print(frame) {
  await new Promise((resolve, reject) => {
    frame.onload = resolve;
    frame.onerror = reject;
    document.body.append(frame);
  });
  const pictures = [...(frame.contentDocument?.images ?? [])];
  if (!pictures.length) throw new Error("This is no paper.");
  await Promise.all(pictures.map((picture) => picture.decode()));
  await new Promise((resolve) => {
    frame.contentWindow.addEventListener("afterprint", resolve, { once: true });
    frame.contentWindow.print();
  });
}
