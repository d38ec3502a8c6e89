"""One request to one address: bounded in time and size, without redirects, its certificate checked by name."""

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from warehouse.domain.words import sentence
from warehouse.outbound.reach import NetworkReach, RefusedAddressError, resolve

PATIENCE = 15.0
MOST_BYTES = 64 << 10
_PORTS = {"http": 80, "https": 443}
_LOWEST = 1024
_MOST_WHY = 160


class NoAnswerError(Exception):
    """Nobody answered in time, or not in HTTP; the text says what happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What is asked: an address with query, headers, a body; `seconds` for all of it, `most` bytes of answer."""

    url: str
    method: str = "POST"
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    seconds: float = PATIENCE
    most: int = MOST_BYTES


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back; `whole` is False where there was more than was asked for."""

    status: int
    body: bytes
    whole: bool = True


def check_url(url: str, reach: NetworkReach) -> SplitResult:
    """Give the parts of an address that may be asked; RefusedAddressError says what is wrong with it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise RefusedAddressError("This is not an address such as https://shop.example/hooks.") from None
    is_plain = url.isprintable() and " " not in url and f"{parts.path}{parts.query}".isascii()
    if parts.scheme not in _PORTS or not parts.hostname or not is_plain:
        raise RefusedAddressError("This is not an address such as https://shop.example/hooks.")
    if parts.username is not None or parts.fragment:
        raise RefusedAddressError("The address may hold no user name, password or fragment.")
    if parts.scheme == "http" and not reach.is_named(parts.hostname):
        raise RefusedAddressError("Messages go by https only, but to hosts named in WAREHOUSE_ALLOWED_RECEIVERS.")
    if port is not None and port != _PORTS[parts.scheme] and port < _LOWEST and not reach.is_named(parts.hostname):
        raise RefusedAddressError(sentence("Port {port} may not be asked.", port=port))
    return parts


def send(asked: Outgoing, reach: NetworkReach) -> Answered:
    """Ask once and give the answer, a redirect as it is.

    Raises RefusedAddressError before anything is sent, NoAnswerError when no answer came within the time.
    """
    parts = check_url(asked.url, reach)
    host, port = str(parts.hostname), parts.port or _PORTS[parts.scheme]
    try:
        address = resolve(reach, host, port)
    except (OSError, UnicodeError) as error:
        raise NoAnswerError(sentence("{host} is not known: {why}", host=host, why=str(error)[:_MOST_WHY])) from None
    connection = _Fixed(parts.scheme, (host, port), address, asked.seconds)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with _ends_within(connection, asked.seconds):
            connection.request(asked.method, path, asked.body, dict(asked.headers))
            answer = connection.getresponse()
            body = answer.read(asked.most + 1)
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswerError(_plainly(error, asked.seconds)) from None
    finally:
        connection.close()
    return Answered(answer.status, body[: asked.most], len(body) <= asked.most)


def _plainly(error: Exception, seconds: float) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "The connection was refused."
    if isinstance(error, ssl.SSLCertVerificationError):
        return sentence("The certificate does not hold: {why}.", why=error.verify_message[:_MOST_WHY])
    if isinstance(error, TimeoutError):
        return sentence("No answer within {seconds} s.", seconds=f"{seconds:g}")
    return sentence("No answer: {why}", why=str(error)[:_MOST_WHY])


class _Fixed(http.client.HTTPConnection):
    """A connection to an address that was judged, under the name that was asked for."""

    def __init__(self, scheme: str, named: tuple[str, int], address: str, seconds: float) -> None:
        super().__init__(*named, timeout=seconds)
        self.default_port = _PORTS[scheme]
        self._secured = scheme == "https"
        self._address = address
        self._line: socket.socket | None = None

    def connect(self) -> None:
        """Connect to that address only."""
        self.sock = self._line = socket.create_connection((self._address, self.port), self.timeout)
        if self._secured:
            context = ssl.create_default_context()
            self.sock = self._line = context.wrap_socket(self.sock, server_hostname=self.host)

    def cut(self) -> None:
        """Cut the line under whoever reads from it; the parent forgets its socket before the answer is read."""
        if self._line is not None:
            with contextlib.suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def _ends_within(connection: _Fixed, seconds: float) -> Iterator[None]:
    """Cut the line when the time is over, however slowly the other side drips its answer."""
    cut = threading.Event()

    def end() -> None:
        cut.set()
        connection.cut()

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
        if cut.is_set():
            raise TimeoutError
    except (OSError, http.client.HTTPException):
        if cut.is_set():
            raise TimeoutError from None
        raise
    finally:
        timer.cancel()
