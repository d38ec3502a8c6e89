"""An order moved from one planned trip to another by the lead, and what that costs in metres and minutes."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from warehouse.domain.batching import Method, Plan, PlannedBatch, PlanRules, plan
from warehouse.domain.errors import ConflictError, NotFoundError
from warehouse.domain.planning.values import Shift
from warehouse.domain.words import sentence
from warehouse.planning.search import Best, foresee_plan
from warehouse.services.planning.known import Known

_EPOCH = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What a move changes: millimetres and seconds of work more (or less), orders late before and after.

    It counts for the plan in this `version`.
    """

    order: str
    to: int | None
    extra_mm: int
    extra_s: int
    late_before: int
    late_after: int
    version: int = 0


def move_order(known: Known, best: Best, order: str, to: int | None) -> tuple[Plan, Moved]:
    """Put an order on batch `to` (from 0), or on a trip of its own; ConflictError where it does not fit.

    The lead may mix cutoffs and carriers that the rules keep apart; what a cart takes is never overruled.
    """
    now = best.outcome.plan
    homes = [key for key, batch in enumerate(now.batches) if order in batch.orders]
    if not homes:
        raise NotFoundError(sentence("Order {order} is not in this plan.", order=order))
    if len(homes) > 1:
        raise ConflictError(sentence("Order {order} fills several carts and stays where it is.", order=order))
    if to is not None and not 0 <= to < len(now.batches):
        raise NotFoundError(sentence("There is no batch {value} in this plan.", value=to + 1))
    if to == homes[0]:
        raise ConflictError(sentence("Order {order} is on batch {value} already.", order=order, value=to + 1))
    trips: list[PlannedBatch | None] = list(now.batches)
    rest = [number for number in now.batches[homes[0]].orders if number != order]
    trips[homes[0]] = _trip(known, best, rest) if rest else None
    if to is None:
        trips.append(_trip(known, best, [order]))
    else:
        trips[to] = _trip(known, best, [*now.batches[to].orders, order])
    moved = replace(now, batches=tuple(trip for trip in trips if trip is not None))
    bare = Moved(order=order, to=to, extra_mm=0, extra_s=0, late_before=0, late_after=0)
    return moved, _price(known, best, moved, bare)


def _trip(known: Known, best: Best, numbers: Collection[str]) -> PlannedBatch:
    wanted = [order for order in best.orders if order.number in set(numbers)]
    rules = _free(known.rules)
    found = plan(wanted, known.layout, rules).batches
    if len(found) == 1:
        return found[0]
    together = plan(wanted, known.layout, replace(rules, mix_hazards=True, method=Method.CLUSTER)).batches
    raise ConflictError(
        "It must not share a cart with these orders." if len(together) == 1 else "There is no room for it on that cart."
    )


def _free(rules: PlanRules) -> PlanRules:
    return replace(rules, mix_cutoffs=True, mix_carriers=True, single_zone=False, shift=None)


def _price(known: Known, best: Best, moved: Plan, bare: Moved) -> Moved:
    before, late_before = _cost(known, best, best.outcome.plan)
    after, late_after = _cost(known, best, moved)
    return replace(
        bare,
        extra_mm=moved.distance_mm - best.outcome.plan.distance_mm,
        extra_s=after - before,
        late_before=late_before,
        late_after=late_after,
    )


def _cost(known: Known, best: Best, found: Plan) -> tuple[int, int]:
    """Give the seconds of work and the orders late."""
    shift = known.rules.shift or Shift(begins=_EPOCH)
    foreseen = foresee_plan(found, best.orders, shift)
    return sum(one.seconds for one in foreseen), len({number for one in foreseen for number in one.late})
