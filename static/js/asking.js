/** Scans that the server alone judges: written down first, sent, and waited for; one at a time. */
import { signal } from "../vendor/signals-core/signals-core.module.js";
import { isAbout } from "./lib/aside.js";
import { Answers } from "./lib/answers.js";
import { scanRecord } from "./lib/protocol.js";
import { t } from "./lib/words.js";

const WAIT = "The server has not answered yet. The scan is kept; wait.";

export class Asking {
  #answers = new Answers();

  constructor({ device, feedback }) {
    Object.assign(this, { device, feedback, id: signal(null) });
  }

  /** Sends what was done at this stand; resolves to the result, or to null when there is none (and says so). */
  async act(stand, act) {
    if (await this.#isHeldUp(stand.work)) return this.#say("problem", t("A scan of this work was not taken. Tap the problem above, or scan the help barcode."));
    if (this.id.value) return this.#say("working", t(WAIT));
    if (!this.device.live.connected) return this.#say("offline", t("This needs the network. It was not counted."));
    const record = scanRecord(stand, act);
    this.id.value = record.id;
    const answer = this.#answers.of(record.id);
    const kept = await this.device.outbox.add(record).catch(() => null);
    if (!kept) return this.#forget();
    return (await answer) ?? this.#say("working", t(WAIT));
  }

  /** The server's last word on a record. */
  heard(record, result) {
    if (this.id.value === record.id) this.id.value = null;
    this.#answers.hear(record, result);
  }

  /** Work does not go on, and so never ends, over a scan of it that was laid aside. */
  async #isHeldUp(work) {
    if (this.device.scans.value.stuck === 0) return false;
    const aside = await this.device.store.stuck().catch(() => []); // a store that cannot be read keeps no scan either, and that is said
    return isAbout(aside, work);
  }

  #forget() {
    this.id.value = null;
    this.feedback.give("problem");
    return null;
  }

  #say(name, text) {
    this.feedback.give(name, { text });
    return null;
  }
}
