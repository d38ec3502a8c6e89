/** What the browser tests drive: the reader and the device's store, on a page that has what real pages have. */
import { openStore } from "../static/js/lib/store.js";
import { startReader } from "../static/js/ui/reader.js";

const reads = [];
const doubles = [];
const pressed = [];
const times = [];
const host = document.querySelector("main");
const button = document.querySelector("button");
button.addEventListener("click", () => pressed.push("button"));
for (const name of ["keydown", "input"]) window.addEventListener(name, (event) => times.push(event.timeStamp), { capture: true });
const reader = startReader({ host, onRead: async (read) => reads.push(read), onDouble: (read) => doubles.push(read) });

/** Twenty scans of one tab, made at once. */
async function fill(store, name) {
  return Promise.all(Array.from({ length: 20 }, (_, n) => store.append({ id: `${name}-${n}` })));
}

/** The longest time between two events, in milliseconds. */
const longest = () => Math.max(0, ...times.slice(1).map((at, n) => at - times[n]));

window.harness = { longest, reads, doubles, pressed, reader, openStore, fill };
