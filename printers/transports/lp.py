"""Prints through the operating system's own `lp` command; its queues are the machine's own, never another host's."""

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass

from printers.errors import TransportRefusedError
from printers.transports.base import PrinterState, PrinterStatus, SendOutcome, SendResult, check_job_name

_QUEUE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,126}", re.ASCII)
_KEPT = ("PATH", "CUPS_SERVER", "HOME")


@dataclass(frozen=True, slots=True, kw_only=True)
class LpOptions:
    """The queue, what it is loaded with in mm, how long to wait in seconds."""

    queue: str
    media_mm: tuple[float, float] | None = None
    timeout: float = 3.0
    send_timeout: float = 20.0


def check_queue(queue: str) -> None:
    """Refuse what is no plain name of a queue."""
    if not _QUEUE.fullmatch(queue):
        raise TransportRefusedError(
            "queue {queue}: expected letters, digits, dots, dashes and underscores", queue=repr(queue)
        )


@dataclass(frozen=True, slots=True)
class LpTransport:
    """One queue of this machine."""

    options: LpOptions

    def status(self) -> PrinterStatus:
        """Ask `lpstat` whether the queue takes and prints jobs."""
        try:
            check_queue(self.options.queue)
            found = _run(["lpstat", "-p", self.options.queue, "-a", self.options.queue], self.options.timeout)
        except (OSError, subprocess.TimeoutExpired, TransportRefusedError) as error:
            return PrinterStatus(PrinterState.UNREACHABLE, (_spoken(error),))
        if found.returncode:
            return PrinterStatus(PrinterState.UNREACHABLE, (_first_line(found.stderr) or "there is no such queue",))
        if "disabled" in found.stdout or "not accepting" in found.stdout:
            return PrinterStatus(PrinterState.ATTENTION, ("the queue is stopped",))
        return PrinterStatus(PrinterState.READY)

    def send(self, payload: bytes, job_name: str) -> SendResult:
        """Hand the file to `lp`; what the queue makes of it afterwards it does not tell."""
        check_job_name(job_name)
        status = self.status()
        if status.state is not PrinterState.READY:
            return SendResult(SendOutcome.NOTHING_SENT, ", ".join(status.reasons), status)
        with tempfile.NamedTemporaryFile(prefix="warehouse-", suffix=f"-{job_name[-20:]}") as file:
            file.write(payload)
            file.flush()
            return self._queued(file.name, job_name)

    def _queued(self, path: str, job_name: str) -> SendResult:
        try:
            done = _run(
                ["lp", "-d", self.options.queue, "-t", job_name, *self._ways(job_name), "--", path],
                self.options.send_timeout,
            )
        except subprocess.TimeoutExpired:
            return SendResult(SendOutcome.IN_DOUBT, "lp did not come back; the queue may have the file")
        except OSError as error:
            return SendResult(SendOutcome.NOTHING_SENT, _spoken(error))
        if done.returncode:
            return SendResult(SendOutcome.NOTHING_SENT, _first_line(done.stderr) or "lp refused the file")
        return SendResult(SendOutcome.SENT, _first_line(done.stdout))

    def _ways(self, job_name: str) -> list[str]:
        if job_name.endswith(".zpl"):
            return ["-o", "raw"]
        size = self.options.media_mm
        scale = ["-o", "print-scaling=none"]
        return [*scale, "-o", f"media=Custom.{size[0]:g}x{size[1]:g}mm"] if size else scale


def _run(command: list[str], timeout: float) -> "subprocess.CompletedProcess[str]":
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | {"LC_ALL": "C"}
    return subprocess.run(  # noqa: S603 - fixed command, checked arguments, no shell
        command, capture_output=True, text=True, timeout=timeout, check=False, env=environment, stdin=subprocess.DEVNULL
    )


def _first_line(text: str) -> str:
    return next(iter(text.strip().splitlines()), "")


def _spoken(error: Exception) -> str:
    if isinstance(error, subprocess.TimeoutExpired):
        return "the print system does not answer"
    if isinstance(error, FileNotFoundError):
        return "there is no lp command on this machine"
    return str(error)
