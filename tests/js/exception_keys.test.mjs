/** Which key means what at the exception desk, and where it means nothing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { asked, isTyping, place } from "../../static/js/lib/exceptions/keys.js";

const row = { tagName: "A" };
const field = { tagName: "INPUT", type: "text" };
const box = { tagName: "INPUT", type: "checkbox" };
const key = (name, held = {}) => ({ key: name, ctrlKey: false, altKey: false, metaKey: false, ...held });

test("arrows and j, k go along the queue", () => {
  assert.deepEqual(["ArrowDown", "j", "ArrowUp", "k"].map((name) => asked(key(name), row).move), [1, 1, -1, -1]);
});

test("x and a choose, other signs press what carries them", () => {
  assert.deepEqual([asked(key("x"), row), asked(key("a"), row), asked(key("4"), row)], [{ choose: "one" }, { choose: "all" }, { press: "4" }]);
  assert.equal(asked(key("Enter"), row), null);
});

test("what is typed into a field stays there, Escape leaves it", () => {
  assert.equal(asked(key("4"), field), null);
  assert.deepEqual(asked(key("Escape"), field), { leave: true });
  assert.deepEqual(asked(key("x"), box), { choose: "one" });
  assert.equal(isTyping({ tagName: "DIV", isContentEditable: true }), true);
});

test("keys of the browser are left alone", () => {
  for (const held of ["ctrlKey", "altKey", "metaKey"]) assert.equal(asked(key("a", { [held]: true }), row), null);
});

test("the queue ends at its ends", () => {
  assert.deepEqual([place(-1, 1, 5), place(-1, -1, 5), place(0, -1, 5), place(4, 1, 5), place(2, 1, 5)], [0, 4, 0, 4, 3]);
});
