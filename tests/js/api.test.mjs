import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "../../static/js/api.js";

test("a refusal gives back the whole of the server's answer, its parts for the reader's language too", () => {
  const answer = { code: "id_reused", detail: "List 7 is gone.", errors: [], said: { id: "List {number} is gone.", parts: { number: "7" } } };
  assert.deepEqual(new Refusal(409, answer).answer, answer);
});
