"""Looks at sources by clock, brings what came, and tells shops what left."""

import logging
import os
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from warehouse.domain.errors import ConflictError, RetryLaterError, WarehouseError
from warehouse.domain.news import MessageQueued
from warehouse.domain.sources import SourceWay
from warehouse.domain.words import listed, told_by
from warehouse.exchange.source import Origin
from warehouse.exchange.targets import Kind
from warehouse.importing import Job, Outcome, Surroundings, import_file
from warehouse.problems import problem_of
from warehouse.services.actor import SYSTEM
from warehouse.services.sources.looking import Looked, due_sources, note_look
from warehouse.services.sources.write_backs import (
    DueWriteBack,
    WrittenBack,
    due_write_backs,
    note_written_back,
    shipped_parcels,
)
from warehouse.storage.database import Database
from warehouse.storage.models.intake import SourceRow
from warehouse.workers import utc_now
from warehouse.workers.drop_folder import DropFolder
from warehouse.workers.periodic import Periodic
from warehouse.workers.shop_export import SHORTEST, AwayError, ShopExport, ShopReach, TooMuchError

log = logging.getLogger(__name__)
EVERY = 5.0
OVERLAP = timedelta(minutes=10)
"""Clocks differ: so much of what was asked for before is asked for again; what is known already stays as it is."""


@dataclass(frozen=True, slots=True)
class _Came:
    """What a look brought: whether anything came, up to when the shop was asked, and whether that is not all."""

    arrived: bool
    until: datetime | None = None
    more: bool = False
    error: str = ""


class Watcher(Periodic):
    """Takes each source that is due, one after the other: an import leaves the writer to scans anyway."""

    def __init__(
        self,
        around: Surroundings,
        reach: ShopReach,
        *,
        every: float = EVERY,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__("watcher", every)
        self._around = around
        self._database: Database = around.database
        self._reach = reach
        self._clock = clock

    def start(self) -> None:
        """Begin, and listen to news from here on."""
        self._database.subscribe(self.receive)
        super().start()

    def stop(self) -> None:
        """End after the step at hand, and listen no more."""
        self._database.unsubscribe(self.receive)
        super().stop()

    def receive(self, news: tuple[object, ...]) -> None:
        """Note committed news; returns at once."""
        if any(isinstance(each, MessageQueued) for each in news):
            self.wake()

    def turn(self) -> None:
        """Look at every source that is due, then tell shops what left."""
        with self._database.read() as session:
            due = list(due_sources(session, self._clock()))
            session.expunge_all()
        for source in due:
            if self._stopping.is_set():
                return
            came = self._look(source)
            looked = Looked(
                actor=SYSTEM,
                at=self._clock(),
                source=source.id,
                arrived=came.arrived,
                error=came.error,
                until=came.until,
                more=came.more,
            )
            self._database.run(note_look, looked)
        self._tell_shops()

    def _look(self, source: SourceRow) -> _Came:
        try:
            if source.way == SourceWay.FOLDER:
                return self._look_into(DropFolder(self._reach.inbox / source.name, self._clock), source)
            return self._ask(source)
        except AwayError as error:
            return _Came(arrived=False, error=told_by(error))
        except (RetryLaterError, ConflictError) as error:
            return _Came(arrived=False, error=error.message)
        except (WarehouseError, OSError) as error:
            log.info("source %s: %s", source.name, error)
            return _Came(arrived=False, error=told_by(error))
        except Exception as error:  # one source must not keep all others from being looked at
            return _Came(arrived=False, error=problem_of(error).detail)

    def _look_into(self, folder: DropFolder, source: SourceRow) -> _Came:
        """Bring each file that lies there; one that cannot be read is put aside with the reason beside it."""
        arrived, failed = False, ""
        for path in folder.settled():
            name = os.fsencode(path.name).decode(errors="replace")
            try:
                outcome = self._bring(source, path, name)
            except (RetryLaterError, ConflictError):
                raise
            except WarehouseError as error:
                failed = listed([name, error.message], ": ")
                folder.put_aside(path, error.message)
            else:
                arrived = True
                folder.put_away(path, outcome.rejected)
        return _Came(arrived=arrived, error=failed)

    def _ask(self, source: SourceRow) -> _Came:
        """Ask the shop for what changed since the last look, or for its first half while that is too much for one.

        A minute that is too much with what is asked for again is asked for without it.
        """
        since, now = source.cursor or source.created_at, self._clock()
        start, until = since - OVERLAP, now
        while True:
            try:
                arrived = self._bring_pages(source, start, until)
            except TooMuchError:
                if until - since > SHORTEST:
                    until = since + (until - since) / 2
                else:
                    start = since
            else:
                return _Came(arrived=arrived, until=until, more=until < now)

    def _bring_pages(self, source: SourceRow, since: datetime, until: datetime) -> bool:
        """Bring page by page what changed in this time; tells whether anything did."""
        arrived = False
        for number, page in ShopExport(source, self._reach).pages(since, until):
            report = self._bring(source, page, f"{source.name}-{until:%Y%m%d-%H%M}-{number}.xml").report
            arrived = arrived or bool(report["rows"])
        return arrived

    def _bring(self, source: SourceRow, origin: Origin, name: str) -> Outcome:
        job = Job(
            kind=Kind(source.kind),
            origin=origin,
            file_name=name,
            actor=SYSTEM,
            profile=source.profile,
            source=source.name if source.kind == Kind.ORDERS else "",
        )
        return import_file(self._around, job)

    def _tell_shops(self) -> None:
        with self._database.read() as session:
            waiting: dict[int, list[DueWriteBack]] = defaultdict(list)
            for each in due_write_backs(session, self._clock()):
                waiting[each.source].append(each)
            sources = {key: session.get_one(SourceRow, key) for key in waiting}
            session.expunge_all()
        for key, due in waiting.items():
            self._tell(sources[key], due)

    def _tell(self, source: SourceRow, due: list[DueWriteBack]) -> None:
        """Tell one shop: all in one file where it takes files, one by one where it is asked over HTTP.

        What comes after one that did not arrive waits for the next turn: other shops wait for this one, too.
        """
        together = source.way == SourceWay.FOLDER
        for some in [due] if together else [[each] for each in due]:
            with self._database.read() as session:
                parcels = shipped_parcels(session, [each.shipment for each in some])
            error = ""
            try:
                if together:
                    DropFolder(self._reach.outbox / source.name, self._clock).write(source.write_back, parcels)
                else:
                    ShopExport(source, self._reach).notify(parcels)
            except (AwayError, OSError, WarehouseError) as failure:
                error = told_by(failure)
            for each in some:
                said = WrittenBack(actor=SYSTEM, at=self._clock(), write_back=each.id, error=error)
                self._database.run(note_written_back, said)
            if error:
                return
