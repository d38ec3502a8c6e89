import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Turn } from "../../static/js/lib/turn.js";

const channels = [];
after(() => channels.forEach((channel) => channel.close()));

/** What the tabs of one device share. */
class Values {
  async read() {
    return this.tab;
  }
  async take(tab) {
    this.tab = tab;
  }
  async release(tab) {
    if (this.tab === tab) this.tab = undefined;
  }
}

function tab(store, name, { awake = true, patience = 100 } = {}) {
  const channel = new BroadcastChannel(`tabs-${store.id}`);
  channels.push(channel);
  const lost = [];
  const turn = new Turn({ store, channel, name, patience, onLost: () => lost.push(name) });
  if (!awake) channel.onmessage = () => {};
  return { turn, lost };
}

let devices = 0;
const device = () => Object.assign(new Values(), { id: ++devices });
const settled = () => new Promise((resolve) => setTimeout(resolve, 50));

test("the first tab takes the turn without asking", async () => {
  const store = device();
  assert.deepEqual([await tab(store, "a").turn.ask(), store.tab], [true, "a"]);
});

test("a second tab is told of the first, and takes nothing", async () => {
  const store = device();
  const first = tab(store, "a");
  await first.turn.ask();
  assert.deepEqual([await tab(store, "b").turn.ask(), store.tab, first.lost], [false, "a", []]);
});

test("a second tab that is told to work takes the turn, and the first hears of it once", async () => {
  const store = device();
  const first = tab(store, "a");
  await first.turn.ask();
  const second = tab(store, "b");
  await second.turn.ask();
  await second.turn.take();
  await settled();
  assert.deepEqual([store.tab, first.lost, second.lost], ["b", ["a"], []]);
});

test("a tab that was killed or sleeps does not keep the turn", async () => {
  const store = device();
  await tab(store, "a", { awake: false }).turn.ask();
  assert.deepEqual([await tab(store, "b", { patience: 10 }).turn.ask(), store.tab], [true, "b"]);
});

test("a tab that slept while another took the turn sees it when it wakes", async () => {
  const store = device();
  const sleeper = tab(store, "a", { awake: false });
  await sleeper.turn.ask();
  await tab(store, "b", { patience: 10 }).turn.ask();
  await sleeper.turn.look();
  await sleeper.turn.look();
  assert.deepEqual(sleeper.lost, ["a"]);
});

test("a tab that is left frees the turn for the next page, but never another tab's", async () => {
  const store = device();
  const first = tab(store, "a");
  await first.turn.ask();
  const second = tab(store, "b");
  await second.turn.take();
  await settled();
  await first.turn.leave();
  assert.equal(store.tab, "b");
  await second.turn.leave();
  assert.deepEqual([store.tab, await tab(store, "c").turn.ask()], [undefined, true]);
});

test("of two tabs that open at once, one works", async () => {
  const store = device();
  const [first, second] = [tab(store, "a"), tab(store, "b")];
  await Promise.all([first.turn.ask(), second.turn.ask()]);
  await settled();
  assert.equal([...first.lost, ...second.lost].length, 1);
  assert.ok(![...first.lost, ...second.lost].includes(store.tab));
});
