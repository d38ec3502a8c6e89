/** What one keyboard or input event stands for; plain objects in, so that it runs without a page. */
export const SEPARATORS = "\x04\x1c\x1d\x1e\x1f";

const END_KEYS = new Set(["Enter", "NumpadEnter", "Tab"]);
const CONTROL_KEYS = new Map([["]", "\x1d"], ["\x1d", "\x1d"], ["\\", "\x1c"], ["^", "\x1e"], ["_", "\x1f"], ["d", "\x04"]]);
const CONTROL_PLACES = new Map([
  ["BracketRight", "\x1d"], ["Backslash", "\x1c"], ["Shift+Digit6", "\x1e"], ["Shift+Minus", "\x1f"],
]);

const PLACES = new Map([
  ["Space", "  "], ["Minus", "-_"], ["Equal", "=+"], ["BracketLeft", "[{"], ["BracketRight", "]}"], ["Backslash", "\\|"],
  ["Semicolon", ";:"], ["Quote", "'\""], ["Backquote", "`~"], ["Comma", ",<"], ["Period", ".>"], ["Slash", "/?"],
]);

/** Whether an input method is at work: no usable key, the text comes as an input event. */
export function isComposed(event) {
  return event.isComposing || event.keyCode === 229 || event.key === "Unidentified";
}

/** Whether the key ends a code; some scanners send CR and LF as Ctrl+M and Ctrl+J. */
export function isEnd(event) {
  const control = event.ctrlKey && !event.altKey && !event.shiftKey;
  return END_KEYS.has(event.key) || (control && (["m", "j"].includes(event.key) || ["KeyM", "KeyJ"].includes(event.code)));
}

/** The character of a key, a control character sent as a Ctrl combination included, or null. AltGr counts as Ctrl+Alt on some systems. */
export function charOf(event) {
  if (event.metaKey) return null;
  if (event.ctrlKey && !event.altKey) return controlChar(event);
  return [...(event.key ?? "")].length === 1 ? event.key : null;
}

/** Whether it is the accent of a dead key, which arrives with the next sign, if at all. */
export function isDead(event) {
  return event.key === "Dead" && Boolean(event.code) && !event.ctrlKey && !event.altKey && !event.metaKey;
}

/** The sign that the same key gives on a US keyboard, Caps Lock aside, or null: by place, whatever keyboard the device believes in. */
export function placeOf(event) {
  const { code = "", shiftKey, key } = event;
  if (event.metaKey || event.altKey || event.getModifierState?.("AltGraph")) return null;
  if (event.ctrlKey) return controlChar(event);
  const [, letter, digit, pad] = /^(?:Key([A-Z])|Digit(\d)|(Numpad).*)$/.exec(code) ?? [];
  if (letter) return shiftKey ? letter : letter.toLowerCase();
  if (digit) return shiftKey ? ")!@#$%^&*("[digit] : digit;
  if (pad) return [...key].length === 1 ? key : null;
  return PLACES.get(code)?.[shiftKey ? 1 : 0] ?? null;
}

/** The digit of an Alt code (Alt+029 is GS); by place, because without NumLock the keys are called arrows. */
export function altDigit(event) {
  return (event.altKey && !event.ctrlKey && /^Numpad(\d)$/.exec(event.code ?? "")?.[1]) || null;
}

/** The character an Alt code stands for, or nothing. */
export function altChar(digits) {
  const number = Number(digits);
  const char = String.fromCharCode(number);
  return SEPARATORS.includes(char) || (number >= 32 && number <= 126) ? char : "";
}

/** Whether an input event carries the end mark that the field's value may have lost. */
export function endsText(event) {
  return event.inputType === "insertLineBreak" || event.inputType === "insertParagraph" || /[\r\n\t]$/.test(event.data ?? "");
}

/** Whether text came from the clipboard or the mouse, never from a scanner. */
export function isForeign(event) {
  return event.inputType === "insertFromPaste" || event.inputType === "insertFromDrop";
}

function controlChar(event) {
  const place = `${event.shiftKey ? "Shift+" : ""}${event.code}`;
  return CONTROL_KEYS.get(event.key) ?? CONTROL_PLACES.get(place) ?? null;
}
