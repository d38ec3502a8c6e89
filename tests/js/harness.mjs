/** What the browser tests drive: the reader and the device's store, on a page that has what real pages have. */
import { openStore } from "../static/js/lib/store.js";
import { startReader } from "../static/js/ui/reader.js";

const reads = [];
const doubles = [];
const pressed = [];
const host = document.querySelector("main");
const button = document.querySelector("button");
button.addEventListener("click", () => pressed.push("button"));
const reader = startReader({ host, onRead: async (read) => reads.push(read), onDouble: (read) => doubles.push(read) });

/** Twenty scans of one tab, made at once. */
async function fill(store, name) {
  return Promise.all(Array.from({ length: 20 }, (_, n) => store.append({ id: `${name}-${n}` })));
}

window.harness = { reads, doubles, pressed, reader, openStore, fill };
