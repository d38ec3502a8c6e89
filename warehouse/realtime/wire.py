"""The websocket under Socket.IO, with the bounds that the libraries leave out: size, pace, backlog, silence."""

import contextlib
import json
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import orjson
import simple_websocket
from engineio.async_drivers._websocket_wsgi import SimpleWebSocketWSGI

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

FRAME_BYTES = 65_536
PING_EVERY = 5
PONG_WITHIN = 4
SILENCE = 15.0
"""Longer than a ping and its answer: a socket that neither reads nor writes for so long is dead."""
BACKLOG = 256
BURST_SECONDS = 2


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one client may do to the server."""

    events_per_second: int
    frame_bytes: int = FRAME_BYTES
    backlog: int = BACKLOG


class Json:
    """The JSON of the socket: orjson, with keys of any simple type, dataclasses and models as objects."""

    @staticmethod
    def dumps(value: object, **_: object) -> str:
        """Write JSON text; separators are always the short ones."""
        return orjson.dumps(value, default=_plain, option=orjson.OPT_NON_STR_KEYS).decode()

    @staticmethod
    def loads(text: str, **_: object) -> Any:
        """Read JSON text; raises ValueError for what is not JSON, too deep, NaN or infinite."""
        return orjson.loads(text)

    JSONDecodeError = json.JSONDecodeError


class Bucket:
    """Lets `rate` things a second through, `BURST_SECONDS` worth of them at once."""

    def __init__(self, rate: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = float(rate)
        self._most = self._rate * BURST_SECONDS
        self._left = self._most
        self._clock = clock
        self._at = clock()

    def wait_needed(self) -> float:
        """Take one; answer for how many seconds its taker must wait."""
        now = self._clock()
        self._left = min(self._most, self._left + (now - self._at) * self._rate) - 1
        self._at = now
        return max(0.0, -self._left / self._rate)


class WholeWrites:
    """A socket whose `send` writes everything: simple-websocket drops what a short write leaves (TLS makes many).

    Two threads write (events and pongs), and one TLS object must not be used by two threads at once, so all
    writing, and reading under TLS, takes one lock.
    """

    def __init__(self, inner: socket.socket) -> None:
        self._inner = inner
        self._lock = threading.Lock()
        inner.settimeout(SILENCE)

    def send(self, data: bytes) -> int:
        """Write all of `data`, or raise OSError; a reader that stands still for `SILENCE` is given up."""
        with self._lock:
            self._inner.sendall(data)
        return len(data)

    def recv(self, size: int) -> bytes:
        """Read up to `size` bytes, b"" at the end; raises OSError after `SILENCE`."""
        if not isinstance(self._inner, ssl.SSLSocket):
            return self._inner.recv(size)
        if not self._inner.pending() and not self._readable():
            raise TimeoutError("nothing came")
        with self._lock:
            return self._inner.recv(size)

    def close(self) -> None:
        """End the connection; gunicorn, whose socket it is, closes it (and miscounts when somebody else has)."""
        self.cut()

    def cut(self) -> None:
        """End the connection now: whoever waits in a read or write is woken."""
        with contextlib.suppress(OSError):  # it may have ended already
            socket.socket.shutdown(self._inner, socket.SHUT_RDWR)

    def _readable(self) -> bool:
        waiting = select.poll()
        waiting.register(self._inner, select.POLLIN)
        return bool(waiting.poll(SILENCE * 1000))


class BoundedServer(simple_websocket.Server):  # type: ignore[misc]  # comes without types
    """A websocket that gives up a client whose unread messages pile up."""

    def __init__(self, environ: "WSGIEnvironment", limits: Limits) -> None:
        self._backlog = limits.backlog
        super().__init__(environ, max_message_size=limits.frame_bytes)

    def _thread(self) -> None:
        """Read until the end; however it comes, the one who waits for messages learns of it."""
        try:
            super()._thread()
        finally:
            self.connected = False
            self.event.set()

    def _handle_events(self) -> bool:
        if len(self.input_buffer) > self._backlog:
            raise ConnectionResetError("too many unread messages")
        return bool(super()._handle_events())


class Turnstile(Protocol):
    """Told when connections open and close."""

    def opened(self, line: "Wire") -> None:
        """Count a connection in."""
        ...

    def closed(self, line: "Wire") -> None:
        """Count it out; called once for each that opened."""
        ...


class Wire(SimpleWebSocketWSGI):  # type: ignore[misc]  # comes without types
    """One client's connection as Engine.IO drives it.

    Replaces the library's own because that one passes no size limit on (an unfinished frame could grow without
    bound). Compression is never agreed on: it costs memory and processor time, and a small frame could unfold.
    """

    def __init__(self, handler: Any, server: Any, *, limits: Limits, door: "Turnstile") -> None:
        super().__init__(handler, server)
        self._limits = limits
        self._door = door
        self._bucket = Bucket(limits.events_per_second)
        self._socket: WholeWrites | None = None
        self.opened_at = time.monotonic()

    @property
    def key(self) -> str:
        """Name the Engine.IO socket this carries."""
        return str(self.app.__self__.sid)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Serve the connection until it ends."""
        self._socket = WholeWrites(environ["gunicorn.socket"])
        plain = {name: value for name, value in environ.items() if name != "HTTP_SEC_WEBSOCKET_EXTENSIONS"}
        self._door.opened(self)
        try:
            self.ws = BoundedServer(plain | {"gunicorn.socket": self._socket}, self._limits)
            self.app(self)
        finally:
            self._door.closed(self)
            self.cut()
        raise StopIteration  # tells gunicorn that the answer has been given and the connection is over

    def wait(self) -> str | bytes | None:
        """Give the next message, None at the end; a client above its pace waits here, and only it does."""
        message: str | bytes | None = super().wait()
        pause = self._bucket.wait_needed()
        if pause > 0:
            time.sleep(min(pause, 1.0))
        return message

    def cut(self) -> None:
        """End the connection now."""
        if self._socket is not None:
            self._socket.cut()


def _plain(value: object) -> object:
    dump = getattr(value, "model_dump", None)
    if dump is None:
        raise TypeError(f"{type(value).__name__} cannot be sent")
    return dump(mode="json")
