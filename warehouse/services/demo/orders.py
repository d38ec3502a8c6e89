"""Orders of the demo shop: most of them small, a few very large, for carriers that leave today or tomorrow."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from warehouse.domain.codes import Priority, Tracking
from warehouse.domain.orders import OrderDraft, OrderLineDraft
from warehouse.domain.site import Site
from warehouse.services.demo.customers import DemoCustomer
from warehouse.services.demo.items import DemoItem

ORDERS = 500
MOST_LINES = 40
SOURCE = "demo"
_LINES_MU, _LINES_SIGMA = 1.25, 0.85
_QUANTITIES = ((1, 60), (2, 22), (3, 8), (4, 4), (6, 4), (12, 2))
_NOTES = ("Happy birthday, with love from all of us!", "For Grandma: enjoy the tea.", "Well done, you passed!")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOrder:
    """One order ready to be picked: what the shop said, and by when it must leave with whom."""

    draft: OrderDraft
    carrier: str
    cutoff_at: datetime | None
    priority: Priority
    gift_note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoTrade:
    """What orders are made from: goods, people, the site with its carriers, and the moment they are all in."""

    items: Sequence[DemoItem]
    customers: Sequence[DemoCustomer]
    site: Site
    at: datetime


def make_orders(random: Random, trade: DemoTrade) -> tuple[DemoOrder, ...]:
    """Make the orders, oldest first."""
    weights = list(itertools.accumulate(item.demand for item in trade.items))
    ages = sorted((random.randint(5, 2000) for _ in range(ORDERS)), reverse=True)
    return tuple(_order(random, trade, weights, number) for number in zip(itertools.count(1), ages, strict=False))


def _order(random: Random, trade: DemoTrade, weights: Sequence[float], place: tuple[int, int]) -> DemoOrder:
    number, age = place
    customer = random.choice(trade.customers)
    carrier = random.choice(trade.site.carriers).name
    later = timedelta(days=1) if random.random() < 0.3 else timedelta()  # noqa: PLR2004 - three in ten go a day later
    cutoff = trade.site.next_cutoff(carrier, trade.at + later)
    draft = OrderDraft(
        source=SOURCE,
        external_id=f"D-{1000 + number}",
        placed_at=trade.at - timedelta(minutes=age),
        ship_on=None if cutoff is None else trade.site.day_of(cutoff),
        service=carrier,
        ship_to=customer.ship_to,
        customer=customer.number,
        currency="GBP",
        payment="paid",
        site="",
        note="",
        lines=tuple(_lines(random, trade.items, weights)),
        line=number,
    )
    priority = random.choices([Priority.NORMAL, Priority.HIGH, Priority.RUSH], [90, 8, 2])[0]
    gift = random.choice(_NOTES) if random.randrange(20) == 0 else None
    return DemoOrder(draft=draft, carrier=carrier, cutoff_at=cutoff, priority=priority, gift_note=gift)


def _lines(random: Random, items: Sequence[DemoItem], weights: Sequence[float]) -> Iterator[OrderLineDraft]:
    count = min(MOST_LINES, max(1, round(random.lognormvariate(_LINES_MU, _LINES_SIGMA))))
    chosen = dict.fromkeys(random.choices(items, cum_weights=weights, k=count))
    for line_no, item in enumerate(chosen, start=1):
        yield OrderLineDraft(
            line_no=line_no,
            external_line=str(line_no),
            sku=item.sku,
            gtin=item.codes[0].digits,
            description=item.name,
            quantity=_quantity(random, item),
            unit_price_cents=item.price_cents,
            pickable=True,
            source_line=line_no,
        )


def _quantity(random: Random, item: DemoItem) -> int:
    if item.tracking is Tracking.SERIAL or item.high_value:
        return 1
    sizes, weights = zip(*_QUANTITIES, strict=True)
    quantity: int = random.choices(sizes, weights)[0]
    return quantity
