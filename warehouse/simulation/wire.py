"""One person's way to the server: requests that are repeated until answered, and a socket that comes back by itself."""

import contextlib
import http.client
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from random import Random
from typing import Any
from urllib.parse import urlsplit

import socketio
from socketio.exceptions import SocketIOError

from warehouse.domain.errors import WarehouseError

PREFIX = "/api/v1"
ANSWER_WITHIN = 15.0
PATIENCE = 90.0
"""Seconds without any answer after which the server is given up."""

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0
A_PAGE = 200
BUSY = {429, 503}
Json = dict[str, Any]


class NoAnswerError(WarehouseError):
    """Nobody answered; whether the request took place is not known."""

    code = "no_answer"


class RefusalError(WarehouseError):
    """The server refused, with its own sentence."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


@dataclass(frozen=True, slots=True)
class Badge:
    """Somebody who can sign in."""

    name: str
    role: str
    badge: str
    pin: str = field(repr=False)


class BackOff:
    """Pauses that grow with each failure, never in step with others; gives up when nobody answers for too long."""

    def __init__(self, random: Random) -> None:
        self._random, self._pause, self._since = random, FIRST_PAUSE, time.monotonic()

    def wait(self) -> None:
        """Pause; NoAnswerError when the server has been away for too long."""
        if time.monotonic() - self._since > PATIENCE:
            raise NoAnswerError(f"The server has not answered for {PATIENCE:.0f} seconds.")
        time.sleep(self._pause * self._random.uniform(0.5, 1.0))
        self._pause = min(self._pause * 2, LONGEST_PAUSE)


class Line:
    """HTTP and socket of one signed-in person."""

    def __init__(self, url: str, random: Random) -> None:
        self.url, self.random = url, random
        self.person = 0
        self.device_token: str | None = None
        self._cookie, self._csrf = "", ""
        self._socket: _Socket | None = None

    def sign_in(self, badge: Badge) -> None:
        """Open a session with badge and PIN."""
        me = self.ask("POST", "/session", {"badge": badge.badge, "pin": badge.pin})
        self.person, self._csrf = me["person"]["id"], me["csrf_token"]

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Send a request until it is answered; raises `RefusalError`. It may so take place more than once."""
        back_off = BackOff(self.random)
        while True:
            try:
                return self.ask_once(method, path, body)
            except NoAnswerError:
                back_off.wait()
            except RefusalError as refusal:
                if refusal.status not in BUSY:
                    raise
                back_off.wait()

    def pages(self, path: str) -> list[Json]:
        """Give a whole list, page by page; `path` has its query already, or none."""
        found: list[Json] = []
        after = f"{'&' if '?' in path else '?'}limit={A_PAGE}"
        while True:
            page = self.ask("GET", path + after)
            found += page["items"]
            if page["next"] is None:
                return found
            after = f"{'&' if '?' in path else '?'}limit={A_PAGE}&after={page['next']}"

    def ask_once(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Send a request once; raises `RefusalError` or, when nobody answers, `NoAnswerError`."""
        try:
            with contextlib.closing(_connect(self.url)) as connection:
                text = None if body is None else json.dumps(body)
                connection.request(method, PREFIX + path, text, self._headers())
                response = connection.getresponse()
                raw = response.read()
        except (OSError, http.client.HTTPException):
            raise NoAnswerError("Nobody answered.") from None
        self._keep_cookie(response)
        return _answer(response.status, raw)

    def emit(self, event: str, payload: Json) -> Any:
        """Send an event over the socket, connecting first where needed; `NoAnswerError` when no answer came."""
        return self._live().ask(event, payload)

    def emit_and_leave(self, event: str, payload: Json) -> None:
        """Send an event and cut the connection before the answer can come."""
        self._live().tell(event, payload)
        self.leave()

    def leave(self) -> None:
        """Close the socket; the next event opens another."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _live(self) -> "_Socket":
        if self._socket is not None and not self._socket.is_open:
            self.leave()
        if self._socket is None:
            self._socket = _Socket(self.url, self._cookie, self.device_token)
        return self._socket

    def _headers(self) -> dict[str, str]:
        device = {"X-Device-Token": self.device_token} if self.device_token else {}
        session = {"Cookie": self._cookie, "X-CSRF-Token": self._csrf} if self._cookie else {}
        return {"Content-Type": "application/json", "Accept": "application/json", **session, **device}

    def _keep_cookie(self, response: http.client.HTTPResponse) -> None:
        for header in response.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(header).items():
                self._cookie = f"{name}={morsel.value}"


def _connect(url: str) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    return kind(parts.hostname or "", parts.port, timeout=ANSWER_WITHIN)


def _answer(status: int, raw: bytes) -> Any:
    try:
        answer = json.loads(raw) if raw else None
    except ValueError:
        answer = None
    if status < http.client.BAD_REQUEST:
        return answer
    problem = answer if isinstance(answer, dict) else {}
    raise RefusalError(status, str(problem.get("code", "unknown")), str(problem.get("detail", f"Status {status}.")))


class _Socket:
    """A Socket.IO connection over websocket only, whose questions end with the connection."""

    def __init__(self, url: str, cookie: str, device_token: str | None) -> None:
        self._client = socketio.Client(reconnection=False)
        self._gone = threading.Event()
        self._client.on("disconnect", lambda *_: self._gone.set())
        auth = {"device_token": device_token} if device_token else None
        try:
            self._client.connect(
                url, headers={"Cookie": cookie}, auth=auth, transports=["websocket"], wait_timeout=ANSWER_WITHIN
            )
        except (SocketIOError, OSError, ValueError):
            self.close()
            raise NoAnswerError("The socket does not open.") from None

    @property
    def is_open(self) -> bool:
        """Whether questions can be asked."""
        return bool(self._client.connected) and not self._gone.is_set()

    def ask(self, event: str, payload: Json) -> Any:
        """Send an event and wait for its acknowledgement."""
        answers: list[Any] = []
        answered = threading.Event()

        def acknowledged(*values: Any) -> None:
            answers.extend(values)
            answered.set()

        self._send(event, payload, acknowledged)
        until = time.monotonic() + ANSWER_WITHIN
        while not answered.wait(0.2):
            if self._gone.is_set() or time.monotonic() > until:
                raise NoAnswerError("The acknowledgement did not come.")
        return _acknowledgement(answers[0])

    def tell(self, event: str, payload: Json) -> None:
        """Send an event without waiting for anything."""
        self._send(event, payload, lambda *_: None)

    def close(self) -> None:
        """End the connection."""
        self._gone.set()
        self._client.disconnect()

    def _send(self, event: str, payload: Json, callback: Callable[..., None]) -> None:
        try:
            self._client.emit(event, payload, callback=callback)
        except (SocketIOError, OSError):
            raise NoAnswerError("The socket is closed.") from None


def _acknowledgement(answer: Any) -> Any:
    if isinstance(answer, dict) and "status" in answer and "detail" in answer:
        raise RefusalError(int(answer["status"]), str(answer.get("code")), str(answer["detail"]))
    return answer
