/** The handheld's put-back and count screens: what is open, and the task in hand. */
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import { openDevice } from "../device.js";
import { bare } from "../lib/barcodes.js";
import { t } from "../lib/words.js";
import { settleAside } from "../ui/aside.js";
import { settleWith } from "../ui/chips.js";
import { askChoice, askCode, askNumber, askYes, lendReader, offerRead } from "../ui/dialog.js";
import { Feedback, bandView } from "../ui/feedback.js";
import { firstState, mount } from "../ui/page.js";
import { startReader } from "../ui/reader.js";
import { keepPage, stayAwake } from "../ui/staying.js";
import { DAMAGE } from "./pack/questions.js";
import { barView, screenView } from "./pick/frame.js";
import { countView, listView, putBackView, sideAction, told } from "./side/screens.js";
import { Tasker } from "./side/tasker.js";

const EVERY = 10_000;
const { person, can, kind, time_zone: timeZone } = firstState();
const isCount = kind === "count";
const home = document.getElementById("home");
const feedback = new Feedback();
const signedOut = signal(false);
let tasker = null;

const device = await openDevice({
  onResult: (record, result) => tasker?.asking.heard(record, result),
  onConnect: () => void (tasker?.task.value || tasker?.list()),
  onSignedOut: () => (signedOut.value = true),
});
tasker = new Tasker({ device, feedback, person: person.id, kind, askHere });
const reader = startReader({ host: home, onRead, offer: offerRead, onDouble: () => feedback.hint("double"), keyboard: device.keyboard });
lendReader(reader, home);
const settle = () => settleAside({ device, feedback, timeZone });
settleWith(settle);
setInterval(() => tasker.task.value || document.visibilityState !== "visible" || signedOut.value || void tasker.list(), EVERY);
await tasker.list();
mount(view);
document.body.dataset.ready = "";
stayAwake();
void keepPage();

function onRead({ code, via }) {
  if (signedOut.value) return undefined;
  const command = bare(code).toUpperCase();
  if (command === "C:HELP" && device.scans.value.stuck) return settle();
  if (tasker.task.value) return command === "C:SHORT" ? short() : tasker.act({ code, via });
  const [first] = tasker.open.value ?? [];
  return command === "C:CONFIRM" && first ? tasker.take(first) : feedback.hint("policy");
}

function view() {
  const task = tasker.task.value;
  const bar = barView({ title: isCount ? t("Count||button") : t("Put back"), link: device.link.value, scans: device.scans.value });
  if (signedOut.value) return screenView(bar, listView({ open: [], said: t("You are signed out."), isCount }), null, sideAction("Sign in", "person", () => location.assign("/"), { kind: "btn-primary" }));
  if (!task) return screenView(bar, listView({ open: tasker.open.value, said: tasker.said.value, isCount }, (it) => tasker.take(it)), null, leave());
  const band = bandView(feedback.band.value, () => feedback.clear(told(task)));
  return screenView(bar, isCount ? countView(task) : putBackView(task), band, isCount ? countActions(task) : putBackActions());
}

/** One's own task is in hand at another device: whether to go on with it here. */
function askHere() {
  const text = "You have it in hand on another handheld. What waits there unsent will not count.";
  return askYes({ title: "Take it over here?", text, yes: "Take over", no: "Not now", status: "caution" });
}

function leave() {
  return can.pick ? sideAction("Back to picking", "previous", () => location.assign("/pick")) : sideAction("Home", "home", () => location.assign("/"));
}

function putBackActions() {
  return [sideAction("Not there", "short", short), sideAction("Undo", "undo", () => tasker.act({ kind: "undo" })), sideAction("More", "more", more)];
}

function countActions(task) {
  const isThere = task.position?.step === "item";
  return [
    sideAction("Done", "check", () => tasker.act({ kind: "confirm" }), { kind: isThere ? "btn-primary" : "", disabled: !isThere }),
    sideAction("Undo", "undo", () => tasker.act({ kind: "undo" }), { disabled: !isThere }),
    sideAction("More", "more", more),
  ];
}

async function short() {
  if (isCount) return feedback.hint("policy");
  const left = tasker.task.value.left;
  const quantity = await askNumber({ title: "How many are there?", text: t("Asked: {left}", { left }), most: left - 1, start: 0 });
  return quantity === null ? undefined : tasker.act({ kind: "short", quantity, reason: "not_found" });
}

async function more() {
  const several = { value: "several", label: "Enter quantity", icon: "plus" };
  const damaged = { value: "damaged", label: "Damaged", icon: "damaged" };
  const choices = [isCount ? several : damaged, { value: "typed", label: "Cannot scan it", icon: "hand" }, { value: "back", label: "Give it back", icon: "out" }];
  const choice = await askChoice({ title: "What is it?", choices });
  return choice && MORE[choice]();
}

const MORE = {
  several: async () => {
    const code = tasker.lastItem ?? (await askCode({ title: "Item code", text: "Tap the code on the item.", limit: 40 }));
    const quantity = code && (await askNumber({ title: "How many more?", text: tasker.lastItem ? "Of the one you scanned last." : "", least: 1 }));
    return quantity && tasker.act({ kind: "quantity", quantity, code, via: "hand" });
  },
  damaged: async () => {
    const reason = await askChoice({ title: "What is wrong with it?", choices: DAMAGE });
    return reason && tasker.act({ kind: "damaged", quantity: 1, reason });
  },
  typed: async () => {
    const code = await askCode({ title: "Code", text: "Tap the code on the label.", limit: 40 });
    return code && tasker.act({ code, via: "hand" });
  },
  back: () => tasker.giveBack(),
};
