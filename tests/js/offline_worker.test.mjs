import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
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

/** The worker with nothing kept, on a line that answers when `answer` is called; `load` is waited for before a file is there. */
function installedAnew(load = () => {}) {
  const heard = {};
  const store = new Map();
  const waiting = [];
  const running = [];
  const open = async (name) => {
    if (!store.has(name)) store.set(name, new Map());
    const found = store.get(name);
    return { match: async (path) => found.get(path), put: async (path, answer) => found.set(path, answer), add: async (path) => (await load(), found.set(path, "a file")) };
  };
  const fetch = (asked) => new Promise((resolve) => waiting.push({ asked, resolve }));
  vm.runInNewContext(SOURCE, {
    self: { addEventListener: (name, run) => (heard[name] = run), skipWaiting() {}, clients: { claim() {} } },
    caches: { keys: async () => [...store.keys()], open, delete: async (name) => store.delete(name), match: async () => undefined },
    location: { origin: "https://shop.example" },
    Response: { redirect: (path) => `to ${path}` },
    URL,
    fetch,
    setTimeout() {},
  });
  const waitUntil = (work) => running.push(work);
  const say = (data) => heard.message({ data, waitUntil });
  const ask = (path, method, mode = "cors") => {
    const request = { url: `https://shop.example${path}`, mode, method };
    heard.fetch({ request, waitUntil, respondWith: waitUntil });
  };
  const settled = async () => {
    for (let before = -1; before !== running.length; ) [before] = [running.length, await Promise.all(running)];
  };
  const answer = (body, which = 0) => {
    const page = { ok: true, status: 200, clone: () => page, text: async () => body };
    waiting.splice(which, 1)[0].resolve(page);
  };
  return { say, ask, answer, settled, pages: () => [...store.values()].flatMap((kept) => [...kept.keys()]) };
}

const PAGE = '<script src="/static/1/pick.js"></script>';

test("a page that is asked to be kept is kept with its files, and is the one the door leads to", async () => {
  const worker = installedAnew();
  worker.say({ keep: "/pick" });
  worker.answer(PAGE);
  await worker.settled();
  assert.deepEqual(worker.pages(), ["/static/1/pick.js", "/pick", "/"]);
});

test("a page on its way while nobody is signed in any more is not kept", async () => {
  for (const over of [(worker) => worker.say({ forget: true }), (worker) => worker.ask("/sign-in", "POST")]) {
    const worker = installedAnew();
    worker.say({ keep: "/pick" });
    over(worker);
    worker.answer(PAGE);
    await worker.settled();
    assert.deepEqual(worker.pages(), []);
  }
});

test("a page that opens while its person signs out is not kept", async () => {
  const worker = installedAnew();
  worker.ask("/pick", "GET", "navigate");
  worker.ask("/sign-out", "POST");
  worker.answer(PAGE);
  await worker.settled();
  assert.deepEqual(worker.pages(), []);
});

test("a page that comes after its person signed out leaves the next one's where it is", async () => {
  const worker = installedAnew();
  worker.say({ keep: "/pick" });
  worker.ask("/sign-in", "POST");
  worker.say({ keep: "/pick" });
  worker.answer(PAGE, 1);
  await pause(10);
  worker.answer('<script src="/static/0/pick.js"></script>');
  await worker.settled();
  assert.deepEqual(worker.pages(), ["/static/1/pick.js", "/pick", "/"]);
});

test("a page whose files come after its person signed out leaves the next one's where it is", async () => {
  let come;
  const loads = [new Promise((resolve) => (come = resolve))];
  const worker = installedAnew(() => loads.shift());
  worker.say({ keep: "/pick" });
  worker.answer(PAGE);
  await pause(10);
  worker.ask("/sign-in", "POST");
  worker.say({ keep: "/pick" });
  worker.answer(PAGE);
  await pause(10);
  come();
  await worker.settled();
  assert.deepEqual(worker.pages(), ["/static/1/pick.js", "/pick", "/"]);
});
