"""The promises of the domain as SQL: each check selects the rows that break it, in words, and nothing else.

Every statement runs unchanged on SQLite and PostgreSQL and only reads.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

NAMED = 20
"""So many offending rows are named; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Check:
    """One promise: its name, the promise as a sentence, and the statement that finds what breaks it."""

    name: str
    promise: str
    statement: TextClause


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of one check: the first offending rows in words, and how many there are."""

    name: str
    promise: str
    rows: tuple[str, ...] = ()
    broken: int = 0

    @property
    def ok(self) -> bool:
        """Whether the promise holds."""
        return self.broken == 0


def check(name: str, promise: str, statement: str) -> Check:
    """Make a check from a statement that selects one column of text."""
    return Check(name, promise, text(statement))


def run(session: Session, one: Check) -> Result:
    """Run one check on the state this session sees."""
    return result_of(one.name, one.promise, session.scalars(one.statement))


def result_of(name: str, promise: str, offending: Iterable[object]) -> Result:
    """Count the offending rows and keep the first of them."""
    named: list[str] = []
    broken = 0
    for row in offending:
        broken += 1
        if broken <= NAMED:
            named.append(str(row))
    return Result(name=name, promise=promise, rows=tuple(named), broken=broken)
