/** How every page begins: the server's first state, one root, one view drawn again whenever a signal it read changes. */
import { effect, signal } from "../../vendor/signals-core/signals-core.module.js";
import { render } from "../../vendor/lit-html/lit-html.js";
import { afterPaint } from "../lib/painting.js";

/** The first state the server wrote into the page. */
export function firstState() {
  return JSON.parse(document.getElementById("state")?.textContent || "{}");
}

/**
 * Draws `view()` into the root (`#app` unless told) in place of what the server drew, now and on every change; returns what ends it.
 * What changes together with the signal `first`, which is drawn by itself, comes in the frame behind the one that shows `first`.
 */
export function mount(view, { root = document.getElementById("app"), first = signal(null) } = {}) {
  const painted = signal(0);
  let shown = first.peek();
  root.replaceChildren();
  return effect(() => {
    void painted.value;
    if (shown === first.peek()) render(view(), root);
    else afterPaint(() => (painted.value += 1));
    shown = first.peek();
  });
}
