"""Sends documents to an IPP printer or a CUPS queue, and asks it how it is and what became of a job.

Source: RFC 8010 (encoding), RFC 8011 (operations, states), PWG 5100.7 (media-col). That a queue calls a job completed
says that it handed the bytes on, never that there is paper.
"""

import http.client
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from printers.errors import TransportRefusedError
from printers.transports.allowed import Address, allowed_address
from printers.transports.base import PrinterState, PrinterStatus, SendOutcome, SendResult, check_job_name
from printers.transports.ipp_message import Attributes, IppError, Operation, Wish, read_answer, write_request

IPP_PORT = 631
_PRINTER_STOPPED = 5
_LIMIT_OK = 0x0100
_ABORTED = {7: "was cancelled at the printer", 8: "was given up by the printer"}
_COMPLETED = 9
_POLL = 0.2
_QUIET_REASONS = frozenset({"none", "cups-waiting-for-job-completed", "cups-ipp-conformance-failure-report"})
_FORMATS = {"pdf": "application/pdf", "png": "image/png", "zpl": "application/vnd.zebra-zpl"}
_CUPS_RAW = "application/vnd.cups-raw"
"""CUPS converts what it knows and refuses the rest unless told to pass the bytes on as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IppOptions:
    """Where a printer is (`ipp://host[:port]/path`), what it is loaded with in mm, how long to wait in seconds."""

    url: str
    allowed: tuple[str, ...]
    media_mm: tuple[float, float] | None = None
    timeout: float = 2.0
    send_timeout: float = 15.0
    patience: float = 5.0


@dataclass(slots=True)
class IppTransport:
    """An IPP printer; its address is resolved once and checked against the allowed ones."""

    options: IppOptions
    _address: Address | None = field(default=None, init=False)

    def status(self) -> PrinterStatus:
        """Ask for the printer's state; no connection is unreachable."""
        try:
            asked = Wish(Operation.GET_PRINTER, self._uri)
            return _printer_status(self._call(write_request(asked), self.options.timeout))
        except (OSError, http.client.HTTPException, IppError, TransportRefusedError) as error:
            return PrinterStatus(PrinterState.UNREACHABLE, (_spoken(error),))

    def send(self, payload: bytes, job_name: str) -> SendResult:
        """Ask first; then print, and look what became of the job for a few seconds."""
        check_job_name(job_name)
        status = self.status()
        if status.state is not PrinterState.READY:
            return SendResult(SendOutcome.NOTHING_SENT, ", ".join(status.reasons), status)
        try:
            answer = self._print(payload, job_name)
        except (OSError, http.client.HTTPException, IppError, TransportRefusedError) as error:
            return SendResult(SendOutcome.IN_DOUBT, f"sent, but {_spoken(error)}")
        if answer.status >= _LIMIT_OK:
            # The printer answered that it made no job of it.
            return SendResult(SendOutcome.NOTHING_SENT, f"refused by the printer: {answer.reason}", status)
        return self._followed(answer.number("job-id"))

    @property
    def _uri(self) -> str:
        parts = urlsplit(self.options.url)
        return f"ipp://{parts.hostname}:{parts.port or IPP_PORT}{parts.path}"

    def _print(self, payload: bytes, job_name: str) -> Attributes:
        wish = Wish(
            Operation.PRINT_JOB,
            self._uri,
            job_name=job_name,
            document_format=self._format(job_name),
            media_mm=None if job_name.endswith(".zpl") else self.options.media_mm,
        )
        return self._call(write_request(wish) + payload, self.options.send_timeout)

    def _format(self, job_name: str) -> str:
        extension = job_name.rpartition(".")[2]
        if extension == "zpl" and urlsplit(self.options.url).path.startswith("/printers/"):
            return _CUPS_RAW
        return _FORMATS.get(extension, "application/octet-stream")

    def _followed(self, job: int) -> SendResult:
        """Look at the job until the queue has done with it; one that still waits there has been sent all the same."""
        deadline, state, why = time.monotonic() + self.options.patience, 0, ""
        while time.monotonic() < deadline:
            try:
                found = self._call(
                    write_request(Wish(Operation.GET_JOB, self._uri, job=job)), min(self.options.timeout, 1.0)
                )
            except (OSError, http.client.HTTPException, IppError) as error:
                return SendResult(SendOutcome.SENT, f"taken as job {job}; then {_spoken(error)}")
            state, why = found.number("job-state"), found.words("job-state-reasons")
            if state == _COMPLETED:
                return SendResult(SendOutcome.SENT, f"job {job} of the queue", self.status())
            if state in _ABORTED:
                return SendResult(SendOutcome.IN_DOUBT, f"job {job} {_ABORTED[state]}: {why}")
            time.sleep(_POLL)
        return SendResult(SendOutcome.SENT, f"job {job} waits at the printer: {why}", self.status())

    def _call(self, body: bytes, timeout: float) -> Attributes:
        parts = urlsplit(self.options.url)
        if self._address is None:
            self._address = allowed_address(parts.hostname or "", parts.port or IPP_PORT, self.options.allowed)
        connection = http.client.HTTPConnection(self._address.ip, self._address.port, timeout=timeout)
        try:
            headers = {"Content-Type": "application/ipp", "Host": f"{parts.hostname}:{self._address.port}"}
            connection.request("POST", parts.path or "/", body, headers)
            answer = connection.getresponse()
            if answer.status != http.HTTPStatus.OK:
                raise IppError(f"the printer answered {answer.status} {answer.reason}")
            return read_answer(answer.read(1 << 20))
        finally:
            connection.close()


def _printer_status(found: Attributes) -> PrinterStatus:
    if found.status >= _LIMIT_OK:
        return PrinterStatus(PrinterState.UNREACHABLE, (f"the printer says: {found.reason}",))
    named = [reason for reason in found.all("printer-state-reasons") if reason not in _QUIET_REASONS]
    # A report is for information, a warning prints on; only an error keeps paper from coming out.
    serious = [word for word in named if not word.endswith(("-report", "-warning"))]
    stopped = found.number("printer-state") == _PRINTER_STOPPED or not found.flag("printer-is-accepting-jobs")
    if not stopped and not serious and not any(_needs_hands(word) for word in named):
        return PrinterStatus(PrinterState.READY, waiting=found.number("queued-job-count"))
    reasons = tuple(_plain(word) for word in named) or ("stopped",)
    return PrinterStatus(PrinterState.ATTENTION, reasons, waiting=found.number("queued-job-count"))


def _needs_hands(word: str) -> bool:
    return word.startswith(("media-empty", "media-jam", "cover-open", "marker-supply-empty", "media-needed"))


_PLAIN = {
    "media-empty": "paper out",
    "media-needed": "needs paper",
    "media-jam": "paper jam",
    "cover-open": "cover open",
    "door-open": "cover open",
    "paused": "paused",
    "moving-to-paused": "paused",
    "marker-supply-empty": "ribbon or toner out",
    "toner-empty": "toner out",
    "offline": "switched off",
}


def _plain(word: str) -> str:
    stem = word.removesuffix("-error").removesuffix("-warning").removesuffix("-report")
    return _PLAIN.get(stem, stem.replace("-", " "))


def _spoken(error: Exception) -> str:
    if isinstance(error, (TransportRefusedError, IppError)):
        return str(error)
    if isinstance(error, TimeoutError):
        return "the printer cannot be reached in time"
    if isinstance(error, OSError):
        return f"the printer cannot be reached: {error.strerror or error}"
    return "the printer's answer cannot be read"
