/** What keys, buttons and command barcodes of the station do. */
import { signal } from "../../../vendor/signals-core/signals-core.module.js";
import { signOut } from "../../api.js";
import { bare } from "../../lib/barcodes.js";
import { gramsOf, isThrough, isToteToScan, sealedCartons } from "../../lib/parcel.js";
import { t } from "../../lib/words.js";
import { allSent } from "../../ui/aside.js";
import { askChoice, askNumber, askYes } from "../../ui/dialog.js";
import { takePause } from "../../ui/pause.js";
import { goAndTell } from "../../ui/telling.js";
import { boxes, chooseBox, handBack, moveStation, onJob, papers, split, takeOver, voidCarton } from "./calls.js";
import { askedOf, reprint, reprintAsked } from "./paper.js";
import { DAMAGE, SPLIT, VOID, boxChoices, moreChoices } from "./questions.js";
import { told } from "./screens.js";
import { typeIn, typedOf } from "./typing.js";

const COMMANDS = { "C:DAMAGED": "damaged", "C:REPRINT": "again", "C:PRINT": "again", "C:LOGOUT": "signOut", "C:PAUSE": "pause", "C:LEAVE": "giveBack", "C:MORE": "more" };

export class Desk {
  constructor({ device, packer, feedback, can }) {
    const safely = (run) => () => run().catch((error) => packer.trouble(error));
    Object.assign(this, { device, packer, feedback, can, papers: signal([]), pause: safely(takePause), tell: safely(async () => (await allSent(this)) && goAndTell("pack")) });
  }

  /** One read of the scanner. */
  async read({ code, via }) {
    const { packer } = this;
    const view = packer.view.value;
    const command = bare(code).toUpperCase();
    if (command === "C:HELP" && this.device.scans.value.stuck) return this.settleAside();
    if (COMMANDS[command]) return this[COMMANDS[command]]();
    if (command.startsWith("S:")) return packer.standAt(command.slice(2));
    if (command.startsWith("P:")) return this.beside(() => moveStation(this.device, command));
    if (command === "C:CONFIRM" && this.asked) return this.cameOut();
    if (!this.isOpen) return command.startsWith("C:") ? this.feedback.hint("policy") : this.#claim(code, via);
    const grams = gramsOf(code, view.position.step);
    return packer.act(grams === null ? { code, via } : { kind: "weight", quantity: grams, via });
  }

  get isOpen() {
    const view = this.packer.view.value;
    return Boolean(view) && !isThrough(view) && this.packer.holds(view);
  }

