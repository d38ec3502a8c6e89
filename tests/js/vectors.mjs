/** Reads the cases in tests/vectors, which the server's judge must pass as well (tests/domain/picking/test_vectors.py). */

import { readFileSync, readdirSync } from "node:fs";

import { judge, loadWork, positionToJson } from "../../static/js/lib/judge.js";
import { loadMeaning } from "../../static/js/lib/picking/work.js";

const FOLDER = new URL("../vectors/", import.meta.url);
const KEYED = { tasks: "id", slots: "slot" };

function readJson(name) {
  return JSON.parse(readFileSync(new URL(name, FOLDER), "utf8"));
}

export const FIXTURES = readJson("fixtures.json");

/** Every case of the pick judge that a device can meet. */
export function pickCases() {
  const files = readdirSync(FOLDER).filter((name) => /^pick_.*\.json$/.test(name)).sort();
  return files.flatMap((name) => readJson(name).cases.map((it) => ({ ...it, name: `${name}: ${it.name}` })))
    .filter((it) => it.only !== "server");
}

/** The verdict in the form of `snapshot.verdict_to_json`. */
export function verdictToJson(verdict) {
  return { ...verdict, position: positionToJson(verdict.position) };
}

/** Judge one case and state as much of the verdict as the case does; what an undo takes back stands under `undo`. */
export function stated(it) {
  const outside = { ...FIXTURES.outside, ...it.outside };
  const resolve = (key) => (Object.hasOwn(outside, key) ? outside[key].map(loadMeaning) : []);
  const scan = { ...FIXTURES.scan, ...it.scan };
  const work = loadWork(patched(it.work, it.patch ?? {}));
  const verdict = verdictToJson(judge(work, it.position, scan, { resolve, today: FIXTURES.today }));
  const { last, ...position } = verdict.position;
  const found = { ...verdict, position, undo: last ? last.undo : null };
  return Object.fromEntries(Object.keys(it.expect).map((name) => [name, found[name]]));
}

function patched(name, patch) {
  const work = { ...FIXTURES.works[name] };
  for (const [field, value] of Object.entries(patch)) {
    const key = KEYED[field];
    if (key) work[field] = work[field].map((row) => ({ ...row, ...value[row[key]] }));
    else work[field] = isObject(work[field]) && isObject(value) ? { ...work[field], ...value } : value;
  }
  return work;
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
