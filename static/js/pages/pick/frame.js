/** What every screen of the handheld consists of, and those without a list in hand. Values in, markup out. */
import { html, nothing } from "../../../vendor/lit-html/lit-html.js";
import { unsentOf } from "../../lib/aside.js";
import { t } from "../../lib/words.js";
import { linkChip } from "../../ui/chips.js";
import { icon } from "../../ui/icons.js";

/** One button of the row in the thumb's reach. */
export function action(label, sign, run, { kind = "", disabled = false } = {}) {
  return html`<button class="btn ${kind}" type="button" ?disabled=${disabled} @click=${run}>${icon(sign)}${t(label)}</button>`;
}

/** The line on top: which list, how far, and how the device stands with the server. */
export function barView({ title, detail = "", link, scans, done = null, camera = null }) {
  const look = camera && html`<button class="camera-open" type="button" aria-label=${t("Scan with the camera")} @click=${camera}>${icon("camera")}</button>`;
  return html`<header class="work-bar" ?data-camera=${Boolean(camera)}><p><strong>${title}</strong> ${detail}</p>${look ?? nothing}${linkChip(link, scans)}${done ?? nothing}</header>`;
}

/** Any of the screens: the bar, what to do, the verdict, the buttons. */
export function screenView(bar, middle, band, actions) {
  return html`<div class="work">${bar}${middle}${band ?? html`<div></div>`}<div class="actions">${actions}</div></div>`;
}

/** No list in hand. */
export function startView({ name, message, busy, can, notice }, run) {
  return html`<section class="task start" aria-label=${t("Start")}>
    <p class="start-hello">${name}</p>
    <p class="task-hint" role="status">${message}</p>
    <button class="btn btn-primary btn-big start-button" type="button" ?disabled=${busy} @click=${run.start}>${icon("cart")}${busy ? t("Looking for work") : t("Start")}</button>
    <nav class="start-more" aria-label=${t("Other work")}>
      <a class="btn" href="/put-backs">${icon("import")}${t("Put back")}</a>
      ${can.count ? html`<a class="btn" href="/counts">${icon("stock")}${t("Count||button")}</a>` : nothing}
    </nav>
    ${notice ? html`<p class="task-hint start-notice">${notice}</p>` : nothing}
  </section>`;
}

/** Nobody is signed in any more. */
export function outView(scans) {
  const number = unsentOf(scans);
  const waiting = number ? t("{number} scans wait on this device. They are sent after the next sign-in.", { number }) : t("All your scans have arrived.");
  return html`<section class="task start" role="alert"><p class="start-hello">${t("Signed out")}</p><p class="task-hint">${waiting}</p>
    <a class="btn btn-primary btn-big start-button" href="/?next=/pick">${t("Sign in")}</a></section>`;
}
