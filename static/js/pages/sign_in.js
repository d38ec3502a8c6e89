/** The sign-in: a scan of the badge, then the PIN on the keypad or a keyboard. The form itself goes to the server. */
import { lookOf } from "../lib/outcomes.js";
import { startReader } from "../ui/reader.js";
import { play, unlockSound } from "../ui/sound.js";

const form = document.getElementById("door");
const badge = document.getElementById("badge");
const pin = document.getElementById("pin");
const problem = document.getElementById("problem");
const LONGEST = 12;

function show(step) {
  form.dataset.step = step;
  pin.value = "";
}

/** A short number while the PIN is asked for is a PIN typed on a keyboard; everything else is a badge. */
function onRead({ code }) {
  if (form.dataset.step === "pin" && /^\d{1,12}$/.test(code)) {
    pin.value = code;
    return send();
  }
  return takeBadge(code.trim());
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
startReader({ host: document.body, onRead });
