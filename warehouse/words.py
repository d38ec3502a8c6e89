"""Words by language: the catalogues that server and browser share, and numbers, dates and plurals as CLDR has them.

A catalogue (`static/words/<language>.json`) maps an English pattern to its translation. Where the words depend on a
number it maps to the plural forms of the language, `of` names the value that decides; the key is English for "other":
`{"{number} orders": {"of": "number", "one": "{number} order", "other": "{number} orders"}}`.
Other numbers stand as they are: they may be the number of a list.
What follows `||` in a pattern only tells two meanings of one English word apart. The browser's half is
`static/js/lib/words.js`.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton, format_time
from babel.numbers import format_decimal

from warehouse.domain.words import LANGUAGES, MEANING, parts_of

SOURCE = "en"
RIGHT_TO_LEFT = frozenset({"ar"})
_HOLE = re.compile(r"\{(\w+)\}")
_ISOLATED = "\u2068{}\u2069"
"""A code stands in a right-to-left sentence as it stands on its label."""

Catalogue = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Speaker:
    """One language: puts patterns into words, and writes numbers and times as its readers do; digits as on labels."""

    language: str
    catalogue: Catalogue
    locale: Locale

    @property
    def direction(self) -> str:
        """Give the direction of writing, as the `dir` attribute has it."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    def say(self, pattern: str, /, **values: object) -> str:
        """Fill a pattern in this language; one without a translation, or without its number, stays English."""
        entry = self.catalogue.get(pattern)
        if entry is None or (not isinstance(entry, str) and entry["of"] not in values):
            entry = pattern.partition(MEANING)[0]
        if not isinstance(entry, str):
            number: Any = values[entry["of"]]
            values = values | {entry["of"]: self.number(number)}
            entry = entry.get(self.locale.plural_form(number), entry["other"])
        return _HOLE.sub(lambda hole: self._value(values.get(hole[1], hole[0])), entry) if values else str(entry)

    def put(self, text: str) -> str:
        """Say a sentence of the rules in this language; plain text is looked up as it is."""
        parts = parts_of(text)
        return self.say(text) if parts is None else self._put_parts(parts)

    def number(self, value: float, digits: int | None = None) -> str:
        """Write a number: 12345 → "12,345" or "12.345"; with exactly so many `digits` after the mark where given."""
        form = None if digits is None else f"#,##0.{'0' * digits}"
        return format_decimal(value, form, locale=self.locale, numbering_system="latn")

    def date(self, value: date, skeleton: str = "") -> str:
        """Write a day, "21 Nov 2026", or what of it is wanted, as CLDR names it: "November 2026" for "yMMMM"."""
        if skeleton:
            return _western(format_skeleton(skeleton, value, locale=self._dates))
        return _western(format_date(value, "medium", locale=self._dates))

    def time(self, value: datetime, zone: tzinfo) -> str:
        """Write the clock time of a moment: "09:14"."""
        return _western(format_time(value, "HH:mm", tzinfo=zone, locale=self._dates))

    def moment(self, value: datetime, zone: tzinfo) -> str:
        """Write day and clock time of a moment: "21 Nov 2026, 09:14"."""
        return _western(format_datetime(value, "medium", tzinfo=zone, locale=self._dates))

    def clock(self, value: datetime, zone: tzinfo, skeleton: str = "MMMd Hm") -> str:
        """Write a moment by what is wanted of it, as CLDR names it, day and clock apart: "21 Nov 09:05"."""
        at = value.astimezone(zone)
        written = [format_skeleton(each, at, tzinfo=zone, locale=self._dates) for each in skeleton.split()]
        return _western(" ".join(written))

    @property
    def _dates(self) -> Locale:
        return Locale("en", "GB") if self.language == SOURCE else self.locale

    def _put_parts(self, parts: Iterable[Any]) -> str:
        return " ".join(self.say(pattern, **values) for pattern, values in parts)

    def _value(self, value: object) -> str:
        if isinstance(value, list):
            return self._put_parts(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return format_decimal(value, locale=self.locale, numbering_system="latn", group_separator=False)
        text = self.put(value) if isinstance(value, str) and parts_of(value) is not None else str(value)
        return _ISOLATED.format(text) if self.language in RIGHT_TO_LEFT else text


class Words:
    """The catalogues of all languages, read once."""

    def __init__(self, folder: Path) -> None:
        self._speakers = {
            code: Speaker(language=code, catalogue=_read(folder / f"{code}.json"), locale=Locale.parse(code))
            for code in LANGUAGES
        }

    @property
    def catalogues(self) -> Mapping[str, Catalogue]:
        """Give every catalogue by its language."""
        return {code: speaker.catalogue for code, speaker in self._speakers.items()}

    def speaker(self, language: str | None) -> Speaker:
        """Give the speaker of a language, of English where it is none of ours."""
        return self._speakers.get(language or SOURCE, self._speakers[SOURCE])

    def known(self, language: str | None) -> bool:
        """Tell whether this is one of the languages."""
        return language in self._speakers


@cache
def _read(path: Path) -> Catalogue:
    found: Catalogue = json.loads(path.read_text("utf-8"))
    return found


def _western(text: str) -> str:
    return text.translate(_DIGITS)


_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")
