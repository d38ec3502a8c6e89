"""The switchboard: one thread reads every websocket, so that five hundred handhelds cost no more than their scans.

A message is handed on where it can be answered without waiting, or goes to one of a few threads that may wait. Of one
client only one event is answered at a time, the others stay in its inbox: its scans keep their order, and who sends
too fast or too much is slowed down or cut off without anybody else feeling it.
"""

import contextlib
import logging
import os
import selectors
import threading
import time
from collections import deque
from collections.abc import Callable

from warehouse.realtime.frames import CLOSE, PING, PONG, TEXT, FrameError, Message, frame
from warehouse.realtime.line import Line
from warehouse.realtime.wire import PING_EVERY, PONG_WITHIN, SILENCE

log = logging.getLogger(__name__)

LOOK_EVERY = 0.25
ENGINE_PING, ENGINE_PONG = b"2", b"3"
_READ, _BOTH = selectors.EVENT_READ, selectors.EVENT_READ | selectors.EVENT_WRITE


class Switchboard:
    """Reads all lines. `hear(line, message)` gets each message in turn and `pause()` is called when all that had come
    is heard; both run in the switchboard's own thread and must not wait. `unreadable(line)` is told who is cut off.
    """

    def __init__(
        self, hear: Callable[[Line, Message], None], pause: Callable[[], None], unreadable: Callable[[Line], None]
    ) -> None:
        self._hear = hear
        self._pause = pause
        self._unreadable = unreadable
        self._selector = selectors.DefaultSelector()
        self._lines: set[Line] = set()
        self._slowed: dict[Line, float] = {}
        self._calls: deque[Callable[[], None]] = deque()
        self._bell, self._rope = os.pipe()
        os.set_blocking(self._bell, False)
        os.set_blocking(self._rope, False)
        self._selector.register(self._bell, _READ, None)
        self._look_at = time.monotonic() + LOOK_EVERY
        self._thread = threading.Thread(target=self._work, name="switchboard", daemon=True)
        self._lock = threading.Lock()

    def serve(self, line: Line) -> None:
        """Answer a line until it ends; whoever calls sleeps meanwhile."""
        with self._lock:
            if self._thread.ident is None:
                self._thread.start()
        line.wants_room = lambda it: self.call(lambda: self._watch(it, _BOTH))
        self.call(lambda: self._begin(line))
        line.ended.wait()

    def call(self, act: Callable[[], None]) -> None:
        """Have the switchboard's thread do something soon."""
        self._calls.append(act)
        if threading.get_ident() != self._thread.ident:
            with contextlib.suppress(BlockingIOError):  # a full pipe wakes it as well
                os.write(self._rope, b"\0")

    def free(self, line: Line) -> None:
        """Note that a line's event has been answered; what it has sent meanwhile comes next."""
        line.busy = False
        if line.inbox:
            self.call(lambda: self._turn(line))

    def _work(self) -> None:
        while True:
            try:
                self._round()
            except Exception:  # one bad round must not end all lines
                log.exception("the switchboard stumbled")

    def _round(self) -> None:
        for key, events in self._selector.select(self._rest()):
            if key.data is None:
                os.read(self._bell, 4096)
            else:
                self._attend(key.data, events)
        while self._calls:
            self._calls.popleft()()
        for line in [line for line, until in self._slowed.items() if until <= time.monotonic()]:
            del self._slowed[line]
            self._turn(line)
        self._pause()
        if time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + LOOK_EVERY
            for line in list(self._lines):
                self._look_after(line)

    def _rest(self) -> float:
        """Give how many seconds nothing is to be done."""
        if self._calls:
            return 0.0
        return max(0.0, min([self._look_at, *self._slowed.values()]) - time.monotonic())

    def _begin(self, line: Line) -> None:
        self._selector.register(line, _READ, line)
        self._lines.add(line)

    def _attend(self, line: Line, events: int) -> None:
        try:
            if events & selectors.EVENT_WRITE and line.go_on():
                self._watch(line, _READ)
            if events & _READ and not line.read():
                self._end(line)
                return
        except FrameError:
            self._unreadable(line)
            line.break_off()
            self._end(line)
        except OSError:
            self._end(line)
        else:
            self._turn(line)

    def _turn(self, line: Line) -> None:
        """Hand on what a line has sent, one event at a time and not above its pace."""
        while line.inbox and not line.busy and line not in self._slowed and line in self._lines:
            code, body = message = line.inbox.popleft()
            if code == CLOSE:
                self._end(line)
            elif code == PING:
                line.write(frame(PONG, body))
            elif code == TEXT and body == ENGINE_PONG:
                line.pinged_at, line.ping_due = None, time.monotonic() + PING_EVERY
            elif code != PONG:
                pause = line.bucket.wait_needed()
                if pause:
                    self._slowed[line] = time.monotonic() + min(pause, 1.0)
                self._hear(line, message)

    def _watch(self, line: Line, events: int) -> None:
        if line in self._lines:
            self._selector.modify(line, events, line)

    def _look_after(self, line: Line) -> None:
        """Ask a quiet client whether it is there, and give up one that does not answer or does not read."""
        now = time.monotonic()
        is_silent = line.pinged_at is not None and now - line.pinged_at > PONG_WITHIN
        is_stuck = line.stuck_since is not None and now - line.stuck_since > SILENCE
        if is_silent or is_stuck:
            line.cut()
            self._end(line)
        elif line.pinged_at is None and now >= line.ping_due:
            line.pinged_at = now
            line.say(ENGINE_PING)

    def _end(self, line: Line) -> None:
        """Let a line go; whoever sleeps over it clears up."""
        if line in self._lines:
            self._lines.discard(line)
            self._slowed.pop(line, None)
            self._selector.unregister(line)
            line.inbox.clear()
            line.ended.set()
