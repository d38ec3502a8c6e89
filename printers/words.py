"""Words on paper: English is said where it is drawn; whoever renders may bring the words of other languages."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Protocol


class Words(Protocol):
    """Says patterns in one language, and writes numbers and times as its readers do."""

    @property
    def language(self) -> str:
        """The code of the language."""

    @property
    def right_to_left(self) -> bool:
        """Whether sheets of paper run from right to left; labels keep their places."""

    def say(self, pattern: str, /, **values: object) -> str:
        """Fill an English pattern in this language."""

    def count(self, number: int, one: str, many: str) -> str:
        """Say how many: "{number} line" or "{number} lines"."""

    def number(self, value: float, digits: int) -> str:
        """Write a number with so many digits after the mark."""

    def day(self, at: date) -> str:
        """Write a day."""

    def moment(self, at: datetime) -> str:
        """Write a day with its clock time."""


class English:
    """English, which needs no catalogue."""

    language = "en"
    right_to_left = False

    def say(self, pattern: str, /, **values: object) -> str:
        """Fill the pattern; what follows `||` in it only tells two meanings of one word apart."""
        return pattern.partition("||")[0].format(**values) if values else pattern.partition("||")[0]

    def count(self, number: int, one: str, many: str) -> str:
        """Say one or many."""
        return self.say(one if number == 1 else many, number=number)

    def number(self, value: float, digits: int) -> str:
        """Write 1,234.50."""
        return f"{value:,.{digits}f}"

    def day(self, at: date) -> str:
        """Write 21 Nov 2026."""
        return f"{at:%d %b %Y}"

    def moment(self, at: datetime) -> str:
        """Write 21 Nov 2026 09:14."""
        return f"{at:%d %b %Y %H:%M}"


ENGLISH = English()
Languages = Callable[[str], Words]
"""Gives the words of a language by its code; those of English for "" and for one that is not known."""


def only_english(_language: str) -> Words:
    """Say everything in English."""
    return ENGLISH


def when(words: Words, text: str) -> str:
    """Write an ISO day or moment as the language does; any other text stays as it was written."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return words.moment(at) if "T" in text else words.day(at.date())


_AMOUNT = re.compile(r"((?:[A-Z]{3} )?)(\d+\.\d\d)")


def amount(words: Words, text: str) -> str:
    """Write "EUR 1234.50", or without a currency, as the language does; any other text stays as it was written."""
    found = _AMOUNT.fullmatch(text)
    return found[1] + words.number(float(found[2]), 2) if found else text
