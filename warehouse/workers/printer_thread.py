"""One printer's thread: ask how it is, claim the oldest job, render it, send it, note how that ended."""

import logging
import random
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from printers.transports import PrinterState, PrinterStatus, SendOutcome, Transport
from warehouse.children import ChildLostError, Children
from warehouse.domain.errors import InvalidInputError, RetryLaterError, WarehouseError
from warehouse.domain.words import sentence
from warehouse.printing import FOLDER, Device, Paper, Reach, render_documents, way_to
from warehouse.services.actor import SYSTEM
from warehouse.services.printing.spooling import (
    AtPrinter,
    ClaimedJob,
    Departing,
    Ended,
    Ending,
    OfJob,
    PrinterSaid,
    back_off,
    begin_sending,
    claim_job,
    end_sending,
    fail_job,
    has_job,
    hear_printer,
    put_off_job,
    release_job,
)
from warehouse.storage.database import Database
from warehouse.storage.queries.printers import KnownPrinter, known_printers

log = logging.getLogger(__name__)

ASK_EVERY = 20.0
"""Seconds between questions to a printer that has nothing to do."""

ASK_NEAR = 5.0
"""Seconds at most between questions to a printer that answers but needs a person."""

LATER = 1.0
WRITE_AGAIN = 0.2
_UNHEARD = "not asked yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What every printer's thread works with."""

    database: Database
    children: Children
    reach: Reach
    clock: Callable[[], datetime]


def file_name(job: uuid.UUID, kind: str, extension: str) -> str:
    """Name a job to the printer; in a folder it is the file's name."""
    return f"{job}-{kind}.{extension}"


def device_of(printer: KnownPrinter) -> Device:
    """Give the device that a stored printer is set up as."""
    return Device(
        transport=printer.transport,
        address=printer.address,
        profile=printer.profile,
        media=printer.media,
        least_dots=printer.least_dots,
    )


