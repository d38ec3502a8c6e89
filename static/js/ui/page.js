/** How every page begins: the server's first state, one root, one view drawn again whenever a signal it read changes. */
import { effect } from "../../vendor/signals-core/signals-core.module.js";
import { render } from "../../vendor/lit-html/lit-html.js";

/** The first state the server wrote into the page. */
export function firstState() {
  return JSON.parse(document.getElementById("state")?.textContent || "{}");
}

/** Draws `view()` into the root (`#app` unless told) in place of what the server drew, now and on every change; returns what ends it. */
export function mount(view, root = document.getElementById("app")) {
  root.replaceChildren();
  return effect(() => render(view(), root));
}
