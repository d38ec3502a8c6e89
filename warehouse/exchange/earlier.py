"""Orders of a file that its own cancellations may mean, for a dry run in which none of them is stored."""

from collections import Counter
from collections.abc import Mapping, Sequence

from warehouse.domain.orders import AcceptedOrder, EarlierOrder, units_by_sku
from warehouse.exchange.mapping import Request, read_orders

UNSAVED = 1 << 62
"""Keys from here on are of orders that have none yet: later than all that are stored."""

Wanted = Mapping[str, Sequence[Counter[str]]]


def orders_meant(request: Request, wanted: Wanted) -> list[tuple[str, EarlierOrder]]:
    """Give the orders that hold all units of one of their customer's cancellations, each with its source.

    `wanted` is by customer what each document takes back, by folded SKU.
    """
    found: list[tuple[str, EarlierOrder]] = []
    for record in read_orders(request):
        if isinstance(record, AcceptedOrder) and (order := _meant(record, wanted, UNSAVED + len(found))):
            found.append((record.draft.source, order))
    return found


def _meant(record: AcceptedOrder, wanted: Wanted, key: int) -> EarlierOrder | None:
    draft = record.draft
    asked = wanted.get(draft.customer, ())
    if not asked or draft.placed_at is None:
        return None
    units = Counter(units_by_sku(draft.lines))
    if not any(all(units[sku] >= count for sku, count in document.items()) for document in asked):
        return None
    return EarlierOrder(
        order_id=key,
        external_id=draft.external_id,
        placed_at=draft.placed_at,
        customer=draft.customer,
        units=tuple(units.items()),
        pieces=units.total(),
    )
