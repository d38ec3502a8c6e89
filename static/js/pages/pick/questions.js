/** The questions behind the buttons of a trip. Each resolves to an act for the picker, or null when the person gave up. */
import { t } from "../../lib/words.js";
import { stopFacts } from "../../lib/stop.js";
import { unsentOf } from "../../lib/aside.js";
import { askChoice, askCode, askNumber, askYes } from "../../ui/dialog.js";

const SHORT = [
  { value: "bin_empty", label: "Bin is empty", icon: "box" },
  { value: "not_found", label: "Not found here", icon: "search" },
  { value: "unreadable", label: "Label unreadable", icon: "label" },
  { value: "other", label: "Something else", icon: "more" },
];
const DAMAGE = [
  { value: "broken", label: "Broken", icon: "damaged" },
  { value: "wet", label: "Wet or dirty", icon: "damaged" },
  { value: "expired", label: "Past its date", icon: "calendar" },
  { value: "other", label: "Something else", icon: "more" },
];

/** One's own list is in hand at another device: whether to go on with it here. */
export function askHere(text) {
  return askYes({ title: "Take the list over here?", text, yes: "Take over", no: "Leave it there", status: "caution" });
}

/** Whether to sign out although scans wait on this device. */
export async function maySignOut(scans) {
  const number = unsentOf(scans);
  const text = t("{number} scans are not sent yet. They wait on this device.", { number });
  return number === 0 || askYes({ title: "Sign out?", text, yes: "Sign out", no: "Stay" });
}

/** Less is there than asked: how many were found, and why. */
export async function askShort(trip) {
  const { task, asked } = stopFacts(trip);
  const { counted } = trip.position;
  const left = asked - task.picked;
  const quantity = await askNumber({ title: "How many did you find?", text: t("Asked: {left} of {name}", { left, name: task.name }), least: counted, most: left - 1, start: counted });
  if (quantity === null) return null;
  const reason = await askChoice({ title: "Why?", text: t("{number} missing in {bin}", { number: left - quantity, bin: task.bin }), choices: SHORT });
  return reason && { kind: "short", quantity, reason };
}

/** Damaged pieces are set aside: how many, and how. */
export async function askDamaged(trip) {
  const { task } = stopFacts(trip);
  const quantity = await askNumber({ title: "How many are damaged?", text: t("{name}. Set them aside.", { name: task.name }), least: 1, start: 1 });
  if (quantity === null) return null;
  const reason = await askChoice({ title: "What is wrong?", text: t("{number} of {name}", { number: quantity, name: task.name }), choices: DAMAGE });
  return reason && { kind: "damaged", quantity, reason };
}

/** Many pieces under one scan: the next scan counts so many times. */
export async function askSeveral(trip) {
  const { asked, done } = stopFacts(trip);
  const number = await askNumber({ title: "How many do you take?", text: "Then scan one of them.", least: 1, most: asked - done, start: asked - done });
  return number === null ? null : { code: `C:QTY-${number}` };
}

/** A label that cannot be read: what has to be typed depends on where the person stands. */
export async function askTyped(trip) {
  const code = await askCode(TYPED[trip.position.step] ?? TYPED.item);
  return code && { code, via: "hand" };
}

const TYPED = {
  cart: { title: "Which cart?", text: "Tap the code on the cart." },
  bind: { title: "Which tote?", text: "Tap the code on the tote." },
  bin: { title: "Which bin?", text: "Tap the code on the bin." },
  tote: { title: "Which tote?", text: "Tap the code on the tote." },
  item: { title: "Item code", text: "Look at the item, then tap the last four of its code.", limit: 20 },
  lot: { title: "Which lot?", text: "Tap the lot on the label." },
  serial: { title: "Which serial number?", text: "Tap the serial number on the label." },
};

/** How many are left in a bin that should be empty. */
export async function askLeft(trip) {
  const quantity = await askNumber({ title: "How many are left?", text: t("In {bin}", { bin: trip.position.at_bin }), least: 1 });
  return quantity === null ? null : { kind: "quantity", quantity };
}

/** An order that could come along, by its number. */
export function askOffer(offers) {
  const choices = offers.map(({ order, urgent, stops: number, extra_mm: mm }) => {
    const facts = { order, number, metres: Math.round(mm / 1000) };
    const label = urgent ? t("Urgent: {order}, {number} more stops, about {metres} m", facts) : t("{order}, {number} more stops, about {metres} m", facts);
    return { value: order, label, icon: urgent ? "alert" : "tote" };
  });
  return askChoice({ title: "Take which order along?", text: "You need one empty tote for it.", choices });
}

/** Everything else a picker may do, as `{value, label, icon}`; what makes no sense now is left out. */
export function moreChoices(acts) {
  return [
    acts.several && { value: "several", label: "Enter quantity", icon: "plus" },
    acts.confirm && { value: "confirm", label: "Take only these", icon: "check" },
    acts.damaged && { value: "damaged", label: "Damaged", icon: "damaged" },
    acts.wrongItem && { value: "wrongItem", label: "Wrong item in bin", icon: "cross" },
    acts.skip && { value: "skip", label: "Do it later", icon: "later" },
    acts.toteFull && { value: "toteFull", label: "Tote is full", icon: "tote" },
    acts.typed && { value: "typed", label: "Cannot scan it", icon: "hand" },
    acts.join && { value: "join", label: "Take an order along", icon: "plus" },
    { value: "help", label: "Call a lead", icon: "alert" },
    { value: "tell", label: "Tell us", icon: "speak" },
    { value: "settings", label: t("This device"), icon: "settings" },
    { value: "pause", label: t("Pause"), icon: "clock" },
    { value: "giveBack", label: "Give list back", icon: "out" },
  ].filter(Boolean);
}
