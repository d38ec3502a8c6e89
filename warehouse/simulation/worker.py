"""What virtual pickers and packers share: thinking, scanning what is right, and now and then something wrong."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

from warehouse.simulation.desk import Desk
from warehouse.simulation.floor import LOOK_EVERY, Floor
from warehouse.simulation.goods import Unit
from warehouse.simulation.handheld import Handheld, Shot
from warehouse.simulation.log import Log
from warehouse.simulation.wire import Badge

Json = dict[str, Any]
WAYS = ("lost_acknowledgement", "reconnect", "http")
TRIES = 5
TOLD_OFTEN = 20
CHANGED = frozenset({"order_changed", "stale", "already_done"})
"""How a right scan may be answered when the work was changed meanwhile, as by rule 13 of the domain."""

HAND = "]C1"
"""The symbology identifier scanners put before a GS1-128."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How everybody works: chance of an incident a scan, seconds between scans; handhelds are spread over `urls`."""

    urls: Sequence[str]
    error_rate: float
    think: float
    seed: int


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something wrong to be scanned on purpose: `caught` are the outcomes that block it."""

    kind: str
    shot: Shot
    caught: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """The scan that is due.

    `moved` are the pieces it takes, `twice` the outcomes that block it when its trigger is pulled twice (empty: that
    would be no mistake here), `asks` the outcomes that are a question and no refusal.
    """

    shot: Shot
    moved: Sequence[Unit] = ()
    twice: frozenset[str] = frozenset()
    asks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Crew:
    """What everybody on the floor shares."""

    habits: Habits
    floor: Floor
    log: Log
    desk: Desk
    handed_out: Iterator[int] = field(default_factory=count)


class GaveUpError(Exception):
    """A person cannot go on with the work in hand."""


class Worker:
    """One virtual person with a handheld."""

    def __init__(self, badge: Badge, crew: Crew) -> None:
        self.badge, self.crew, self.floor, self.log, self.habits = badge, crew, crew.floor, crew.log, crew.habits
        self.desk, self.fate = crew.desk, crew.desk.fate
        self.random = Random(f"{crew.habits.seed}:{badge.name}")  # noqa: S311 - a shift is to be the same each time
        self.handhelds: list[Handheld] = []
        self.handheld = self.new_handheld()
        self.refusals = 0

    def new_handheld(self) -> Handheld:
        """Take another device from the rack."""
        urls = self.habits.urls
        handheld = Handheld(urls[next(self.crew.handed_out) % len(urls)], self.badge, self.log, self.random)
        self.handhelds.append(handheld)
        return handheld

    def think(self) -> None:
        """Let some time pass, as people do."""
        if self.habits.think:
            time.sleep(self.random.uniform(0.5, 1.5) * self.habits.think)

    def scan(self, right: Right, mistakes: Sequence[Mistake]) -> Json | None:
        """Scan what is due, with whatever goes wrong before or on the way; None when it was refused."""
        self.think()
        way = "socket"
        if self.random.random() < self.habits.error_rate:
            choices: list[Mistake | str] = [*mistakes, *WAYS, *(["double_trigger"] if right.twice else [])]
            chosen = self.random.choice(choices)
            if not isinstance(chosen, Mistake):
                way = chosen
            elif self.make(chosen):
                return None
        return self._pull_twice(right) if way == "double_trigger" else self._pull(right, way)

    def make(self, mistake: Mistake) -> bool:
        """Scan something wrong: it must be refused with the right reason, and nothing may be lost or won by it.

        True when the answer was that the work has changed, so that nobody knows what is due.
        """
        before = self.standing()
        result = self.handheld.send([mistake.shot])[0]
        is_told = result["outcome"] in CHANGED - mistake.caught and self.has_changed(result)
        self.saw(result)
        if is_told:
            self.log.was_told(result["outcome"])
            self.log.mistake(mistake.kind, blocked=result["blocked"])
            return True
        self.judge_mistake(mistake.kind, result, mistake.caught, same=self.standing() == before)
        return False

    def _pull(self, right: Right, way: str) -> Json | None:
        result = self.handheld.send([right.shot], way)[0]
        return self._judge_right(right, result)

    def _pull_twice(self, right: Right) -> Json | None:
        first, second = self.handheld.send([right.shot, right.shot])
        accepted = self._judge_right(right, first)
        if accepted is None and first["outcome"] in CHANGED:
            return self._judge_right(right, second)  # the first one was only told that the work had changed
        before = self.standing()
        self.saw(second)
        self.judge_mistake("double_trigger", second, right.twice, same=self.standing() == before)
        return accepted

    def judge_mistake(self, kind: str, result: Json, caught: frozenset[str], *, same: bool) -> None:
        """Note whether something wrong was blocked, with the right reason and without any effect."""
        is_caught = result["outcome"] in caught and result["blocked"] and same
        self.log.mistake(kind, blocked=is_caught)
        if not is_caught:
            said = f"{result['outcome']} ({result['text']})" + ("" if same else ", and the position moved")
            self.log.surprise("slipped", f"{self.badge.name}: {kind} at {self.where()} was answered {said}")

    def _judge_right(self, right: Right, result: Json) -> Json | None:
        if result["outcome"] == "accepted":
            self.refusals = 0
            self.saw(result)
            return result
        if result["outcome"] in right.asks:
            self.saw(result)
            return result
        if result["outcome"] in CHANGED and self.has_changed(result):
            self.log.was_told(result["outcome"])
            self.saw(result)
            self._lose_patience(result["text"], TOLD_OFTEN)
            return None
        said = f"{result.get('code') or result['outcome']}: {result['text']}"
        what = right.shot.code or right.shot.kind
        self.log.surprise("refused", f"{self.badge.name}: {what} at {self.where()}: {said}")
        self.saw(result)
        self._lose_patience(said, TRIES)
        return None

    def _lose_patience(self, said: str, after: int) -> None:
        """Give up after so many refusals in a row."""
        self.refusals += 1
        if self.refusals >= after:
            raise GaveUpError(said)

    def has_changed(self, result: Mapping[str, Any]) -> bool:
        """Say whether the work really is other than this person knew it."""
        raise NotImplementedError

    def standing(self) -> object:
        """Give what a refused scan may not change."""
        raise NotImplementedError

    def where(self) -> str:
        """Name the step for a report."""
        raise NotImplementedError

    def saw(self, result: Mapping[str, Any]) -> None:
        """Take the answer's position as the truth."""
        raise NotImplementedError


def wait_a_moment() -> None:
    """Let others get on."""
    time.sleep(LOOK_EVERY)


def gs1(gtin: str, *, lot: str | None = None, serial: str | None = None) -> str:
    """Write a GS1-128 label of an item with its lot or serial number."""
    tail = f"10{lot}" if lot else f"21{serial}" if serial else ""
    return f"{HAND}01{gtin.zfill(14)}{tail}"


def label(unit: Unit, code: str, *, lot: str | None = None) -> str:
    """Give what is on the piece: its lot where it has one, else the plain code."""
    lot = lot or unit.lot
    is_gtin = code.isascii() and code.isdigit()
    return gs1(code, lot=lot) if lot and is_gtin else (lot or code)
