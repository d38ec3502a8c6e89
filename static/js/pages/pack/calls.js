/** The calls of the pack station that are no scans. Each resolves to plain values or throws a `Refusal`. */
import { call } from "../../api.js";
import { uuid7 } from "../../lib/uuid7.js";

/** Takes the order that a tote or order barcode names. */
export async function claim(device, code, station) {
  return keepToken(device, await asDevice(device, "POST", "/packs/claim", { code, device: device.name, station }));
}

/** Takes an order over from who has it. */
export async function takeOver(device, order) {
  return keepToken(device, await asDevice(device, "POST", `/packs/${order}/take-over`, { device: device.name }));
}

/** This station's paper comes out of the printer whose label was scanned. */
export async function moveStation(device, code) {
  return call("POST", "/printers/scan", { code, station: await device.store.read("station") });
}

/** Gives the order back as it is. */
export function handBack(device, order) {
  return asDevice(device, "POST", `/packs/${order}/hand-back`, { device: device.name });
}

/** The order as the packer may see it. */
export function look(order) {
  return call("GET", `/packs/${order}`);
}

/** The boxes there are to pack in, the smallest first. */
export function boxes() {
  return call("GET", "/packaging");
}

/** Says in which box the carton on the table is packed. */
export function chooseBox(device, { order, lease }, packaging) {
  return asDevice(device, "POST", `/packs/${order}/box`, { device: device.name, epoch: lease.epoch, packaging });
}

/** A lead lets the order leave without what is missing. */
export function split(device, order, reason) {
  return asDevice(device, "POST", `/packs/${order}/split`, { reason });
}

/** Declares a sealed carton dead; its units are packed again. */
export function voidCarton(device, sscc, reason) {
  return asDevice(device, "POST", `/cartons/${sscc}/void`, { reason });
}

/** The papers of an order, the newest first. */
export async function papers(order) {
  return (await call("GET", `/print-jobs?order=${order}&limit=20`)).items;
}

/** Tries a job again, confirms it, or prints it again with a reason; what has the same `key` is done once. */
export function onJob(job, what, { reason, key = uuid7() } = {}) {
  return call("POST", `/print-jobs/${job}/${what}`, what === "reprint" ? { reason } : undefined, { headers: { "Idempotency-Key": key } });
}

async function keepToken(device, held) {
  if (held.device_token) await device.keepToken(held.device_token);
  return held;
}

async function asDevice(device, method, path, body) {
  const token = await device.store.read("device_token");
  return call(method, path, body, { headers: token ? { "X-Device-Token": token } : {} });
}
