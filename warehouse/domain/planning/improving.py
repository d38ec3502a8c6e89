"""The search: from a plan that can be used at once to better ones, until the budget ends."""

from collections.abc import Callable
from dataclasses import dataclass

from warehouse.domain.planning.pool import Pool
from warehouse.domain.planning.trips import Demand, Trips

_LOOK = 32
"""Steps between two looks at the clock."""
_FEWEST = 2
_TELLING = 0.04
"""The part of the budget between two tellings of something better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How long to search: `seconds` of `clock`, which gives seconds, or `iterations`; whichever ends first."""

    seconds: float = 0.0
    iterations: int = 0
    clock: Callable[[], float] | None = None
    began: float = 0.0

    def spent(self, iterations: int) -> float:
        """Give which part is over, 1 at the end."""
        if not self.iterations and (not self.clock or self.seconds <= 0):
            return 1.0
        parts = [iterations / self.iterations] if self.iterations else []
        if self.clock and self.seconds > 0:
            parts.append((self.clock() - self.began) / self.seconds)
        return max(parts)

    def part(self, share: float, rest: float) -> "Budget":
        """Give a share of it: of its iterations, and of the time that is left the part `share / rest`."""
        now = self.clock() if self.clock else 0.0
        seconds = max(0.0, self.seconds - (now - self.began)) * share / rest
        return Budget(seconds=seconds, iterations=int(self.iterations * share), clock=self.clock, began=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a search begins with: trips, which part of the cooling lies behind them, and what changes must keep to."""

    trips: list[list[int]]
    cooled: float = 0.0
    demand: Demand | None = None


Found = Callable[[list[list[int]], int], None]


def improve(pool: Pool, start: Start, budget: Budget, seed: int, on_best: Found) -> list[list[int]]:
    """Give the best trips met within the budget; `on_best` is told of better ones, with the steps so far."""
    if budget.spent(0) >= 1 or len(pool) < _FEWEST:
        return start.trips
    hand = Trips(pool, start.trips, seed, start.demand)
    best, total, steps, told = start.trips, hand.total, 0, hand.total
    stricter = hand.stricter
    temper, mean = pool.lengths.temper, total / max(1, len(start.trips))
    spent, next_telling = budget.spent(0), 0.0
    while spent < 1:
        heat = temper.hot * mean * (temper.cold / temper.hot) ** (start.cooled + (1 - start.cooled) * spent)
        for _ in range(_LOOK):
            hand.step(heat)
            if hand.total < total or hand.stricter != stricter:
                best, total, stricter = hand.found(), hand.total, hand.stricter
        steps += _LOOK
        spent = budget.spent(steps)
        if total != told and spent >= next_telling:
            told, next_telling = total, spent + _TELLING
            on_best(best, steps)
    return best
