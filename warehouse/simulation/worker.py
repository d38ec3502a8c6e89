"""What virtual pickers and packers share: thinking, scanning what is right, and now and then something wrong."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from warehouse.simulation.floor import Floor, Unit
from warehouse.simulation.handheld import Handheld, Shot
from warehouse.simulation.log import Log
from warehouse.simulation.wire import Badge

Json = dict[str, Any]
WAYS = ("lost_acknowledgement", "reconnect", "http")
TRIES = 5
HAND = "]C1"
"""The symbology identifier scanners put before a GS1-128."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How everybody works: chance of an incident a scan, seconds between scans."""

    url: str
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
    would be no mistake here).
    """

    shot: Shot
    moved: Sequence[Unit] = ()
    twice: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Crew:
    """What everybody on the floor shares."""

    habits: Habits
    floor: Floor
    log: Log


class GaveUpError(Exception):
    """A person cannot go on with the work in hand."""


class Worker:
    """One virtual person with a handheld."""

    def __init__(self, badge: Badge, crew: Crew) -> None:
        self.badge, self.floor, self.log, self.habits = badge, crew.floor, crew.log, crew.habits
        self.random = Random(f"{crew.habits.seed}:{badge.name}")  # noqa: S311 - a shift is to be the same each time
        self.handheld = Handheld(crew.habits.url, badge, crew.log, self.random)
        self.refusals = 0

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
            if isinstance(chosen, Mistake):
                self.make(chosen)
            else:
                way = chosen
        return self._pull_twice(right) if way == "double_trigger" else self._pull(right, way)

    def make(self, mistake: Mistake) -> None:
        """Scan something wrong: it must be refused with the right reason, and nothing may be lost or won by it."""
        before = self.standing()
        result = self.handheld.send([mistake.shot])[0]
        self.saw(result)
        self._judge_mistake(mistake.kind, result, mistake.caught, same=self.standing() == before)

    def _pull(self, right: Right, way: str) -> Json | None:
        result = self.handheld.send([right.shot], way)[0]
        return self._judge_right(right, result)

    def _pull_twice(self, right: Right) -> Json | None:
        first, second = self.handheld.send([right.shot, right.shot])
        accepted = self._judge_right(right, first)
        before = self.standing()
        self.saw(second)
        self._judge_mistake("double_trigger", second, right.twice, same=self.standing() == before)
        return accepted

    def _judge_mistake(self, kind: str, result: Json, caught: frozenset[str], *, same: bool) -> None:
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
        said = f"{result.get('code') or result['outcome']}: {result['text']}"
        what = right.shot.code or right.shot.kind
        self.log.surprise("refused", f"{self.badge.name}: {what} at {self.where()}: {said}")
        self.saw(result)
        self.refusals += 1
        if self.refusals >= TRIES:
            raise GaveUpError(said)
        return None

    def standing(self) -> object:
        """Give what a refused scan may not change."""
        raise NotImplementedError

    def where(self) -> str:
        """Name the step for a report."""
        raise NotImplementedError

    def saw(self, result: Mapping[str, Any]) -> None:
        """Take the answer's position as the truth."""
        raise NotImplementedError


def gs1(gtin: str, *, lot: str | None = None, serial: str | None = None) -> str:
    """Write a GS1-128 label of an item with its lot or serial number."""
    tail = f"10{lot}" if lot else f"21{serial}" if serial else ""
    return f"{HAND}01{gtin.zfill(14)}{tail}"


def label(unit: Unit, code: str, *, lot: str | None = None) -> str:
    """Give what is on the piece: its lot where it has one, else the plain code."""
    lot = lot or unit.lot
    is_gtin = code.isascii() and code.isdigit()
    return gs1(code, lot=lot) if lot and is_gtin else (lot or code)
