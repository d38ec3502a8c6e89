// Reads [{zpl, width, height, dpmm}, …] from standard input, writes the labels as PNG in base64.
import { readFileSync } from "node:fs";
import { ready } from "zpl-renderer-js";

const { api } = await ready;
const labels = JSON.parse(readFileSync(0, "utf8"));
const pictures = [];
for (const { zpl, width, height, dpmm } of labels) {
  pictures.push(await api.zplToBase64Async(zpl, width, height, dpmm));
}
process.stdout.write(JSON.stringify(pictures), () => process.exit(0));
