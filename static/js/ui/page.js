/** How every page begins: the server's first state, one root, one view drawn again whenever a signal it read changes. */
import { effect, signal } from "../../vendor/signals-core/signals-core.module.js";
import { render } from "../../vendor/lit-html/lit-html.js";
import { afterPaint } from "../lib/painting.js";

const MOMENT = 60;

/** The first state the server wrote into the page. */
export function firstState() {
  return JSON.parse(document.getElementById("state")?.textContent || "{}");
}

/**
 * Draws `view()` into the root (`#app` unless told) in place of what the server drew, now and on every change; returns what ends it.
 * What changes together with the signal `first`, which is drawn by itself, comes behind the frame that shows `first`: as soon as
 * the signal `calm` is true, for then nothing more is about to change, or after a moment.
 */
export function mount(view, { root = document.getElementById("app"), first = signal(null), calm = signal(true) } = {}) {
  const turn = signal(0);
  const tell = (news) => () => {
    if (!owed) return;
    Object.assign(owed, news);
    turn.value += 1;
  };
  let shown = first.peek();
  let owed = null;
  root.replaceChildren();
  return effect(() => {
    void turn.value;
    const isCalm = calm.value;
    if (shown !== first.peek()) {
      shown = first.peek();
      owed = { isPainted: false, isLate: owed?.isLate ?? false };
      afterPaint(tell({ isPainted: true }));
      setTimeout(tell({ isLate: true }), MOMENT);
    }
    if (owed && !(owed.isPainted && (isCalm || owed.isLate))) return;
    owed = null;
    render(view(), root);
  });
}
