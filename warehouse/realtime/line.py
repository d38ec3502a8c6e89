"""One client's websocket: what it has sent and waits for its turn, what it has not taken in yet, and its end.

To Engine.IO it is a socket as Engine.IO knows them. It has no thread of its own: the switchboard reads it, whoever
has something to say writes to it, and neither ever waits for the client.
"""

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections import deque
from typing import Any

from engineio import packet

from warehouse.realtime.frames import CLOSE, TEXT, FrameError, Frames, Message, frame
from warehouse.realtime.wire import BACKLOG, PING_EVERY, Bucket, Limits

READ_BYTES = 1 << 16
_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
"""`struct linger` of socket(7): on, no seconds."""
_GOODBYE = frame(TEXT, b"1") + frame(CLOSE, b"\x03\xe8")
"""Engine.IO's packet of the end, and the websocket's with the code of an ordinary one."""


class Line:
    """One websocket; `key` names it in Engine.IO. `busy` says that an event of it is being answered."""

    connected = upgraded = True

    def __init__(self, key: str, engine: Any, bare: socket.socket, limits: Limits) -> None:
        self.key = key
        self.opened_at = time.monotonic()
        self.ping_due = self.opened_at + PING_EVERY
        self.pinged_at: float | None = None
        self.stuck_since: float | None = None
        self.bucket = Bucket(limits.events_per_second)
        self.inbox: deque[Message] = deque()
        self.busy = False
        self.ended = threading.Event()
        self.closed = False
        self.session: dict[str, object] = {}
        self.wants_room: Any = lambda _line: None
        self._engine = engine
        self._socket = bare
        self._frames = Frames(limits.frame_bytes)
        self._unsent: deque[bytes] = deque()
        self._lock = threading.RLock()  # a TLS object must not be used by two threads at once
        self._leaving = False

    @property
    def backlog(self) -> int:
        """Count the messages that the client has not taken in yet."""
        return len(self._unsent)

    def fileno(self) -> int:
        """Name the socket to the operating system."""
        return self._socket.fileno()

    def read(self) -> bool:
        """Take in what has come; False at the end of the line. Raises FrameError or OSError for a bad one."""
        with self._lock if isinstance(self._socket, ssl.SSLSocket) else contextlib.nullcontext():
            while True:
                try:
                    data = self._socket.recv(READ_BYTES)
                except _NOT_NOW:
                    return True
                if not data:
                    return False
                self.inbox.extend(self._frames.feed(data))
                if len(self.inbox) > BACKLOG:
                    raise FrameError("too many unread messages")
                if len(data) < READ_BYTES and not isinstance(self._socket, ssl.SSLSocket):
                    return True

    def say(self, text: bytes) -> None:
        """Send one text message, at once or as soon as the client has taken in what came before."""
        self.write(frame(TEXT, text))

    def write(self, data: bytes) -> None:
        """Send whole frames; what does not go at once is sent when there is room."""
        with self._lock:
            if self._unsent:
                self._unsent.append(data)
                return
            sent = self._send(data)
            if sent == len(data):
                return
            self._unsent.append(data[sent:])
            self.stuck_since = time.monotonic()
        self.wants_room(self)

    def go_on(self) -> bool:
        """Send what waits; True once nothing does."""
        with self._lock:
            while self._unsent:
                data = self._unsent[0]
                sent = self._send(data)
                if sent:
                    self.stuck_since = time.monotonic()
                if sent < len(data):
                    self._unsent[0] = data[sent:]
                    return False
                self._unsent.popleft()
            self.stuck_since = None
            if self._leaving:
                self.cut()
            return True

    def cut(self) -> None:
        """End the line now: whoever reads it learns of it."""
        with contextlib.suppress(OSError):  # it may have ended already
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def break_off(self) -> None:
        """End the line so that its client is told at once: one that goes on sending would wait for room for ever."""
        with contextlib.suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self.cut()

    def send(self, message: packet.Packet) -> None:
        """Send one packet of Engine.IO."""
        self.say(message.encode().encode())

    def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:  # noqa: FBT001, FBT002 - Engine.IO's own form
        """End the line for Engine.IO: tell whoever has to know, then the client, then let it go."""
        with self._lock:
            if self.closed:
                return
            self.closed = True
        why = reason or self._engine.reason.SERVER_DISCONNECT
        self._engine._trigger_event("disconnect", self.key, why, run_async=False)  # noqa: SLF001 - as its own sockets do
        if abort:
            self.cut()
            return
        with self._lock:
            self._leaving = True
            self.write(_GOODBYE)
            if not self._unsent:
                self.cut()

    def _send(self, data: bytes) -> int:
        """Send as much as there is room for; a broken line takes everything and is found broken when it is read."""
        try:
            return self._socket.send(data)
        except _NOT_NOW:
            return 0
        except OSError:
            self.cut()
            return len(data)
