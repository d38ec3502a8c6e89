/** What the dock is shown to be waiting for a list. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { Loader } from "../../static/js/pages/load/loader.js";

test("a carton that was labelled while nobody was there to take it is shown at the dock", async (context) => {
  globalThis.document = { querySelector: () => null };
  const cartons = [{ order: "1041", number: 1, carrier: "Post" }, { order: "1042", number: 1, carrier: "" }];
  context.mock.method(globalThis, "fetch", async (path) => Response.json({ items: path.includes("/cartons") ? cartons : [] }));
  const loader = new Loader({ device: {}, feedback: {}, person: 1 });
  await loader.look();
  assert.deepEqual(loader.waiting.value, [{ carrier: "Post", left: [cartons[0]] }, { carrier: "", left: [cartons[1]] }]);
});

test("the dock says when there are more lists or cartons than it reads", async (context) => {
  globalThis.document = { querySelector: () => null };
  const next = { lists: null, cartons: null };
  context.mock.method(globalThis, "fetch", async (path) => Response.json({ items: [], next: path.includes("/cartons") ? next.cartons : next.lists }));
  const loader = new Loader({ device: {}, feedback: {}, person: 1 });
  const says = async (more) => {
    Object.assign(next, more);
    await loader.look();
    return loader.more.value;
  };
  assert.deepEqual([await says({}), await says({ cartons: "200" }), await says({ cartons: null, lists: "9" }), await says({ lists: null })], [false, true, true, false]);
});
