"""Several servers on one PostgreSQL: each hears what the others commit, and one of them has the duty.

News travel in the transaction they tell of (`NOTIFY`), so nobody hears of what did not happen; while a server is alone
it sends none. The duty, to run what must run once, is a lock of the database: it ends with the connection that holds
it. An SQLite file has one server, which is on duty for as long as it lives.
"""

import logging
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.storage.news_text import from_text, to_texts

log = logging.getLogger(__name__)

CHANNEL = "warehouse_news"
DUTY, PRESENT = 731402, 731403
"""Keys of advisory locks: one holds the first, every server shares the second."""

LOOK_EVERY = 1.0
"""Seconds between looks for the duty and for neighbours."""

PAUSE = 0.5
STOP_WITHIN = 8.0
_KEEPALIVE = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "connect_timeout": 5}

Hear = Callable[[tuple[object, ...]], None]
_TELL = "SELECT pg_notify(%s, %s)"


class Neighbours:
    """One server's ear to the others; `hear(news)` is called with what they committed.

    `begin` is called when this server gets the duty, `end` when another has taken it or at `stop`.
    """

    def __init__(self, url: str, hear: Hear, *, begin: Callable[[], None], end: Callable[[], None]) -> None:
        target = make_url(url).set(drivername="postgresql")
        self._address = target.render_as_string(hide_password=False)
        self._hear, self._begin, self._end = hear, begin, end
        self.name = uuid.uuid4().hex
        self.alone = False
        self.on_duty = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="neighbours", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Give the duty up, once what it does has ended, and listen no more."""
        self._stopping.set()
        self._thread.join(STOP_WITHIN)

    def tell(self, connection: Connection, news: Sequence[object]) -> None:
        """Have the others told once this transaction is durable."""
        if not self.alone:
            for text in to_texts(news):
                connection.exec_driver_sql(_TELL, (CHANNEL, f"{self.name} {text}"))

    def _take_leave(self) -> None:
        if self.on_duty:
            self.on_duty = False
            self._end()

    def _work(self) -> None:
        import psycopg  # noqa: PLC0415 - only who serves from PostgreSQL has it

        while not self._stopping.is_set():
            try:
                with self._listening(psycopg) as connection:
                    self._attend(connection)
            except psycopg.Error as error:
                self.alone = False
                log.warning("the neighbours cannot be heard: %s", error)
                self._stopping.wait(PAUSE)
            except Exception:  # whatever a listener did, the others are heard again
                log.exception("the neighbours cannot be heard")
                self._stopping.wait(PAUSE)
        self._take_leave()

    @contextmanager
    def _listening(self, psycopg: Any) -> Iterator[Any]:
        with psycopg.connect(self._address, autocommit=True, **_KEEPALIVE) as connection:
            connection.execute("SELECT pg_advisory_lock_shared(%s)", (PRESENT,))
            connection.execute(f"LISTEN {CHANNEL}")
            connection.execute(_TELL, (CHANNEL, f"{self.name} []"))  # says no more than: here I am
            yield connection

    def _attend(self, connection: Any) -> None:
        """Listen until told to stop. What was said while nobody listened is not known: the board is drawn anew."""
        self._hear(tuple(BoardChanged(kind) for kind in BoardKind))
        while not self._stopping.is_set():
            self._look(connection)
            for note in connection.notifies(timeout=LOOK_EVERY):
                self._heard(note.payload)
        self._take_leave()  # before the lock goes with the connection: the next must not begin while this one ends

    def _look(self, connection: Any) -> None:
        """Take the duty if nobody has it, give it up if another took it; see whether anybody else is there."""
        mine = self._holds(connection) or _value(connection, "SELECT pg_try_advisory_lock(%s)", DUTY)
        if mine and not self.on_duty:
            self._begin()
            self.on_duty = True
        elif not mine:
            self._take_leave()
        self.alone = _value(connection, _PRESENT, PRESENT) == 1

    def _holds(self, connection: Any) -> bool:
        return bool(_value(connection, _HELD, DUTY))

    def _heard(self, payload: str) -> None:
        sender, _, text = payload.partition(" ")
        if sender != self.name:
            self.alone = False
            self._hear(from_text(text))


_LOCKS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND granted"
_MINE_ONLY = " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
_PRESENT = _LOCKS + _MINE_ONLY
_HELD = _PRESENT + " AND pid = pg_backend_pid()"


def _value(connection: Any, query: str, key: int) -> Any:
    return connection.execute(query, (key,)).fetchone()[0]
