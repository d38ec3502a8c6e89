import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, test } from "node:test";
import { say } from "../../static/js/lib/texts.js";
import { sentence, t, use } from "../../static/js/lib/words.js";

const catalogue = (code) => JSON.parse(readFileSync(new URL(`../../static/words/${code}.json`, import.meta.url), "utf8"));
const speak = (code) => use(code, catalogue(code));

afterEach(() => use("en", {}));

test("without a catalogue a pattern is said in English", () => {
  assert.equal(t("Stop {stop} of {stops}", { stop: 2, stops: 7 }), "Stop 2 of 7");
  assert.equal(t("Count||button"), "Count");
});

test("the rules speak the language of the page", () => {
  speak("de");
  assert.equal(say("wrong_bin", { bin: "S4" }), "Das ist S4.");
});

test("plurals follow the language", () => {
  const orders = (code, number) => (speak(code), t("{number} orders", { number }));
  const cases = [["en", 1, "1 order"], ["en", 12345, "12,345 orders"], ["pl", 3, "3 zamówienia"], ["pl", 5, "5 zamówień"], ["ar", 2, "طلبان"], ["ar", 11, "\u206811\u2069 طلبًا"]];
  for (const [code, number, expected] of cases) assert.equal(orders(code, number), expected);
});

test("a number that decides nothing stands as it is: it may be the number of a list", () => {
  speak("de");
  assert.equal(t("List {number}", { number: 12345 }), "Liste 12345");
});

test("an answer's sentence is put into words from its parts, else its text is shown", () => {
  speak("de");
  assert.equal(sentence({ text: "You are at S4. Go to S1.", said: [["You are at {bin}.", { bin: "S4" }], ["Go to {bin}.", { bin: "S1" }]] }), "Das ist S4. Zu S1 gehen.");
  assert.equal(sentence({ text: "That is a bin.", said: [["That is {thing}.", { thing: [["a bin", {}]] }]] }), "Das ist ein Platz.");
  assert.equal(sentence({ text: "As it was said." }), "As it was said.");
});

test("a code keeps its own direction among Arabic words", () => {
  speak("ar");
  assert.equal(t("Go to {bin}.", { bin: "04-06-3" }), "اذهب إلى \u206804-06-3\u2069.");
});
