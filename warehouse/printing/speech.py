"""Paper in its language: the words of a stored document, from the catalogues that screens have too.

Paper that somebody asked for on a screen speaks the language of their badge; what goes to a customer or a carrier, or
is printed without anybody asking, that of the site; customs papers are English.
`warehouse/services/printing/language.py` chooses, the document keeps the choice, so that a reprint is in the language
of the first print. Codes, barcodes and SKUs are never words. Sheets in Arabic run from right to left; labels keep
their places.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from printers import ENGLISH
from printers import Words as PaperWords
from warehouse.domain.words import Text, as_said, without_parts
from warehouse.resources import folder
from warehouse.words import RIGHT_TO_LEFT, SOURCE, Speaker, Words

_CODES = frozenset({"code", "barcode", "sku", "number"})
"""Fields that hold no words: a printer may be called by one."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """The words of one language as `printers` asks for them."""

    speaker: Speaker

    @property
    def language(self) -> str:
        """Give the code of the language."""
        return self.speaker.language

    @property
    def right_to_left(self) -> bool:
        """Tell whether sheets run from right to left."""
        return self.speaker.language in RIGHT_TO_LEFT

    def say(self, pattern: str, /, **values: object) -> str:
        """Fill an English pattern."""
        return self.speaker.say(pattern, **values)

    def count(self, number: int, one: str, many: str) -> str:
        """Say how many: the catalogues know the forms of the pattern for many."""
        return self.speaker.say(many, number=number)

    def number(self, value: float, digits: int) -> str:
        """Write a number with so many digits after the mark."""
        return self.speaker.number(value, digits)

    def day(self, at: date) -> str:
        """Write a day."""
        return self.speaker.date(at)

    def moment(self, at: datetime) -> str:
        """Write a day with its clock time, which is the site's already."""
        return self.speaker.clock(at.replace(tzinfo=UTC), UTC, "yMMMd Hm")


def words_of(language: str) -> PaperWords:
    """Give the words of a language; English needs no catalogue."""
    return Spoken(_words().speaker(language)) if language not in {"", SOURCE} else ENGLISH


def in_words(document: Mapping[str, Any]) -> dict[str, Any]:
    """Give a document whose sentences are said in its language."""
    speaker = _words().speaker(document["language"]) if document.get("language") else None
    return _fields(without_parts(document) or {}, document, speaker)


def _fields(values: Mapping[str, Any], document: Mapping[str, Any], speaker: Speaker | None) -> dict[str, Any]:
    return {name: it if name in _CODES else _said(it, document, speaker) for name, it in values.items()}


def _said(value: Any, document: Mapping[str, Any], speaker: Speaker | None) -> Any:
    if isinstance(value, str):
        text = as_said(value, document)
        return speaker.put(text) if speaker and isinstance(text, Text) else str(text)
    if isinstance(value, list):
        return [_said(each, document, speaker) for each in value]
    if isinstance(value, Mapping):
        return _fields(value, document, speaker)
    return value


@cache
def _words() -> Words:
    return Words(folder("static") / "words")
