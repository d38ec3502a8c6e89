/** GS1 element strings and check digits: the twin of `warehouse/domain/gs1.py`, held to the same vectors. */

export const GROUP_SEPARATOR = "\x1d";

const DIGITS = /^[0-9]+$/;
const DATE = /^[0-9]{2}(0[1-9]|1[0-2])([0-2][0-9]|3[01])$/;
const FIXED = new Map([
  ["00", 18], ["01", 14], ["02", 14], ["11", 6], ["12", 6], ["13", 6], ["15", 6], ["16", 6], ["17", 6], ["20", 2],
]);
for (let measure = 3100; measure < 3700; measure += 1) FIXED.set(String(measure), 6);
for (let place = 410; place < 418; place += 1) FIXED.set(String(place), 13);
const VARIABLE = new Map([
  ["10", 20], ["21", 20], ["22", 20], ["30", 8], ["37", 8], ["90", 30], ["240", 30], ["241", 30], ["250", 30],
  ["251", 30], ["400", 30], ["401", 30], ["402", 17], ["403", 30], ["420", 20], ["421", 15], ["422", 3],
]);
for (let own = 91; own < 100; own += 1) VARIABLE.set(String(own), 90);
const DATES = new Set(["11", "12", "13", "15", "16", "17"]);
const COUNTS = new Set(["30", "37"]);

export const NO_ELEMENTS = Object.freeze({
  gtin: null, sscc: null, lot: null, serial: null, expiry: null, count: 1,
});

/** The GS1 check digit that belongs behind `digits` (weights 3 and 1 from the right). */
export function checkDigit(digits) {
  let total = 0;
  for (let place = 0; place < digits.length; place += 1) {
    total += Number(digits[digits.length - 1 - place]) * (place % 2 === 0 ? 3 : 1);
  }
  return (10 - (total % 10)) % 10;
}

/** Whether the last digit is the GS1 check digit of the others. */
export function hasValidCheckDigit(digits) {
  return DIGITS.test(digits) && checkDigit(digits.slice(0, -1)) === Number(digits.at(-1));
}

/** Read an element string whose groups end with GS (0x1d); null when it is not a well-formed one. */
export function parseElements(message) {
  const found = new Map();
  let rest = message;
  while (rest) {
    const step = take(rest);
    if (step === null) return null;
    if (found.has(step.identifier) && found.get(step.identifier) !== step.value) return null;
    found.set(step.identifier, step.value);
    rest = step.rest;
  }
  return found.size ? elements(found) : null;
}

/** YYMMDD as an ISO date: the century nearest to `today` (ISO), day 00 (or one too late) meaning the month's end. */
export function expiryDate(yymmdd, today) {
  const now = Number(today.slice(0, 4));
  let year = Math.floor(now / 100) * 100 + Number(yymmdd.slice(0, 2));
  if (year - now > 50) year -= 100;
  else if (year - now < -49) year += 100;
  const month = Number(yymmdd.slice(2, 4));
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const day = Math.min(Number(yymmdd.slice(4)), last) || last;
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

function take(rest) {
  for (const length of [2, 3, 4]) {
    const identifier = rest.slice(0, length);
    if (FIXED.has(identifier)) {
      const end = length + FIXED.get(identifier);
      return rest.length < end ? null : checked(identifier, rest.slice(length, end), rest.slice(end));
    }
    if (VARIABLE.has(identifier)) {
      const [value] = rest.slice(length).split(GROUP_SEPARATOR, 1);
      const after = rest.slice(length + value.length);
      return value.length > 0 && value.length <= VARIABLE.get(identifier) ? checked(identifier, value, after) : null;
    }
  }
  return null;
}

function checked(identifier, value, rest) {
  const numeric = FIXED.has(identifier) || COUNTS.has(identifier);
  if (numeric && !DIGITS.test(value)) return null;
  if (DATES.has(identifier) && !DATE.test(value)) return null;
  if (COUNTS.has(identifier) && Number(value) === 0) return null;
  return { identifier, value, rest: rest.startsWith(GROUP_SEPARATOR) ? rest.slice(1) : rest };
}

function elements(found) {
  return {
    gtin: found.get("01") ?? found.get("02") ?? null,
    sscc: found.get("00") ?? null,
    lot: found.get("10") ?? null,
    serial: found.get("21") ?? null,
    expiry: found.get("17") ?? null,
    count: Number(found.get("37") ?? found.get("30") ?? 1),
  };
}
