/** A label that cannot be read at pack: what is typed or tapped in its place. A carton's own label is printed again and scanned instead. */
import { typedNow } from "../../lib/parcel.js";
import { askCode } from "../../ui/dialog.js";

const TYPED = {
  claim: { title: "Which tote?", text: "Tap the code on the tote." },
  totes: { title: "Which tote?", text: "Tap the code on the tote." },
  unit: { title: "Item code", text: "Look at the item, then tap its whole code.", limit: 40 },
  recount: { title: "Item code", text: "Look at the item, then tap its whole code.", limit: 40 },
  lot: { title: "Which lot?", text: "Tap the lot on the label." },
  serial: { title: "Which serial number?", text: "Tap the serial number on the label." },
  shelf: { title: "Which one?", text: "Tap the code on the label." },
  number: { title: "Number", text: "Tap the number under the barcode.", limit: 40 },
};

/** What may be typed at this desk now. */
export function typedOf({ isOpen, packer, can }) {
  return typedNow({ isOpen, view: packer.view.value, can });
}

/** Asks for it and gives it to the desk as typed by hand, unless it answers a question that nobody asks any more. */
export async function typeIn(desk) {
  const asked = typedOf(desk);
  const order = desk.packer.view.value?.order;
  const code = asked && (await askCode({ ...TYPED[asked], typed: true }));
  if (!code) return null;
  const isStill = asked === typedOf(desk) && order === desk.packer.view.value?.order;
  return isStill ? desk.read({ code, via: "hand" }) : desk.feedback.give(desk.packer.taken.value ? "not_owner" : "stale");
}