class PrinterThread:
    """Prints the jobs of one printer in the order they were asked for."""

    def __init__(self, printer: int, device: Device, tools: Tools) -> None:
        self._printer = printer
        self._device = device
        self._tools = tools
        self._way: Transport | None = None
        self._heard: str | None = _UNHEARD
        self._failures = 0
        self._owed: tuple[Callable[[Session, Any], None], OfJob] | None = None
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"printer {printer}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """There is a new job."""
        self._wake.set()

    def ask_to_stop(self) -> None:
        """Begin nothing more."""
        self._stopping.set()
        self._wake.set()

    @property
    def is_ending(self) -> bool:
        """Whether it begins nothing more, be it that it is still sending."""
        return self._stopping.is_set()

    def join(self, patience: float) -> bool:
        """Wait until what it was doing is done, and say whether it is."""
        self._thread.join(patience)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                wait = self._step()
            except RetryLaterError:
                wait = WRITE_AGAIN
            except Exception:  # a printer's thread never ends by itself
                log.exception("printer %s: unexpected error", self._printer)
                wait = self._next_wait()
            self._wake.wait(wait)

    def _step(self) -> float:
        """Do one thing; gives the seconds until the next look when nobody wakes us."""
        self._settle()
        with self._tools.database.read() as session:
            busy = has_job(session, self._printer)
        status = self._ask()
        attention = _attention_of(status)
        if attention is not None:
            self._tell(attention, again=busy)
            return self._next_wait(near=status.state is PrinterState.ATTENTION)
        self._tell(None)
        self._failures = 0
        if not busy:
            return ASK_EVERY
        asked = AtPrinter(actor=SYSTEM, at=self._now(), printer=self._printer)
        job = self._tools.database.run(claim_job, asked)
        if job is None:
            return LATER
        self._owed = (release_job, self._about(job))
        if self._is_set_up_anew():
            self.ask_to_stop()
            self._settle()
            return 0.0
        return self._print(job)

    def _is_set_up_anew(self) -> bool:
        """Whether the printer was changed since this thread began: its jobs are for the thread that comes next."""
        with self._tools.database.read() as session:
            known = known_printers(session)
        return not any(it.id == self._printer and it.active and device_of(it) == self._device for it in known)

    def _settle(self) -> None:
        """Write down what is still owed about the last job; until that is done nothing new begins."""
        if self._owed is None:
            return
        use_case, request = self._owed
        try:
            self._tools.database.run(use_case, request)
        except RetryLaterError:
            raise
        except WarehouseError:
            log.exception("print job %s could not be settled", request.job)
        self._owed = None

    def _ask(self) -> PrinterStatus:
        try:
            if self._way is None:
                self._way = way_to(self._device, self._tools.reach)
            return self._way.status()
        except InvalidInputError as error:
            return PrinterStatus(PrinterState.UNREACHABLE, (error.message,))

    def _tell(self, attention: str | None, *, again: bool = False) -> None:
        """Keep how the printer is when that is new, or when jobs are to be held because of it."""
        if attention != self._heard or (attention is not None and again):
            said = PrinterSaid(actor=SYSTEM, at=self._now(), printer=self._printer, attention=attention)
            self._tools.database.run(hear_printer, said)
            self._heard = attention

    def _print(self, job: ClaimedJob) -> float:
        """Take one job as far as it goes; what is owed at each point is what is certain there."""
        paper = self._rendered(job)
        if paper is not None:
            departing = Departing(actor=SYSTEM, at=self._now(), job=job.job, extension=paper.extension)
            if self._tools.database.run(begin_sending, departing):
                return self._send(job, paper)
            self._owed = None
        self._settle()
        return 0.0

    def _rendered(self, job: ClaimedJob) -> Paper | None:
        """Render in a helper process; what cannot be rendered fails or is put off, and the next job goes on."""
        try:
            asked = self._device
            # The test page looks for the narrowest bar anew.
            least = None if job.kind == "test_page" else asked.least_dots
            return self._tools.children.run(render_documents, [job.document], asked.profile, asked.media, least)
        except InvalidInputError as error:
            self._owed = (fail_job, self._about(job, error.message))
        except ChildLostError as error:
            self._owed = (put_off_job, self._about(job, error.message))
        except Exception:  # whatever a document does to the renderer, it must not stop the jobs behind it
            log.exception("print job %s could not be rendered", job.job)
            self._owed = (fail_job, self._about(job, sentence("the server's log says why")))
        return None

    def _send(self, job: ClaimedJob, paper: Paper) -> float:
        self._owed = (end_sending, self._ended(job, Ending.IN_DOUBT, "the sending broke off"))
        if self._way is None:
            raise TypeError("a printer that was never asked how it is cannot be sent to")
        result = self._way.send(paper.content, file_name(job.job, job.kind, paper.extension))
        self._owed = (end_sending, self._ended(job, self._ending(result.outcome), result.reason))
        self._settle()
        if result.outcome is SendOutcome.NOTHING_SENT:
            self._tell(result.reason or "takes no jobs", again=True)
            return self._next_wait(near=result.status is not None)
        if result.status is not None:
            self._tell(_attention_of(result.status))
        return 0.0

    def _about(self, job: ClaimedJob, reason: str = "") -> OfJob:
        return OfJob(actor=SYSTEM, at=self._now(), job=job.job, reason=reason)

    def _ended(self, job: ClaimedJob, ending: Ending, reason: str) -> Ended:
        return Ended(actor=SYSTEM, at=self._now(), job=job.job, reason=reason, ending=ending)

    def _ending(self, outcome: SendOutcome) -> Ending:
        if outcome is SendOutcome.SENT and self._device.transport == FOLDER:
            return Ending.CAME_OUT
        return Ending(outcome.value)

    def _next_wait(self, *, near: bool = False) -> float:
        """Wait longer after each failure; not so long at a printer that answers, where somebody is putting in paper."""
        self._failures += 1
        wait = back_off(self._failures, random.random()).total_seconds()  # noqa: S311 - spreads load, hides nothing
        return min(wait, ASK_NEAR) if near else wait

    def _now(self) -> datetime:
        return self._tools.clock()


def _attention_of(status: PrinterStatus) -> str | None:
    if status.state is PrinterState.READY:
        return None
    return ", ".join(status.reasons) or status.state.value
