/** The choices behind the keys of the pack station; the first of each is the one a confirm barcode takes. */
import { t } from "../../lib/words.js";
import { askCode } from "../../ui/dialog.js";
import { hasSerial } from "../../ui/scale.js";

export const DAMAGE = [
  { value: "broken", label: "Broken", icon: "damaged" },
  { value: "wet", label: "Wet or dirty", icon: "damaged" },
  { value: "expired", label: "Past its date", icon: "calendar" },
  { value: "other", label: "Something else", icon: "more" },
];
export const REPRINT = reasons("Did not come out", "Cannot be read", "Torn or lost");
export const SPLIT = reasons("The rest is backordered", "The customer wants it now", "The carrier leaves now");
export const VOID = reasons("Wrong content", "Carton damaged", "Order changed");

const TYPED = {
  claim: { title: "Which tote?", text: "Tap the code on the tote." },
  totes: { title: "Which tote?", text: "Tap the code on the tote." },
  unit: { title: "Item code", text: "Look at the item, then tap its whole code.", limit: 40 },
  recount: { title: "Item code", text: "Look at the item, then tap its whole code.", limit: 40 },
  lot: { title: "Which lot?", text: "Tap the lot on the label." },
  serial: { title: "Which serial number?", text: "Tap the serial number on the label." },
  shelf: { title: "Which one?", text: "Tap the code on the label." },
};

/** A label that cannot be read: what is typed or tapped instead is given to `onRead`. A carton's own label is printed again and scanned. */
export async function askTyped(step, onRead) {
  const code = await askCode({ ...TYPED[step], typed: true });
  return code && onRead({ code, via: "hand" });
}

/** What else may be done now; what makes no sense is left out. `step`: of the order on the table, "claim" without one. */
export function moreChoices({ isOpen, step, can, papers, cartons }) {
  return [
    step in TYPED && { value: "typed", label: "Cannot scan it", icon: "hand" },
    papers.length > 0 && can.reprint && { value: "reprint", label: "Print again", icon: "printer" },
    cartons.length > 0 && can.void && { value: "void", label: "Void a carton", icon: "void" },
    isOpen && can.lead && { value: "split", label: "Ship without the rest", icon: "split" },
    isOpen && { value: "box", label: "Choose the box", icon: "pack" },
    hasSerial() && { value: "connect", label: t("Connect the scale"), icon: "stock" },
    isOpen && { value: "help", label: "Call a lead", icon: "alert" },
    isOpen && { value: "giveBack", label: "Leave this order", icon: "out" },
    { value: "tell", label: "Tell us", icon: "speak" },
    { value: "settings", label: t("This device"), icon: "settings" },
    { value: "pause", label: t("Pause"), icon: "clock" },
    { value: "signOut", label: "Sign out", icon: "lock" },
  ].filter(Boolean);
}

/** The boxes of the catalogue as choices, the suggested one first. */
export function boxChoices(boxes, suggested) {
  const ordered = [...boxes].sort((one, other) => Number(other.code === suggested) - Number(one.code === suggested));
  return ordered.map((box) => ({ value: box.code, label: box.code === suggested ? t("{box} (suggested)", { box: box.name }) : box.name, icon: "box" }));
}

function reasons(...labels) {
  return labels.map((label) => ({ value: label, label, icon: "next" }));
}
