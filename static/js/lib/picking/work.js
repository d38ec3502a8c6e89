/** The pick values of `warehouse/domain/picking/work.py` in the browser: loaded once from JSON, then never changed in place. */

const POLICY = Object.freeze({
  mode: "enforce", scan_cart: true, scan_bin: true, scan_item: true, scan_tote: null, scan_lot: false,
  scan_each: false, enter_quantity: true, hand_entry: true, zero_check: false, allow_swap: true, new_serials: true,
  lead_after_misses: false, self_approval: false,
});
const TASK = Object.freeze({
  picked: 0, short: 0, state: "open", tracking: "none", lot: null, expires_on: null, lots: [], scan_each: false,
  changed: null, settled: false, version: 0,
});
const SLOT = Object.freeze({ tote: null, earlier: [], locked: null });
const MEANING = Object.freeze({
  sku: null, name: null, unit: "each", pack_quantity: 1, bin: null, expires_on: null, order: null, free: null,
  lead: false,
});
const POSITION = Object.freeze({
  counted: 0, at_bin: null, slot: null, lot: null, serials: [], held: 0, armed: null, armed_at: null, asked: null, misses: 0,
  lead: false, skipped: [], last: null,
});
const SCAN = Object.freeze({
  kind: "scan", code: null, quantity: null, reason: null, list_version: 0, local: null, via: "key",
});
const ALWAYS_WRITTEN = new Set(["task", "step", "counted"]);

/** How long an armed quantity holds, in milliseconds. */
export const ARMED_FOR_MS = 10_000;

/** Make a `BatchWork` of a snapshot: maps instead of lists, defaults filled in. */
export function loadWork(json) {
  const keyed = (list, key, defaults) => new Map((list ?? []).map((it) => [it[key], { ...defaults, ...it }]));
  const named = (object, read) => new Map(Object.entries(object ?? {}).map(([name, it]) => [name, read(it)]));
  return {
    cart_taken: false,
    stand_in: "{GS}",
    ...json,
    policy: { ...POLICY, ...json.policy },
    zones: named(json.zones, (policy) => ({ ...POLICY, ...policy })),
    tasks: keyed(json.tasks, "id", TASK),
    slots: keyed(json.slots, "slot", SLOT),
    lines: new Map((json.lines ?? []).map(({ order_line: line, ...count }) => [line, { packed: 0, ...count }])),
    stock: named(json.stock, (skus) => new Map(Object.entries(skus))),
    directory: named(json.directory, (meanings) => meanings.map(loadMeaning)),
  };
}

/** Fill in what a meaning leaves out. */
export function loadMeaning(json) {
  return { ...MEANING, ...json };
}

/** Fill in what a position leaves out. */
export function loadPosition(json) {
  return { ...POSITION, ...json };
}

/** Fill in what a scan leaves out. */
export function loadScan(json) {
  return { ...SCAN, ...json };
}

/** Leave out of a position what is at its default, as `snapshot.position_to_json` does. */
export function positionToJson(position) {
  const brief = Object.entries(position).filter(([name, value]) => ALWAYS_WRITTEN.has(name) || !isDefault(name, value));
  const json = Object.fromEntries(brief);
  if (json.last?.before) json.last = { ...json.last, before: positionToJson(json.last.before) };
  return json;
}

function isDefault(name, value) {
  return Array.isArray(value) ? value.length === 0 : value === POSITION[name];
}

/** Eaches still to be picked. */
export function leftOf(task) {
  return task.wanted - task.picked - task.short;
}

/** What `C:QTY-n` armed holds for one scan, and for ten seconds of the device's own clock. */
export function lapse(position, at) {
  const isOver = position.armed_at !== null && Date.parse(at) - position.armed_at > ARMED_FOR_MS;
  return isOver ? { ...position, armed: null, armed_at: null } : position;
}
