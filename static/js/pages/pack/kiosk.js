/** Prints what this station's page is asked to print: one job at a time, in a frame nobody sees, then says so. */
import { call } from "../../api.js";

const EVERY = 3000;

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
      // Without an answer the job stays with the server, which asks a person about it.
    } finally {
      this.busy = false;
    }
  }

  async #next(station) {
    const { job } = await call("POST", `/stations/${encodeURIComponent(station)}/paper`);
    if (!job) return false;
    await printed(`/api/v1/print-jobs/${job}/paper.pdf`);
    await call("POST", `/print-jobs/${job}/printed`);
    return true;
  }
}

/** Loads a file into a frame and prints it; with Chrome's --kiosk-printing no dialog opens. */
function printed(address) {
  const frame = document.createElement("iframe");
  frame.className = "visually-hidden";
  frame.src = address;
  return new Promise((resolve, reject) => {
    frame.onload = () => {
      frame.contentWindow.print();
      setTimeout(() => (frame.remove(), resolve()), 1000);
    };
    frame.onerror = reject;
    document.body.append(frame);
  });
}
