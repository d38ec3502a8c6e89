/**
 * Turns what a scanner types into codes. It knows nothing of the page: events and their times come in, reads come out.
 * A scanner sends key events, or commits text through an input method, at any speed, with any end mark or none.
 *
 * A read is `{code, via: "key" | "text", began, ended, double}`; times are those of the events, in milliseconds.
 */
const FRESH_AFTER = 1200;
const KEY_IDLE = 400;
const TEXT_IDLE = 150;
const END_KEYS = new Set(["Enter", "NumpadEnter", "Tab"]);
const CONTROL_KEYS = { "]": "\x1d", "\\": "\x1c", "^": "\x1e", "_": "\x1f", d: "\x04" };
const CONTROL_PLACES = { BracketRight: "\x1d", Backslash: "\x1c", "Shift+Digit6": "\x1e", "Shift+Minus": "\x1f" };
const SEPARATORS = "\x04\x1c\x1d\x1e\x1f";

export class Wedge {
  #pending = null;
  #altDigits = "";
  #last = null;

  /** `doubleMs`: the same code again within this time is one trigger pull (0: never); `standIn`: what the scanner sends for GS. */
  constructor({ doubleMs = 200, standIn = "" } = {}) {
    this.doubleMs = doubleMs;
    this.standIn = standIn;
  }

  /** One keydown: `taken` asks the page to prevent its default. */
  key(event, t) {
    const reads = this.idle(t);
    if (event.isComposing || event.keyCode === 229 || event.key === "Unidentified") return { taken: false, reads };
    if (this.#altDigit(event, t)) return { taken: true, reads };
    if (END_KEYS.has(event.key) || isControlEnd(event)) return { taken: true, reads: [...reads, ...this.#end(t)] };
    const char = charOf(event);
    if (char === null) return { taken: false, reads };
    this.#grow(char, t);
    return { taken: true, reads };
  }

  /** One input event: `value` is the whole field, because the data of a composition is cumulative; `clear` asks to empty it. */
  text(event, t) {
    const reads = this.idle(t);
    if (event.inputType === "insertFromPaste" || event.inputType === "insertFromDrop") return { clear: true, reads };
    const lines = (event.value ?? "").split(/[\r\n\t]+/);
    const rest = endsHere(event) && lines.length === 1 ? "" : lines.pop();
    for (const line of lines) reads.push(...this.#line(line, t));
    if (endsHere(event)) reads.push(...this.#end(t));
    if (rest) this.#commit(rest, t);
    return { clear: !rest, reads };
  }

  /** Ends a read whose end mark never came; call it when `wait` is over. */
  idle(t) {
    const pause = this.#pending && t - this.#pending.at;
    return this.#pending && pause >= this.#idleAfter() ? this.#end(this.#pending.at) : [];
  }

  /** Milliseconds until `idle` has something to do, or null. */
  wait(t) {
    return this.#pending && Math.max(0, this.#pending.at + this.#idleAfter() - t);
  }

  #idleAfter() {
    const { whole, gap } = this.#pending;
    return whole ? TEXT_IDLE : Math.min(FRESH_AFTER, Math.max(KEY_IDLE, 3 * gap));
  }

  #open(via, t) {
    const pending = (this.#pending ??= { keys: "", text: "", via, began: t, at: t, gap: 0, whole: false });
    pending.gap = Math.max(pending.gap, t - pending.at);
    pending.at = t;
    return pending;
  }

  #grow(char, t) {
    const pending = this.#open("key", t);
    pending.keys += char;
    pending.whole = false;
  }

  #commit(value, t) {
    const first = !this.#pending;
    const pending = this.#open("text", t);
    pending.text = value;
    pending.whole = first && value.length > 2;
  }

  #line(line, t) {
    if (line) this.#commit(line, t);
    return this.#end(t);
  }

  #altDigit(event, t) {
    const digit = event.altKey && !event.ctrlKey && /^(?:Numpad|Digit)(\d)$/.exec(event.code ?? "")?.[1];
    if (digit) {
      this.#altDigits += digit;
      this.#open("key", t);
      return true;
    }
    this.#endAlt();
    return false;
  }

  #endAlt() {
    const number = Number(this.#altDigits);
    this.#altDigits = "";
    const char = String.fromCharCode(number);
    if (this.#pending && (SEPARATORS.includes(char) || (number >= 32 && number <= 126))) this.#pending.keys += char;
  }

  #end(t) {
    this.#endAlt();
    const pending = this.#pending;
    this.#pending = null;
    const code = pending ? this.#clean(pending.text + pending.keys) : "";
    if (!code) return [];
    const double = this.#last?.code === code && pending.began - this.#last.ended < this.doubleMs;
    this.#last = { code, ended: t };
    return [{ code, via: pending.via, began: pending.began, ended: t, double }];
  }

  #clean(raw) {
    const code = this.standIn ? raw.replaceAll(this.standIn, "\x1d") : raw;
    const kept = [...code].filter((char) => char >= " " || SEPARATORS.includes(char)).join("");
    return kept.trim() === "" ? "" : kept;
  }
}

/** Wraps an async handler so that calls run one after the other, in the order made; a failure goes to `onError`. */
export function inOrder(handle, onError) {
  let chain = Promise.resolve();
  return (value) => (chain = chain.then(() => handle(value)).catch(onError));
}

function charOf(event) {
  if (event.metaKey) return null;
  if (event.ctrlKey && !event.altKey) return controlChar(event);
  return [...(event.key ?? "")].length === 1 ? event.key : null;
}

function controlChar(event) {
  const place = `${event.shiftKey ? "Shift+" : ""}${event.code}`;
  return CONTROL_KEYS[event.key] ?? CONTROL_PLACES[place] ?? (event.key === "\x1d" ? "\x1d" : null);
}

function isControlEnd(event) {
  return event.ctrlKey && !event.altKey && !event.shiftKey && (event.key === "m" || event.key === "j");
}

function endsHere(event) {
  return event.inputType === "insertLineBreak" || event.inputType === "insertParagraph" || /[\r\n]$/.test(event.data ?? "");
}
