"""Which orders a trip that is under way could take along: where its cart has room, and its way grows little."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from warehouse.domain.planning.parts import Part, cut
from warehouse.domain.planning.values import PlanOrder, PlanRules
from warehouse.domain.routing import FloorPlan

_WORTH = 0.5
"""An order that is not urgent is offered when it lengthens the way by at most this part of a trip of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """A trip that somebody walks: the bins still ahead, what its cart carries, and whose goods."""

    ahead: tuple[str, ...]
    totes: int
    orders: int
    lines: int
    items: int
    weight_g: int = 0
    volume_mm3: int = 0
    carriers: frozenset[str] = frozenset()
    hazards: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An order the picker may take along: so many stops more, and so many millimetres."""

    order: PlanOrder
    stops: int
    extra_mm: int


def find_offers(orders: Iterable[PlanOrder], trip: UnderWay, floor: FloorPlan, rules: PlanRules) -> tuple[Offer, ...]:
    """Give the orders that fit, urgent ones first, then those that lengthen the way least.

    Each offer stands by itself. Cutoffs are not kept apart here: whoever takes an order along gets it out sooner.
    """
    now = floor.walk(trip.ahead).distance_mm
    found = []
    for order in orders:
        parts = cut([order], floor, rules).parts
        if len(parts) == 1 and _has_room(trip, parts[0], rules) and _may_share(trip, parts[0], floor, rules):
            bins = tuple(dict.fromkeys(pick.bin for pick in parts[0].picks))
            extra = floor.walk({*trip.ahead, *bins}).distance_mm - now
            if order.priority > 0 or extra <= _WORTH * floor.walk(bins).distance_mm:
                found.append(Offer(order=order, stops=len(set(bins) - set(trip.ahead)), extra_mm=extra))
    return tuple(sorted(found, key=lambda offer: (-offer.order.priority, offer.extra_mm, offer.order.number)))


def _has_room(trip: UnderWay, part: Part, rules: PlanRules) -> bool:
    """Whether the cart takes the part; it brings one tote, or the picker would need more hands."""
    picks = part.picks
    loaded = (
        (rules.cart_orders, trip.orders + 1),
        (rules.cart_lines, trip.lines + len(picks)),
        (rules.cart_items, trip.items + sum(pick.quantity for pick in picks)),
        (rules.cart_weight_g, trip.weight_g + sum(load.weight_g for load in part.loads)),
        (rules.cart_volume_mm3, trip.volume_mm3 + sum(load.volume_mm3 for load in part.loads)),
    )
    one_tote = len(part.loads) == 1 and trip.totes < rules.totes
    return one_tote and all(limit is None or amount <= limit for limit, amount in loaded)


def _may_share(trip: UnderWay, part: Part, floor: FloorPlan, rules: PlanRules) -> bool:
    zones = {floor.layout.bin(code).zone for code in trip.ahead}
    return (
        (rules.mix_carriers or _alike(trip.carriers, [part.order.carrier]))
        and (rules.mix_hazards or _alike(trip.hazards, [part.order.hazard]))
        and (not rules.single_zone or _alike(zones, [part.zone]))
    )


def _alike(known: Iterable[str], new: Sequence[str]) -> bool:
    return len({*known, *new}) == 1
