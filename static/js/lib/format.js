/** Numbers, times and amounts as the floor reads them. Times are milliseconds since 1970 or ISO strings. */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const numbers = new Map();
const UNITS = { each: ["piece", "pieces"], inner: ["inner", "inners"], case: ["case", "cases"], pallet: ["pallet", "pallets"] };

/** 12345 → "12,345". */
export function number(value, locale = "en") {
  if (!numbers.has(locale)) numbers.set(locale, new Intl.NumberFormat(locale));
  return numbers.get(locale).format(value);
}

/** (3, 8) → "38 %"; never 100 % before all is there, never 0 % once something is. */
export function percent(part, whole) {
  if (!whole) return "0 %";
  const rounded = Math.round((100 * part) / whole);
  const honest = part < whole ? Math.min(99, part > 0 ? Math.max(1, rounded) : 0) : rounded;
  return `${honest} %`;
}

/** (5, "each") → "5 pieces"; (1, "case", 6) → "1 case of 6". */
export function pieces(quantity, unit = "each", packQuantity = 1) {
  const [one, many] = UNITS[unit] ?? UNITS.each;
  const content = unit === "each" || packQuantity === 1 ? "" : ` of ${packQuantity}`;
  return `${number(quantity)} ${quantity === 1 ? one : many}${content}`;
}

/** A span of time in its two largest useful units: "45 s", "12 min", "2 h 5 min", "3 d 4 h". */
export function span(ms) {
  const t = Math.max(0, ms);
  if (t < MINUTE) return `${Math.floor(t / 1000)} s`;
  if (t < HOUR) return `${Math.floor(t / MINUTE)} min`;
  if (t < DAY) return pair(t, HOUR, "h", MINUTE, "min");
  return pair(t, DAY, "d", HOUR, "h");
}

/** How long ago something was: "just now" below ten seconds. */
export function age(since, now = Date.now()) {
  const ms = now - asTime(since);
  return ms < 10_000 ? "just now" : span(ms);
}

/** Time left before the cutoff: 720000 → "12 min spare"; −480000 → "8 min late". */
export function slack(ms) {
  if (Math.abs(ms) < MINUTE) return ms < 0 ? "just late" : "no time spare";
  return ms < 0 ? `${span(-ms)} late` : `${span(ms)} spare`;
}

/** How worried the slack should look: `ok`, `caution` below a quarter of an hour, `wrong` when late. */
export function slackStatus(ms) {
  if (ms < 0) return "wrong";
  return ms < 15 * MINUTE ? "caution" : "ok";
}

/** The clock of the site: "09:14". */
export function clock(at, { timeZone, locale = "en-GB", seconds = false } = {}) {
  const options = { hour: "2-digit", minute: "2-digit", timeZone, ...(seconds && { second: "2-digit" }) };
  return new Intl.DateTimeFormat(locale, options).format(asTime(at));
}

/** A clock time near `now`: "16:00" today, "Sun 12:00" on another day of the week around it, "29 Nov 12:00" further off. */
export function moment(at, now, { timeZone, locale = "en-GB" } = {}) {
  const day = (time) => new Intl.DateTimeFormat("en-CA", { timeZone }).format(time);
  const time = clock(at, { timeZone, locale });
  if (day(asTime(at)) === day(asTime(now))) return time;
  const isNear = Math.abs(asTime(at) - asTime(now)) < 6 * DAY;
  const options = isNear ? { weekday: "short", timeZone } : { day: "numeric", month: "short", timeZone };
  return `${new Intl.DateTimeFormat(locale, options).format(asTime(at))} ${time}`;
}

/** A code in the parts a person reads it in: "A-07-1" → ["A-", "07-", "1"]; a screen may break between them. */
export function codeParts(code) {
  return code.match(/[^-./ ]+[-./ ]*|[-./ ]+/g) ?? [code];
}

function pair(t, big, bigName, small, smallName) {
  const rest = Math.floor((t % big) / small);
  return `${Math.floor(t / big)} ${bigName}${rest ? ` ${rest} ${smallName}` : ""}`;
}

function asTime(at) {
  return typeof at === "number" ? at : Date.parse(at);
}
