/** What a packer does and what comes of it. The server alone judges here: every scan waits for its word, none is lost on the way. */
import { signal } from "../../../vendor/signals-core/signals-core.module.js";
import { Refusal } from "../../api.js";
import { Asking } from "../../asking.js";
import { isThrough } from "../../lib/parcel.js";
import { sentence, t } from "../../lib/words.js";
import { claim, look } from "./calls.js";
import { told } from "./screens.js";

const NAME = "pack";
const STATION = "station";

export class Packer {
  /** `person`: the key of who is signed in; `onView()` is told whenever the order has changed. */
  constructor({ device, feedback, person, onView = () => {} }) {
    Object.assign(this, { device, feedback, person, onView, asking: new Asking({ device, feedback }) });
    this.view = signal(null);
    this.taken = signal(null);
  }

  /** Takes the order that a code names. */
  async claim(code) {
    this.feedback.give("working", { text: t("Looking for the order.") });
    const station = (await this.device.store.read(STATION)) ?? null;
    const held = await claim(this.device, code, station).catch((error) => this.#refused(error));
    if (held) this.show(held);
    if (held) this.feedback.give("accepted", { text: told(held) });
    return held;
  }

  /** Notes at which bench this computer stands: its paper comes out there. */
  async standAt(station) {
    await this.device.store.write(STATION, station);
    this.feedback.give("accepted", { text: t("This is station {station}. Scan a tote or an order.", { station }) });
  }

  /** Shows an order, or none. */
  show(view) {
    this.#watch(this.view.value?.order, view?.order);
    this.view.value = view;
    this.taken.value = null;
    void this.device.store.write(NAME, view && { order: view.order, person: this.person });
    this.onView();
  }

  /** Goes on with the order this station had before the page was loaded again. */
  async resume() {
    const kept = await this.device.store.read(NAME);
    if (kept?.person !== this.person) return;
    const view = await look(kept.order).catch(() => null);
    if (!view || isThrough(view) || view.lease?.device !== this.device.name) return;
    this.show(view);
    this.feedback.clear(told(view));
  }

  /** Fetches the order as it is now; what a scan showed meanwhile is newer than an answer asked for before it. */
  async refresh() {
    const before = this.view.value;
    const view = before && (await look(before.order).catch(() => null));
    if (!view || this.view.value?.order !== before.order) return;
    if (this.view.value !== before) return void (await this.refresh());
    const isOthers = view.lease && !this.holds(view);
    if (isOthers && !this.holds(before) && !this.taken.value) return this.show(null);
    if (isOthers) this.taken.value = { name: view.lease.name, order: view.order };
    this.view.value = view;
    this.onView();
  }

  /** Whether this station has the order in hand. */
  holds(view) {
    return view.lease?.device === this.device.name;
  }

  /** On every connect: the server has forgotten which order's news this station wants. */
  async resync() {
    this.#watch(null, this.view.value?.order);
    await this.refresh();
  }

  /** One scan or key; resolves to the result, or null when the server has not answered. */
  act(act) {
    const { order, lease, list_version: listVersion } = this.view.value;
    return this.asking.act({ person: this.person, epoch: lease?.epoch ?? 0, work: { order }, listVersion }, act);
  }

  /** The server's last word on a record. */
  heard(record, result) {
    this.asking.heard(record, result);
    if (record.work.order !== undefined && record.work.order === this.view.value?.order) this.#tell(result);
  }

  /** Says what came of something done beside the scanner, and looks at the order again. */
  async said({ outcome = "accepted", text }) {
    await this.refresh();
    this.feedback.give(outcome, { text });
  }

  /** Shows a refusal of the server, or that there was none. */
  trouble(error) {
    const isRefusal = error instanceof Refusal;
    this.feedback.give(isRefusal ? "policy" : "offline", { text: isRefusal ? error.message : t("No answer from the server. Try again.") });
  }

  /** Hears of changes to the order at hand, and no longer of the last one; without a connection the next one asks again. */
  #watch(last, order) {
    const { live } = this.device;
    if (last && last !== order) live.ask("unwatch", `order:${last}`).catch(() => null);
    if (order) live.ask("watch", `order:${order}`).catch(() => null);
  }

  #tell(result) {
    const before = this.view.value;
    if (result.view) this.view.value = { packaging: before.packaging, pictures: before.pictures, ...result.view };
    if (result.outcome === "not_owner") void this.refresh();
    this.feedback.give(faceOf(before, result), { text: sentence(result) });
    this.onView();
  }

  #refused(error) {
    if (error.code === "not_owner") this.taken.value = { name: error.about.holder ?? null, order: error.about.order, text: error.message };
    this.trouble(error);
    return null;
  }
}

/** A carton sealed or an order through is more than an OK. */
function faceOf(before, result) {
  if (result.outcome !== "accepted") return result.outcome ?? "problem";
  const step = result.view?.position.step;
  if (step !== before.position.step && step === "finished") return "complete";
  return result.position?.armed ? "armed" : "accepted";
}
