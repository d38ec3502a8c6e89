"""Which knowledge of the building the planner works from, and what better knowledge would save."""

from dataclasses import dataclass
from enum import StrEnum

from warehouse.domain.layout import Layout


class Rung(StrEnum):
    """The ladder, best first."""

    WAYS = "ways"
    AISLES = "aisles"
    CODES = "codes"
    SEQUENCE = "sequence"
    NAMES = "names"


@dataclass(frozen=True, slots=True)
class Standing:
    """The rung in use, why, and what to do to save how much walking; `saves` is in percent."""

    rung: Rung
    says: str
    do: str = ""
    saves: int = 0


_SHOP = {Rung.AISLES: 1.134, Rung.CODES: 1.208, Rung.SEQUENCE: 1.627, Rung.NAMES: 2.115}
"""Distance to the best known on a web shop of two blocks and 200 orders, planned with this much knowledge.

Our own measurement of 21 November 2026; the walk sequence is taken as first-come batches walked exactly.
"""


def standing_of(layout: Layout) -> Standing:
    """Tell how much is known of the building."""
    located = sum(1 for it in layout.bins.values() if it.x_mm is not None and it.y_mm is not None)
    if layout.edges:
        return Standing(Rung.WAYS, f"{len(layout.edges)} ways between places, walked by shortest paths.")
    if layout.aisles and len(layout.cross_aisles) > 1 and located:
        return Standing(Rung.AISLES, f"{len(layout.aisles)} aisles and {len(layout.cross_aisles)} cross aisles.")
    if any(it.aisle and it.bay for it in layout.bins.values()):
        return _less(Rung.CODES, "Aisle and bay of each bin, spaced evenly.", "Draw the aisles and cross aisles.")
    if any(it.walk_sequence is not None for it in layout.bins.values()):
        return _less(Rung.SEQUENCE, "The walk sequence of the bins only.", "Give bins their aisle and bay.")
    return _less(Rung.NAMES, "Nothing but the bins' codes.", "Give bins their aisle and bay, or a walk sequence.")


def _less(rung: Rung, says: str, do: str) -> Standing:
    return Standing(rung, says, do, round(100 * (1 - _SHOP[Rung.AISLES] / _SHOP[rung])))
