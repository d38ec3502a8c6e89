/**
 * What scales say over a serial line: MT-SICS ("S S 100.52 g"), A&D and Ohaus ("ST,+0000.52 kg"), Kern and Sartorius ("+ 123.4 g").
 * A weight counts once it lies still: twice running the same, above nothing, and other than the one before it.
 */
const WEIGHT = /([+-]?)\s*(\d+(?:[.,]\d+)?)\s*(kg|g|lb|oz)\b/i;
const MOVING = /^\s*(S D|SD|US)\b|\?/i;
const GRAMS = { g: 1, kg: 1000, lb: 453.59237, oz: 28.349523125 };
const LONGEST = 200;

/** Asks an MT-SICS scale for its weight; scales that speak by themselves do not know the word and go on. */
export const ASK = "SI\r\n";

/** One line as `{grams, still}`, or null when it holds no weight. */
export function weightIn(line) {
  const found = WEIGHT.exec(line);
  if (!found) return null;
  const [, sign, number, unit] = found;
  const grams = Math.round(Number(number.replace(",", ".")) * GRAMS[unit.toLowerCase()]);
  return { grams: sign === "-" ? -grams : grams, still: !MOVING.test(line) };
}

/** Cuts what arrives in pieces into lines, and tells `onWeight(grams)` of each weight that lies still, until it says that it took it. */
export class Weighing {
  #rest = "";
  #last = null;
  #told = null;

  constructor(onWeight) {
    this.onWeight = onWeight;
  }

  /** Some characters from the line. */
  hear(text) {
    const lines = (this.#rest + text).split(/[\r\n\x03]+/);
    this.#rest = lines.pop().slice(-LONGEST);
    for (const line of lines) this.#weigh(weightIn(line));
  }

  /** Forgets what was told: the next carton may weigh the same. */
  again() {
    this.#told = null;
  }

  #weigh(weight) {
    if (!weight) return;
    const { grams, still } = weight;
    const lies = still && grams === this.#last;
    this.#last = still ? grams : null;
    if (grams <= 0) this.#told = null;
    if (!lies || grams <= 0 || grams === this.#told) return;
    if (this.onWeight(grams)) this.#told = grams;
  }
}
