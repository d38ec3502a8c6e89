/**
 * What each outcome looks, sounds and feels like. Data only, one line each; a test holds it to the outcomes the server knows.
 * `status` picks the colour of the band, `icon` its sign, `word` what it says in big letters, `sentence` what to do with the hands
 * when the server's or the judge's own text is not at hand. `tone`: notes of [hertz, milliseconds, wave]; 0 Hz is a pause. `buzz`: vibration in ms.
 * Every tone begins with the sound of its family, so that a person hears the kind before the case.
 */
export const OUTCOMES = {
  accepted: { status: "ok", icon: "check", word: "OK", sentence: "Right. Go on.", tone: [[1760, 80, "sine"]], buzz: [40] },
  unknown_barcode: { status: "wrong", icon: "unknown", word: "Not known", sentence: "Not in the system. Scan another label of it.", tone: [[220, 400, "square"]], buzz: [300] },
  ambiguous: { status: "caution", icon: "split", word: "Which one?", sentence: "This can mean two things. Scan the more precise label.", tone: [[440, 120, "triangle"], [0, 40, "sine"], [660, 120, "triangle"]], buzz: [120, 60, 120] },
  wrong_bin: { status: "wrong", icon: "pin", word: "Wrong bin", sentence: "You are at another bin. Go to the one shown.", tone: [[220, 400, "square"], [0, 50, "sine"], [165, 150, "square"]], buzz: [300, 80, 120] },
  not_on_batch: { status: "wrong", icon: "cross", word: "Not on this list", sentence: "Not on this list. Put it back.", tone: [[220, 400, "square"], [0, 50, "sine"], [220, 150, "square"]], buzz: [300, 80, 300] },
  other_task: { status: "caution", icon: "later", word: "Comes later", sentence: "Right item, wrong moment. Put it back and take the one shown.", tone: [[440, 120, "triangle"], [0, 40, "sine"], [392, 160, "triangle"]], buzz: [120, 60, 60] },
  wrong_lot: { status: "wrong", icon: "lot", word: "Wrong lot", sentence: "Another lot is asked for. Put it back.", tone: [[220, 400, "square"], [0, 50, "sine"], [262, 150, "square"]], buzz: [300, 80, 60] },
  expired: { status: "wrong", icon: "calendar", word: "Expired", sentence: "Past its date. Do not ship it.", tone: [[220, 400, "square"], [0, 50, "sine"], [196, 100, "square"], [175, 100, "square"]], buzz: [300, 60, 60, 60, 60] },
  wrong_unit: { status: "caution", icon: "box", word: "Wrong unit", sentence: "A whole pack is too many here. Scan single pieces.", tone: [[440, 120, "triangle"], [0, 40, "sine"], [330, 120, "triangle"], [330, 120, "triangle"]], buzz: [120, 60, 120, 60, 60] },
  over_quantity: { status: "caution", icon: "plus", word: "Too many", sentence: "More than asked. Put it back.", tone: [[440, 120, "triangle"], [0, 40, "sine"], [440, 120, "triangle"], [0, 40, "sine"], [440, 120, "triangle"]], buzz: [120, 60, 120, 60, 120] },
  wrong_tote: { status: "wrong", icon: "tote", word: "Wrong tote", sentence: "This tote belongs to another order. Use the one shown.", tone: [[220, 400, "square"], [0, 50, "sine"], [330, 150, "square"]], buzz: [300, 80, 120, 80, 120] },
  already_done: { status: "caution", icon: "done", word: "Already complete", sentence: "This is complete. Put it back.", tone: [[440, 120, "triangle"], [0, 40, "sine"], [523, 160, "triangle"]], buzz: [120, 60, 200] },
  order_changed: { status: "stop", icon: "changed", word: "Order changed", sentence: "The order was changed. Leave it in its tote and go on.", tone: [[587, 150, "sawtooth"], [392, 250, "sawtooth"]], buzz: [200, 100, 200] },
  not_owner: { status: "stop", icon: "person", word: "Taken over", sentence: "Somebody else has this now. Stop and ask.", tone: [[587, 150, "sawtooth"], [294, 350, "sawtooth"]], buzz: [200, 100, 400] },
  stale: { status: "stop", icon: "refresh", word: "List changed", sentence: "The list changed. Look at the new one.", tone: [[587, 150, "sawtooth"], [494, 150, "sawtooth"]], buzz: [200, 100, 60] },
  policy: { status: "stop", icon: "lock", word: "Not allowed", sentence: "A rule forbids this here. Do what the text says, or call the lead.", tone: [[587, 150, "sawtooth"], [0, 50, "sine"], [587, 150, "sawtooth"]], buzz: [200, 60, 200] },
  wrong_label: { status: "wrong", icon: "label", word: "Wrong label", sentence: "This label belongs to another carton. Take it off.", tone: [[220, 400, "square"], [0, 50, "sine"], [294, 100, "square"], [220, 100, "square"]], buzz: [300, 80, 200, 80, 60] },
  void_label: { status: "wrong", icon: "void", word: "Dead label", sentence: "This label is void. Tear it off and print a new one.", tone: [[220, 400, "square"], [0, 50, "sine"], [147, 250, "square"]], buzz: [300, 80, 400] },
};

