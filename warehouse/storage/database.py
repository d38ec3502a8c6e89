"""The one place that commits: reads side by side, writes through one writer with group commit."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from warehouse.storage.chain import Anchor, seal
from warehouse.storage.checkpoints import Checkpoints
from warehouse.storage.engines import may_help_the_writer, reading_engine, writing_engine
from warehouse.storage.faults import fault_of
from warehouse.storage.neighbours import Neighbours
from warehouse.storage.queue import Ticket
from warehouse.storage.writer import Listener, Outbox, Writer

Request = TypeVar("Request")
Answer = TypeVar("Answer")
Scan = TypeVar("Scan")
Result = TypeVar("Result")


class Done(Protocol):
    """What came of a caller's scans: `answer` is one result for each, unless there is an `error`."""

    answer: Any
    error: BaseException | None


class ScanJudge(Protocol):
    """Judges scans in groups with Core statements; keeps what it has read only until `forget`."""

    def judge(self, connection: Connection, scans: Sequence[Any]) -> list[object]:
        """Judge and store `scans` in order; one result for each. Never commits."""
        ...

    def forget(self) -> None:
        """Drop everything remembered: the transaction it came from was rolled back."""
        ...

    def failed(self, scan: Any, error: Exception) -> object:
        """Give the result of a scan that could not be judged; nothing of it was stored."""
        ...


LATELY = 5.0
"""Seconds since the last scan for which people count as scanning: between two picks lies a walk."""


class Database:
    """A warehouse's database: `read()` for looking, `run` and `scan` for changing.

    `url` is an SQLAlchemy address of SQLite or PostgreSQL. One `Database` at a time may write an SQLite file.
    """

    def __init__(
        self,
        url: str,
        *,
        judge: ScanJudge | None = None,
        anchor: Anchor | None = None,
        outbox: Outbox | None = None,
    ) -> None:
        self.url = url
        self._neighbours: Neighbours | None = None
        self._leave: Callable[[], None] = lambda: None
        self._scanned_at = -LATELY
        self._reading = reading_engine(url)
        self._writer = Writer(writing_engine(url), judge=judge, seal=seal, anchor=anchor, outbox=outbox)
        self._checkpoints = Checkpoints(url) if self.dialect == "sqlite" and may_help_the_writer() else None

    @property
    def dialect(self) -> str:
        """Name the kind of database: `sqlite` or `postgresql`."""
        return self._reading.dialect.name

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session on one consistent state; it cannot write. `RetryLaterError` when the database is away."""
        try:
            with Session(self._reading, autoflush=False) as session:
                yield session
        except DBAPIError as error:
            raise fault_of(error).as_error(error) from None

    def run(self, use_case: Callable[[Session, Request], Answer], request: Request) -> Answer:
        """Run `use_case(session, request)` in a write transaction and answer once it is durable.

        Raises what the use case raises, after rolling back its part alone, and `RetryLaterError` when the
        writer cannot take it now; then nothing has happened.
        """
        answer: Answer = self._writer.run(use_case, request)
        return answer

    def scan(self, scans: Sequence[Scan]) -> list[Result]:
        """Judge `scans` in order, in one group; one result for each, once they are durable."""
        self._scanned_at = time.monotonic()
        results: list[Result] = self._writer.scan(scans)
        return results

    def scan_later(self, wanted: Sequence[tuple[Sequence[Scan], Callable[[Done], None]]]) -> None:
        """Judge several callers' scans in one group; each `told(done)` is called once its own are durable.

        It is called by whoever has written, perhaps before this returns; it must return at once. Raises
        `RetryLaterError` when the writer cannot take them now; then nothing has happened and nobody is told.
        """
        self._scanned_at = time.monotonic()
        self._writer.submit([Ticket(None, scans, told) for scans, told in wanted])

    def is_scanned(self) -> bool:
        """Tell whether anybody has scanned just now, or may have at another server: other work had better make room."""
        return not self.is_alone or time.monotonic() - self._scanned_at < LATELY

    def subscribe(self, listener: Listener) -> None:
        """Have `listener(news)` called after each commit; it must return at once and never raise."""
        self._writer.listeners.append(listener)

    def unsubscribe(self, listener: Listener) -> None:
        """Call this listener no more."""
        self._writer.listeners = [each for each in self._writer.listeners if each != listener]

    def take_duty(self, begin: Callable[[], None], end: Callable[[], None]) -> None:
        """Have `begin` called once this server has the duty, `end` when another took it or at `close`.

        From here on this server hears what others on the same database commit; see `storage.neighbours`.
        """
        if self.dialect == "sqlite":
            begin()
            self._leave = end
        else:
            neighbours = Neighbours(self.url, self._writer.deliver, begin=begin, end=end)
            self._writer.tell = neighbours.tell
            neighbours.start()
            self._leave = neighbours.stop
            self._neighbours = neighbours

    @property
    def is_alone(self) -> bool:
        """Whether no other server works on this database, as far as is known."""
        return self._neighbours is None or self._neighbours.alone

    def give_duty_up(self) -> None:
        """End what only one server does, and let another do it."""
        leave, self._leave = self._leave, lambda: None
        leave()

    def close(self) -> None:
        """Finish what is waiting, then close every connection."""
        self.give_duty_up()
        if self._checkpoints is not None:
            self._checkpoints.close()
        self._writer.close()
        self._reading.dispose()
