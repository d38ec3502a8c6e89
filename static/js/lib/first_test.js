/** When a device is led to the test of its scanner: at its first use, and each day anew, until it has passed or has no scanner. */
const NEVER = "never";

/** Whether this device has neither passed the test nor put it off today. */
export async function isDue(store, now = new Date()) {
  const putOff = await store.read("scanner_test");
  return !(await store.read("keyboard")) && putOff !== NEVER && putOff !== day(now);
}

/** Puts the test off until tomorrow. */
export function putOff(store, now = new Date()) {
  return store.write("scanner_test", day(now));
}

/** Asks no more: the device has no scanner. */
export function hasNone(store) {
  return store.write("scanner_test", NEVER);
}

/** A scan has come: a device that was said to have no scanner has one after all. */
export async function hasOne(store) {
  if ((await store.read("scanner_test")) === NEVER) await store.write("scanner_test", null);
}

function day(now) {
  return now.toDateString();
}
