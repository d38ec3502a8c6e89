"""What a way to a printer must answer, precise enough that nothing is ever printed twice by itself."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from printers.errors import TransportRefusedError


class PrinterState(StrEnum):
    """Whether a printer can take a job now."""

    READY = "ready"
    ATTENTION = "attention"
    """It is there but needs a person: paper, ribbon, head, pause, or it does not answer."""
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """A printer's state, what is wrong in plain words, and formats it still holds (None: not known)."""

    state: PrinterState
    reasons: tuple[str, ...] = ()
    waiting: int | None = None


class SendOutcome(StrEnum):
    """What is certain about a job's bytes after an attempt to send them."""

    NOTHING_SENT = "nothing_sent"
    """Not one byte left: it is safe to send again."""
    SENT = "sent"
    """All bytes left and the device took them."""
    IN_DOUBT = "in_doubt"
    """Some bytes left and no answer says what became of them: only a person or a scan may decide."""


@dataclass(frozen=True, slots=True)
class SendResult:
    """How a sending ended; `status` is the printer's word after it, where it gave one."""

    outcome: SendOutcome
    reason: str = ""
    status: PrinterStatus | None = None


class Transport(Protocol):
    """A way to one printer."""

    def status(self) -> PrinterStatus:
        """Ask the printer how it is; never raises for a printer that is away."""
        ...

    def send(self, payload: bytes, job_name: str) -> SendResult:
        """Send one job's bytes; never raises for a printer that fails."""
        ...


def check_job_name(job_name: str) -> None:
    """Refuse a job name that is no plain file name."""
    if not re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,150}", job_name, re.ASCII):
        raise TransportRefusedError("job name {name} is no plain file name", name=repr(job_name))
