/** What the board works out: time spare, what stands still, what comes first. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { byUrgency, lateBatches, slackOf, stuckBatches, stuckFor, troubled, unsent } from "../../static/js/lib/board.js";

const MINUTE = 60_000;
const NOON = Date.parse("2026-11-21T12:00:00Z");
const at = (minutes) => new Date(NOON + minutes * MINUTE).toISOString();
const ticket = (number, more = {}) => ({ number, person: "Ana", lines: 10, lines_ended: 4, cutoff_at: at(60), finish: at(30), heard_at: at(-1), paused: false, ...more });

test("time spare is the cutoff less the projected finish, which is never before now", () => {
  assert.equal(slackOf(ticket("1"), NOON), 30 * MINUTE);
  assert.equal(slackOf(ticket("1", { finish: at(90) }), NOON), -30 * MINUTE);
  assert.equal(slackOf(ticket("1", { finish: at(-20) }), NOON), 60 * MINUTE);
});

test("without a pace only a cutoff that is over is late, and what is picked is never late", () => {
  assert.equal(slackOf(ticket("1", { finish: null }), NOON), null);
  assert.equal(slackOf(ticket("1", { finish: null, cutoff_at: at(-5) }), NOON), -5 * MINUTE);
  assert.equal(slackOf(ticket("1", { lines_ended: 10, cutoff_at: at(-5) }), NOON), null);
});

test("late batches are counted in every lane, planned ones too, also those there is no room to send", () => {
  const late = ticket("late", { finish: at(61) });
  const lanes = [
    { state: "picking", late: 0, tickets: [ticket("no cutoff", { cutoff_at: null }), ticket("spare")] },
    { state: "planned", late: 60, tickets: [late, late] },
    { state: "released", late: 0, tickets: [late] },
  ];
  assert.equal(lateBatches(lanes, NOON), 61);
  assert.equal(lateBatches(lanes, NOON + 61 * MINUTE), 62);
});

test("a batch in hand that nobody scans for is stuck, unless its holder is on a pause", () => {
  const quiet = ticket("1", { heard_at: at(-16) });
  assert.equal(stuckFor(quiet, "picking", NOON, 15), 16 * MINUTE);
  assert.equal(stuckFor(ticket("1", { heard_at: at(-14) }), "picking", NOON, 15), null);
  assert.equal(stuckFor({ ...quiet, paused: true }, "picking", NOON, 15), null);
  assert.equal(stuckFor(quiet, "released", NOON, 15), null);
  assert.equal(stuckFor({ ...quiet, lines_ended: 10 }, "picking", NOON, 15), null);
});

test("stuck batches are counted also those there is no room to send, and those that have stood still since they were read", () => {
  const quiet = ticket("1", { heard_at: at(-14) });
  const lanes = [
    { state: "picking", stuck: 1, tickets: [quiet, quiet] },
    { state: "released", stuck: 0, tickets: [quiet] },
  ];
  assert.equal(stuckBatches(lanes, NOON, 15), 1);
  assert.equal(stuckBatches(lanes, NOON + 2 * MINUTE, 15), 2);
});

test("the late come first, then the least time spare, then the stuck, then what has no cutoff; what is only planned stays out", () => {
  const lanes = [
    { state: "released", tickets: [ticket("no cutoff", { cutoff_at: null }), ticket("spare")] },
    { state: "picking", tickets: [ticket("stuck", { cutoff_at: null, heard_at: at(-99) }), ticket("late", { finish: at(61) })] },
    { state: "planned", tickets: [ticket("planned")] },
  ];
  assert.deepEqual(byUrgency(lanes, NOON, 15).map((entry) => entry.ticket.number), ["late", "spare", "stuck", "no cutoff"]);
});

test("devices with scans to send and printers in use that want somebody are named", () => {
  assert.deepEqual(unsent([{ name: "a", pending: 2 }, { name: "b", pending: 0 }]).map((device) => device.name), ["a"]);
  const printers = [{ name: "off", active: false, stuck: 1 }, { name: "ill", active: true, attention: "Paper", stuck: 0 }, { name: "well", active: true, attention: null, stuck: 0 }];
  assert.deepEqual(troubled(printers).map((printer) => printer.name), ["ill"]);
});
