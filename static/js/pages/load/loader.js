/** Loading at the dock: the carriers' lists, one in hand, the server's word on each scan, and who leaves with what. */
import { signal } from "../../../vendor/signals-core/signals-core.module.js";
import { Refusal, call } from "../../api.js";
import { Asking } from "../../asking.js";
import { bare } from "../../lib/barcodes.js";
import { sentence, t } from "../../lib/words.js";

export class Loader {
  /** `person`: the key of who is signed in. */
  constructor({ device, feedback, person }) {
    Object.assign(this, { device, feedback, person, asking: new Asking({ device, feedback }) });
    this.open = signal(null);
    this.waiting = signal([]);
    this.more = signal(false);
    this.list = signal(null);
    this.said = signal("");
  }

  /** Fetches the open lists, the earliest cutoff first, and what is on none; says whether there is more than that. */
  async look() {
    const [lists, unlisted] = (await this.#try(() => Promise.all([call("GET", "/manifests?state=open&empty=no&limit=200"), call("GET", "/cartons?state=labelled&manifest=none&limit=200")]))) ?? [];
    if (!lists) return;
    this.open.value = lists.items.sort((a, b) => (a.cutoff_at ?? "9").localeCompare(b.cutoff_at ?? "9"));
    this.waiting.value = byCarrier(unlisted.items);
    this.more.value = Boolean(lists.next || unlisted.next);
  }

  /** Takes a list in hand. */
  async take(key) {
    const found = await this.#try(() => call("GET", `/manifests/${key}`));
    if (!found) return;
    this.list.value = found;
    this.said.value = "";
    this.feedback.clear(t("Scan a carton."));
  }

  /** Looks at the list in hand again: others load it too. */
  async refresh() {
    const key = this.list.value?.id;
    const found = key && (await call("GET", `/manifests/${key}`).catch(() => null));
    if (found && this.list.value?.id === key) this.list.value = found;
  }

  /** One scan or tap at the list in hand; a list that has left leaves the hand. */
  async act(act) {
    const stand = { person: this.person, epoch: 0, work: { manifest: this.list.value.id }, listVersion: 0 };
    const result = await this.asking.act(stand, act);
    if (!result) return;
    const isLeaving = act.kind === "confirm" || bare(act.code ?? "").toUpperCase() === "C:CONFIRM";
    const isGone = result.position?.step === "closed" || (result.outcome === "accepted" && isLeaving);
    this.feedback.give(isGone && result.outcome === "accepted" ? "complete" : (result.outcome ?? "problem"), { text: sentence(result) });
    return isGone ? this.leave(sentence(result)) : this.refresh();
  }

  /** Opens the list of a carrier's next pickup with what waits for it. */
  async next(carrier) {
    const found = await this.#try(() => call("POST", "/manifests", { carrier, next_pickup: true }));
    if (found) await this.take(found.id);
  }

  /** The carrier did not come: everything goes onto its next list. */
  async missed(reason) {
    const rolled = await this.#try(() => call("POST", `/manifests/${this.list.value.id}/missed`, { reason }));
    if (rolled) await this.leave(t("{cartons} cartons are on list {list} now.", { cartons: rolled.cartons, list: String(rolled.manifest) }));
  }

  /** Takes a loaded carton off again. */
  async unload(sscc) {
    if (!(await this.#try(() => call("POST", `/cartons/${sscc}/unload`)))) return;
    this.feedback.give("accepted", { text: t("Taken off. Keep it at the dock.") });
    await this.refresh();
  }

  leave(text = "") {
    this.list.value = null;
    this.said.value = text;
    return this.look();
  }

  async #try(run) {
    return run().catch((error) => {
      this.said.value = error instanceof Refusal ? error.message : t("No answer from the server. Try again.");
      this.feedback.give(error instanceof Refusal ? "policy" : "offline", { text: this.said.value });
      return null;
    });
  }
}

function byCarrier(cartons) {
  const found = new Map();
  for (const carton of cartons) found.set(carton.carrier, [...(found.get(carton.carrier) ?? []), carton]);
  return [...found].map(([carrier, left]) => ({ carrier, left }));
}
