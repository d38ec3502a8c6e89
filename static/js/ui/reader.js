/** Listens to the scanner on a page where nothing is typed: one hidden field, every key, one read after the other. */
import { inOrder } from "../lib/order.js";
import { Wedge } from "../lib/wedge.js";
import { t } from "../lib/words.js";

const LATE = 50;
const DOUBLE = 200;

/**
 * Starts to read into `host`. `onRead(read)` is awaited before the next one, unless `offer(read)` takes it: an open question is
 * answered at once, for what asked it is still being awaited; `onDouble(read)` hears the second of two reads of one trigger pull.
 * `keyboard(read)` turns back what a scanner types on another keyboard than the device's (see `lib/keyboard.js`).
 * Returns `{field, moveTo(host), tune({doubles}), waiting(), finish(), stop()}`; a dialog that is open takes the field to itself with
 * `moveTo`, and with `finish` what is being typed and was not delivered yet.
 */
export function startReader({ host, onRead, offer = () => false, onDouble = () => {}, onError = console.error, doubleMs = DOUBLE, keyboard = ({ code }) => code }) {
  const wedge = new Wedge({ doubleMs });
  const field = hiddenField();
  const handle = inOrder(onRead, onError);
  const listening = new AbortController();
  const take = (read) => {
    document.body.dataset.scanner = ""; // from now on choices show the number that a scan may name
    return offer(read) || handle(read);
  };
  const deliver = (reads) => reads.forEach((read) => (read.double ? onDouble(read) : take({ ...read, code: keyboard(read) })));
  const timer = idleTimer(wedge, (reads) => {
    field.value = "";
    deliver(reads);
  });
  const listen = (target, name, run) => target.addEventListener(name, run, { capture: true, signal: listening.signal });
  listen(window, "keydown", (event) => {
    if (isTyping(event.target, field) || isPerson(event, wedge)) return;
    const { taken, reads } = wedge.key(event, event.timeStamp);
    if (taken) event.preventDefault();
    if ((taken || reads.length) && field.value) field.value = ""; // writing at all would ask for a frame, and the store's word would wait for that frame
    deliver(reads);
    timer.set();
  });
  listen(field, "input", (event) => {
    const { inputType, data, isComposing } = event;
    const { field: kept, reads } = wedge.text({ value: field.value, inputType, data, isComposing }, event.timeStamp);
    if (field.value !== kept) field.value = kept;
    deliver(reads);
    timer.set();
  });
  const focus = () => isTyping(document.activeElement, field) || onButton() || field.focus({ preventScroll: true });
  for (const name of ["focusout", "pointerup", "visibilitychange"]) listen(window, name, () => setTimeout(focus));
  const moveTo = (place) => {
    place.append(field);
    field.focus({ preventScroll: true });
  };
  moveTo(host);
  const tune = ({ doubles }) => (wedge.doubleMs = doubles ? doubleMs : 0);
  const finish = () => {
    field.value = "";
    return wedge.idle(Infinity).map((read) => ({ ...read, code: keyboard(read) }));
  };
  return { field, moveTo, tune, finish, waiting: () => wedge.wait(performance.now()), stop: () => (listening.abort(), timer.clear(), field.remove()) };
}

function hiddenField() {
  const field = document.createElement("textarea");
  field.className = "scan-field";
  field.rows = 1;
  field.inputMode = "none";
  field.autocomplete = "off";
  field.autocapitalize = "off";
  field.spellcheck = false;
  field.setAttribute("aria-label", t("Scanner"));
  return field;
}

function isTyping(element, field) {
  return element !== field && Boolean(element?.matches?.("input, select, textarea, [contenteditable]"));
}

/** A button or link reached with the keyboard; one that was tapped gives the focus back. */
function onButton() {
  return Boolean(document.activeElement?.matches?.(":is(button, a, summary):focus-visible"));
}

/** Tab, Enter and Space belong to who works without a mouse, but only while no scan is near: a scanner's own Enter never presses a button. */
function isPerson(event, wedge) {
  if (!wedge.quiet(event.timeStamp)) return false;
  return event.key === "Tab" || ((event.key === "Enter" || event.key === " ") && onButton());
}

/** Ends reads without an end mark. A late timer means a busy page with keys still to come, so it looks again after them. */
function idleTimer(wedge, onReads) {
  let timer = null;
  const clear = () => clearTimeout(timer);
  const set = () => {
    clear();
    const wait = wedge.wait(performance.now());
    if (wait !== null) timer = setTimeout(look, wait, performance.now() + wait);
  };
  const look = (due) => {
    const now = performance.now();
    if (now - due > LATE) timer = setTimeout(look, LATE, now + LATE);
    else finish(now);
  };
  const finish = (now) => {
    const reads = wedge.idle(now);
    if (reads.length) onReads(reads);
    set();
  };
  return { set, clear };
}
