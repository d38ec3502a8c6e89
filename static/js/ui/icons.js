/** Icons by name; their shapes stand once in the page, written by the server from `templates/_icons.svg`. */
import { html } from "../../vendor/lit-html/lit-html.js";

/** An icon beside words; alone it needs a `label`. */
export function icon(name, extra = "", label = null) {
  return label
    ? html`<svg class="icon ${extra}" role="img" aria-label=${label}><use href="#i-${name}"></use></svg>`
    : html`<svg class="icon ${extra}" aria-hidden="true"><use href="#i-${name}"></use></svg>`;
}
