/** Runs behind the next frame, once what has been drawn until now is on the screen; soon, where there is no screen. */
export function afterPaint(run) {
  if (globalThis.requestAnimationFrame && !document.hidden) requestAnimationFrame(() => setTimeout(run));
  else setTimeout(run);
}
