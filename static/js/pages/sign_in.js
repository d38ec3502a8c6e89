/** The sign-in: a scan of the badge, then the PIN on the keypad or a keyboard. The form itself goes to the server. */
import { bare } from "../lib/barcodes.js";
import { hasOne, isDue } from "../lib/first_test.js";
import { meant } from "../lib/keyboard.js";
import { lookOf } from "../lib/outcomes.js";
import { openStore } from "../lib/store.js";
import { startReader } from "../ui/reader.js";
import { play, unlockSound } from "../ui/sound.js";
import { forgetPages } from "../ui/staying.js";

const form = document.getElementById("door");
const badge = document.getElementById("badge");
const pin = document.getElementById("pin");
const problem = document.getElementById("problem");
const LONGEST = 12;

function show(step) {
  form.dataset.step = step;
  pin.value = "";
}

/** A PIN may be typed on a keyboard, as slowly as a person does; what a scanner has begun is left to the reader. */
function onKey(event) {
  if (form.dataset.step !== "pin" || event.target === badge || reader?.waiting() != null) return;
  if (event.key === "Enter" && !pin.value) return;
  const key = { Backspace: "back", Enter: "ok" }[event.key] ?? event.key;
  if (!/^(\d|back|ok)$/.test(key)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (key === "ok") send();
  else tap(key);
}

async function onRead({ code }) {
  takeBadge(bare(code));
  if (store) await hasOne(store);
}

function takeBadge(code) {
  if (!code) return;
  badge.value = code;
  problem.hidden = true;
  play(lookOf("accepted").tone);
  show("pin");
}

function tap(key) {
  if (key === "back") pin.value = pin.value.slice(0, -1);
  else if (/^\d$/.test(key) && pin.value.length < LONGEST) pin.value += key;
}

function send() {
  if (!badge.value || !pin.value || "busy" in form.dataset) return;
  form.dataset.busy = "";
  form.submit();
}

forgetPages();
form.classList.add("scripted");
for (const element of form.querySelectorAll("[hidden]:not(#problem)")) element.hidden = false;
form.querySelector("details").open = false;
pin.readOnly = true;
pin.tabIndex = -1;
unlockSound();
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (form.dataset.step === "badge") takeBadge(badge.value.trim());
  else send();
});
form.addEventListener("click", (event) => {
  const key = event.target.closest("[data-key]")?.dataset.key;
  if (key) tap(key);
  if (event.target.closest(".door-next")) takeBadge(badge.value.trim());
  if (event.target.closest(".door-other")) show("badge");
});
addEventListener("pageshow", () => delete form.dataset.busy);
let reader = null;
addEventListener("keydown", onKey, { capture: true });
const store = await openStore().catch(() => null);
if (store && location.pathname === "/" && (await isDue(store))) location.replace(`/scanner${location.search}`);
document.getElementById("device-token").value = (await store?.read("device_token")) ?? "";
reader = startReader({ host: document.getElementById("content"), onRead, keyboard: meant(await store?.read("keyboard")) });
