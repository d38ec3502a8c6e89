/**
 * Judges JSON lines from stdin ({work, position, scan, outside, today}) and writes each verdict as one line. A line
 * without a work goes on with the one before, as it is after the last verdict: the way a device lives.
 */

import { createInterface } from "node:readline";

import { apply, judge, loadWork, positionToJson } from "../../static/js/lib/judge.js";
import { loadMeaning } from "../../static/js/lib/picking/work.js";

let current = null;
for await (const line of createInterface({ input: process.stdin })) {
  const { work, position, scan, outside, today } = JSON.parse(line);
  const resolve = (key) => (Object.hasOwn(outside, key) ? outside[key].map(loadMeaning) : []);
  if (work) current = loadWork(work);
  const verdict = judge(current, position, scan, { resolve, today });
  current = apply(current, verdict);
  process.stdout.write(`${JSON.stringify({ ...verdict, position: positionToJson(verdict.position) })}\n`);
}
