"""Who is connected: the cap, the session behind each socket, and the end of those that may no longer stay."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from warehouse.access import FRESH_FOR, Caller, Credentials, Standing
from warehouse.domain.errors import ForbiddenError, RetryLaterError
from warehouse.domain.words import sentence

WAITING_CAP = 40
"""Sockets that have not shown who they are yet; they and those admitted stay below the threads."""
SHOW_WITHIN = 5.0
LEAVE_WITHIN = 0.5


class TooManyConnectionsError(RetryLaterError):
    """The server has as many sockets as it can serve."""

    code = "too_many_connections"


class Line(Protocol):
    """One websocket."""

    opened_at: float

    @property
    def key(self) -> str:
        """Name it."""
        ...

    def cut(self) -> None:
        """End it now."""
        ...


@dataclass(slots=True)
class Connection:
    """One websocket and, once admitted, who speaks over it. `sid` is its name in Socket.IO."""

    line: Line
    sid: str | None = None
    credentials: Credentials = field(default_factory=Credentials)
    caller: Caller | None = None
    leaving_since: float | None = None
    known_until: float = 0.0
    known_in: int = -1

    def changed(self, standing: Standing) -> bool:
        """Tell whether its session or device has ended, or its person's rights have changed, by what is stored now.

        A machine's token has no session to compare: it counts as changed, and is looked up.
        """
        return self.caller is not None and self.leaving_since is None and not standing.holds(self.caller)

    def made_sure(self, generation: int) -> None:
        """Note that its caller was just found to be who he was, at that generation of what is known of callers."""
        self.known_until, self.known_in = time.monotonic() + FRESH_FOR, generation

    def is_known(self, generation: int) -> bool:
        """Tell whether this was made sure within the last second and nothing was withdrawn since."""
        return self.known_in == generation and self.known_until > time.monotonic()


class Connections:
    """The open websockets of this process, by the key of their Engine.IO socket."""

    def __init__(self, cap: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.cap = cap
        self._clock = clock
        self._all: dict[str, Connection] = {}
        self._by_sid: dict[str, Connection] = {}
        self._lock = threading.Lock()

    def has_room(self) -> bool:
        """Tell whether one more unknown socket may be opened."""
        with self._lock:
            return len(self._all) - len(self._by_sid) < WAITING_CAP

    def opened(self, line: Line) -> None:
        """Count a websocket in."""
        with self._lock:
            self._all[line.key] = Connection(line)

    def closed(self, line: Line) -> None:
        """Count a websocket out."""
        with self._lock:
            gone = self._all.pop(line.key, None)
            if gone is not None and gone.sid is not None:
                self._by_sid.pop(gone.sid, None)

    def admit(self, key: str, sid: str, credentials: Credentials, caller: Caller) -> None:
        """Let a recognised socket in; raises `TooManyConnectionsError`.

        Raises ForbiddenError for one that is in already: an event may call itself connect and bring its own papers.
        """
        with self._lock:
            found = self._all.get(key)
            if found is None or found.sid is not None:
                raise ForbiddenError("A socket signs in once.")
            if len(self._by_sid) >= self.cap:
                raise TooManyConnectionsError(
                    sentence("All {cap} connections are taken. Close a screen that is not used.", cap=self.cap)
                )
            found.sid, found.credentials, found.caller = sid, credentials, caller
            self._by_sid[sid] = found

    def find(self, sid: str) -> Connection | None:
        """Give an admitted connection by its Socket.IO name."""
        return self._by_sid.get(sid)

    def of(self, key: str) -> Connection | None:
        """Give an open websocket by its key in Engine.IO, admitted or not."""
        return self._all.get(key)

    def is_in(self, key: str) -> bool:
        """Tell whether an open websocket has shown who it is."""
        found = self._all.get(key)
        return found is not None and found.sid is not None

    def admitted(self) -> list[Connection]:
        """List everyone who is in."""
        with self._lock:
            return list(self._by_sid.values())

    def of_sign_ins(self, keys: Iterable[int]) -> list[Connection]:
        """List the connections of these sessions."""
        wanted = set(keys)
        return [each for each in self.admitted() if each.caller is not None and each.caller.sign_in in wanted]

    def of_person(self, person: int) -> list[Connection]:
        """List the connections of one person."""
        return [each for each in self.admitted() if each.caller is not None and each.caller.person == person]

    def lapsed(self, now: datetime | None = None) -> list[Connection]:
        """List those whose session's time is over."""
        moment = now or datetime.now(UTC)
        return [each for each in self.admitted() if _is_over(each.caller, moment)]

    def strangers(self) -> list[Connection]:
        """List those that have not shown in time who they are, or were told to leave and have not."""
        now = self._clock()
        with self._lock:
            return [each for each in self._all.values() if self._overstays(each, now)]

    def refuse(self, key: str) -> None:
        """Note that this one was turned away: it has a moment to read why."""
        found = self._all.get(key)
        if found is not None and found.sid is None:
            self.leaving(found)

    def leaving(self, connection: Connection) -> None:
        """Note that this one was told to leave; it counts as a stranger a moment later."""
        connection.leaving_since = connection.leaving_since or self._clock()

    def cut(self, key: str) -> None:
        """End one websocket."""
        found = self._all.get(key)
        if found is not None:
            found.line.cut()

    def everyone(self) -> list[Connection]:
        """List every open websocket."""
        with self._lock:
            return list(self._all.values())

    def __len__(self) -> int:
        return len(self._all)

    def _overstays(self, each: Connection, now: float) -> bool:
        if each.leaving_since is not None:
            return now - each.leaving_since > LEAVE_WITHIN
        return each.sid is None and now - each.line.opened_at > SHOW_WITHIN


def _is_over(caller: Caller | None, moment: datetime) -> bool:
    return caller is not None and caller.expires_at is not None and caller.expires_at <= moment
