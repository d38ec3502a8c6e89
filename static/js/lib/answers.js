/** Waits for the server's answer to single records, where the device cannot judge by itself. */
export class Answers {
  #waiting = new Map();

  /** Resolves to the result of this record, or to null when none came within `ms`; it may still come later. */
  of(id, ms = 4000) {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#end(id, null), ms);
      this.#waiting.set(id, { resolve, timer });
    });
  }

  /** Hands a result to who waits for it; false when nobody does. */
  hear(record, result) {
    return this.#end(record.id, result);
  }

  #end(id, result) {
    const waiting = this.#waiting.get(id);
    if (!waiting) return false;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    waiting.resolve(result);
    return true;
  }
}
