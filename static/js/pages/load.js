/** The dock: scan cartons onto the carrier's pallet or trailer, see what is missing, let the carrier leave. */
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import { openDevice } from "../device.js";
import { bare } from "../lib/barcodes.js";
import { t } from "../lib/words.js";
import { settleAside } from "../ui/aside.js";
import { settleWith } from "../ui/chips.js";
import { askChoice, askCode, askYes, lendReader, offerRead } from "../ui/dialog.js";
import { Feedback, bandView } from "../ui/feedback.js";
import { firstState, mount } from "../ui/page.js";
import { startReader } from "../ui/reader.js";
import { stayAwake } from "../ui/staying.js";
import { Loader } from "./load/loader.js";
import { aboutList, listsView, loadingView } from "./load/screens.js";
import { barView, screenView } from "./pick/frame.js";
import { sideAction } from "./side/screens.js";

const EVERY = 5000;
const { person, time_zone: timeZone } = firstState();
const home = document.getElementById("home");
const feedback = new Feedback();
const signedOut = signal(false);
let loader = null;

const device = await openDevice({
  onResult: (record, result) => loader?.asking.heard(record, result),
  onConnect: () => void look(),
  onSignedOut: () => (signedOut.value = true),
});
loader = new Loader({ device, feedback, person: person.id });
const reader = startReader({ host: home, onRead, offer: offerRead, onDouble: () => feedback.hint("double"), keyboard: device.keyboard });
lendReader(reader, home);
const settle = () => settleAside({ device, feedback, timeZone });
settleWith(settle);
setInterval(() => document.visibilityState === "visible" && !signedOut.value && void look(), EVERY);
await loader.look();
mount(view);
document.body.dataset.ready = "";
stayAwake();

function look() {
  return loader?.list.value ? loader.refresh() : loader?.look();
}

/** A scan without a list in hand begins with the only one there is. */
async function onRead({ code, via }) {
  if (signedOut.value) return undefined;
  if (bare(code).toUpperCase() === "C:HELP" && device.scans.value.stuck) return settle();
  const open = loader.open.value ?? [];
  if (!loader.list.value && open.length === 1) await loader.take(open[0].id);
  if (!loader.list.value) return feedback.give("policy", { text: t("Choose the carrier first.") });
  return loader.act({ code, via });
}

function view() {
  const list = loader.list.value;
  const bar = barView({ title: t("Load"), detail: list ? aboutList(list, timeZone) : "", link: device.link.value, scans: device.scans.value });
  const shown = { open: loader.open.value, waiting: loader.waiting.value, more: loader.more.value, said: loader.said.value, timeZone };
  if (signedOut.value) return screenView(bar, listsView({ ...shown, open: [], waiting: [], more: false, said: t("You are signed out.") }), null, sideAction("Sign in", "person", () => location.assign("/"), { kind: "btn-primary" }));
  const run = { take: (key) => loader.take(key), next: (carrier) => loader.next(carrier) };
  if (!list) return screenView(bar, listsView(shown, run), null, sideAction("Home", "home", () => location.assign("/")));
  const band = bandView(feedback.band.value, () => feedback.clear(t("Scan a carton.")));
  return screenView(bar, loadingView(list), band, actions(list));
}

function actions(list) {
  const isAnyLoaded = list.entries.some((it) => it.state === "loaded");
  return [
    sideAction("Carrier leaves", "truck", () => loader.act({ kind: "confirm" }), { kind: isAnyLoaded ? "btn-primary" : "", disabled: !isAnyLoaded }),
    sideAction("Lists", "previous", () => loader.leave()),
    sideAction("More", "more", more),
  ];
}

async function more() {
  const choices = [
    { value: "typed", label: "Cannot scan it", icon: "hand" },
    { value: "off", label: "Take one off", icon: "out" },
    { value: "missed", label: "Carrier did not come", icon: "alert", status: "caution" },
  ];
  const choice = await askChoice({ title: t("What is it?"), choices });
  return choice && MORE[choice]();
}

const MORE = {
  typed: async () => {
    const code = await askCode({ title: t("Number"), text: t("Tap the number under the barcode."), limit: 40 });
    return code && loader.act({ code, via: "hand" });
  },
  off: async () => {
    const choices = loader.list.value.entries.filter((it) => it.state === "loaded").map((it) => ({ value: it.sscc, label: `${it.order}/${it.number}` }));
    if (!choices.length) return feedback.give("policy", { text: t("Nothing is loaded yet.") });
    const sscc = await askChoice({ title: t("Which carton comes off?"), choices });
    return sscc && loader.unload(sscc);
  },
  missed: async () => {
    const text = t("All cartons go onto its next list and are loaded anew.");
    const isSure = await askYes({ title: t("The carrier did not come?"), text, yes: "It did not come", no: "Back", status: "caution" });
    return isSure && loader.missed("The carrier did not come");
  },
};
