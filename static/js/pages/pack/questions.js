/** The choices behind the keys of the pack station; the first of each is the one a confirm barcode takes. */
import { t } from "../../lib/words.js";
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

/** What else may be done now; what makes no sense is left out. `step`: of the order on the table; `mayType`: what cannot be scanned. */
export function moreChoices({ isOpen, step, mayType, can, papers, cartons }) {
  return [
    mayType && { value: "typed", label: "Cannot scan it", icon: "hand" },
    papers.length > 0 && can.reprint && { value: "reprint", label: "Print again", icon: "printer" },
    cartons.length > 0 && can.void && { value: "void", label: "Void a carton", icon: "void" },
    isOpen && can.lead && { value: "split", label: "Ship without the rest", icon: "split" },
    isOpen && step !== "label" && { value: "box", label: "Choose the box", icon: "pack" },
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
