/**
 * The device's own memory in IndexedDB: scans that wait, scans the server would not judge, and small values by name.
 * The device's name lives in the same database: a wiped store gets a new one, so that a loss can be seen.
 * Every write is durable before its promise resolves, unless it may be repeated from others and says so.
 */
import { answer, reading, writing } from "./transactions.js";
import { deviceName } from "./uuid7.js";

const VERSION = 1;

/** Another tab of this device works now: what this one wanted to write was not written. */
export class TakenElsewhere extends Error {}

class Overtaken extends Error {}

/** Opens the store, making it and the device's name on first use. */
export async function openStore(name = "warehouse", factory = indexedDB) {
  const request = factory.open(name, VERSION);
  request.onupgradeneeded = () => create(request.result);
  const database = await answer(request);
  database.onversionchange = () => database.close();
  const store = new Store(database);
  store.device = await store.read("device");
  return store;
}

export class Store {
  #database;
  #tab = null;
  #lastSeq = null;

  constructor(database) {
    this.#database = database;
  }

  /** Makes this the tab that works: from now on the scans of every other one are refused. */
  take(tab) {
    this.#tab = tab;
    return this.write("tab", tab);
  }

  /** Gives the turn back, unless another tab has taken it. */
  release(tab) {
    return this.#write(["values"], async (values) => {
      if ((await answer(values.get("tab"))) === tab) values.delete("tab");
    });
  }

  /** Gives the record the next number of this device and keeps it, in one transaction; rejects with `TakenElsewhere` in a tab that lost its turn. */
  async append(record) {
    const expected = this.#lastSeq && (this.#lastSeq += 1);
    try {
      const kept = await this.#keep(record, expected);
      this.#lastSeq = Math.max(this.#lastSeq, kept.seq);
      return kept;
    } catch (error) {
      this.#lastSeq = null;
      if (error instanceof Overtaken) return this.append(record);
      throw error;
    }
  }

  /** The number expected is written while it is still being asked for, so that green waits one way less; another page's number undoes it. */
  #keep(record, expected) {
    return this.#write(["scans", "values"], async (scans, values) => {
      const asked = Promise.all(["tab", "last_seq"].map((name) => answer(values.get(name))));
      asked.catch(() => null); // where the record cannot be kept at all, nobody waits for them
      const put = (seq) => {
        const kept = { ...record, device: this.device, seq };
        values.put(seq, "last_seq");
        scans.add(kept);
        return kept;
      };
      const early = expected && put(expected);
      const [tab, last = 0] = await asked;
      if (this.#tab && tab !== this.#tab) throw new TakenElsewhere("another tab works now");
      if (early && last + 1 !== expected) throw new Overtaken();
      return early || put(last + 1);
    });
  }

  /** The oldest records that wait, in order. */
  head(limit) {
    return this.#read(["scans"], (scans) => answer(scans.getAll(null, limit)));
  }

  /**
   * Forgets the records with a last word and lays aside those the server would not judge, in one transaction. What is forgotten need
   * not be durable: after a loss of power it is sent again, and the server gives the answer it has given.
   */
  settle(seqs, stuck = []) {
    const durability = stuck.length ? "strict" : "relaxed";
    return this.#write(["scans", "stuck"], (scans, aside) => {
      for (const seq of seqs) scans.delete(seq);
      for (const record of stuck) {
        aside.put(record);
        scans.delete(record.seq);
      }
    }, durability);
  }

  /** Puts what was laid aside back among the waiting, under its old numbers. */
  unstick() {
    return this.#write(["scans", "stuck"], async (scans, aside) => {
      for (const { refusal: _, ...record } of await answer(aside.getAll())) scans.put(record);
      aside.clear();
    });
  }

  /** Forgets what was laid aside and is in other hands now. */
  forget = (seqs) => this.#write(["stuck"], (aside) => seqs.forEach((seq) => aside.delete(seq)));

  /** Everything laid aside, with the server's refusal. */
  stuck() {
    return this.#read(["stuck"], (aside) => answer(aside.getAll()));
  }

  /** How many wait and since when, how many are laid aside, and the last number given. */
  counts() {
    return this.#read(["scans", "stuck", "values"], async (scans, aside, values) => {
      const asked = [scans.count(), aside.count(), scans.getAll(null, 1), values.get("last_seq")];
      const [pending, stuck, [first], lastSeq] = await Promise.all(asked.map(answer));
      return { pending, stuck, oldest: first?.at ?? null, lastSeq: lastSeq ?? 0 };
    });
  }

  /** A small value by name, such as the batch in hand or the device token. */
  read(name) {
    return this.#read(["values"], (values) => answer(values.get(name)));
  }

  write(name, value, { durability = "strict" } = {}) {
    return this.#write(["values"], (values) => void values.put(value, name), durability);
  }

  #read(names, use) {
    return reading(this.#database, names, use);
  }

  #write(names, use, durability) {
    return writing(this.#database, names, use, durability);
  }
}

function create(database) {
  database.createObjectStore("scans", { keyPath: "seq" });
  database.createObjectStore("stuck", { keyPath: "seq" });
  database.createObjectStore("values").put(deviceName(), "device");
}
