/** The exception desk: everything it offers is a link, a field or a button; this makes each of them a key away. */
import { asked, place } from "../lib/exceptions/keys.js";
import { Live } from "../live.js";

const rows = [...document.querySelectorAll("[data-row]")];
const links = rows.map((row) => row.querySelector("a"));
const boxes = rows.map((row) => row.querySelector("input[type=checkbox]")).filter(Boolean);
const chosen = document.querySelector("[data-chosen]");

function count() {
  if (chosen) chosen.textContent = `${boxes.filter((box) => box.checked).length} / ${boxes.length}`;
}

function rowOf(element) {
  return rows.indexOf(element?.closest("[data-row]") ?? null);
}

function choose(which) {
  if (which === "all") {
    const all = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = all;
  } else {
    const box = rows[rowOf(document.activeElement)]?.querySelector("input[type=checkbox]");
    if (box) box.checked = !box.checked;
  }
  count();
}

function press(key) {
  const element = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!element) return false;
  element.scrollIntoView({ block: "nearest" });
  if (element.matches("input, select")) element.focus();
  else element.click();
  if (element.matches("summary")) element.nextElementSibling?.querySelector("input:not([type=hidden])")?.focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  const wanted = asked(event, event.target);
  if (!wanted) return;
  if (wanted.leave) event.target.blur();
  else if (wanted.move && rows.length) links[place(rowOf(document.activeElement), wanted.move, rows.length)].focus();
  else if (wanted.choose && rows.length) choose(wanted.choose);
  else if (!wanted.press || !press(wanted.press)) return;
  event.preventDefault();
});
document.addEventListener("change", count);
count();

const start = document.querySelector("[data-start]") ?? links[0];
if (!location.hash) start?.focus({ preventScroll: true });

const live = new Live({
  onConnect: () => live.ask("watch", "exceptions").catch(() => null),
  onSignedOut: () => location.assign("/?next=" + encodeURIComponent(location.pathname)),
});
const changed = () => document.querySelector("[data-changed]")?.removeAttribute("hidden");
live.on("exception", changed);
live.on("notices", changed);
document.body.dataset.ready = "";
