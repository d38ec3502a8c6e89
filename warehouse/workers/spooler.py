"""Takes print jobs to their printers: one thread a printer keeps their order; nothing is ever sent twice by itself."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from warehouse.children import Children
from warehouse.domain.errors import RetryLaterError
from warehouse.domain.news import BoardChanged, BoardKind, PrintJobQueued
from warehouse.printing import BROWSER, Device, Reach, kept_file
from warehouse.services.actor import SYSTEM, Request
from warehouse.services.printing.browser import doubt_silent_pages, silent_pages
from warehouse.services.printing.homeless import assign_printers, has_homeless_jobs
from warehouse.services.printing.spooling import Recover, interrupted_jobs, recover_jobs
from warehouse.storage.database import Database
from warehouse.storage.queries.printers import known_printers
from warehouse.workers import utc_now
from warehouse.workers.printer_thread import PrinterThread, Tools, device_of, file_name

log = logging.getLogger(__name__)

LOOK_EVERY = 15.0
"""Seconds between looks at the list of printers when nobody says that it changed."""

STOP_WITHIN = 5.0


@dataclass(frozen=True, slots=True)
class _Running:
    device: Device
    thread: PrinterThread


class Spooler:
    """Starts and ends a thread for each active printer, and wakes the right one when a job is committed.

    Make one a process; `start` recovers what a stopped server left behind.
    """

    def __init__(
        self, database: Database, children: Children, reach: Reach, *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._tools = Tools(database=database, children=children, reach=reach, clock=clock)
        self._running: dict[int, _Running] = {}
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="spooler", daemon=True)

    def start(self) -> None:
        """Recover, then begin; listens to news from here on."""
        self._tools.database.subscribe(self.receive)
        self._recover()
        self._thread.start()

    def stop(self) -> None:
        """Let each printer finish what it is sending, within a few seconds; nothing new is begun."""
        self._tools.database.unsubscribe(self.receive)
        self._stopping.set()
        self._wake.set()
        for running in list(self._running.values()):
            running.thread.ask_to_stop()
        deadline = time.monotonic() + STOP_WITHIN
        self._thread.join(STOP_WITHIN)
        for running in list(self._running.values()):
            running.thread.join(max(0.0, deadline - time.monotonic()))

    def receive(self, news: tuple[object, ...]) -> None:
        """Note committed news; returns at once."""
        for each in news:
            if isinstance(each, PrintJobQueued):
                self._wake_printer(each.printer)
            elif isinstance(each, BoardChanged) and each.kind is BoardKind.PRINTERS:
                self._wake.set()

    def trouble(self) -> str | None:
        """Say what is wrong with the spooler itself, for the readiness check; a printer without paper is not."""
        return None if self._thread.is_alive() or self._stopping.is_set() else "the spooler is not running"

    def _wake_printer(self, printer: int | None) -> None:
        running = self._running.get(printer) if printer is not None else None
        if running is None:
            self._wake.set()
        else:
            running.thread.wake()

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                self._look()
            except RetryLaterError:
                log.info("the spooler could not write now and looks again")
            except Exception:  # the list of printers is looked at again, whatever went wrong
                log.exception("the spooler could not look at the printers")
            self._wake.wait(LOOK_EVERY)

    def _look(self) -> None:
        """Have a thread for each active printer as it is set up now, and a printer for each job."""
        asked = Request(actor=SYSTEM, at=self._tools.clock())
        with self._tools.database.read() as session:
            wanted = {it.id: device_of(it) for it in known_printers(session) if it.active and it.transport != BROWSER}
            silent = silent_pages(session, asked)
            homeless = has_homeless_jobs(session)
        if homeless:
            self._tools.database.run(assign_printers, asked)
        if silent:
            self._tools.database.run(doubt_silent_pages, asked)
        for key, running in list(self._running.items()):
            if wanted.get(key) != running.device or running.thread.is_ending:
                self._end(key)
        for key, device in wanted.items():
            if key not in self._running and not self._stopping.is_set():
                self._begin(key, device)

    def _begin(self, key: int, device: Device) -> None:
        thread = PrinterThread(key, device, self._tools)
        self._running[key] = _Running(device, thread)
        thread.start()

    def _end(self, key: int) -> None:
        """Two threads must never print for one printer: the new one begins when the old one has ended."""
        thread = self._running[key].thread
        thread.ask_to_stop()
        if thread.join(STOP_WITHIN):
            del self._running[key]

    def _recover(self) -> None:
        """Settle what a stopped server left: a file that lies whole in its folder came out."""
        with self._tools.database.read() as session:
            found = interrupted_jobs(session)
            devices = {printer.id: device_of(printer) for printer in known_printers(session)}
        kept = frozenset(
            job.job
            for job in found
            if job.printer in devices
            and kept_file(devices[job.printer], self._tools.reach, file_name(job.job, job.kind, job.extension))
        )
        self._tools.database.run(recover_jobs, Recover(actor=SYSTEM, at=self._tools.clock(), kept=kept))
