import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Live } from "../../static/js/live.js";

/** A device whose server does not answer: when it looks for it, in ms since the connection was lost. */
function lost(random) {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const line = { send() {}, close() {} }, looks = [];
  let now = 0;
  globalThis.location = { href: "http://here/pick" };
  globalThis.addEventListener = () => {};
  globalThis.WebSocket = class { constructor() { return line; } };
  globalThis.fetch = async () => (looks.push(now), { ok: false });
  mock.method(Math, "random", () => random);
  const live = new Live();
  line.onclose({});
  mock.restoreAll();
  const pass = (ms) => { for (const end = now + ms; now < end; ) { now += 50; mock.timers.tick(50); } };
  return { live, looks, pass };
}

test("devices that lost the server together look for it one after another", () => {
  const times = [0, 0.5, 1].map((random) => {
    const { looks, pass } = lost(random);
    pass(1500);
    return looks;
  });
  assert.deepEqual(times, [[450, 900, 1350], [600, 1200], [750, 1500]]);
});

test("who has closed it looks no more", () => {
  const { live, looks, pass } = lost(0);
  pass(450);
  live.close();
  pass(5000);
  assert.deepEqual(looks, [450]);
});
