/** Everything of a trip, from the first list on: puts desk, picker, camera and views together. */
import { nothing } from "../../../vendor/lit-html/lit-html.js";
import { computed, effect } from "../../../vendor/signals-core/signals-core.module.js";
import { t } from "../../lib/words.js";
import { hasCamera, readWithCamera } from "../../ui/camera.js";
import { settleAside } from "../../ui/aside.js";
import { lendReader, offerRead } from "../../ui/dialog.js";
import { bandPlace } from "../../ui/feedback.js";
import { askLikes } from "../../ui/liking.js";
import { fetchAhead } from "../../ui/picture.js";
import { Desk } from "./desk.js";
import { action, barView, screenView } from "./frame.js";
import { keepStop } from "./halted.js";
import { Picker } from "./picker.js";
import { stopMiddle, takenMiddle, workBar, workMiddle } from "./screens.js";

/** Opens it, with the trip in hand when there is one. */
export async function openFloor({ device, feedback, person, timeZone, prefer, home, reader }) {
  const picker = new Picker({ device, feedback, person: person.id, timeZone });
  const desk = new Desk({ device, picker, feedback, timeZone });
  desk.settings = () => askLikes({ store: device.store, person: person.id, likes: feedback.likes, onChange: prefer });
  desk.settleAside = () => settleAside({ device, feedback, timeZone });
  lendReader(reader, home);
  listen(device, picker, desk);
  const pictures = computed(() => picker.trip.value?.work.pictures);
  effect(() => void fetchAhead(pictures.value));
  await picker.resume();
  await keepStop(picker, device.store);
  if (device.live.connected) void picker.refresh(0);
  return {
    desk,
    offer: offerRead,
    heard: (record, result) => picker.heard(record, result),
    catchUp: () => void picker.refresh(0),
    view: viewOf({ picker, desk, feedback, timeZone, camera: hasCamera() ? () => look(desk, feedback) : null }),
  };
}

function listen({ live }, picker, desk) {
  live.on("batch_changed", (news) => {
    if (news.batch === picker.trip.value?.work.id && news.list_version > picker.trip.value.work.list_version) void picker.refresh();
  });
  live.on("offer", desk.offered);
  live.on("taken_over", (news) => picker.takenOver(news));
  live.on("resync", () => void picker.refresh(0));
}

function look(desk, feedback) {
  return readWithCamera().then((read) => read && desk.read(read), () => feedback.hint("policy"));
}

/** The view of the trip as it stands; null while nothing is in hand. */
function viewOf({ picker, desk, feedback, timeZone, camera }) {
  const clear = () => {
    desk.wrongStock.value = false;
    feedback.clear(picker.instruction);
  };
  const band = bandPlace(feedback, clear);
  const understood = (run, other = nothing) => [nothing, action("Understood", "check", run, { kind: "btn-primary" }), other];
  const lay = action("It lay here", "pin", desk.itLayHere, { kind: "btn-danger" });
  return (link, scans) => {
    const trip = picker.trip.value;
    const stop = picker.stop.value;
    const plainBar = () => barView({ title: t("Pick"), link, scans });
    if (stop) return screenView(trip ? workBar(trip, link, scans) : plainBar(), stopMiddle(stop), null, understood(() => picker.goOn(), stop.foreign && desk.acts.wrongItem ? lay : nothing));
    if (picker.taken.value) return screenView(plainBar(), takenMiddle(picker.taken.value, scans, timeZone), null, understood(() => picker.carry(null)));
    if (!trip) return null;
    return screenView(workBar(trip, link, scans, camera), workMiddle(trip), band, actionsOf(trip, desk, feedback, clear));
  };
}

function actionsOf(trip, desk, feedback, clear) {
  const { step } = trip.position;
  const { acts, wrongStock } = desk;
  const undo = action("Undo", "undo", desk.undo, { disabled: !acts.undo });
  const more = action("More", "more", desk.more);
  if (wrongStock.value) return [action("Not now", "cross", clear), undo, nothing];
  if (step === "finished") return [action("Close list", "done", desk.close, { kind: "btn-primary", disabled: desk.busy.value }), undo, more];
  if (step === "zero_check") return [action("Empty", "check", desk.confirm, { kind: "btn-primary" }), action("Some left", "stock", desk.left), undo];
  const isForeign = feedback.band.value.name === "not_on_batch" && acts.wrongItem;
  const last = isForeign ? action("It lay here", "pin", desk.itLayHere, { kind: "btn-danger" }) : more;
  return [action("Short", "short", desk.short, { disabled: !acts.short }), undo, last];
}
