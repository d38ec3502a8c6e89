"""Which knowledge of the building the planner works from, and what better knowledge would save."""

from dataclasses import dataclass

from warehouse.domain.layout import Layout
from warehouse.domain.planning.floors import GridFloor, Rung
from warehouse.domain.planning.ladder import floor_of
from warehouse.domain.words import sentence


@dataclass(frozen=True, slots=True)
class Standing:
    """The rung in use, why, and what to do to save how much walking; `saves` is in percent.

    `lost` bins have no place on it; `exact` is whether every trip is walked the shortest way there is.
    """

    rung: Rung
    says: str
    do: str = ""
    saves: int = 0
    lost: int = 0
    exact: bool = False


_SHOP = {Rung.AISLES: 1.039, Rung.VIRTUAL_AISLES: 1.206, Rung.WALK_SEQUENCE: 1.530, Rung.NATURAL_ORDER: 1.644}
"""Distance to the best known on a web shop of two blocks and 200 orders, planned with this much knowledge for 2 s.

`make bench` measures it anew ("ecom-200"); these are the figures of 21 November 2026.
"""

_WORDS = {
    Rung.GRAPH: (sentence("The ways between places, walked by shortest paths."), ""),
    Rung.AISLES: (sentence("Aisles and bins with their places."), ""),
    Rung.VIRTUAL_AISLES: (
        sentence("Aisle and bay of each bin, spaced evenly."),
        sentence("Draw the aisles and give bins their places."),
    ),
    Rung.WALK_SEQUENCE: (sentence("The walk sequence of the bins only."), sentence("Give bins their aisle and bay.")),
    Rung.NATURAL_ORDER: (sentence("Nothing but the codes of the bins."), sentence("Give bins their aisle and bay.")),
}


def standing_of(layout: Layout) -> Standing:
    """Tell how much is known of the building."""
    placed = floor_of(layout)
    says, do = _WORDS[placed.rung]
    better = Rung.AISLES if placed.rung is Rung.VIRTUAL_AISLES else Rung.VIRTUAL_AISLES
    saves = round(100 * (1 - _SHOP[better] / _SHOP[placed.rung])) if do else 0
    exact = isinstance(placed.floor, GridFloor) and placed.floor.is_exact
    return Standing(placed.rung, says, do, saves, lost=len(layout.bins) - placed.placed, exact=exact)
