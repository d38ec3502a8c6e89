"""How orders cross from the reading process to the storing one: as bare tuples, a third of the time of named values.

The reader calls `make_light` once; the storing side needs nothing but `order_from`.
"""

import copyreg
from operator import attrgetter
from typing import Any

from warehouse.domain.orders import AcceptedOrder, Goods, OrderDraft, OrderLineDraft, ShipTo

_SHIP_TO = tuple(ShipTo.__dataclass_fields__)
_HEAD = tuple(name for name in OrderDraft.__dataclass_fields__ if name not in {"ship_to", "lines"})
_ship_to = attrgetter(*_SHIP_TO)
_head = attrgetter(*_HEAD)


def order_from(head: Any, ship_to: Any, lines: Any, said: Any) -> AcceptedOrder:
    """Put an accepted order together again from what `_parts` took apart."""
    draft = OrderDraft(
        **dict(zip(_HEAD, head, strict=True)),
        ship_to=ShipTo(**dict(zip(_SHIP_TO, ship_to, strict=True))),
        lines=tuple(map(OrderLineDraft._make, lines)),
    )
    digest, goods, findings = said
    return AcceptedOrder(draft=draft, digest=digest, goods=Goods._make(goods), findings=findings)


def _parts(order: AcceptedOrder) -> tuple[Any, tuple[Any, ...]]:
    draft = order.draft
    lines = [tuple(line) for line in draft.lines]
    said = (order.digest, tuple(order.goods), order.findings)
    return order_from, (_head(draft), _ship_to(draft.ship_to), lines, said)


def make_light() -> None:
    """Have accepted orders pickled as bare tuples from now on, in this process."""
    copyreg.pickle(AcceptedOrder, _parts)
