/** What the board works out from the server's values: time spare, what stands still, what is urgent. Times are milliseconds. */
const MINUTE = 60_000;

/** Time spare at the projected finish; before there is a pace, time left until the cutoff only when that is over; null when nothing is late or known. */
export function slackOf({ finish, cutoff_at: cutoff, lines, lines_ended: ended }, now) {
  if (!cutoff || (lines && lines === ended)) return null;
  const until = Date.parse(cutoff);
  if (finish) return until - Math.max(Date.parse(finish), now);
  return until < now ? until - now : null;
}

/** How many batches are late: those seen to be since they were read, and the server's count where there are more than it sends. */
export function lateBatches(lanes, now) {
  return lanes.reduce((sum, { late, tickets }) => sum + Math.max(late, tickets.filter((ticket) => slackOf(ticket, now) < 0).length), 0);
}

/** How many batches stand still, counted like the late ones. */
export function stuckBatches(lanes, now, after) {
  return lanes.reduce((sum, { state, stuck, tickets }) => sum + Math.max(stuck, tickets.filter((ticket) => stuckFor(ticket, state, now, after)).length), 0);
}

/** For how long nothing has happened on a batch in hand, when that is too long; null while it goes on, is on a pause or is through. */
export function stuckFor({ heard_at: heard, paused, person, lines, lines_ended: ended }, state, now, after) {
  if (state !== "picking" || paused || !heard || lines === ended) return null;
  const quiet = now - Date.parse(heard);
  return quiet > after * MINUTE ? quiet : null;
}

/** All batches of the floor as `{ticket, state, slack, stuck}`: the least time spare first, then the stuck, then the rest as they came. */
export function byUrgency(lanes, now, stuckAfter) {
  const all = lanes
    .filter(({ state }) => state !== "planned")
    .flatMap(({ state, tickets }) => tickets.map((ticket) => ({ ticket, state, slack: slackOf(ticket, now), stuck: stuckFor(ticket, state, now, stuckAfter) })));
  const rank = ({ slack, stuck }) => slack ?? (stuck ? Number.MAX_SAFE_INTEGER - 1 : Number.MAX_SAFE_INTEGER);
  return all.map((entry, place) => ({ entry, place })).sort((a, b) => rank(a.entry) - rank(b.entry) || a.place - b.place).map(({ entry }) => entry);
}

/** Devices that still have scans to send, and printers that want somebody. */
export function unsent(devices) {
  return devices.filter((device) => device.pending > 0);
}

export function troubled(printers) {
  return printers.filter(({ active, attention, stuck }) => active && (attention || stuck));
}
