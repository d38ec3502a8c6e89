"""What every document has in common: a kind, and how often it was printed before."""

from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict

from printers.errors import RefusedContentError


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Everything that stands on one printed thing, as plain values; `reprint` n > 0 prints "REPRINT n" on it.

    `language` is the code of the one that its own words are in; empty for English.
    """

    __pydantic_config__ = ConfigDict(extra="forbid", strict=True)
    kind: ClassVar[str]
    """Names the document in stored print jobs and in file names."""
    is_paper: ClassVar[bool] = False
    """Says whether it is read as a sheet of paper and cannot go on a label."""

    is_for_customs: ClassVar[bool] = False
    """Says whether authorities of any country read it: its own words are English, whatever its language."""

    reprint: int = 0
    language: str = ""

    def __post_init__(self) -> None:
        if self.reprint < 0:
            raise RefusedContentError("reprint", "expected 0 for an original or more, got {value}", value=self.reprint)


def check_number_of(number: int, total: int, field: str) -> None:
    """Refuse "carton 3 of 2"; `total` 0 means that it is not known yet."""
    if number < 1 or total < 0 or 0 < total < number:
        raise RefusedContentError(field, "{number} of {total} is not possible", number=number, total=total)