  confirm = () => (this.packer.view.value?.position.step === "weight" ? this.weigh() : this.#act({ kind: "confirm" }));
  undo = () => this.#act({ kind: "undo" });
  missing = () => this.#act({ kind: "short" });
  foreign = () => this.#act({ kind: "wrong_stock" });
  full = () => this.#act({ kind: "close_carton" });
  help = () => this.#act({ code: "C:HELP" });

  damaged = async () => {
    const reason = this.isOpen && (await askChoice({ title: "What is wrong with it?", text: "Then scan the damaged unit.", choices: DAMAGE }));
    return reason && this.#act({ kind: "damaged", reason });
  };

  weigh = async () => {
    const quantity = await askNumber({ title: "What does the scale show?", unit: "g", least: 1, most: 99999 });
    return quantity && this.#act({ kind: "weight", quantity });
  };

  more = async () => {
    const choice = await askChoice({ title: "What is it?", choices: moreChoices({ isOpen: this.isOpen, step: this.packer.view.value?.position.step, mayType: typedOf(this), can: this.can, papers: this.papers.value, cartons: this.#sealed }) });
    return choice && this[choice]();
  };

  typed = () => typeIn(this);

  /** The box of the carton on the table; its own weight is what the weight check adds. */
  box = async () => {
    const view = this.packer.view.value;
    const all = await boxes().catch((error) => this.packer.trouble(error));
    if (!all?.length) return all && this.feedback.give("policy", { text: "There is no box in the catalogue." });
    const code = await askChoice({ title: "Which box is it packed in?", choices: boxChoices(all, view.packaging?.code) });
    return code && this.beside(() => chooseBox(this.device, view, code), t("Packed in {box}.", { box: all.find((it) => it.code === code).name }));
  };

  reprint = () => reprint(this, this.papers.value[0]?.id);
  again = () => (this.asked ? reprintAsked(this, this.asked) : this.reprint());
  get asked() { return askedOf(this); }
  cameOut = () => this.job(this.asked.id, "confirm");

  /** Answers what a print job asks for. */
  job = (id, what) => (what === "reprint" ? reprint(this, id) : this.beside(() => onJob(id, what), "Thank you."));

  split = async () => {
    const reason = await askChoice({ title: "Ship without what is missing?", text: "The slip says what is still to come.", choices: SPLIT });
    return reason && this.beside(() => split(this.device, this.packer.view.value.order, reason));
  };

  void = async () => {
    const carton = this.#sealed.length > 1 ? await askChoice({ title: "Which carton?", choices: this.#sealed.map((it) => ({ value: it, label: t("Carton {carton}", { carton: it.number }), icon: "box" })) }) : this.#sealed[0];
    const reason = carton && (await askChoice({ title: t("Void carton {carton}?", { carton: carton.number }), text: "Take its label off. Its units are packed again.", choices: VOID }));
    return reason && this.beside(() => voidCarton(this.device, carton.sscc, reason));
  };

  giveBack = async () => {
    if (!this.isOpen) return this.feedback.hint("policy");
    const yes = await askYes({ title: "Leave this order?", text: "Somebody else can go on with it as it is.", yes: "Leave it", no: "Go on", status: "caution" });
    if (yes) await handBack(this.device, this.packer.view.value.order).then(() => this.leave(), (error) => this.packer.trouble(error));
  };

  /** Takes an order over from another bench, as when that computer is broken. */
  takeOver = async () => {
    const { order, name, text } = this.packer.taken.value;
    const yes = await askYes({ title: t("Take order {order} over?", { order }), text: text ?? t("{name} can go on with it no more.", { name: name ?? t("Somebody else") }), yes: "Take over", no: "Leave it", status: "caution" });
    const held = yes && (await takeOver(this.device, order).catch((error) => this.packer.trouble(error)));
    if (held) this.packer.show(held);
    if (held) this.feedback.give("accepted", { text: told(held) });
  };

  leave = () => {
    this.packer.show(null);
    this.papers.value = [];
    this.feedback.clear("Scan a tote or an order.");
  };

  signOut = async () => {
    if (this.isOpen && !(await askYes({ title: "Sign out?", text: "The order stays yours.", yes: "Sign out", no: "Stay" }))) return;
    await signOut().catch((error) => this.packer.trouble(error));
  };

  /** Looks how the papers of this order stand. */
  async lookAtPapers() {
    const order = this.packer.view.value?.order;
    const found = order ? await papers(order).catch(() => this.papers.value) : [];
    if (order === this.packer.view.value?.order) this.papers.value = found;
  }

  get #sealed() { return this.packer.view.value ? sealedCartons(this.packer.view.value) : []; }

  /** The tote that names the order is scanned in with the same pull. */
  async #claim(code, via) {
    this.papers.value = [];
    const held = await this.packer.claim(code);
    return held && isToteToScan(held, code) ? this.packer.act({ code, via }) : undefined;
  }

  #act = (act) => (this.isOpen ? this.packer.act(act) : this.feedback.hint("policy"));

  async beside(run, text) {
    try {
      const said = await run();
      await this.packer.said({ text: said?.text ?? text, outcome: said?.outcome ?? "accepted" });
    } catch (error) {
      this.packer.trouble(error);
    }
    await this.lookAtPapers();
  }
}
