/**
 * Words by language: an English pattern is the key of its translation, and is said itself where there is none. The catalogue of a
 * page's language is a module of its own, made by the server from `static/words/<language>.json`, and comes before the page's script.
 * Where words depend on a number, an entry has the plural forms of the language; `of` names the value that decides.
 * Other numbers stand as they are: they may be the number of a list.
 * What follows `||` only tells two meanings of one English word apart. The server's half is `warehouse/words.py`.
 */
let language = "en";
let catalogue = {};
let plurals = null;
let numbers = null;
let counts = null;

/** Speak this language from now on, with these words as well: what is loaded later brings its own. Digits stay those of the labels. */
export function use(code, entries) {
  language = code;
  catalogue = { ...catalogue, ...entries };
  plurals = new Intl.PluralRules(code);
  numbers = new Intl.NumberFormat(locale(), { useGrouping: false });
  counts = new Intl.NumberFormat(locale());
}

/** The locale for numbers and times. */
export function locale() {
  return language === "ar" ? "ar-u-nu-latn" : language === "en" ? "en-GB" : language;
}

/** Say one pattern: t("Stop {stop} of {stops}", { stop: 2, stops: 7 }). */
export function t(pattern, values = {}) {
  const found = Object.hasOwn(catalogue, pattern) ? catalogue[pattern] : pattern.split("||")[0];
  if (typeof found === "string") return filled(found, values);
  const words = found[plurals.select(values[found.of])] ?? found.other;
  return filled(words, { ...values, [found.of]: counts.format(values[found.of]) });
}

/** The sentence of an answer: its parts where it has them (pairs of pattern and values), else its text. */
export function sentence({ said, text }) {
  return said ? together(said) : text ?? "";
}

function filled(words, values) {
  return words.replace(/\{(\w+)\}/g, (hole, name) => (Object.hasOwn(values, name) ? shown(values[name]) : hole));
}

function together(parts) {
  return parts.map(([pattern, values]) => t(pattern, values)).join(" ");
}

function shown(value) {
  if (Array.isArray(value)) return together(value);
  if (typeof value === "number") return numbers ? numbers.format(value) : String(value);
  return language === "ar" ? `\u2068${value}\u2069` : String(value);
}
