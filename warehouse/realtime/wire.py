"""What a websocket carries and what one client may do to the server: size, pace, backlog, silence; and its JSON."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

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


def _plain(value: object) -> object:
    dump = getattr(value, "model_dump", None)
    if dump is None:
        raise TypeError(f"{type(value).__name__} cannot be sent")
    return dump(mode="json")