/** Moments that are not outcomes of a scan. */
export const SIGNALS = {
  complete: { status: "ok", icon: "done", word: "Complete", sentence: "Go on to the next.", tone: [[1319, 90, "sine"], [1760, 140, "sine"]], buzz: [40, 40, 80] },
  finished: { status: "ok", icon: "done", word: "All picked", sentence: "Nothing is left on this list.", tone: [[1047, 100, "sine"], [1319, 100, "sine"], [1568, 100, "sine"], [2093, 200, "sine"]], buzz: [40, 40, 40, 40, 160] },
  working: { status: "idle", icon: "clock", word: "Checking", sentence: "Asking the server.", tone: [], buzz: [] },
  ready: { status: "idle", icon: "scan", word: "Scan", sentence: "Scan what is shown.", tone: [], buzz: [] },
  double: { status: "idle", icon: "scan", word: "Read once", sentence: "The scanner read the same code twice. It counts once.", tone: [[2637, 20, "sine"]], buzz: [] },
  armed: { status: "info", icon: "plus", word: "Next scan counts more", sentence: "The quantity holds for the next scan only.", tone: [[1319, 60, "sine"], [1319, 60, "sine"]], buzz: [30, 30, 30] },
  offline: { status: "caution", icon: "offline", word: "No network", sentence: "Go on scanning. All is kept and sent later.", tone: [[523, 120, "sine"], [349, 200, "sine"]], buzz: [80, 80, 80] },
  online: { status: "ok", icon: "online", word: "Network is back", sentence: "Waiting scans are being sent.", tone: [[349, 100, "sine"], [523, 140, "sine"]], buzz: [60] },
  changed: { status: "info", icon: "refresh", word: "New list", sentence: "The list was changed. Do what is shown now.", tone: [[1319, 60, "sine"], [1047, 120, "sine"]], buzz: [60, 60, 60] },
  offer: { status: "info", icon: "alert", word: "Urgent order", sentence: "It lies on your way. More, then Take an order along.", tone: [[1319, 60, "sine"], [1760, 60, "sine"], [1319, 60, "sine"]], buzz: [60, 60, 60, 60, 60] },
  problem: { status: "stop", icon: "alert", word: "Call the lead", sentence: "This device could not keep the scan. Do not go on.", tone: [[294, 200, "sawtooth"], [0, 60, "sine"], [294, 200, "sawtooth"], [0, 60, "sine"], [294, 400, "sawtooth"]], buzz: [400, 100, 400, 100, 400] },
};

/** The entry of an outcome or signal; an outcome this page does not know yet is treated as a stop. */
export function lookOf(name) {
  if (Object.hasOwn(OUTCOMES, name)) return OUTCOMES[name];
  return Object.hasOwn(SIGNALS, name) ? SIGNALS[name] : SIGNALS.problem;
}
