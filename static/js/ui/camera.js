/** The camera as a scanner, for phones: opened by a tap, closed by its read. Only on https, where browsers offer cameras. */
import { FORMATS, sighted } from "../lib/sighted.js";
import { t } from "../lib/words.js";

const BAND = 0.45;
const EVERY = 60;
let reader = null;
let isOpen = false;

/** Whether this browser, at this address, has a camera to offer. */
export function hasCamera() {
  return Boolean(navigator.mediaDevices?.getUserMedia);
}

/**
 * Shows the camera until a code is read or the person gives up; resolves to `{code, via: "camera"}` or null, rejects when it may not be
 * used. It takes a moment to come: a second tap meanwhile opens no second one, which would read the same label once more.
 */
export async function readWithCamera() {
  if (isOpen) return null;
  isOpen = true;
  return look().finally(() => (isOpen = false));
}

async function look() {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } } });
  reader ??= await openDetector();
  const { dialog, video, closed } = show(stream);
  try {
    await video.play();
    const code = await Promise.race([firstCode(video, closed), closed]);
    return code && { code, via: "camera" };
  } catch (error) {
    reader = null; // one that could not be loaded is loaded anew the next time
    throw error;
  } finally {
    for (const track of stream.getTracks()) track.stop();
    dialog.remove();
  }
}

/** A code counts when two pictures running show it: one alone may be misread. */
async function firstCode(video, closed) {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  let isGivenUp = false;
  let last = null;
  void closed.then(() => (isGivenUp = true));
  while (!isGivenUp) {
    const code = video.videoWidth ? await reader(aimedAt(video, canvas, context)) : null;
    if (code && code === last) return code;
    last = code;
    await new Promise((resolve) => setTimeout(resolve, EVERY));
  }
  return null;
}

/** The band that the person aims with: what lies outside it is not read. */
function aimedAt(video, canvas, context) {
  canvas.width = video.videoWidth;
  canvas.height = Math.round(video.videoHeight * BAND);
  context.drawImage(video, 0, (video.videoHeight - canvas.height) / 2, canvas.width, canvas.height, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** The browser's own detector where it reads all our symbols, else ours in a worker. */
async function openDetector() {
  const formats = (await globalThis.BarcodeDetector?.getSupportedFormats?.()) ?? [];
  return FORMATS.every((format) => formats.includes(format)) ? ownDetector() : workerDetector();
}

function ownDetector() {
  const detector = new BarcodeDetector({ formats: FORMATS });
  return async (image) => {
    const [found] = await detector.detect(image).catch(() => []);
    return found ? sighted(found) : null;
  };
}

/** It may fail at any time, also before the first picture: who reads then is told. */
function workerDetector() {
  const worker = new Worker(new URL("../camera_worker.js", import.meta.url), { type: "module" });
  const failed = new Promise((_, reject) => {
    worker.onerror = () => (worker.terminate(), reject(new Error("the camera's reader could not be loaded")));
  });
  failed.catch(() => {});
  const read = (image) =>
    new Promise((resolve) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.postMessage(image, [image.data.buffer]);
    });
  return (image) => Promise.race([read(image), failed]);
}

function show(stream) {
  const dialog = document.createElement("dialog");
  dialog.className = "camera";
  const video = Object.assign(document.createElement("video"), { srcObject: stream, muted: true, playsInline: true });
  const aim = Object.assign(document.createElement("div"), { className: "camera-aim" });
  const bar = Object.assign(document.createElement("div"), { className: "actions" });
  dialog.append(video, aim, bar);
  const closed = new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(null));
    bar.append(button(t("Close"), () => dialog.close()));
  });
  const [track] = stream.getVideoTracks();
  if (track.getCapabilities?.().torch) bar.append(torch(track));
  document.body.append(dialog);
  dialog.showModal();
  return { dialog, video, closed };
}

function torch(track) {
  let isOn = false;
  return button(t("Light"), () => void track.applyConstraints({ advanced: [{ torch: (isOn = !isOn) }] }));
}

function button(text, run) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: text });
  made.addEventListener("click", run);
  return made;
}
