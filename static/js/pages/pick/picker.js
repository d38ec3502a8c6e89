/** What a person does on a trip, and what comes of it: the local verdict first, written down, then the server's word. */
import { signal } from "../../../vendor/signals-core/signals-core.module.js";
import { Answers } from "../../lib/answers.js";
import { ARMED_FOR_MS, instruction } from "../../lib/judge.js";
import { inOrder } from "../../lib/order.js";
import { scanRecord } from "../../lib/protocol.js";
import { after, afterAnswer, businessDay, faceOf, hasGoneWrong, isElsewhere, meaningOf, standOf, stopAfter, tripOf, verdictOn } from "../../lib/trip.js";
import { sentence, t } from "../../lib/words.js";
import { fetchList } from "./calls.js";
import { Keeper } from "./keeper.js";

const EVERYTHING = 0;

export class Picker {
  #answers = new Answers();
  #judged = inOrder((act) => this.#judge(act), console.error);
  #writing = 0;

  /** `person`: the key of who is signed in; `timeZone`: of the site, for the day on which lots expire. */
  constructor({ device, feedback, person, timeZone }) {
    Object.assign(this, { device, feedback, person, keeper: new Keeper(device, person), lastRead: null });
    this.dayOf = ({ at }) => businessDay(new Date(at), timeZone);
    this.trip = signal(null);
    this.stop = signal(null);
    this.taken = signal(null);
  }

  /** Puts a list into the hands of the person, or takes it away (null). */
  carry(snapshot, text) {
    this.trip.value = snapshot && tripOf(snapshot);
    this.taken.value = null;
    this.keeper.keep(this.trip.value);
    if (snapshot) this.feedback.clear(text ?? this.instruction);
  }

  /** Goes on with what an earlier page left, until the server can be asked. */
  async resume() {
    this.trip.value = await this.keeper.restore((trip, record) => after(trip, record, verdictOn(trip, record, this.dayOf(record))));
    if (this.trip.value) this.feedback.clear(this.instruction);
  }

  get instruction() {
    return instruction(this.trip.value.work, this.trip.value.position);
  }

  /** One scan or tap, after the one before it: judged here, kept for good, then shown; what only the server can know waits for it. */
  async act(act) {
    const asked = await this.#judged(act);
    if (asked && !(await this.#answers.of(asked.id))) this.feedback.give("offline", { text: t("Only the server knows this code. It is asked as soon as there is network.") });
  }

  async #judge(act) {
    const trip = this.trip.value;
    if (this.stop.value || !trip) return void this.feedback.hint("policy");
    if (trip.asking) return void this.feedback.give("working", { text: t("Wait for the server's answer.") });
    const record = scanRecord(standOf(trip, this.person), act);
    const verdict = verdictOn(trip, { ...record, device: this.device.name }, this.dayOf(record));
    const kept = await this.#write({ ...record, local: verdict.outcome }, (written) => {
      this.trip.value = after(trip, written, verdict);
      this.feedback.give(faceOf(trip.position, verdict), { text: verdict.text });
      this.keeper.follow(this.trip.value, written);
    });
    if (!kept) return void this.feedback.give("problem");
    this.lastRead = { code: act.code ?? null, via: act.via };
    if (verdict.position.armed !== null) setTimeout(() => this.#lapse(verdict.position), ARMED_FOR_MS);
    return verdict.outcome === null ? kept : undefined;
  }

  /** The server's last word on a record. */
  heard(record, result) {
    const trip = this.trip.value;
    const isLate = hasGoneWrong(trip, record, result, this.person);
    const meaning = isLate ? "differs" : trip && meaningOf(trip, record, result);
    if (meaning === "answered") this.#settle(trip, record, result);
    if (meaning === "differs") this.#halt(record, result);
    if (meaning === "behind") void this.refresh();
    if (meaning === "agreed" && this.#isQuiet(record.seq) && isElsewhere(trip, result.position)) void this.refresh(EVERYTHING);
    this.#answers.hear(record, result);
  }

  /** Fetches the list when it has changed; `version` 0 fetches it in any case. Waiting scans go first. */
  async refresh(version = this.trip.value?.work.list_version) {
    if (!this.trip.value) return;
    await this.device.outbox.flush({ now: true });
    const { lastSeq } = this.device.outbox.state;
    const snapshot = await fetchList(this.device, this.trip.value.work.id, version).catch((error) => this.#lost(error));
    if (snapshot && snapshot.id === this.trip.value?.work.id && this.#isQuiet(lastSeq)) this.#install(snapshot);
  }

  /** The batch went to somebody else. */
  takenOver(news) {
    if (news.batch === this.trip.value?.work.id && news.epoch > (this.trip.value.work.lease?.epoch ?? 0)) this.taken.value = news;
  }

  /** The person has read what to do with the hands. */
  goOn() {
    this.stop.value = null;
    if (this.trip.value) this.feedback.clear(this.instruction);
  }

  #write(record, onKept) {
    this.#writing += 1;
    return this.device.outbox.add(record, onKept).catch(() => null).finally(() => (this.#writing -= 1));
  }

  /** The armed quantity was not used in time: the next scan counts once again, here as on the server. */
  #lapse({ armed_at: since }) {
    const trip = this.trip.value;
    if (!trip || trip.position.armed_at !== since) return;
    this.trip.value = { ...trip, position: { ...trip.position, armed: null, armed_at: null } };
    this.feedback.clear(this.instruction);
  }

  #settle(trip, record, result) {
    this.trip.value = afterAnswer(trip, record, result, this.dayOf(record));
    this.keeper.keep(this.trip.value);
    if (result.outcome === "accepted") void this.refresh(EVERYTHING);
    this.feedback.give(result.outcome ?? "problem", { text: sentence(result) });
  }

  #halt(record, result) {
    const text = sentence(result) || result.detail || t("The server did not take this scan. Call the lead.");
    this.stop.value = stopAfter(this.stop.value, record, { ...result, text });
    this.feedback.give(result.outcome ?? "problem", { text });
    void this.refresh(EVERYTHING);
  }

  #install(snapshot) {
    const isMine = snapshot.lease?.device === this.device.name && snapshot.lease?.person === this.person;
    if (!isMine) this.taken.value = { name: snapshot.lease?.name ?? null, at: null };
    const changed = snapshot.list_version !== this.trip.value.work.list_version;
    this.trip.value = tripOf(snapshot);
    this.keeper.keep(this.trip.value);
    if (changed && !this.stop.value) this.feedback.tell("changed", { text: this.instruction });
  }

  #lost(error) {
    if (error.status === 404 || error.status === 403) this.carry(null);
    return null;
  }

  #isQuiet(seq) {
    const { pending, lastSeq } = this.device.outbox.state;
    return this.#writing === 0 && pending === 0 && lastSeq === seq && !this.trip.value?.asking;
  }
}
