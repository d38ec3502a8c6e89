/** What the pack station shows of an order: values for the screen, without a page. The count is blind until the server says more. */
import { bare } from "./barcodes.js";
import { sentence, t } from "./words.js";

/** A line as a tile: green once counted, and what is known of how many. */
export function tileOf(line) {
  const { packed, picked } = line;
  const isShown = picked !== null && picked !== undefined;
  if (!isShown) return { status: packed ? "ok" : "idle", count: String(packed), note: packed ? t("counted") : t("to count") };
  if (packed > picked) return { status: "wrong", count: `${packed}`, note: t("{number} too many", { number: packed - picked }) };
  if (picked === 0) return { status: "idle", count: "0", note: t("not in this parcel") };
  if (packed === picked) return { status: "ok", count: `${packed}`, note: t("all packed") };
  return { status: "caution", count: `${packed}`, note: t("of {picked}, {missing} missing", { picked, missing: picked - packed }) };
}

/** All lines as tiles, always in the same places; a cancelled order is only taken apart. */
export function tilesOf(view) {
  const isCancelled = view.state === "cancelled";
  return view.lines.map((line) => ({ ...line, ...tileOf(line), ...(isCancelled && { status: "idle", count: "", note: t("to take out") }) }));
}

/** Totes that are not at the station yet, each with where it is. */
export function missingTotes(view) {
  return view.totes.filter((tote) => !tote.scanned_in);
}

/** The cartons that count, the one on the table last; void ones are left out. */
export function liveCartons(view) {
  return view.cartons.filter((carton) => carton.state !== "void");
}

/** Those that are sealed, their label printed or not, and have not left: nothing goes into them any more. */
export function sealedCartons(view) {
  return view.cartons.filter(({ state }) => state === "closed" || state === "labelled");
}

/** Whether a code just used to take the order is one of its totes that still has to be scanned in. */
export function isToteToScan(view, code) {
  const name = bare(code).toUpperCase().replace(/^T:/, "");
  return missingTotes(view).some((tote) => tote.code.toUpperCase() === name);
}

/** Which keys make sense at this step. */
export function keysAt({ position }) {
  const isCounting = ["unit", "recount", "lot", "serial"].includes(position.step);
  return { units: isCounting, confirm: isCounting || ["instruct", "weight"].includes(position.step), undo: position.can_undo };
}

/** What may be typed now: of the order in hand, or "claim" for the next one's tote; null for nothing. */
export function typedNow({ isOpen, view, can }) {
  if (isOpen) return typedAt(view);
  return can.type ? "claim" : null;
}

/** What may be typed of an order where a label cannot be read: the step, "number" for that of a carrier's own label; null for nothing. */
export function typedAt({ position: { step }, policy, cartons }) {
  const isNumber = step === "label" && cartonToLabel({ cartons })?.label === "number";
  const isTyped = isNumber || ["totes", "unit", "recount", "lot", "serial", "shelf"].includes(step);
  return isTyped && policy.hand_entry ? (isNumber ? "number" : step) : null;
}

/** The carton a label is waited for. */
export function cartonToLabel(view) {
  return view.cartons.find((carton) => carton.state === "closed") ?? null;
}

/** Whether nothing more happens to this order here, so that the next tote may be scanned. */
export function isThrough(view) {
  return ["finished", "parked"].includes(view.position.step) || isWaiting(view);
}

/** Whether somebody else has to count this order again. */
export function isWaiting(view) {
  return Boolean(view.recount?.waits);
}

const JOBS = {
  queued: ["info", "clock", "Waiting to print"],
  claimed: ["info", "clock", "Waiting to print"],
  sending: ["info", "send", "Printing"],
  sent: ["ok", "printer", "Sent to the printer"],
  confirmed: ["ok", "check", "Printed"],
  waiting_printer: ["caution", "alert", "Printer is not ready"],
  in_doubt: ["caution", "unknown", "Did it come out?"],
  failed: ["wrong", "cross", "Not printed"],
  cancelled: ["idle", "cross", "Cancelled"],
  voided: ["idle", "void", "Void"],
};
const PAPERS = { shipping_label: "Label", carrier_label: "Label", packing_slip: "Packing slip", sscc_label: "Label", label: "Label", gift_note: "gift note", carton_contents: "carton contents", commercial_invoice: "commercial invoice", cn23: "cn23" };

/** Whether the label of a carton is among the papers that came out. */
export function isLabelOut(papers, { sscc }) {
  return papers.some((job) => job.sscc === sscc && PAPERS[job.kind] === "Label" && ["sent", "confirmed"].includes(job.state));
}

/**
 * The newest paper of which nobody knows whether it came out: a browser does not tell when its dialog was cancelled, and only a label
 * is scanned back. Those of earlier cartons count as printed: the packer has gone on.
 */
export function askedPaper(papers) {
  return papers.find((job) => job.sscc === papers[0].sscc && isAsked(job, papers)) ?? null;
}

function isAsked({ id, state, kind, by_page: byPage, reprint_of: first, reprint_no: copy }, papers) {
  const isReplaced = papers.some((it) => it.reprint_of === (first ?? id) && it.reprint_no > (copy ?? 0));
  return state === "sent" && Boolean(byPage) && PAPERS[kind] !== "Label" && !isReplaced;
}

/** A print job among all `papers` of its order in words: what it is, how it stands, what may be done about it. */
export function jobFacts(job, papers = []) {
  const state = isAsked(job, papers) ? "in_doubt" : job.state;
  const [status, sign, words] = JOBS[state] ?? ["stop", "alert", state];
  const again = { in_doubt: ["confirm", "reprint"], failed: ["retry"], waiting_printer: ["retry"] }[state] ?? [];
  const name = t(PAPERS[job.kind] ?? job.kind.replaceAll("_", " ")).replace(/^./u, (letter) => letter.toUpperCase());
  return { status, sign, words: job.attention && job.state !== "confirmed" ? `${t(words)}: ${sentence({ said: job.said, text: job.attention })}` : t(words), name, again };
}

/** What a plain number means where a weight is asked: grams; null for anything else. */
export function gramsOf(code, step) {
  return step === "weight" && /^\d{1,6}$/.test(code) ? Number(code) : null;
}
