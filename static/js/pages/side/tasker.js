/** Put-backs and counts on the handheld: a list of what is open, one task in hand, the server's word on each scan. */
import { signal } from "../../../vendor/signals-core/signals-core.module.js";
import { Refusal, call } from "../../api.js";
import { Asking } from "../../asking.js";
import { sentence, t } from "../../lib/words.js";

/** What differs between the two kinds of task. */
const KINDS = {
  put_back: { path: "/put-backs", word: "put_back" },
  count: { path: "/counts", word: "count" },
};

export class Tasker {
  /** `kind`: "put_back" or "count"; `person`: the key of who is signed in; `askHere`: resolves to whether to take over. */
  constructor({ device, feedback, person, kind, askHere }) {
    Object.assign(this, { device, feedback, person, askHere, ...KINDS[kind], asking: new Asking({ device, feedback }) });
    this.open = signal(null);
    this.task = signal(null);
    this.said = signal("");
    this.lastItem = null;
  }

  /** Fetches what is open for this person, one's own first. */
  async list() {
    const isFree = (task) => task.state === "open" && (!task.lease || task.lease.person === this.person);
    const found = await this.#try(() => call("GET", `${this.path}?limit=50`));
    if (found) this.open.value = found.items.filter(isFree).sort((a, b) => Number(Boolean(b.lease)) - Number(Boolean(a.lease)));
  }

  /** Takes a task in hand; one's own at another device on a yes only. */
  async take(task) {
    const isElsewhere = task.lease && task.lease.device !== this.device.name;
    if (isElsewhere && !(await this.askHere())) return;
    const held = await this.#try(() => this.#post(`/${task.id}/${isElsewhere ? "take-over" : "claim"}`));
    if (!held) return;
    if (held.device_token) await this.device.keepToken(held.device_token);
    this.task.value = { ...held[this.word], epoch: held.epoch };
    this.feedback.clear(sentence({ ...this.task.value, text: this.task.value.next }));
  }

  /** One scan or tap at the task in hand; a finished one leaves the hand. */
  async act(act) {
    const task = this.task.value;
    const stand = { person: this.person, epoch: task.epoch, work: { [this.word]: task.id }, listVersion: 0 };
    const result = await this.asking.act(stand, act);
    if (!result) return;
    if (result.outcome === "accepted" && act.code && task.position?.step === "item") this.lastItem = act.code;
    const isDone = result.outcome === "accepted" && result.position?.step === "finished";
    this.feedback.give(isDone ? "complete" : (result.outcome ?? "problem"), { text: sentence(result) });
    if (isDone) return this.#leave(sentence(result));
    await this.#look(task);
  }

  /** Gives the task back for somebody else. */
  async giveBack() {
    if (await this.#try(() => this.#post(`/${this.task.value.id}/hand-back`))) await this.#leave(t("Given back."));
  }

  async #look(task) {
    const found = await this.#try(() => call("GET", `${this.path}/${task.id}`));
    if (!found) return;
    if (found.lease?.device !== this.device.name) return this.#leave(t("Somebody else has it now."));
    this.task.value = { ...found, epoch: task.epoch };
  }

  #leave(text) {
    this.task.value = null;
    this.lastItem = null;
    this.said.value = text;
    return this.list();
  }

  async #post(path) {
    const token = await this.device.store.read("device_token");
    return call("POST", this.path + path, { device: this.device.name }, { headers: token ? { "X-Device-Token": token } : {} });
  }

  async #try(run) {
    return run().catch((error) => {
      this.said.value = error instanceof Refusal ? error.message : t("No answer from the server. Try again.");
      this.feedback.give(error instanceof Refusal ? "policy" : "offline", { text: this.said.value });
      return null;
    });
  }
}
