/** How an item looks, beside its name: small, in a place of its own size, never waited for. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { keyed } from "../../vendor/lit-html/directives/keyed.js";

const AT_ONCE = 4;

/** The picture of an item, of the hash that `pictures` has for its SKU; each is an element of its own, so that none is seen beside another's name. */
export function pictureOf(pictures, sku) {
  const hash = pictures?.[sku];
  return hash ? keyed(hash, html`<img class="task-picture" src=${addressOf(hash)} width="72" height="72" alt="" decoding="async" @error=${hide} />`) : nothing;
}

/** Fetches them ahead, a few at once, so that they are there without network; what does not come is left out. */
export async function fetchAhead(pictures) {
  const waiting = [...new Set(Object.values(pictures ?? {}))];
  const next = async () => {
    for (let hash = waiting.shift(); hash; hash = waiting.shift()) await fetch(addressOf(hash), { priority: "low" }).catch(() => null);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}

function addressOf(hash) {
  return `/pictures/${hash}.webp`;
}

/** The place stays, so that nothing moves. */
function hide({ target }) {
  target.style.visibility = "hidden";
}
