"""One import while it runs: what is asked, what it works with, what has come of it so far, and how a step is stored."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from warehouse.children import Children
from warehouse.domain.drafts import Refused
from warehouse.domain.orders import Cancellation
from warehouse.exchange.mapping import FileHead, Request
from warehouse.exchange.source import Origin
from warehouse.exchange.targets import Kind
from warehouse.services.actor import Actor
from warehouse.services.intake import Tally
from warehouse.services.intake_knowledge import IntakeRules, Knowledge
from warehouse.services.intake_orders import Stored
from warehouse.services.intake_records import NewPin
from warehouse.storage.database import Database

Asked = TypeVar("Asked")
Given = TypeVar("Given")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A file to be imported: its bytes or its path, what it brings, how it is read; a dry run stores nothing."""

    kind: Kind
    origin: Origin
    file_name: str
    actor: Actor
    profile: str = "canonical"
    dry_run: bool = False


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

    `pause` is how many times as long as a step took is waited after it; `stride` is how many times as large a step may
    be as where others wait for the writer.
    """

    database: Database
    children: Children
    now: Callable[[], datetime]
    hash_pin: Callable[[str], str]
    pause: float = 0.0
    stride: int = 1


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
    background: ThreadPoolExecutor
    pending: Future[list[Stored]] | None = None
    run: int | None = None
    head: FileHead | None = None
    tally: Tally = field(default_factory=Tally)
    refused: list[Refused] = field(default_factory=list)
    documents: list[Cancellation] = field(default_factory=list)
    people: list[NewPin] = field(default_factory=list)


def write_step(work: Work, use_case: Callable[[Session, Asked], Given], asked: Asked) -> Given:
    """Run one step: for good, or, in a dry run, undone once its answer is known."""
    began = time.monotonic()
    database = work.around.database
    if not work.job.dry_run:
        answer = database.run(use_case, asked)
        time.sleep((time.monotonic() - began) * work.around.pause)
        return answer
    try:
        database.run(_rehearse, (use_case, asked))
    except _Rehearsed as rehearsed:
        given: Given = rehearsed.answer
        return given
    raise AssertionError("a rehearsal always ends in being undone")


def _rehearse(session: Session, step: tuple[Callable[[Session, Any], Any], Any]) -> None:
    use_case, asked = step
    raise _Rehearsed(use_case(session, asked))
