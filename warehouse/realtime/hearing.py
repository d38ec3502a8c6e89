"""How a message is answered: scans with all others that came at the same moment, the rest by a thread that may wait."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import field
from typing import TYPE_CHECKING, Any

import orjson
from socketio.exceptions import ConnectionRefusedError as RefusedError

from warehouse.domain.values import value
from warehouse.realtime.events import Event, only_value
from warehouse.realtime.frames import TEXT, Message
from warehouse.realtime.line import Line
from warehouse.realtime.switchboard import Switchboard
from warehouse.realtime.wire import Json

if TYPE_CHECKING:
    from warehouse.realtime import Live

log = logging.getLogger(__name__)

THREADS = 32
"""So many events that read or write the database are answered at once."""
LONGEST_NUMBER = 24
EVENT, ACKNOWLEDGEMENT = b"42", b"43"
MESSAGE, END, BINARY = b"4", b"1", (b"45", b"46")
UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, RefusedError)


@value
class _Asked:
    """One event to answer: from whom, which, the number its answer goes by, and what came along."""

    line: Line
    event: Event
    number: bytes
    values: list[Any]
    began: float = field(default_factory=time.perf_counter)


class Hearing:
    """Stands between the switchboard and the events of one application."""

    def __init__(self, live: "Live", receive: Callable[[str, str], None]) -> None:
        self.later: dict[str, Event] = {}
        self.pauses: list[Callable[[], None]] = []
        self._live = live
        self._receive = receive
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="event")
        self.switchboard = Switchboard(self._hear, self._pause, live.unreadable)

    def stop(self) -> None:
        """Answer nothing further."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _hear(self, line: Line, message: Message) -> None:
        """Begin to answer one message; what cannot be read ends its line."""
        code, body = message
        try:
            if code != TEXT or body.startswith(BINARY):
                raise ValueError("only text is understood here")
            number, values = _event_in(body)
            is_in = self._live.connections.is_in(line.key)
            event = self.later.get(values[0]) if values and is_in else None
        except UNREADABLE as error:
            self._cut(line, error)
            return
        line.busy = True
        if event is None:
            self._threads.submit(self._in_thread, line, body)
        else:
            self._begin(_Asked(line, event, number, values[1:]))

    def _pause(self) -> None:
        for each in self.pauses:
            each()

    def _begin(self, asked: _Asked) -> None:
        """Have an event answered without waiting; a caller who has to be looked up is, by a thread that may wait."""
        if self._live.is_known(self._live.connections.of(asked.line.key)):
            self._answer(asked)
        else:
            self._threads.submit(self._look_up_first, asked)

    def _look_up_first(self, asked: _Asked) -> None:
        try:
            self._live.speaker(self._live.connections.of(asked.line.key))
        except Exception as error:
            self._refuse(asked, error)
        else:
            self.switchboard.call(lambda: self._answer(asked))

    def _answer(self, asked: _Asked) -> None:
        try:
            caller = self._live.may_ask(self._live.connections.of(asked.line.key), asked.event)
            asked.event.handler(caller, only_value(asked.values), lambda answer: self._reply(asked, answer))
        except Exception as error:  # without an answer the handheld would wait for ever
            self._refuse(asked, error)

    def _refuse(self, asked: _Asked, error: Exception) -> None:
        problem = self._live.problem(self._live.connections.of(asked.line.key), error)
        self._reply(asked, problem.as_json(), problem.code)

    def _reply(self, asked: _Asked, answer: object, code: str = "ok") -> None:
        if asked.number:
            text = answer if isinstance(answer, bytes) else Json.dumps(answer).encode()
            asked.line.say(b"%s%s[%s]" % (ACKNOWLEDGEMENT, asked.number, text))
        self._live.count(asked.event, code, asked.began)  # nobody waits for the meters
        self.switchboard.free(asked.line)

    def _in_thread(self, line: Line, body: bytes) -> None:
        try:
            if body.startswith(MESSAGE):
                self._receive(line.key, body[1:].decode())
            elif body == END:
                line.cut()
        except UNREADABLE as error:
            self._cut(line, error)
        except Exception:  # an error behind an event is answered; this one stands between them
            log.exception("a message could not be handed on")
            line.cut()
        finally:
            self.switchboard.free(line)

    def _cut(self, line: Line, error: Exception) -> None:
        """Cut off who sends what cannot be read, without its words in the log."""
        log.warning("a socket sent what cannot be read: %s", type(error).__name__)
        self._live.unreadable(line)
        line.break_off()


def _event_in(body: bytes) -> tuple[bytes, list[Any]]:
    """Give number and values of a plain event, its name first; no values for any other message."""
    at = body.find(b"[", 2, LONGEST_NUMBER) if body.startswith(EVENT) else -1
    number = body[2:at]
    if at < 0 or not (number.isdigit() or not number):
        return b"", []
    values = orjson.loads(body[at:])
    if not isinstance(values[0], str):
        raise TypeError("an event has a name")
    return number, values
