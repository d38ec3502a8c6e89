// The camera takes a moment to come: who taps again meanwhile opens it once.
import assert from "node:assert/strict";
import { test } from "node:test";

import { readWithCamera } from "../../static/js/ui/camera.js";

test("a second tap while the camera is coming opens no second one, which would read the same label again", async () => {
  const asked = [];
  const camera = { getUserMedia: () => new Promise((_, reject) => asked.push(reject)) };
  Object.defineProperty(globalThis, "navigator", { value: { mediaDevices: camera }, configurable: true });
  const first = readWithCamera();
  assert.equal(await Promise.race([readWithCamera(), Promise.resolve().then(() => "opened")]), null);
  asked[0](new Error("not allowed"));
  await assert.rejects(first, /not allowed/);
  void readWithCamera().catch(() => null);
  assert.equal(asked.length, 2);
});
