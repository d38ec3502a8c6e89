"""The form of a mapping profile: what a person chose for each column, as the values of a profile, and back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from warehouse.domain.words import sentence
from warehouse.exchange.peek import Look
from warehouse.exchange.profile import Format, Profile, profile_of
from warehouse.exchange.suggesting import known_words, suggest
from warehouse.exchange.targets import TARGETS, Kind

FILTERS, WORDS, FIXED = 4, 10, 3
_WORDY = ("unit", "payment", "service", "line_state", "line_kind", "cancelled")
_DATE_FORMS = ("iso", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%b-%d-%y", "%Y%m%d")
_MOMENT_FORMS = ("iso", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M", "%d.%m.%Y")
_ENDS = {"\t": "TAB"}
_CAPITALS = {"gtin": "GTIN", "sku": "SKU", "hs": "HS"}
_WORD_OF_DELIMITER = {"TAB": "\t", "": None}


@dataclass(frozen=True, slots=True)
class Choices:
    """What the selects of the form offer."""

    delimiters: tuple[tuple[str, str], ...] = (
        *(("", "found by itself"), (",", "comma"), (";", "semicolon")),
        *(("TAB", "TAB"), ("|", "bar |")),
    )
    encodings: tuple[tuple[str, str], ...] = (
        *(("", "UTF-8 or UTF-16"), ("cp1252", "Windows West (cp1252)"), ("cp1250", "Windows Central (cp1250)")),
        *(("cp1251", "Windows Cyrillic (cp1251)"), ("iso8859-15", "ISO 8859-15"), ("iso8859-1", "ISO 8859-1")),
        *(("cp850", "DOS West (cp850)"), ("cp437", "DOS (cp437)")),
    )
    headers: tuple[tuple[str, str], ...] = (("first", "the first line"), ("search", "further down, to be found"))
    dates: tuple[str, ...] = _DATE_FORMS
    moments: tuple[str, ...] = _MOMENT_FORMS
    marks: tuple[tuple[str, str], ...] = ((".", "point: 1234.50"), (",", "comma: 1234,50"))
    thousands: tuple[tuple[str, str], ...] = (
        *(("", "nothing"), (".", "point"), (",", "comma"), ("'", "apostrophe")),
        (" ", "blank"),
    )
    operators: tuple[tuple[str, str], ...] = (("is", "is"), ("is_not", "is not"), ("pattern", "fits the pattern"))
    actions: tuple[tuple[str, str], ...] = (
        ("ignore_row", "leave the row out"),
        ("not_pickable", "the line is no goods"),
        ("skip_order", "leave the order out"),
        ("withdrawn", "the shop has cancelled it"),
        ("cancellation", "takes an earlier order back"),
    )
    missing: tuple[tuple[str, str], ...] = (("hold", "hold the order"), ("refuse", "refuse the order"))
    address: tuple[tuple[str, str], ...] = (
        ("hold", "hold the order"),
        ("flag", "only flag it"),
        ("off", "say nothing"),
    )


def format_of(sent: Mapping[str, str]) -> Format:
    """Read how the file is laid out."""
    values: dict[str, Any] = {"header": sent.get("header") or "first"}
    delimiter = sent.get("delimiter", "")
    values["delimiter"] = _WORD_OF_DELIMITER.get(delimiter, delimiter)
    values["legacy_encoding"] = sent.get("encoding") or None
    return profile_of_format(values)


def profile_of_format(values: Mapping[str, Any]) -> Format:
    """Check the layout by itself, before there are columns."""
    found = profile_of({**_LEAST, "format": dict(values)})
    return found.format


_LEAST: dict[str, Any] = {
    "name": "look",
    "kind": "stock",
    "version": 1,
    "columns": {name: {"headers": (name,)} for name in ("bin", "sku", "quantity")},
}


def first_form(kind: Kind, look: Look, zone: str, like: Profile | None) -> dict[str, str]:
    """Give the form as it is first shown: suggestions for each column, and how dates and numbers seem to be written."""
    targets = suggest(kind, look.header, like)
    found = {f"col-{place}": target for place, target in enumerate(targets)}
    found |= {"date": look.date_format, "moment": look.date_format, "zone": zone, "address": "hold", "missing": "hold"}
    found |= {"decimal": ",", "thousands": ".", "whole": "yes"} if look.has_decimal_comma else {"decimal": "."}
    if look.assumed:
        found["encoding"] = look.encoding
    found["delimiter"] = _ENDS.get(look.delimiter, look.delimiter)
    return found | _suggested_words(kind, targets, look)


def _suggested_words(kind: Kind, targets: Sequence[str], look: Look) -> dict[str, str]:
    """Offer a row for each word of a column whose words mean something, with its meaning where any profile knows it."""
    rows = [
        (target, word, known_words(kind, target).get(word.casefold(), ""))
        for place, target in enumerate(targets)
        if target in _WORDY
        for word in look.values[place]
    ]
    found: dict[str, str] = {}
    for number, (target, word, meant) in enumerate(rows[:WORDS]):
        found |= {f"word-{number}-target": target, f"word-{number}-from": word, f"word-{number}-to": meant}
    return found


def profile_from(sent: Mapping[str, str], header: Sequence[str], version: int) -> Profile:
    """Read the whole form as a profile; raises ProfileError that names what is missing or wrong."""
    kind = Kind(sent["kind"])
    values: dict[str, Any] = {
        "name": sent.get("profile", "").strip(),
        "kind": kind.value,
        "version": version,
        "format": format_of(sent).model_dump(),
        "columns": _columns(sent, header),
        "parse": _parse(sent),
        "value_map": _value_map(sent),
        "filters": _filters(sent),
        "defaults": _defaults(sent),
    }
    if kind is Kind.ORDERS:
        values["identity"] = {"source": sent.get("source", "").strip() or values["name"]}
        values["on_missing_sku"] = sent.get("missing") or "hold"
        values["checks"] = {"address": sent.get("address") or "hold"}
        differing = [sent[f"col-{place}"] for place in range(len(header)) if sent.get(f"differ-{place}")]
        heads = {name for name, target in TARGETS[kind].items() if target.per_group}
        values["group_by"] = {
            "may_differ": tuple(name for name in differing if name in heads),
            "blank_key": "same_as_above" if sent.get("blank_key") else "refuse",
        }
    return profile_of(values)


def _columns(sent: Mapping[str, str], header: Sequence[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, list[str]] = {}
    for place, name in enumerate(header):
        if target := sent.get(f"col-{place}", ""):
            found.setdefault(target, []).append(name.strip())
    # Two columns for one target, as street and house number: the second is put behind the first.
    return {target: {"headers": (names[0],), "join": tuple(names[1:])} for target, names in found.items()}


def _parse(sent: Mapping[str, str]) -> dict[str, Any]:
    forms = {name: sent.get(word) or "iso" for name, word in (("dates", "date"), ("moments", "moment"))}
    return {
        "dates": (forms["dates"],),
        "moments": tuple(dict.fromkeys((forms["moments"], "iso"))),
        "zone": sent.get("zone") or "UTC",
        "decimal_mark": sent.get("decimal") or ".",
        "thousands_mark": sent.get("thousands") or "",
        "whole_decimals": bool(sent.get("whole")),
        "strip_leading_apostrophe": bool(sent.get("apostrophe")),
    }


def _value_map(sent: Mapping[str, str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for number in range(WORDS):
        target, said, meant = (sent.get(f"word-{number}-{part}", "").strip() for part in ("target", "from", "to"))
        if target and said and meant:
            found.setdefault(target, {})[said] = meant
    return found


def _filters(sent: Mapping[str, str]) -> tuple[dict[str, str], ...]:
    found = []
    for number in range(FILTERS):
        target, text = (sent.get(f"filter-{number}-{part}", "").strip() for part in ("target", "text"))
        operator = sent.get(f"filter-{number}-how", "is")
        if target and (text or operator != "pattern"):
            pattern = text if operator == "pattern" else _any_of(text)
            key = "unless" if operator == "is_not" else "matches"
            found.append({"column": target, key: pattern, "action": sent.get(f"filter-{number}-action", "")})
    return tuple(found)


def _any_of(text: str) -> str:
    """Write words with commas between them as a pattern that takes any of them, in whatever case; none is a blank."""
    words = [re.escape(word.strip()) for word in text.split(",")]
    return f"(?i)(?:{'|'.join(words)})"


def _defaults(sent: Mapping[str, str]) -> dict[str, str]:
    rows = [[sent.get(f"fixed-{number}-{part}", "").strip() for part in ("target", "text")] for number in range(FIXED)]
    return {target: text for target, text in rows if target and text}


def readable_targets(kind: Kind) -> list[tuple[str, str]]:
    """Give what a column may be, as a person reads it; what must be there is marked."""
    return [
        ("", "(not read)"),
        *(
            (name, sentence("{what} *", what=_said(name)) if target.required else _said(name))
            for name, target in TARGETS[kind].items()
        ),
    ]


def _said(name: str) -> str:
    head, _, rest = name.partition("_")
    if head == "ship" and rest:
        return sentence("Ship to: {what}", what=sentence(rest.replace("line", "address line ").replace("_", " ")))
    words = [_CAPITALS.get(word, word) for word in name.split("_")]
    return sentence(" ".join([words[0][:1].upper() + words[0][1:], *words[1:]]))
