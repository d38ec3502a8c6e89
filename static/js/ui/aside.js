/** The question about scans laid aside: which they are, what the server said, and whether to send them again or give them to the lead. */
import { Refusal, call } from "../api.js";
import { giveUp, saidOf, sendAgain } from "../lib/aside.js";
import { clock } from "../lib/format.js";
import { t } from "../lib/words.js";
import { askChoice } from "./dialog.js";

const SHOWN = 3;
const CHOICES = [
  { value: "again", label: "Send again", icon: "send", status: "ok" },
  { value: "lead", label: "Give them to the shift lead", icon: "person", command: "C:HELP" },
];

/** Asks, does it, and says through `feedback` what came of it; nothing happens where nothing is laid aside. */
export async function settleAside({ device, feedback, timeZone }) {
  const records = await device.store.stuck();
  if (!records.length) return;
  const title = t("{number} scans were not taken", { number: records.length });
  const text = t("The work they belong to cannot end before they are settled.");
  const choice = await askChoice({ title, text, list: linesOf(records, timeZone), choices: CHOICES });
  if (choice === "again") await sendAgain(device.outbox, feedback);
  if (choice === "lead") await giveToLead(device, feedback);
}

/** Whether everything has been sent; what is missing is said, what is laid aside is asked about. */
export async function allSent({ device, feedback, timeZone }) {
  await device.outbox.flush({ now: true });
  const { pending, stuck } = device.outbox.state;
  if (pending) feedback.give("offline", { text: t("{number} scans are still to be sent. Stay in the network.", { number: pending }) });
  else if (stuck) await settleAside({ device, feedback, timeZone });
  return pending + stuck === 0;
}

function linesOf(records, timeZone) {
  const line = (record) => t("{what} at {time}: {said}", { what: record.code ?? record.kind, time: clock(record.at, { timeZone }), said: saidOf(record) });
  const more = records.length - SHOWN;
  return [...records.slice(0, SHOWN).map(line), ...(more > 0 ? [t("And {number} more like these.", { number: more })] : [])];
}

async function giveToLead(device, feedback) {
  const token = await device.store.read("device_token");
  const headers = token ? { "X-Device-Token": token } : {};
  try {
    await giveUp(device.outbox, (scans) => call("POST", "/scans/give-up", { device: device.name, scans }, { headers }));
    feedback.give("accepted", { text: t("The shift lead has them now.") });
  } catch (error) {
    const isRefusal = error instanceof Refusal;
    feedback.give(isRefusal ? "policy" : "offline", { text: isRefusal ? error.message : t("No answer from the server. Try again.") });
  }
}
