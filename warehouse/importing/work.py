"""One import while it runs: what is asked, what it works with, what has come of it so far, and how a step is stored."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from warehouse.children import Children
from warehouse.domain.drafts import AcceptedRecord, Refused, Skipped
from warehouse.domain.orders import Cancellation
from warehouse.exchange.mapping import FileHead, Request
from warehouse.exchange.profile import Profile
from warehouse.exchange.source import Origin
from warehouse.exchange.targets import Kind
from warehouse.services.actor import Actor
from warehouse.services.intake.cancellations import Matched
from warehouse.services.intake.knowledge import IntakeRules, JudgedOrder, Knowledge
from warehouse.services.intake.records import NewPin
from warehouse.services.intake.runs import Tally
from warehouse.storage.database import Database
from warehouse.storage.manners import ALONE_SECONDS, Clock, Manners, Pace

READ_AT_ONCE = 50
"""Few enough that judging them leaves the interpreter to scans again soon."""

_ORDER_WEIGHT = 6
_DOCUMENT_WEIGHT = 10

Asked = TypeVar("Asked")
Given = TypeVar("Given")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A file to be imported: its bytes or its path, what it brings, how it is read; a dry run stores nothing.

    With `all_or_nothing` one refused record, found when it is read or when it would be stored, refuses the whole file.
    `source` says whose order numbers these are, where the profile is one for many shops; `draft` is a profile that is
    tried and not stored yet.
    """

    kind: Kind
    origin: Origin
    file_name: str
    actor: Actor
    profile: str = "canonical"
    source: str = ""
    draft: Profile | None = None
    dry_run: bool = False
    all_or_nothing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an import came to; `run` is its key, None for a dry run; `people` are those made, with their PINs."""

    report: dict[str, Any]
    run: int | None
    preview: tuple[tuple[str, ...], ...] = ()
    rejected: bytes | None = None
    people: tuple[NewPin, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What an import works with.

    `alone` is how many seconds a step may hold the writer while nobody scans; `at_once` so many records are handed over
    by the reading process, and judged, together.
    """

    database: Database
    children: Children
    now: Callable[[], datetime]
    hash_pin: Callable[[str], str]
    alone: float = ALONE_SECONDS
    at_once: int = READ_AT_ONCE

    def step_seconds(self) -> float:
        """Give how long a step should hold the writer now."""
        return Manners(self.database, self.alone).step_seconds()

    def rest(self, seconds: float) -> None:
        """Leave the house to people who scan, if any do, after a piece of work that took so long."""
        if pause := Manners(self.database).rest_after(seconds):
            time.sleep(pause)


class Paces:
    """How large the steps of one import are, by what is stored: weights are order lines, or what costs as much."""

    def __init__(self, aim: Callable[[], float]) -> None:
        self.orders = Pace[JudgedOrder](aim, 300, lambda order: _ORDER_WEIGHT + len(order.draft.lines))
        self.cancellations = Pace[Matched](aim, 60, lambda it: _DOCUMENT_WEIGHT + len(it.document.draft.units))
        self.emptied = Pace[Skipped](aim, 60, lambda _: _DOCUMENT_WEIGHT)
        self.records = Pace[AcceptedRecord](aim, 4, lambda _: 1)


class _Rehearsed(Exception):  # noqa: N818 - no error: the way to undo a step whose answer is wanted
    """Carries the answer of a step out of a transaction that is undone."""

    def __init__(self, answer: Any) -> None:
        super().__init__("rehearsed")
        self.answer = answer


@dataclass(slots=True)
class Work:
    """One import while it runs."""

    job: Job
    around: Surroundings
    request: Request
    rules: IntakeRules
    knowledge: Knowledge
    noted: datetime
    pace: Paces
    run: int | None = None
    head: FileHead | None = None
    tally: Tally = field(default_factory=Tally)
    refused: list[Refused] = field(default_factory=list)
    documents: list[Cancellation] = field(default_factory=list)
    people: list[NewPin] = field(default_factory=list)


def write_step(
    work: Work, use_case: Callable[[Session, Asked], Given], asked: Asked, learn: Callable[[float], None]
) -> Given:
    """Run one step: for good, or, in a dry run, undone once its answer is known; `learn` is told its seconds."""
    clock = Clock(use_case)
    database = work.around.database
    run = _rehearsed if work.job.dry_run else Database.run
    answer = run(database, clock.run, asked)
    learn(clock.seconds)
    work.around.rest(clock.seconds)
    return answer


def _rehearsed(database: Database, use_case: Callable[[Session, Asked], Given], asked: Asked) -> Given:
    try:
        database.run(_rehearse, (use_case, asked))
    except _Rehearsed as rehearsed:
        given: Given = rehearsed.answer
        return given
    raise AssertionError("a rehearsal always ends in being undone")


def _rehearse(session: Session, step: tuple[Callable[[Session, Any], Any], Any]) -> None:
    use_case, asked = step
    raise _Rehearsed(use_case(session, asked))
