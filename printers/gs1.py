"""GS1 application identifiers: what each may hold, check digits, the element string with its separators.

Source: GS1 General Specifications, sections 3 (identifiers), 5.4 (GS1-128) and 7.9 (check digits).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from printers.code128 import FNC1
from printers.errors import RefusedContentError, Word

MAX_DATA = 48
"""Most data characters one GS1-128 symbol may carry, separators counted (General Specifications 5.4.4)."""

_ALNUM = r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]"
_PREDEFINED = frozenset(["00", "01", "02", "03", "04", *map(str, range(11, 21)), *map(str, range(31, 37)), "41"])
"""First two digits of identifiers whose length readers know, so that no FNC1 follows (figure 7.8.5-2)."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """What an application identifier holds: a pattern, and whether a check digit or a date is inside."""

    title: str
    pattern: str
    checked: int = 0
    date: bool = False


def _digits(title: str, length: int, *, checked: bool = False, date: bool = False) -> Identifier:
    return Identifier(title, rf"[0-9]{{{length}}}", length if checked else 0, date)


def _text(title: str, longest: int) -> Identifier:
    return Identifier(title, rf"{_ALNUM}{{1,{longest}}}")


IDENTIFIERS: dict[str, Identifier] = {
    "00": _digits("SSCC", 18, checked=True),
    "01": _digits("GTIN", 14, checked=True),
    "02": _digits("GTIN of the content", 14, checked=True),
    "10": _text("lot", 20),
    "11": _digits("production date", 6, date=True),
    "13": _digits("packaging date", 6, date=True),
    "15": _digits("best before", 6, date=True),
    "17": _digits("expiry", 6, date=True),
    "20": _digits("variant", 2),
    "21": _text("serial", 20),
    "240": _text("additional item code", 30),
    "241": _text("customer part number", 30),
    "30": Identifier("count", r"[0-9]{1,8}"),
    "37": Identifier("pieces inside", r"[0-9]{1,8}"),
    **{f"310{places}": _digits("net weight kg", 6) for places in range(6)},
    "400": _text("order number", 30),
    "401": _text("consignment", 30),
    "402": _digits("shipment", 17, checked=True),
    **{f"41{kind}": _digits("location", 13, checked=True) for kind in range(8)},
    "420": _text("ship-to postcode", 20),
    "421": Identifier("ship-to country and postcode", rf"[0-9]{{3}}{_ALNUM}{{1,9}}"),
    "90": _text("agreed between partners", 30),
    **{f"9{number}": _text("company internal", 90) for number in range(1, 10)},
}

_PATTERNS = {ai: re.compile(identifier.pattern, re.ASCII) for ai, identifier in IDENTIFIERS.items()}


def check_digit(digits: str) -> int:
    """Give the GS1 modulo-10 check digit that follows `digits`, for keys of any length."""
    figures = digits.encode()
    threes, ones = figures[::-2], figures[-2::-2]
    return (_ZERO * (3 * len(threes) + len(ones)) - 3 * sum(threes) - sum(ones)) % 10


_ZERO = ord("0")


def verify_check_digit(key: str, field: str) -> None:
    """Refuse a key whose last digit is not its check digit; nothing is ever put right here."""
    expected = check_digit(key[:-1])
    if int(key[-1]) != expected:
        pattern = "the check digit of {key} is {digit}, expected {expected}"
        raise RefusedContentError(field, pattern, key=key, digit=key[-1], expected=expected)


def sscc(extension: int, company_prefix: str, serial: int) -> str:
    """Build the 18-digit serial number of a carton: extension digit, company prefix (7-10 digits), serial, check digit.

    Raises RefusedContentError when a part does not fit. Source: General Specifications 3.2.2.
    """
    if extension not in range(10):
        raise RefusedContentError("extension", "expected one digit, got {value}", value=extension)
    if not re.fullmatch(r"[0-9]{7,10}", company_prefix):
        raise RefusedContentError("company_prefix", "expected 7 to 10 digits, got {value}", value=repr(company_prefix))
    room = 16 - len(company_prefix)
    if not 0 <= serial < 10**room:
        pattern = "{serial} does not fit into the {room} digits left of the prefix"
        raise RefusedContentError("serial", pattern, serial=serial, room=room)
    body = f"{extension}{company_prefix}{serial:0{room}d}"
    return f"{body}{check_digit(body)}"


Element = tuple[str, str]
"""An application identifier and its value, as in ("17", "261231")."""


def element_string(elements: Sequence[Element], field: str, most: int = MAX_DATA) -> str:
    """Give the text to encode: FNC1, then each identifier and value, FNC1 after each open-ended one but the last.

    `most` is how many data characters the barcode takes. Raises RefusedContentError naming `field` and the identifier
    for anything the standard does not allow.
    """
    if not elements:
        raise RefusedContentError(field, "a GS1 barcode needs at least one application identifier")
    for ai, value in elements:
        verify_element(ai, value, field)
    _verify_neighbours([ai for ai, _ in elements], field)
    parts = [ai + value + ("" if has_known_length(ai) else FNC1) for ai, value in elements]
    data = "".join(parts).removesuffix(FNC1)
    if len(data) > most:
        pattern = "{count} characters, the barcode holds {most} at most"
        raise RefusedContentError(field, pattern, count=len(data), most=most)
    return FNC1 + data


def human_readable(elements: Sequence[Element]) -> str:
    """Write elements as people read them, identifiers in brackets that are never encoded."""
    return " ".join(f"({ai}) {value}" for ai, value in elements)


def has_known_length(ai: str) -> bool:
    """Say whether readers know where the value of this identifier ends; such ones stand first."""
    return ai[:2] in _PREDEFINED


def verify_element(ai: str, value: str, field: str) -> None:
    """Refuse a value that its identifier does not allow, naming `field`."""
    identifier = IDENTIFIERS.get(ai)
    if identifier is None:
        raise RefusedContentError(field, "application identifier ({ai}) is not known here", ai=ai)
    if not _PATTERNS[ai].fullmatch(value):
        pattern = "({ai}) {title} cannot be {value}"
        raise RefusedContentError(field, pattern, ai=ai, title=Word(identifier.title), value=repr(value))
    if identifier.checked:
        verify_check_digit(value, field)
    if identifier.date:
        _verify_date(ai, value, field)


def _verify_date(ai: str, value: str, field: str) -> None:
    """Accept YYMMDD; day 00 means the last day of the month. The century is open, so 29 February always passes."""
    month, day = int(value[2:4]), int(value[4:])
    longest = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    if not 1 <= month <= 12 or day > longest[month - 1]:  # noqa: PLR2004 - months of a year
        title = Word(IDENTIFIERS[ai].title)
        raise RefusedContentError(field, "({ai}) {title} is no date YYMMDD: {value}", ai=ai, title=title, value=value)


def _verify_neighbours(ais: Sequence[str], field: str) -> None:
    """Apply the rules on which identifiers may stand together (General Specifications 4.14)."""
    if len(set(ais)) != len(ais):
        raise RefusedContentError(field, "an application identifier stands twice")
    if ("02" in ais) != ("37" in ais):
        raise RefusedContentError(field, "(02) and (37) stand together or not at all")
    if "01" in ais and "02" in ais:
        raise RefusedContentError(field, "(01) and (02) cannot stand in one barcode")
