import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Tasker } from "../../static/js/pages/side/tasker.js";

let asked;

beforeEach(() => {
  asked = [];
  globalThis.document = { querySelector: () => null };
  globalThis.fetch = async (path, { method }) => {
    asked.push(`${method} ${path}`);
    return Response.json({ put_back: { id: 4, next: "Go." }, epoch: 2 });
  };
});

afterEach(() => {
  delete globalThis.document;
  delete globalThis.fetch;
});

function taskerWho(answers) {
  const device = { name: "d-ana", store: { read: async () => null } };
  const feedback = { clear() {}, give() {} };
  return new Tasker({ device, feedback, person: 7, kind: "put_back", askHere: async () => answers });
}

const mineAt = (device) => ({ id: 4, state: "open", lease: { person: 7, device } });

test("one's own task at another device stays there unless the answer is yes", async () => {
  const tasker = taskerWho(false);
  await tasker.take(mineAt("d-other"));
  assert.deepEqual([asked, tasker.task.value], [[], null]);
});

test("on a yes it is taken over", async () => {
  const tasker = taskerWho(true);
  await tasker.take(mineAt("d-other"));
  assert.deepEqual([asked, tasker.task.value.epoch], [["POST /api/v1/put-backs/4/take-over"], 2]);
});

test("what is free or in hand here is taken without a question", async () => {
  const tasker = taskerWho(false);
  for (const task of [mineAt("d-ana"), { id: 4, state: "open", lease: null }]) await tasker.take(task);
  assert.deepEqual(asked, ["POST /api/v1/put-backs/4/claim", "POST /api/v1/put-backs/4/claim"]);
});
