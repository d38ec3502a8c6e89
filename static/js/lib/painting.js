/** Runs behind the next frame, once what has been drawn until now is on the screen; soon, where there is no screen. */
export function afterPaint(run) {
  if (globalThis.requestAnimationFrame && !document.hidden) requestAnimationFrame(() => setTimeout(run));
  else setTimeout(run);
}

/** Resolves in a task of its own: a frame that is due may go before it. */
export function nextTask() {
  return new Promise((resolve) => setTimeout(resolve));
}
