/** Reads barcodes out of camera pictures, away from the page's own thread. Fetched on the first tap on the camera, from this server only. */
import { prepareZXingModule, readBarcodes } from "../vendor/zxing-wasm/reader/index.js";

const FORMATS = ["Code128", "EAN13", "EAN8", "UPCA", "ITF", "QRCode", "DataMatrix"];
const OPTIONS = { formats: FORMATS, tryHarder: true, maxNumberOfSymbols: 1, textMode: "Plain" };
const locateFile = (name) => new URL(`../vendor/zxing-wasm/${name}`, import.meta.url).href;

const failing = (error) => setTimeout(() => {
  throw error; // an error of the worker itself, which its page hears of
});
prepareZXingModule({ overrides: { locateFile }, fireImmediately: true }).catch(failing);

/** One picture in, the code in it out (with its symbology identifier), or null. */
self.onmessage = async ({ data }) => {
  const found = await readBarcodes(data, OPTIONS).catch(() => []);
  self.postMessage(found[0]?.isValid ? `${found[0].symbologyIdentifier}${found[0].text}` : null);
};
