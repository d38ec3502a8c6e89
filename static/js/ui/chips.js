/** Words of status with their signs: values in, markup out. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { t } from "../lib/words.js";
import { icon } from "./icons.js";

const LINKS = {
  online: ["ok", "online", () => t("Online")],
  connecting: ["idle", "clock", () => t("Connecting")],
  sending: ["info", "send", ({ pending }) => t("Sending {number}", { number: pending })],
  slow: ["caution", "clock", ({ pending }) => t("Slow, {number} to send", { number: pending })],
  offline: ["caution", "offline", ({ pending }) => (pending ? t("Offline, {number} to send", { number: pending }) : t("Offline"))],
  problem: ["stop", "alert", ({ stuck }) => t("Problem with {number}", { number: stuck })],
  signed_out: ["stop", "lock", () => t("Signed out")],
};

let settle = () => {};

/** Says what a tap on the problem does: a page that can settle it says so once. */
export function settleWith(run) {
  settle = run;
}

/** A word of status with its sign. */
export function chip(text, status = "idle", sign = null) {
  return html`<span class="chip" data-status=${status}>${sign ? icon(sign) : nothing}${text}</span>`;
}

/** How the device stands with the server, and what it still has to send. */
export function linkChip(link, scans) {
  const [status, sign, text] = LINKS[link];
  if (link === "problem") return html`<span role="status"><button class="chip chip-button" type="button" data-status=${status} data-link=${link} @click=${() => settle()}>${icon(sign)}${text(scans)}</button></span>`;
  return html`<span class="chip" role="status" data-status=${status} data-link=${link}>${icon(sign)}${text(scans)}</span>`;
}
