/** What the buttons and command barcodes of the pick screen do; the picker itself knows no page. */
import { computed, effect, signal } from "../../../vendor/signals-core/signals-core.module.js";
import { Refusal, signOut } from "../../api.js";
import { bare, isOurs } from "../../lib/barcodes.js";
import { actsAt } from "../../lib/stop.js";
import { t } from "../../lib/words.js";
import { allSent } from "../../ui/aside.js";
import { askChoice, askYes } from "../../ui/dialog.js";
import { takePause } from "../../ui/pause.js";
import { goAndTell } from "../../ui/telling.js";
import { closeList, fetchOffers, handBack, joinOrder, nextList } from "./calls.js";
import { askDamaged, askHere, askLeft, askOffer, askSeveral, askShort, askTyped, maySignOut, moreChoices } from "./questions.js";

const COMMANDS = {
  "C:SHORT": "short", "C:DAMAGED": "damaged", "C:LOGOUT": "signOut", "C:PAUSE": "pause", "C:WRONG": "wrongItem",
  "C:TYPE": "typed", "C:JOIN": "join", "C:LEAVE": "giveBack", "C:MORE": "more",
};

export class Desk {
  constructor({ device, picker, feedback, timeZone }) {
    Object.assign(this, { device, picker, feedback, timeZone, busy: signal(false), wrongStock: signal(false) });
    this.message = signal(t("Tap Start, or scan the confirm barcode."));
    const task = computed(() => picker.trip.value?.position.task);
    effect(() => void (task.value, (this.wrongStock.value = false))); // what lies wrong was seen where they stood
  }

  /** One read of the scanner: an open screen's own answer, a command, or a scan of the work. */
  async read({ code, via }) {
    const { picker } = this;
    const command = bare(code).toUpperCase();
    if (command === "C:LOGOUT") return this.signOut();
    if (command === "C:HELP" && this.device.scans.value.stuck) return this.settleAside();
    if (picker.stop.value) return command === "C:CONFIRM" ? picker.goOn() : this.feedback.hint("policy");
    if (picker.taken.value || !picker.trip.value) return command === "C:CONFIRM" ? this.start() : this.feedback.hint("policy");
    if (this.wrongStock.value) return this.reportWrongStock({ code, via });
    if (picker.trip.value.position.step === "finished" && command === "C:CONFIRM") return this.close();
    if (COMMANDS[command] && this.acts[COMMANDS[command]] !== false) return this[COMMANDS[command]]();
    return picker.act({ code, via });
  }

  get acts() {
    return this.picker.trip.value ? actsAt(this.picker.trip.value) : {};
  }

  start = () => this.#call(async () => {
    const list = await nextList(this.device, askHere);
    if (!list) return void (this.message.value = list === null ? t("No work right now. Ask the lead, or try again.") : t("The list stays on the other handheld."));
    this.picker.carry(list);
    await this.picker.refresh(); // from now on this device hears what happens to the list
  });

  close = () => this.#call(async () => {
    if (!(await this.#allSent())) return;
    await closeList(this.device, this.picker.trip.value.work.id);
    this.picker.carry(null);
    this.message.value = t("List closed. Tap Start for the next one.");
  });

  giveBack = async () => {
    const text = "Somebody else goes on at this step. Put what is in your hand into the tote or back first.";
    if (!(await askYes({ title: "Give the list back?", text, yes: "Give back", no: "Keep it", status: "caution" }))) return;
    await this.#call(async () => {
      if (!(await this.#allSent())) return;
      await handBack(this.device, this.picker.trip.value.work.id);
      this.picker.carry(null);
      this.message.value = t("List given back.");
    });
  };

  /** An order that could come along: said, never asked, so that no scan goes astray; a refusal stays before it. */
  offered = ({ batch, order, extra_mm: mm }) => {
    const { picker, feedback } = this;
    if (batch !== picker.trip.value?.work.id || picker.stop.value || feedback.band.value.held) return;
    this.called = order;
    feedback.give("offer", { text: t("{order} lies on your way, about {metres} m more. More, then Take an order along.", { order, metres: Math.round(mm / 1000) }) });
  };

  /** One more order on this trip, when the picker wants it: the list changes, its tote is bound on the way. */
  join = () => this.#call(async () => {
    const { id } = this.picker.trip.value.work;
    const offers = await fetchOffers(id, this.called);
    if (!offers.length) return void this.feedback.clear("No other order fits this cart now.");
    const order = await askOffer(offers);
    if (!order || !(await this.#allSent())) return;
    await joinOrder(this.device, id, order);
    await this.picker.refresh();
  });
  pause = () => this.#call(takePause);
  signOut = () => this.#call(async () => (await maySignOut(this.device.scans.value)) && signOut());

  /** Asks about where the person stands; an answer to what nobody asks any more does nothing, and is told. */
  answered = async (question) => {
    const standing = () => JSON.stringify(["task", "step", "at_bin"].map((name) => this.picker.trip.value?.position[name]));
    const asked = standing();
    const act = await question(this.picker.trip.value);
    if (act) await (asked === standing() ? this.picker.act(act) : this.feedback.give("stale"));
  };

  short = () => this.answered(askShort);
  damaged = () => this.answered(askDamaged);
  undo = () => this.#act({ kind: "undo" });
  confirm = () => this.#act({ kind: "confirm" });
  left = () => this.answered(askLeft);
  itLayHere = () => {
    const foreign = this.picker.stop.value?.foreign ?? this.picker.lastRead;
    if (this.picker.stop.value) this.picker.goOn();
    return this.reportWrongStock(foreign);
  };

  more = async () => {
    const choice = await askChoice({ title: "What is it?", choices: moreChoices(this.acts) });
    return choice && this[choice]();
  };
  several = () => this.answered(askSeveral);
  typed = () => this.answered(askTyped);
  skip = () => this.#act({ kind: "skip" });
  toteFull = () => this.#act({ kind: "tote_full" });
  help = () => this.#act({ code: "C:HELP" });
  tell = () => this.#call(async () => (await this.#allSent()) && goAndTell("pick"));
  wrongItem = () => {
    this.wrongStock.value = true;
    this.feedback.clear("Scan the item that lies there.");
  };

  reportWrongStock({ code, via }) {
    const isUndo = bare(code).toUpperCase() === "C:UNDO";
    if (isOurs(bare(code)) && !isUndo) return this.feedback.hint("policy");
    this.wrongStock.value = false;
    return isUndo ? this.feedback.clear(this.picker.instruction) : this.#act({ kind: "wrong_stock", code, via });
  }

  #act = (act) => this.picker.act(act);

  #allSent = () => allSent(this);

  async #call(run) {
    if (this.busy.value) return;
    this.busy.value = true;
    try {
      await run();
    } catch (error) {
      const text = error instanceof Refusal ? error.message : t("No answer from the server. Try again in the network.");
      if (this.picker.trip.value) this.feedback.give(error instanceof Refusal ? "policy" : "offline", { text });
      this.message.value = text;
    } finally {
      this.busy.value = false;
    }
  }
}
