"""A label printer on a loopback port that takes ZPL, answers ~HS, and fails in the ways real ones do."""

import contextlib
import re
import socket
import struct
import threading
import time
from enum import StrEnum
from types import TracebackType
from typing import Self

_UNIT = re.compile(rb"\^XA.*?\^XZ|~HS|~HQES", re.DOTALL)
_ERRORS = {"paper_out": 1, "head_open": 4, "paused": 0x10000}
_JOB_START = b"^XA"


class Fault(StrEnum):
    """What is wrong with the printer."""

    NONE = "none"
    STALL = "stall"
    """Takes connections, reads and answers nothing."""
    RESET = "reset"
    """Resets the connection after `reset_after` bytes of a job."""
    PAPER_OUT = "paper_out"
    HEAD_OPEN = "head_open"
    """As paper out: keeps labels in memory and does not answer ~HS, as Zebra documents it."""
    PAUSED = "paused"
    """Keeps labels in memory and says so."""


class FakeZebra:
    """Use as a context manager; `port` is where it listens, `printed` what came out, in order.

    `fault` may be changed at any time; `repair()` clears it and prints what was kept in memory. `delay` is the seconds
    each label takes. `paper_left` labels come out before the paper is out. A printer with `names_errors` answers ~HQES
    whatever its state, as newer ones do.
    """

    def __init__(self) -> None:
        self.host = "127.0.0.1"
        self.fault = Fault.NONE
        self.reset_after = 0
        self.delay = 0.0
        self.names_errors = False
        self.paper_left: int | None = None
        self.printed: list[bytes] = []
        self.held: list[bytes] = []
        self.asked = 0
        self.begun = 0
        self._changed = threading.Condition()
        self._connections: set[socket.socket] = set()
        self._closing = False
        self._listener: socket.socket | None = None
        self.port = 0
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self.accept_again()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing = True
        self.refuse()
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(timeout=5)

    def refuse(self) -> None:
        """Stop listening: connections are refused from now on."""
        if self._listener is not None:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None

    def accept_again(self) -> None:
        """Listen, on the same port as before."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((self.host, self.port))
        listener.listen(16)
        self.port = listener.getsockname()[1]
        self._listener = listener
        self._start(self._accept, listener)

    def repair(self) -> None:
        """Put in paper, close the head, end the pause: what was kept in memory comes out."""
        with self._changed:
            self.fault = Fault.NONE
            self.paper_left = None
            kept, self.held = self.held, []
            self.printed += kept
            self._changed.notify_all()

    def wait_for(self, labels: int, patience: float = 5.0) -> list[bytes]:
        """Wait until so many labels came out and give them all."""
        with self._changed:
            self._changed.wait_for(lambda: len(self.printed) >= labels, patience)
            return list(self.printed)

    def _start(self, work: object, connection: socket.socket) -> None:
        thread = threading.Thread(target=work, args=(connection,), daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self._connections.add(connection)
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            self._read(connection)
        self._connections.discard(connection)

    def _read(self, connection: socket.socket) -> None:
        waiting = b""
        while not self._closing:
            while self.fault is Fault.STALL and not self._closing:
                time.sleep(0.01)
            limit = self._room_before_reset(waiting)
            if limit == 0:
                _reset(connection)
                return
            received = connection.recv(min(65536, limit) if limit is not None else 65536)
            if not received:
                return
            waiting = self._work(connection, waiting + received)

    def _room_before_reset(self, waiting: bytes) -> int | None:
        """Count the bytes still read of the job before the reset."""
        if self.fault is not Fault.RESET:
            return None
        start = waiting.find(_JOB_START)
        return max(0, self.reset_after - (len(waiting) - start)) if start >= 0 else max(1, min(self.reset_after, 3))

    def _work(self, connection: socket.socket, waiting: bytes) -> bytes:
        """Do each whole command in order and give what is left of an unfinished one."""
        end = 0
        for unit in _UNIT.finditer(waiting):
            end = unit.end()
            if unit.group() == b"~HS":
                self._answer(connection)
            elif unit.group() == b"~HQES":
                self._name_errors(connection)
            else:
                self._print(unit.group())
        return waiting[end:]

    def _print(self, label: bytes) -> None:
        self.begun += 1
        time.sleep(self.delay)
        with self._changed:
            if self.paper_left == 0:
                self.fault = Fault.PAPER_OUT
            if self.fault in {Fault.PAPER_OUT, Fault.HEAD_OPEN, Fault.PAUSED}:
                self.held.append(label)
                return
            if self.paper_left is not None:
                self.paper_left -= 1
            self.printed.append(label)
            self._changed.notify_all()

    def _answer(self, connection: socket.socket) -> None:
        with self._changed:
            self.asked += 1
        if self.fault in {Fault.PAPER_OUT, Fault.HEAD_OPEN}:
            return
        paused = int(self.fault is Fault.PAUSED)
        strings = (
            f"030,0,{paused},1245,{len(self.held):03d},0,0,0,000,0,0,0",
            "000,0,0,0,0,2,4,0,00000000,1,000",
            "1234,0",
        )
        connection.sendall("".join(f"\x02{string}\x03\r\n" for string in strings).encode())

    def _name_errors(self, connection: socket.socket) -> None:
        if self.names_errors:
            bits = _ERRORS.get(self.fault.value, 0)
            said = f" ERRORS:         {int(bits > 0)} 00000000 {bits:08X}\r\n WARNINGS:       0 00000000 00000000\r\n"
            connection.sendall(f"\x02\r\n PRINTER STATUS\r\n{said}\x03".encode())


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
