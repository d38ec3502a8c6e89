/** The exception desk by keyboard: which key means what, where nothing is being typed. */

const TYPING = new Set(["INPUT", "SELECT", "TEXTAREA"]);

/** Says whether a key goes into a field: a check box takes none but the space bar. */
export function isTyping({ tagName, type, isContentEditable }) {
  return Boolean(isContentEditable) || (TYPING.has(tagName) && type !== "checkbox");
}

/**
 * What a key asks for: `{move: 1 | -1}` along the queue, `{choose: "one" | "all"}`, `{leave: true}` a field, `{press: key}` whatever carries
 * that key; null for a key that is somebody else's.
 */
export function asked(event, target) {
  if (event.ctrlKey || event.altKey || event.metaKey) return null;
  if (isTyping(target)) return event.key === "Escape" ? { leave: true } : null;
  if (event.key === "ArrowDown" || event.key === "j") return { move: 1 };
  if (event.key === "ArrowUp" || event.key === "k") return { move: -1 };
  if (event.key === "x") return { choose: "one" };
  if (event.key === "a") return { choose: "all" };
  return event.key.length === 1 ? { press: event.key } : null;
}

/** The place to go to from `at` (-1: nowhere yet) among `count` rows; it stays at the ends. */
export function place(at, by, count) {
  if (at < 0) return by > 0 ? 0 : count - 1;
  return Math.min(Math.max(at + by, 0), count - 1);
}
