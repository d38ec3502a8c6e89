/** Numbers, times and amounts as the floor reads them. Times are milliseconds since 1970 or ISO strings. */
import { locale as here, t } from "./words.js";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const numbers = new Map();
const UNITS = { each: "{number} pieces", inner: "{number} inners", case: "{number} cases", pallet: "{number} pallets" };
const FULL = { inner: "{number} inners of {pack}", case: "{number} cases of {pack}", pallet: "{number} pallets of {pack}" };

/** 12345 → "12,345". */
export function number(value, locale = here()) {
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
  const isFull = Object.hasOwn(FULL, unit) && packQuantity !== 1;
  return t(isFull ? FULL[unit] : UNITS[unit] ?? UNITS.each, { number: quantity, pack: packQuantity });
}

/** A span of time in its two largest useful units: "45 s", "12 min", "2 h 5 min", "3 d 4 h". */
export function span(ms) {
  const time = Math.max(0, ms);
  if (time < MINUTE) return units("{number} s", time / 1000);
  if (time < HOUR) return units("{number} min", time / MINUTE);
  if (time < DAY) return pair(units("{number} h", time / HOUR), units("{number} min", (time % HOUR) / MINUTE));
  return pair(units("{number} d", time / DAY), units("{number} h", (time % DAY) / HOUR));
}

/** How long ago something was: "just now" below ten seconds. */
export function age(since, now = Date.now()) {
  const ms = now - asTime(since);
  return ms < 10_000 ? t("just now") : span(ms);
}

/** Time left before the cutoff: 720000 → "12 min spare"; −480000 → "8 min late". */
export function slack(ms) {
  if (Math.abs(ms) < MINUTE) return ms < 0 ? t("just late") : t("no time spare");
  return ms < 0 ? t("{time} late", { time: span(-ms) }) : t("{time} spare", { time: span(ms) });
}

/** How worried the slack should look: `ok`, `caution` below a quarter of an hour, `wrong` when late. */
export function slackStatus(ms) {
  if (ms < 0) return "wrong";
  return ms < 15 * MINUTE ? "caution" : "ok";
}

/** The clock of the site: "09:14". */
export function clock(at, { timeZone, locale = here(), seconds = false } = {}) {
  const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone, ...(seconds && { second: "2-digit" }) };
  return new Intl.DateTimeFormat(locale, options).format(asTime(at));
}

/** A clock time near `now`: "16:00" today, "Sun 12:00" on another day of the week around it, "29 Nov 12:00" further off. */
export function moment(at, now, { timeZone, locale = here() } = {}) {
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

function pair(large, small) {
  return small ? `${large} ${small}` : large;
}

/** So many whole units in words, or nothing for none but seconds. */
function units(pattern, value) {
  const whole = Math.floor(value);
  return whole || pattern === "{number} s" ? t(pattern, { number: whole }) : "";
}

function asTime(at) {
  return typeof at === "number" ? at : Date.parse(at);
}
