/** What a packer says of the papers of an order. `desk` is the one of this page. */
import { askedPaper, keysAt } from "../../lib/parcel.js";
import { askChoice } from "../../ui/dialog.js";
import { onJob } from "./calls.js";
import { REPRINT } from "./questions.js";

const [NOT_OUT] = REPRINT;

/** The paper that is asked about, while to confirm would mean nothing else; who says nothing just goes on, and it counts as printed. */
export function askedOf({ packer, isOpen, papers }) {
  const view = packer.view.value;
  return view && !(isOpen && keysAt(view).confirm) ? askedPaper(papers.value) : null;
}

/** Prints one paper again, with the reason that is marked on it. */
export async function reprint(desk, id) {
  if (!id) return desk.feedback.hint("policy");
  const reason = await askChoice({ title: "Print it again?", text: "The new one is marked as a copy.", choices: REPRINT });
  return reason && desk.beside(() => onJob(id, "reprint", { reason }), "It is printed again.");
}

/** Prints the paper that is asked about again; asked for twice before the answer has come, it comes out once. */
export function reprintAsked(desk, { id }) {
  return desk.beside(() => onJob(id, "reprint", { reason: NOT_OUT.value, key: id }), "It is printed again.");
}
