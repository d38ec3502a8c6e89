"""Orders cut into what goes on one cart: mostly the whole order; several parts where it is larger than a cart."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby

from warehouse.domain.batching_totes import Load, Loading, Pick, ToteLimits, load_totes
from warehouse.domain.layout import Layout, NaturalKey, natural_key
from warehouse.domain.planning.handling import levels_up
from warehouse.domain.planning.schedule import Due
from warehouse.domain.planning.solving import Need
from warehouse.domain.planning.values import LeftOut, Method, PlanOrder, PlanRules, leave_out
from warehouse.domain.routing import FloorPlan

NO_CUTOFF = datetime.max.replace(tzinfo=UTC)

Urgency = tuple[datetime, int, NaturalKey]


@dataclass(frozen=True, slots=True)
class Part:
    """Totes of one order that go on one cart; `first` is the number of the first among the order's totes (from 1)."""

    order: PlanOrder
    first: int
    loads: tuple[Load, ...]
    zone: str = ""

    @property
    def picks(self) -> list[Pick]:
        """All picks of the part."""
        return [pick for load in self.loads for pick in load.picks]


@dataclass(slots=True)
class Cut:
    """The parts of all orders, most urgent first, and what could not be planned or is worth knowing."""

    parts: list[Part] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    split: list[str] = field(default_factory=list)
    loadings: list[Loading] = field(default_factory=list)


def cut(orders: Iterable[PlanOrder], floor: FloorPlan, rules: PlanRules) -> Cut:
    """Cut orders into parts that each fit one cart."""
    found = Cut()
    for order in sorted(orders, key=urgency):
        parts, loadings = _parts(order, floor, rules)
        found.loadings += loadings
        if not parts:
            found.left_out.append(leave_out(order.number, "nothing"))
        elif len(parts) == 1:
            found.parts += parts
        elif len({part.zone for part in parts}) > 1 and order.whole:
            found.left_out.append(leave_out(order.number, "zones"))
        elif order.whole or not rules.split_over_carts:
            totes = sum(len(part.loads) for part in parts)
            found.left_out.append(leave_out(order.number, "totes", totes=totes))
        else:
            found.split.append(order.number)
            found.parts += parts
    return found


def urgency(order: PlanOrder) -> Urgency:
    """Give the sort key of orders: by cutoff, then priority, then number."""
    return (order.cutoff or NO_CUTOFF, -order.priority, natural_key(order.number))


def limits_of(rules: PlanRules) -> tuple[int, ...]:
    """Give what a cart takes, in the dimensions that have a limit."""
    return tuple(limit for limit in _limits(rules) if limit is not None)


def need_of(number: int, part: Part, rules: PlanRules, layout: Layout) -> Need:
    """Say what a part needs and what it may share a trip with; what is larger than a cart goes alone."""
    load = _load(part.loads, rules)
    limits = limits_of(rules)
    fits = all(amount <= limit for amount, limit in zip(load, limits, strict=True))
    return Need(
        codes=tuple(dict.fromkeys(pick.bin for pick in part.picks)),
        load=tuple(map(min, load, limits)),
        group=_company(part, rules) if fits and rules.method is Method.CLUSTER else number,
        due=Due(due=_due(part.order, rules), urgent=part.order.priority > 0, priority=part.order.priority),
        lines=len(part.picks),
        levels=sum(levels_up(layout.bin(pick.bin)) for pick in part.picks),
    )


def _parts(order: PlanOrder, floor: FloorPlan, rules: PlanRules) -> tuple[list[Part], list[Loading]]:
    walked = sorted(order.picks, key=lambda pick: (floor.walk_key(pick.bin), pick.line, pick.sku, pick.lot))
    parts: list[Part] = []
    loadings: list[Loading] = []
    for zone, picks in _zones(walked, floor, rules):
        loading = load_totes(picks, _tote_limits(rules))
        loadings.append(loading)
        for loads in _carts(loading.loads, rules):
            parts.append(Part(order, 1 + sum(len(part.loads) for part in parts), tuple(loads), zone))
    return parts, loadings


def _zones(picks: Sequence[Pick], floor: FloorPlan, rules: PlanRules) -> Iterable[tuple[str, list[Pick]]]:
    if not rules.single_zone:
        return [("", list(picks))]

    def zone(pick: Pick) -> str:
        return floor.layout.bin(pick.bin).zone

    return [(name, list(own)) for name, own in groupby(sorted(picks, key=zone), key=zone)]


def _carts(loads: Sequence[Load], rules: PlanRules) -> Iterator[list[Load]]:
    """Fill as many carts as needed; an empty cart takes any one tote, or it would never be picked."""
    own: list[Load] = []
    for load in loads:
        if own and not _fit([*own, load], rules):
            yield own
            own = []
        own.append(load)
    if own:
        yield own


def _fit(loads: Sequence[Load], rules: PlanRules) -> bool:
    return all(amount <= limit for amount, limit in zip(_load(loads, rules), limits_of(rules), strict=True))


def _limits(rules: PlanRules) -> tuple[int | None, ...]:
    return (
        rules.totes,
        rules.cart_weight_g,
        rules.cart_lines,
        rules.cart_orders,
        rules.cart_items,
        rules.cart_volume_mm3,
    )


def _load(loads: Sequence[Load], rules: PlanRules) -> tuple[int, ...]:
    amounts = (
        len(loads),
        sum(load.weight_g for load in loads),
        sum(len(load.picks) for load in loads),
        1,
        sum(pick.quantity for load in loads for pick in load.picks),
        sum(load.volume_mm3 for load in loads),
    )
    return tuple(amount for amount, limit in zip(amounts, _limits(rules), strict=True) if limit is not None)


def _tote_limits(rules: PlanRules) -> ToteLimits:
    # No tote may be filled beyond what the cart itself carries.
    weights = [limit for limit in (rules.tote_weight_g, rules.cart_weight_g) if limit is not None]
    volumes = [limit for limit in (rules.tote_volume_mm3, rules.cart_volume_mm3) if limit is not None]
    return ToteLimits(
        weight_g=min(weights, default=None),
        volume_mm3=min(volumes, default=None),
        lines=rules.cart_lines,
        assumed_weight_g=rules.assumed_weight_g,
        assumed_volume_mm3=rules.assumed_volume_mm3,
    )


def _company(part: Part, rules: PlanRules) -> Hashable:
    """Give what all parts of a trip have in common."""
    carrier = "" if rules.mix_carriers else part.order.carrier
    hazard = "" if rules.mix_hazards else part.order.hazard
    return (part.zone, carrier, hazard)


def _due(order: PlanOrder, rules: PlanRules) -> float | None:
    """Give the cutoff in seconds; none where cutoffs mix and nobody knows when trips end."""
    if order.cutoff is None or (rules.mix_cutoffs and not rules.shift):
        return None
    return (order.cutoff - (rules.shift.begins if rules.shift else _EPOCH)).total_seconds()


_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
