import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const SOURCE = readFileSync(new URL("../../static/js/offline_worker.js", import.meta.url), "utf8");
const SILENT = () => new Promise(() => {});

/** The worker with `/pick` kept, on a line that `fetch` stands for. Gives what opens a page, and how long each was waited for. */
function installed(fetch) {
  const heard = {};
  const waits = [];
  const keptAs = { "/": "to /pick", "/pick": "the kept page" };
  const cache = { match: async (path) => keptAs[path], put: async () => {}, keys: async () => [] };
  const setTimeout = (run, ms, ...given) => (waits.push(ms), setImmediate(run, ...given));
  vm.runInNewContext(SOURCE, {
    self: { addEventListener: (name, run) => (heard[name] = run), skipWaiting() {}, clients: { claim() {} } },
    caches: { keys: async () => ["shell:/pick:1"], open: async () => cache, match: async (path) => keptAs[path] },
    location: { origin: "https://shop.example" },
    Response: { redirect: (path) => `to ${path}` },
    URL,
    fetch,
    setTimeout,
  });
  const open = (path) =>
    new Promise((resolve) => {
      const request = { url: `https://shop.example${path}`, mode: "navigate", method: "GET" };
      heard.fetch({ request, respondWith: resolve, waitUntil() {} });
    });
  return { open, waits };
}

test("a silent line is waited for at the door, and not as long again at the page it leads to", async () => {
  const { open, waits } = installed(SILENT);
  assert.deepEqual([await open("/"), await open("/pick")], ["to /pick", "the kept page"]);
  assert.deepEqual(waits, [4000, 500]);
});

test("once the line has spoken, it is waited for as ever", async () => {
  const lines = [SILENT, async () => ({ status: 404 }), SILENT];
  const { open, waits } = installed(() => lines.shift()());
  for (const path of ["/pick", "/pick", "/pick"]) await open(path);
  assert.deepEqual(waits, [4000, 500, 4000]);
});

test("no network at all is no silence: the kept page opens at once, and the next is waited for as ever", async () => {
  const { open, waits } = installed(() => Promise.reject(new TypeError("no network")));
  assert.equal(await open("/pick"), "the kept page");
  assert.equal(await open("/pick"), "the kept page");
  assert.deepEqual(waits, [4000, 4000]);
});
