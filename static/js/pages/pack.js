/** The pack station: puts device, scanner, packer, keys and views together. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import { openDevice } from "../device.js";
import { keysAt } from "../lib/parcel.js";
import { t } from "../lib/words.js";
import { settleAside } from "../ui/aside.js";
import { settleWith } from "../ui/chips.js";
import { lendReader, offerRead } from "../ui/dialog.js";
import { Feedback, bandView } from "../ui/feedback.js";
import { askLikes } from "../ui/liking.js";
import { readLikes } from "../ui/likes.js";
import { firstState, mount } from "../ui/page.js";
import { startReader } from "../ui/reader.js";
import { Scale } from "../ui/scale.js";
import { Desk } from "./pack/desk.js";
import { Kiosk } from "./pack/kiosk.js";
import { Packer } from "./pack/packer.js";
import { barView, idleView, keysView, orderView, takenView, told } from "./pack/screens.js";

const PAPERS_EVERY = 2000;
const IDLE = "Scan a tote or an order.";
const { person, can, practice, time_zone: timeZone } = firstState();
const home = document.getElementById("home");
const feedback = new Feedback();
const signedOut = signal(false);
let packer = null;

const device = await openDevice({
  onResult: (record, result) => packer?.heard(record, result),
  onConnect: () => packer && (hearOfPaper(packer.device), void packer.resync()),
  onSignedOut: () => (signedOut.value = true),
});
packer = new Packer({ device, feedback, person: person.id, onView: () => void desk.lookAtPapers() });
const desk = new Desk({ device, packer, feedback, can });

new Kiosk({ station: () => device.store.read("station") });
hearOfPaper(device);

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
};
prefer(await readLikes(device.store, person.id));
desk.settings = () => askLikes({ store: device.store, person: person.id, likes: feedback.likes, onChange: prefer });
Object.assign(desk, { timeZone, settleAside: () => settleAside({ device, feedback, timeZone }) });
settleWith(desk.settleAside);
device.live.on("order_changed", (news) => news.order === packer.view.value?.order && void packer.refresh());
device.live.on("taken_over", (news) => news.order !== undefined && void packer.refresh());
device.live.on("print_job", () => void desk.lookAtPapers());
device.live.on("resync", () => void packer.refresh());
setInterval(() => document.visibilityState === "visible" && desk.papers.value.some(isOpenPaper) && void desk.lookAtPapers(), PAPERS_EVERY);
addEventListener("keydown", onKey, { capture: true });
const scale = new Scale({
  isAsked: () => desk.isOpen && packer.view.value.position.step === "weight",
  isFree: () => packer.asking.id.value === null,
  onWeight: (grams) => void packer.act({ kind: "weight", quantity: grams, via: "key" }),
});
desk.connect = async () => ((await scale.choose()) ? feedback.give("accepted", { text: t("The scale is connected.") }) : feedback.hint("policy"));
void scale.find();

feedback.clear(IDLE);
await packer.resume();
mount(view);
document.body.dataset.ready = "";

function view() {
  const order = packer.view.value;
  const bar = barView(order, { name: person.name, link: device.link.value, scans: device.scans.value });
  if (signedOut.value) return html`<div class="station">${bar}<div class="station-idle"><p class="station-ask">${t("Signed out")}</p><a class="btn btn-primary btn-big" href="/?next=/pack">${t("Sign in")}</a></div></div>`;
  const middle = packer.taken.value ? takenView(packer.taken.value) : order ? orderView(order, desk.papers.value, { run: desk.job, practice }) : idleView();
  const clear = () => feedback.clear(order ? told(order) : IDLE);
  return html`<div class="station">${bar}${middle}<footer class="station-foot">${bandView(feedback.band.value, clear)}${keysView(keys())}</footer></div>`;
}

function keys() {
  if (packer.taken.value) return [{ key: "F2", label: "Understood", sign: "check", kind: "btn-primary", run: desk.leave }, { key: "F4", label: "Take over", sign: "person", run: desk.takeOver }];
  const isFree = desk.isOpen && packer.asking.id.value === null;
  const { units, confirm, undo } = isFree ? keysAt(packer.view.value) : {};
  const { asked } = desk;
  const isWeight = packer.view.value?.position.step === "weight";
  return [
    asked ? { key: "F2", label: "It came out", sign: "check", run: desk.cameOut } : { key: "F2", label: isWeight ? "Weight" : "Confirm", sign: "check", kind: confirm ? "btn-primary" : "", run: desk.confirm, off: !confirm },
    { key: "F3", label: "Undo", sign: "undo", run: desk.undo, off: !undo },
    asked ? { key: "F4", label: "Print again", sign: "printer", run: desk.again } : { key: "F4", label: "Missing", sign: "short", run: desk.missing, off: !units },
    { key: "F6", label: "Damaged", sign: "damaged", run: desk.damaged, off: !units },
    { key: "F7", label: "Wrong item", sign: "cross", run: desk.foreign, off: !units },
    { key: "F8", label: "Carton full", sign: "box", run: desk.full, off: !units },
    { key: "F9", label: "More", sign: "more", run: desk.more, off: false },
  ];
}

/** F-keys do what their button does; F2 answers an open question, Escape clears a refusal. */
function onKey(event) {
  const key = keys().find((it) => it.key === event.key);
  if (key) event.preventDefault();
  if (event.repeat || signedOut.value) return;
  if (event.key === "Escape" && !document.querySelector("dialog[open]")) feedback.clear(packer.view.value ? told(packer.view.value) : IDLE);
  if (!key || (event.key === "F2" && offerRead({ code: "C:CONFIRM", via: "key" })) || document.querySelector("dialog[open]")) return;
  if (!key.off) void key.run();
}

/** A printer in trouble is to be on this screen at once, not at the next look. */
function hearOfPaper({ live }) {
  live.ask("watch", "print_jobs").catch(() => null);
}

function isOpenPaper(job) {
  return !["confirmed", "cancelled", "voided", "failed"].includes(job.state);
}
