"""GS1 element strings and check digits, as far as a pick needs them.

Source: GS1 General Specifications, sections 3 (application identifiers) and 7.9 (check digits).
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

GROUP_SEPARATOR = "\x1d"

_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_DATE = re.compile(r"[0-9]{2}(0[1-9]|1[0-2])([0-2][0-9]|3[01])", re.ASCII)
_FIXED = {"00": 18, "01": 14, "02": 14, "11": 6, "12": 6, "13": 6, "15": 6, "16": 6, "17": 6, "20": 2}
_FIXED |= {f"{measure}{tenth}": 6 for measure in range(310, 370) for tenth in range(10)}
_FIXED |= {str(place): 13 for place in range(410, 418)}
_VARIABLE = {"10": 20, "21": 20, "22": 20, "30": 8, "37": 8, "90": 30}
_VARIABLE |= {"240": 30, "241": 30, "250": 30, "251": 30, "400": 30, "401": 30, "402": 17, "403": 30, "420": 20}
_VARIABLE |= {"421": 15, "422": 3} | {str(own): 90 for own in range(91, 100)}
_DATES = {"11", "12", "13", "15", "16", "17"}
_COUNTS = {"30", "37"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Elements:
    """What an element string says: GTIN (14 digits), SSCC, lot, serial, expiry as YYMMDD, number of units."""

    gtin: str | None = None
    sscc: str | None = None
    lot: str | None = None
    serial: str | None = None
    expiry: str | None = None
    count: int = 1


def check_digit(digits: str) -> int:
    """Return the GS1 check digit that belongs behind `digits` (weights 3 and 1 from the right)."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return -total % 10


def has_valid_check_digit(digits: str) -> bool:
    """Say whether the last digit is the GS1 check digit of the others."""
    return bool(_DIGITS.fullmatch(digits)) and check_digit(digits[:-1]) == int(digits[-1])


def parse_elements(message: str) -> Elements | None:
    """Read an element string whose groups end with GS (0x1d); None when it is not a well-formed one."""
    found: dict[str, str] = {}
    rest = message
    while rest:
        step = _take(rest)
        if step is None:
            return None
        identifier, value, rest = step
        if found.setdefault(identifier, value) != value:
            return None
    return _elements(found) if found else None


def expiry_date(yymmdd: str, today: date) -> date:
    """Turn YYMMDD into a date: the century nearest to `today`, day 00 (or one too late) meaning the month's end."""
    year = today.year // 100 * 100 + int(yymmdd[:2])
    if year - today.year > 50:  # noqa: PLR2004 - the window of GS1 section 7.12
        year -= 100
    elif year - today.year < -49:  # noqa: PLR2004
        year += 100
    month, day = int(yymmdd[2:4]), int(yymmdd[4:])
    last = monthrange(year, month)[1]
    return date(year, month, min(day, last) or last)


def _take(rest: str) -> tuple[str, str, str] | None:
    """Cut one element off the front: identifier, value, what is left."""
    for length in (2, 3, 4):
        identifier = rest[:length]
        if identifier in _FIXED:
            end = length + _FIXED[identifier]
            value = rest[length:end]
            return _checked(identifier, value, rest[end:]) if len(value) == _FIXED[identifier] else None
        if identifier in _VARIABLE:
            value, _, after = rest[length:].partition(GROUP_SEPARATOR)
            return _checked(identifier, value, after) if 0 < len(value) <= _VARIABLE[identifier] else None
    return None


def _checked(identifier: str, value: str, rest: str) -> tuple[str, str, str] | None:
    numeric = identifier in _FIXED or identifier in _COUNTS
    if numeric and not _DIGITS.fullmatch(value):
        return None
    if identifier in _DATES and not _DATE.fullmatch(value):
        return None
    if identifier in _COUNTS and int(value) == 0:
        return None
    return identifier, value, rest.removeprefix(GROUP_SEPARATOR)


def _elements(found: dict[str, str]) -> Elements:
    return Elements(
        gtin=found.get("01") or found.get("02"),
        sscc=found.get("00"),
        lot=found.get("10"),
        serial=found.get("21"),
        expiry=found.get("17"),
        count=int(found.get("37") or found.get("30") or "1"),
    )
