"""What virtual people remember of their shift: every answer, every mistake they made on purpose, every surprise."""

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
KEPT = 50
"""So many surprises are told in words; all are counted."""

PROMISED = ("outcome", "blocked", "text", "position", "line", "follow_up")
"""What a stored answer must repeat word for word."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A scan that was acknowledged, and how."""

    who: str
    scan: Json
    result: Json


@dataclass(slots=True)
class Log:
    """Shared by all virtual people.

    Counters by kind: `events` are out of the ordinary and nobody's mistake, `told` scans that came too late because
    the work had changed. `seconds` of acknowledgements by kind of work; `surprises` are sentences.
    """

    answers: dict[str, Answered] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    made: Counter[str] = field(default_factory=Counter)
    blocked: Counter[str] = field(default_factory=Counter)
    tricks: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    errors: int = 0
    lost: int = 0
    doubled: int = 0
    broken_off: int = 0
    slipped: int = 0
    surprises: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def acknowledged(self, answered: Answered) -> None:
        """Keep the first final answer of a scan; another one later would be a scan counted twice."""
        with self._lock:
            known = self.answers.setdefault(answered.scan["id"], answered)
        if known is not answered and differs(known.result, answered.result):
            self.surprise("doubled", f"{answered.who}: a repeated scan got another answer: {answered.result['text']}")
        if answered.result["status"] == "error":
            self.surprise("errors", f"{answered.who}: {answered.result['text']}")

    def took(self, work: str, seconds: float) -> None:
        """Note how long the acknowledgement of a scan for this kind of work took."""
        with self._lock:
            self.seconds.setdefault(work, []).append(seconds)

    def mistake(self, kind: str, *, blocked: bool) -> None:
        """Count a mistake made on purpose."""
        with self._lock:
            self.made[kind] += 1
            self.blocked[kind] += blocked

    def trick(self, kind: str) -> None:
        """Count an accident of the line: an acknowledgement lost, a reconnect, a scan by HTTP."""
        with self._lock:
            self.tricks[kind] += 1

    def reached(self, what: str, number: int = 1) -> None:
        """Count work that was finished."""
        with self._lock:
            self.done[what] += number

    def happened(self, kind: str) -> None:
        """Count something out of the ordinary that is nobody's mistake."""
        with self._lock:
            self.events[kind] += 1

    def was_told(self, outcome: str) -> None:
        """Count a scan that was right until the work changed, and was told so."""
        with self._lock:
            self.told[outcome] += 1

    def surprise(self, counter: str, sentence: str) -> None:
        """Count something that should not have happened, and keep its sentence."""
        with self._lock:
            setattr(self, counter, getattr(self, counter) + 1)
            if len(self.surprises) < KEPT:
                self.surprises.append(sentence)

    def by_device(self) -> Iterator[tuple[str, list[Answered]]]:
        """Give each device's acknowledged scans, in the order of their numbers; those in error are stored nowhere."""
        kept: dict[str, list[Answered]] = {}
        for answered in self.answers.values():
            if answered.result["status"] != "error":
                kept.setdefault(answered.scan["device"], []).append(answered)
        yield from kept.items()


def differs(first: Json, second: Json) -> bool:
    """Say whether two answers to one scan promise different things."""
    return any(first.get(name) != second.get(name) for name in PROMISED)
