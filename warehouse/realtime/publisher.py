"""What was committed, told to the rooms: absolute values, the latest only, at most eight times a second a room."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

log = logging.getLogger(__name__)

EVERY = 0.125
ROOM_CAP = 200
NEWS_CAP = 10_000
GATHER_FOR = 0.02

News = TypeVar("News")
Emit = Callable[[str, str, object], None]
Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing a room should know. A later notice with the same room, event and subject replaces it.

    `payload` holds absolute values, or makes them when they are sent, in the publisher's thread.
    """

    room: str
    event: str
    payload: Payload | Callable[[], Payload]
    subject: str = ""


Teller = Callable[[Any], Iterable[Notice]]


class Publisher:
    """Listens to committed news and passes it on.

    `receive` only notes and returns, so it never holds the writer up. What would grow without bound becomes one
    `resync`: fetch the truth. A payload that is made when it is sent is made only for a room that `is_heard`.
    """

    def __init__(
        self,
        emit: Emit,
        clock: Callable[[], float] = time.monotonic,
        is_heard: Callable[[str], bool] = lambda _room: True,
    ) -> None:
        self._emit = emit
        self._is_heard = is_heard
        self._clock = clock
        self._tellers: dict[type, list[Teller]] = {}
        self._news: list[object] = []
        self._rooms: dict[str, dict[tuple[str, str], Notice]] = {}
        self._sent_at: dict[str, float] = {}
        self._wake = threading.Condition()
        self._stopped = False

    def on(self, kind: type[News], teller: Callable[[News], Iterable[Notice]]) -> None:
        """Have `teller` turn each news value of `kind` into notices."""
        self._tellers.setdefault(kind, []).append(teller)

    def receive(self, news: tuple[object, ...]) -> None:
        """Note what a commit announced; this is the listener to subscribe."""
        heard = [each for each in news if type(each) in self._tellers]
        if heard:
            with self._wake:
                self._news = (self._news + heard)[-NEWS_CAP:]
                self._wake.notify()

    def start(self) -> None:
        """Begin passing news on; called once, in the process that serves the sockets."""
        threading.Thread(target=self._work, name="publisher", daemon=True).start()

    def stop(self) -> None:
        """Stop passing news on."""
        with self._wake:
            self._stopped = True
            self._wake.notify()

    def flush(self) -> float | None:
        """Send what is due; answers in how many seconds the next is, or None when nothing waits."""
        self._sort_news()
        now = self._clock()
        for room in [room for room in self._rooms if self._due_in(room, now) <= 0]:
            self._sent_at[room] = now
            for notice in self._rooms.pop(room).values():
                self._send(notice)
        if not self._rooms:
            self._sent_at = {room: at for room, at in self._sent_at.items() if now - at < EVERY}
        return min((self._due_in(room, now) for room in self._rooms), default=None)

    def _work(self) -> None:
        while not self._stopped:
            wait = self.flush()
            with self._wake:
                if not self._news and not self._stopped:
                    self._wake.wait(wait)
                elif wait is not None:
                    self._wake.wait(min(wait, EVERY))
            time.sleep(GATHER_FOR)  # under load each commit would wake this thread, and take time from the scans

    def _sort_news(self) -> None:
        with self._wake:
            news, self._news = self._news, []
        for each in news:
            for teller in self._tellers[type(each)]:
                self._note(teller, each)

    def _note(self, teller: Teller, news: object) -> None:
        try:
            for notice in teller(news):
                waiting = self._rooms.setdefault(notice.room, {})
                waiting[notice.event, notice.subject] = notice
                if len(waiting) > ROOM_CAP:
                    self._rooms[notice.room] = {("resync", ""): Notice(notice.room, "resync", {})}
        except Exception:  # one bad teller must not silence the others
            log.exception("a piece of news could not be told: %s", type(news).__name__)

    def _send(self, notice: Notice) -> None:
        try:
            if not self._is_heard(notice.room):
                return
            payload = notice.payload() if callable(notice.payload) else notice.payload
            self._emit(notice.room, notice.event, payload)
        except Exception:  # one bad notice must not silence the others
            log.exception("a notice could not be sent: %s to %s", notice.event, notice.room)

    def _due_in(self, room: str, now: float) -> float:
        return self._sent_at.get(room, -EVERY) + EVERY - now
