import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Live } from "../../static/js/live.js";

/** A device and a server that the test plays: when the device looks for it and opens a line to it, in ms. */
function floor(random) {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const line = { send() {}, close() {} }, looks = [], lines = [];
  let now = 0;
  globalThis.location = { href: "http://here/pick" };
  globalThis.addEventListener = () => {};
  globalThis.WebSocket = class { constructor() { lines.push(now); return line; } };
  globalThis.fetch = async () => (looks.push(now), { ok: false });
  mock.method(Math, "random", () => random);
  const live = new Live();
  const hear = (...texts) => texts.forEach((data) => line.onmessage({ data }));
  const pass = (ms) => { for (const end = now + ms; now < end; ) { now += 50; mock.timers.tick(50); } };
  return { live, line, looks, lines, hear, pass };
}

function lost(random) {
  const it = floor(random);
  it.line.onclose({});
  return it;
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

test("a server that has no room is asked again after growing pauses, not looked for", () => {
  const { live, looks, lines, hear, pass } = floor(1);
  const refuse = () => hear('0{"pingInterval":5000,"pingTimeout":4000}', '44{"message":"full","data":{"code":"too_many_connections"}}');
  refuse();
  for (const pause of [600, 1200, 2400]) {
    pass(pause);
    refuse();
  }
  assert.deepEqual([live.state.value, looks, lines], ["offline", [], [0, 600, 1800, 4200]]);
});
