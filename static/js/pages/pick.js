/**
 * The handheld's pick screen: the device, the scanner and the first screen. What a trip needs comes behind it, or at once when
 * a trip is in hand; a tap or a scan that is quicker waits for it.
 */
import { computed, signal } from "../../vendor/signals-core/signals-core.module.js";
import { openDevice } from "../device.js";
import { t } from "../lib/words.js";
import { settleWith } from "../ui/chips.js";
import { Feedback } from "../ui/feedback.js";
import { layOut, readLikes } from "../ui/likes.js";
import { firstState, mount } from "../ui/page.js";
import { startReader } from "../ui/reader.js";
import { keepPage, plainHttpNotice, stayAwake } from "../ui/staying.js";
import { action, barView, outView, screenView, startView } from "./pick/frame.js";

const JUST_LOADED = 3000;

const { person, time_zone: timeZone, can } = firstState();
const home = document.getElementById("home");
const feedback = new Feedback();
const signedOut = signal(false);
const floor = signal(null);
const unheard = [];
let coming = null;

const device = await openDevice({
  onResult: (record, result) => (floor.value ? floor.value.heard(record, result) : unheard.push([record, result])),
  onConnect: () => floor.value?.catchUp(),
  onSignedOut: () => (signedOut.value = true),
});
const reader = startReader({
  host: home,
  offer: (read) => floor.value?.offer(read) ?? false,
  onRead: (read) => (signedOut.value ? undefined : withFloor((desk) => desk.read(read))),
  onDouble: () => feedback.hint("double"),
  keyboard: device.keyboard,
});
const prefer = (likes) => {
  feedback.likes = likes;
  reader.tune(likes);
  layOut(likes);
};
prefer(await readLikes(device.store, person.id));
settleWith(() => withFloor((desk) => desk.settleAside()));

/** The desk as it is until the real one is there. */
const early = {
  busy: signal(false),
  message: signal(t("Tap Start, or scan the confirm barcode.")),
  start: () => withFloor((desk) => desk.start()),
  settings: () => withFloor((desk) => desk.settings()),
  signOut: () => withFloor((desk) => desk.signOut()),
};
const inHand = await device.store.read("trip");
if (inHand?.trip) await withFloor(() => {});
mount(view, { first: feedback.band, calm: computed(() => device.scans.value.pending === 0) });
document.body.dataset.ready = "";
stayAwake();
void keepPage();
void enter().catch(() => null);

/** Loads the floor once; one that could not be loaded is asked for anew by the next who needs it. */
function enter() {
  coming ??= import("./pick/floor.js")
    .then(({ openFloor }) => openFloor({ device, feedback, person, timeZone, prefer, home, reader }))
    .then(letHear)
    .catch((error) => {
      coming = null;
      throw error;
    });
  return coming;
}

/** What the server said of waiting scans before the floor was there may be about what the hands have to do now. */
function letHear(opened) {
  floor.value = opened;
  for (const [record, result] of unheard.splice(0)) opened.heard(record, result);
  return opened;
}

async function withFloor(run) {
  early.busy.value = true;
  const opened = await enter().catch(() => null);
  early.busy.value = false;
  if (opened) return run(opened.desk);
  early.message.value = t("No answer from the server. Try again in the network.");
  const isOld = performance.now() > JUST_LOADED; // a server of another version has other files; what has just come would come again
  return fetch("/healthz").then(({ ok }) => ok && isOld && location.reload(), () => null);
}

function view() {
  const link = device.link.value;
  const scans = device.scans.value;
  if (signedOut.value) return screenView(barView({ title: t("Pick"), link, scans }), outView(scans), null, []);
  return floor.value?.view(link, scans) ?? homeView(link, scans);
}

function homeView(link, scans) {
  const desk = floor.value?.desk ?? early;
  const state = { name: person.name, message: desk.message.value, busy: desk.busy.value, can, notice: plainHttpNotice() };
  const actions = [action("This device", "settings", () => desk.settings()), action("Sign out", "out", () => desk.signOut())];
  return screenView(barView({ title: t("Pick"), link, scans }), startView(state, desk), null, [...actions, []]);
}
