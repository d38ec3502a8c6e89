import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Backoff } from "../../static/js/lib/backoff.js";
import { Disconnected, Socket } from "../../static/js/lib/socket.js";

const GREETING = '0{"sid":"s","upgrades":[],"pingInterval":5000,"pingTimeout":4000,"maxPayload":65536}';

/** A socket on a line that the test holds the other end of; `said` is what it did, in order. */
function floor({ random = () => 0.5 } = {}) {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  const lines = [], said = [];
  const open = (url) => {
    const line = { url, sent: [], closed: false, send: (text) => line.sent.push(text), close: () => (line.closed = true) };
    return lines.push(line), line;
  };
  const socket = new Socket({
    address: "ws://here/", open, auth: () => ({ device: `d-${lines.length}` }), backoff: new Backoff({ shortest: 300, longest: 3000, random }),
    onConnect: () => said.push("connect"), onLost: () => said.push("lost"), onRefused: ({ code }) => said.push(code),
  });
  const hear = (text) => lines.at(-1).onmessage({ data: text });
  const connect = () => (socket.connect(), hear(GREETING), hear('40{"sid":"x"}'));
  return { socket, lines, said, hear, connect, sent: () => lines.at(-1).sent };
}

test("it connects with what auth gives", () => {
  const { socket, lines, said, connect, sent } = floor();
  connect();
  assert.deepEqual([lines[0].url, sent(), said, socket.connected], ["ws://here/", ['40{"device":"d-1"}'], ["connect"], true]);
});

test("each acknowledgement reaches who asked, in any order", async () => {
  const { socket, connect, sent, hear } = floor();
  connect();
  const answers = [socket.ask("scans", { scans: [1] }, 3000), socket.ask("sync", { batch: 2 }, 3000)];
  assert.deepEqual(sent().slice(1), ['420["scans",{"scans":[1]}]', '421["sync",{"batch":2}]']);
  hear('431[{"unchanged":true}]');
  hear('430[{"results":["[\\"odd\\"]\\n"]}]');
  assert.deepEqual(await Promise.all(answers), [{ results: ['["odd"]\n'] }, { unchanged: true }]);
});

test("without a connection, without an answer in time, and when the line ends, an ask is refused", async () => {
  const { socket, lines, connect, hear } = floor();
  await assert.rejects(socket.ask("scans", {}, 3000), Disconnected);
  connect();
  const late = socket.ask("scans", {}, 3000);
  mock.timers.tick(3000);
  await assert.rejects(late, Disconnected);
  hear('430[{"late":true}]');
  const cut = socket.ask("scans", {}, 3000);
  lines[0].onclose({});
  await assert.rejects(cut, Disconnected);
});

test("events reach every listener until it ends; others, and what is not text, are passed over", () => {
  const { socket, connect, hear } = floor();
  connect();
  const news = [];
  const end = socket.on("batch_changed", (it) => news.push(it));
  socket.on("batch_changed", (it) => news.push(it.batch));
  hear('42["batch_changed",{"batch":7}]');
  hear('42["other",{}]');
  hear(new ArrayBuffer(3));
  end();
  hear('42["batch_changed",{"batch":8}]');
  assert.deepEqual(news, [{ batch: 7 }, 7, 8]);
});

test("a ping is answered and keeps the line; silence ends it", () => {
  const { socket, lines, said, connect, hear, sent } = floor();
  connect();
  mock.timers.tick(8000);
  hear("2");
  assert.equal(sent().at(-1), "3");
  mock.timers.tick(8999);
  assert.equal(socket.connected, true);
  mock.timers.tick(1);
  assert.deepEqual([socket.connected, lines[0].closed, said], [false, true, ["connect", "lost"]]);
});

test("it comes back by itself after growing pauses with chance in them, and as quick as ever once it was back", () => {
  for (const [random, pauses] of [[() => 0, [300, 300, 300]], [() => 1, [600, 1200, 2400]]]) {
    const { lines, connect, hear } = floor({ random });
    connect();
    for (const pause of pauses) {
      const before = lines.length;
      lines.at(-1).onclose({});
      mock.timers.tick(pause - 1);
      assert.equal(lines.length, before);
      mock.timers.tick(1);
      assert.equal(lines.length, before + 1);
    }
    hear(GREETING);
    hear('40{"sid":"y"}');
    lines.at(-1).onclose({});
    mock.timers.tick(pauses[0]);
    assert.equal(lines.length, pauses.length + 2);
  }
});

test("a line that does not open in time is given up, and nothing it says later counts", () => {
  const { lines, said, socket } = floor();
  socket.connect();
  mock.timers.tick(5000);
  assert.deepEqual([said, lines[0].closed], [["lost"], true]);
  lines[0].onmessage({ data: '40{"sid":"late"}' });
  assert.deepEqual([said, socket.connected], [["lost"], false]);
});

for (const packet of ["1", "41"]) {
  test(`the server ends it with ${packet}: lost, then back`, () => {
    const { lines, said, connect, hear } = floor({ random: () => 0 });
    connect();
    hear(packet);
    mock.timers.tick(300);
    assert.deepEqual([said, lines.length], [["connect", "lost"], 2]);
  });
}

test("who is refused is told why, and it is tried again unless somebody ends it there", () => {
  const refusal = '44{"message":"no","data":{"code":"not_signed_in"}}';
  const { socket, lines, said, hear } = floor({ random: () => 0 });
  socket.connect();
  hear(GREETING);
  hear(refusal);
  mock.timers.tick(300);
  assert.deepEqual([said, lines.length], [["not_signed_in"], 2]);
  socket.onRefused = () => socket.disconnect();
  hear(GREETING);
  hear(refusal);
  mock.timers.tick(60_000);
  assert.deepEqual([lines.length, lines[1].closed], [2, true]);
});

test("an end of our own will is no loss, and connecting anew shows what auth gives then", () => {
  const { socket, lines, said, connect, sent } = floor();
  connect();
  connect();
  assert.deepEqual([sent(), lines[0].closed], [['40{"device":"d-2"}'], true]);
  socket.disconnect();
  mock.timers.tick(60_000);
  assert.deepEqual([said, lines.length], [["connect", "connect"], 2]);
});
