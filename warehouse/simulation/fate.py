"""How often something out of the ordinary happens in a shift: drawn from the seed, told apart by order or person."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

PICK_RATES = {
    "nothing_there": 0.006,
    "fewer_there": 0.006,
    "damaged": 0.005,
    "wrong_stock": 0.003,
    "tote_full": 0.005,
    "skipped": 0.010,
    "undone": 0.012,
    "undone_in_tote": 0.006,
    "given_back": 0.003,
    "new_device": 0.002,
    "dropped_unscanned": 0.003,
}
"""Chance of each, a pick task."""

ORDER_RATES = {
    "cancelled_while_picked": 0.006,
    "cancelled_while_packed": 0.004,
    "fewer_while_picked": 0.010,
    "fewer_while_packed": 0.005,
    "held_while_picked": 0.005,
    "held_while_packed": 0.005,
    "lost_on_the_way": 0.008,
    "damaged_at_pack": 0.006,
    "carton_void": 0.010,
    "label_reprinted": 0.015,
    "undone_at_pack": 0.020,
    "put_on_a_scale": 0.500,
}
"""Chance of each, an order; an order has at most one fate, weighing apart."""

WEIGHED = "put_on_a_scale"


@dataclass(frozen=True, slots=True)
class Fate:
    """Draws what happens; `times` multiplies every rate (0: nothing ever happens)."""

    seed: int
    times: float = 1.0

    def of_order(self, number: str) -> str | None:
        """Say what happens to an order, if anything."""
        random = Random(f"{self.seed}:order:{number}")  # noqa: S311 - a shift is to be the same each time
        return _drawn(random, ((name, rate) for name, rate in ORDER_RATES.items() if name != WEIGHED), self.times)

    def is_weighed(self, number: str) -> bool:
        """Say whether the packer takes a box of known weight."""
        random = Random(f"{self.seed}:scale:{number}")  # noqa: S311 - a shift is to be the same each time
        return bool(self.times) and random.random() < ORDER_RATES[WEIGHED]

    def of_task(self, name: str) -> str | None:
        """Say what happens at a pick task, if anything."""
        random = Random(f"{self.seed}:task:{name}")  # noqa: S311 - a shift is to be the same each time
        return _drawn(random, PICK_RATES.items(), self.times)


def _drawn(random: Random, rates: Iterable[tuple[str, float]], times: float) -> str | None:
    drawn = random.random()
    for name, rate in rates:
        drawn -= rate * times
        if drawn < 0:
            return name
    return None
