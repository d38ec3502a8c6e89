/** The handheld's pick screen: puts device, scanner, picker and views together. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import { openDevice } from "../device.js";
import { t } from "../lib/words.js";
import { hasCamera, readWithCamera } from "../ui/camera.js";
import { lendReader, offerRead } from "../ui/dialog.js";
import { Feedback } from "../ui/feedback.js";
import { askLikes, layOut, readLikes } from "../ui/likes.js";
import { firstState, mount } from "../ui/page.js";
import { startReader } from "../ui/reader.js";
import { keepPage, plainHttpNotice, stayAwake } from "../ui/staying.js";
import { Desk } from "./pick/desk.js";
import { Picker } from "./pick/picker.js";
import { action, bandOf, barView, screenView, startView, stopMiddle, takenMiddle, workBar, workMiddle } from "./pick/screens.js";

const { person, time_zone: timeZone, can } = firstState();
const home = document.getElementById("home");
const feedback = new Feedback();
const signedOut = signal(false);
let picker = null;

const device = await openDevice({
  onResult: (record, result) => picker?.heard(record, result),
  onConnect: () => void picker?.refresh(0),
  onSignedOut: () => (signedOut.value = true),
});
picker = new Picker({ device, feedback, person: person.id, timeZone });
const desk = new Desk({ device, picker, feedback });

const camera = hasCamera() ? () => readWithCamera().then((read) => read && desk.read(read), () => feedback.hint("policy")) : null;
const reader = startReader({
  host: home,
  offer: offerRead,
  onRead: (read) => (signedOut.value ? undefined : desk.read(read)),
  onDouble: () => feedback.hint("double"),
  keyboard: device.keyboard,
});
lendReader(reader, home);
const prefer = (likes) => {
  feedback.likes = likes;
  reader.tune(likes);
  layOut(likes);
};
prefer(await readLikes(device.store, person.id));
desk.settings = () => askLikes({ store: device.store, person: person.id, likes: feedback.likes, onChange: prefer });
device.live.on("batch_changed", (news) => {
  if (news.batch === picker.trip.value?.work.id && news.list_version > picker.trip.value.work.list_version) void picker.refresh();
});
device.live.on("offer", desk.offered);
device.live.on("taken_over", (news) => picker.takenOver(news));
device.live.on("resync", () => void picker.refresh(0));

await picker.resume();
if (device.live.connected) void picker.refresh(0);
mount(view);
document.body.dataset.ready = "";
stayAwake();
void keepPage();

function view() {
  const link = device.link.value;
  const scans = device.scans.value;
  const trip = picker.trip.value;
  if (signedOut.value) return outView(link, scans);
  if (picker.taken.value) return takenView(link, scans);
  if (!trip) return homeView(link, scans);
  if (picker.stop.value) return stopView(trip, link, scans);
  return screenView(workBar(trip, link, scans, camera), workMiddle(trip), bandOf(feedback, clear), actionsOf(trip));
}

function clear() {
  desk.wrongStock.value = false;
  feedback.clear(picker.instruction);
}

function actionsOf(trip) {
  const { step } = trip.position;
  const { acts, wrongStock } = desk;
  const undo = action("Undo", "undo", desk.undo, { disabled: !acts.undo });
  const more = action("More", "more", desk.more);
  if (wrongStock.value) return [action("Not now", "cross", clear), undo, nothing];
  if (step === "finished") return [action("Close list", "done", desk.close, { kind: "btn-primary", disabled: desk.busy.value }), undo, more];
  if (step === "zero_check") return [action("Empty", "check", desk.confirm, { kind: "btn-primary" }), action("Some left", "stock", desk.left), undo];
  const isForeign = feedback.band.value.name === "not_on_batch" && acts.wrongStock;
  const last = isForeign ? action("It lay here", "pin", desk.itLayHere, { kind: "btn-danger" }) : more;
  return [action("Short", "short", desk.short, { disabled: !acts.short }), undo, last];
}

function homeView(link, scans) {
  const state = { name: person.name, message: desk.message.value, busy: desk.busy.value, can, notice: plainHttpNotice() };
  const bar = barView({ title: t("Pick"), link, scans });
  return screenView(bar, startView(state, desk), null, [action(t("This device"), "settings", desk.settings), action("Sign out", "out", desk.signOut), nothing]);
}

function stopView(trip, link, scans) {
  return screenView(workBar(trip, link, scans), stopMiddle(picker.stop.value), null, [nothing, action("Understood", "check", () => picker.goOn(), { kind: "btn-primary" }), nothing]);
}

function takenView(link, scans) {
  const leave = () => picker.carry(null);
  return screenView(barView({ title: t("Pick"), link, scans }), takenMiddle(picker.taken.value, scans, timeZone), null, [nothing, action("Understood", "check", leave, { kind: "btn-primary" }), nothing]);
}

function outView(link, scans) {
  const waiting = scans.pending ? t("{number} scans wait on this device. They are sent after the next sign-in.", { number: scans.pending }) : t("All your scans have arrived.");
  const middle = html`<section class="task start" role="alert"><p class="start-hello">${t("Signed out")}</p><p class="task-hint">${waiting}</p>
    <a class="btn btn-primary btn-big start-button" href="/?next=/pick">${t("Sign in")}</a></section>`;
  return screenView(barView({ title: t("Pick"), link, scans }), middle, null, nothing);
}
