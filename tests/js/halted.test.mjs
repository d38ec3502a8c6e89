// A stop that nobody has read is there again on the next page of the same person and list, and on no other.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

import { keepStop } from "../../static/js/pages/pick/halted.js";
import { signal } from "../../static/vendor/signals-core/signals-core.module.js";

const STOP = { texts: ["Put it back."], followUps: [], wasGreen: true };

class Shelf {
  values = new Map();
  async read(name) {
    return this.values.get(name);
  }
  async write(name, value) {
    this.values.set(name, structuredClone(value));
  }
}

const picker = (batch, person = 1) => ({ stop: signal(null), trip: signal(batch && { work: { id: batch } }), person });

async function stopped() {
  const shelf = new Shelf();
  const first = picker(7);
  await keepStop(first, shelf);
  first.stop.value = STOP;
  await pause(1);
  return { shelf, first };
}

async function shown(shelf, next) {
  await keepStop(next, shelf);
  return next.stop.value;
}

test("a stop is there again on the next page", async () => {
  const { shelf } = await stopped();
  assert.deepEqual(await shown(shelf, picker(7)), STOP);
  assert.deepEqual(await shown(shelf, picker(7)), STOP);
});

test("one that was read is not", async () => {
  const { shelf, first } = await stopped();
  first.stop.value = null;
  await pause(1);
  assert.equal(await shown(shelf, picker(7)), null);
});

for (const [what, next] of [["another list", picker(8)], ["no list", picker(null)], ["another person", picker(7, 2)]]) {
  test(`it is not shown to who has ${what}`, async () => {
    const { shelf } = await stopped();
    assert.equal(await shown(shelf, next), null);
  });
}
