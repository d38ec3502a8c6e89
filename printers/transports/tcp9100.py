"""Sends ZPL to a printer's raw TCP port, asking before and after how the printer is."""

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from printers.errors import TransportRefusedError
from printers.transports.allowed import PRINTER_PORT, Address, allowed_address
from printers.transports.base import PrinterState, PrinterStatus, SendOutcome, SendResult, check_job_name
from printers.transports.host_status import ASK, ASK_ERRORS, parse_errors, parse_host_status

NO_ANSWER = "does not answer: check paper, ribbon and head"
Parse = Callable[[bytes], PrinterStatus | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tcp9100Options:
    """Where a printer is and how long to wait, in seconds.

    `allowed` lists the hosts and networks printers may be at. A printer that cannot answer ~HS (`answers=False`) is
    sent to unasked; that it took all bytes is the most that is ever known of its jobs. The waits add up to less than
    the 3 s in which a printer's trouble is to be on screen.
    """

    host: str
    port: int = PRINTER_PORT
    allowed: tuple[str, ...]
    connect_timeout: float = 2.0
    status_timeout: float = 1.0
    send_timeout: float = 10.0
    answers: bool = True


@dataclass(slots=True)
class Tcp9100Transport:
    """A printer that takes ZPL on a TCP port; its address is resolved once and checked against the allowed ones."""

    options: Tcp9100Options
    _address: Address | None = field(default=None, init=False)

    def status(self) -> PrinterStatus:
        """Connect and ask ~HS, and ~HQES where that stays silent; no connection is unreachable, no answer trouble."""
        try:
            with self._connected() as connection:
                return self._ask(connection)
        except (OSError, TransportRefusedError) as error:
            return PrinterStatus(PrinterState.UNREACHABLE, (_spoken(error),))

    def send(self, payload: bytes, job_name: str) -> SendResult:
        """Ask first and send only to a ready printer; then payload and question go out in one write."""
        check_job_name(job_name)
        try:
            connection = self._connected()
        except (OSError, TransportRefusedError) as error:
            return SendResult(SendOutcome.NOTHING_SENT, _spoken(error))
        with connection:
            refusal = self._refusal(connection)
            return refusal or self._transmit(connection, payload)

    def _connected(self) -> socket.socket:
        if self._address is None:
            self._address = allowed_address(self.options.host, self.options.port, self.options.allowed)
        target = (self._address.ip, self._address.port)
        connection = socket.create_connection(target, timeout=self.options.connect_timeout)
        # Without it the question waits for the delayed acknowledgement of the label: 45 ms instead of 5.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def _refusal(self, connection: socket.socket) -> SendResult | None:
        """Ask before sending; a printer that is not ready gets no byte of the job."""
        if not self.options.answers:
            return None
        try:
            status = self._ask(connection)
        except OSError as error:
            return SendResult(SendOutcome.NOTHING_SENT, _spoken(error))
        if status.state is PrinterState.READY:
            return None
        return SendResult(SendOutcome.NOTHING_SENT, ", ".join(status.reasons), status)

    def _transmit(self, connection: socket.socket, payload: bytes) -> SendResult:
        """Send everything; from the first byte on, any failure leaves the job in doubt."""
        try:
            connection.settimeout(self.options.send_timeout)
            connection.sendall(payload + (ASK if self.options.answers else b""))
            if not self.options.answers:
                return self._closed_by_printer(connection)
            status = _answer(connection, self.options.send_timeout, parse_host_status)
        except OSError as error:
            return SendResult(SendOutcome.IN_DOUBT, f"cut while sending: {_spoken(error)}")
        if status is None:
            return self._silence_after(connection)
        if status.state is PrinterState.READY:
            return SendResult(SendOutcome.SENT, "", status)
        return SendResult(SendOutcome.IN_DOUBT, f"sent, then {', '.join(status.reasons)}", status)

    def _closed_by_printer(self, connection: socket.socket) -> SendResult:
        """End our side and wait for the printer to end its own, which it does after it read everything."""
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(1024):
            pass
        return SendResult(SendOutcome.SENT, "the printer took all bytes; it cannot say whether it printed")

    def _silence_after(self, connection: socket.socket) -> SendResult:
        """Name what keeps the printer from answering, where it says so; whether the label came out stays open."""
        try:
            trouble = self._errors(connection)
        except OSError:
            trouble = _silent()
        if trouble == _silent():
            return SendResult(SendOutcome.IN_DOUBT, f"sent, but the printer {NO_ANSWER}", trouble)
        return SendResult(SendOutcome.IN_DOUBT, f"sent, then {', '.join(trouble.reasons)}", trouble)

    def _ask(self, connection: socket.socket) -> PrinterStatus:
        connection.sendall(ASK)
        status = _answer(connection, self.options.status_timeout, parse_host_status)
        return status or self._errors(connection)

    def _errors(self, connection: socket.socket) -> PrinterStatus:
        """Ask what is wrong with a printer that does not answer ~HS; one that then reports no error stays suspect."""
        connection.sendall(ASK_ERRORS)
        status = _answer(connection, self.options.status_timeout, parse_errors)
        return status if status is not None and status.state is PrinterState.ATTENTION else _silent()


def _answer(connection: socket.socket, patience: float, parse: Parse) -> PrinterStatus | None:
    """Read until the answer is whole; None when the printer stays silent or only ends its side."""
    deadline, answer = time.monotonic() + patience, b""
    while (left := deadline - time.monotonic()) > 0:
        connection.settimeout(left)
        try:
            received = connection.recv(1024)
        except TimeoutError:
            return None
        answer += received
        status = parse(answer)
        if status is not None or not received:
            return status
    return None


def _silent() -> PrinterStatus:
    return PrinterStatus(PrinterState.ATTENTION, (NO_ANSWER,))


def _spoken(error: OSError | TransportRefusedError) -> str:
    if isinstance(error, TransportRefusedError):
        return str(error)
    if isinstance(error, TimeoutError):
        return "the printer cannot be reached in time"
    return f"the printer cannot be reached: {error.strerror or error}"
