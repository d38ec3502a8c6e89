"""What this library refuses, always naming the field, never correcting it."""

from functools import partial
from typing import Any

Told = str | float
"""What stands in a pattern: text as it is, a number, or a `Word`."""


class Word(str):
    """English among the values, which has a translation of its own: a kind of paper, the title of a profile."""

    __slots__ = ()


class PrintersError(Exception):
    """Something asked of the printers library was refused: `pattern` with its `values`, for readers of any language."""

    code = "print_refused"

    def __init__(self, pattern: str, /, **values: Told) -> None:
        self.message = pattern.format(**values) if values else pattern
        super().__init__(self.message)
        self.pattern = pattern
        self.values = values


class RefusedContentError(PrintersError):
    """A document's field cannot be printed as it is; `field` names it, as in `stops[3].tasks[0].name`."""

    code = "content_refused"

    def __init__(self, field: str, pattern: str, /, **values: Told) -> None:
        super().__init__(pattern, **values)
        self.field = field

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel between processes with both parts, where an exception by itself keeps one text."""
        return partial(type(self), self.field, self.pattern, **self.values), ()


class ProfileError(PrintersError):
    """A printer profile or medium is unknown or contradicts itself."""

    code = "profile_invalid"


class TransportRefusedError(PrintersError):
    """A printer's address or a job's file name is not allowed."""

    code = "transport_refused"
