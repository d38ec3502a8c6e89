"""How often each check would have fired in the last thirty days: the same rules, run over the orders that came."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from warehouse.domain.catalog import sku_key
from warehouse.domain.codes import Severity
from warehouse.domain.exceptions.allowances import sift
from warehouse.domain.exceptions.matrix import weigh
from warehouse.domain.order_addresses import Place, place_of
from warehouse.domain.order_checks import (
    OrderContext,
    OrderLimits,
    RecentBasket,
    SkuFacts,
    judge_order,
)
from warehouse.domain.order_history import Quantities
from warehouse.domain.orders import Goods, OrderDraft, goods_of
from warehouse.domain.site import Site
from warehouse.storage.queries.exceptions.past import Before, PastOrder, known_before, known_items, past_orders

WINDOW = timedelta(days=30)
_NO_LINES = Quantities()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """Over so many orders: those each check would have fired for, those let pass by the allow-list, those held."""

    orders: int
    fired: Mapping[str, int]
    allowed: Mapping[str, int]
    held: int


def rehearse_checks(session: Session, site: Site, limits: OrderLimits, now: datetime) -> Rehearsed:
    """Judge each order of the last thirty days again, by these limits and by what was known before it came.

    Payment is not kept and cannot be rehearsed; prices and addresses are those that stand now.
    """
    since = now - WINDOW
    orders = past_orders(session, since)
    goods = [goods_of(it.draft.lines) for it in orders]
    skus = {sku for each in goods for sku in each.skus}
    customers = {it.draft.customer for it in orders} - {""}
    memory = _Memory(known_before(session, since, skus, customers), known_items(session, skus))
    fired: Counter[str] = Counter()
    allowed: Counter[str] = Counter()
    held = 0
    for order, its_goods in zip(orders, goods, strict=True):
        context = memory.context(order, its_goods, site, limits)
        found = weigh(judge_order(order.draft, context, its_goods), site)
        sifted = sift(order.draft, found, site.allowed, site.day_of(now))
        fired.update({concern.type.value for concern in sifted.concerns})
        allowed.update({concern.type.value for concern in sifted.allowed})
        held += any(concern.severity in {Severity.HOLD, Severity.BLOCK} for concern in sifted.concerns)
        memory.learn(order, its_goods)
    return Rehearsed(orders=len(orders), fired=dict(fired), allowed=dict(allowed), held=held)


class _Memory:
    """What the house knew at each moment of those weeks."""

    def __init__(self, before: Before, items: set[str]) -> None:
        self._quantities = {sku: Quantities(counts) for sku, counts in before.quantities.items()}
        self._medians = {sku: _median(counts) for sku, counts in before.prices.items()}
        self._items = items
        self._customers = dict(before.customers)
        self._places: dict[str, set[Place]] = {customer: set(places) for customer, places in before.places.items()}
        self._baskets: dict[str, list[OrderDraft]] = {}

    def context(self, order: PastOrder, goods: Goods, site: Site, limits: OrderLimits) -> OrderContext:
        draft = order.draft
        count, most = self._customers.get(draft.customer, (0, 0))
        return OrderContext(
            known=self._facts(draft, limits),
            recent=self._recent(draft, goods),
            customer_orders=count,
            customer_max_units=most,
            places=frozenset(self._places.get(draft.customer, ())),
            vip=draft.customer in site.important_customers,
            home_country="",
            address=Severity.HOLD if order.addressed else None,
            limits=limits,
        )

    def learn(self, order: PastOrder, goods: Goods) -> None:
        draft = order.draft
        if draft.customer:
            count, most = self._customers.get(draft.customer, (0, 0))
            self._customers[draft.customer] = (count + 1, max(most, goods.units))
            if place := place_of(draft.ship_to.postcode, draft.ship_to.country):
                self._places.setdefault(draft.customer, set()).add(place)
        for line in draft.lines:
            if line.pickable:
                self._quantities.setdefault(sku_key(line.sku), Quantities()).add(line.quantity)
        self._baskets.setdefault(goods.basket, []).append(draft)

    def _facts(self, draft: OrderDraft, limits: OrderLimits) -> dict[str, SkuFacts]:
        facts: dict[str, SkuFacts] = {}
        for line in draft.lines:
            sku = sku_key(line.sku)
            if sku not in self._items:
                continue
            # Only a large line asks what is usual: to know it of every line would take long.
            past = self._quantities.get(sku, _NO_LINES) if line.quantity >= limits.p99_quantity else _NO_LINES
            facts[sku] = SkuFacts(
                past_lines=past.lines,
                p99_quantity=past.percentile(99),
                median_price_cents=self._medians.get(sku),
                customs_complete=True,
            )
        return facts

    def _recent(self, draft: OrderDraft, goods: Goods) -> tuple[RecentBasket, ...]:
        return tuple(
            RecentBasket(source=it.source, external_id=it.external_id, placed_at=it.placed_at, basket=goods.basket)
            for it in self._baskets.get(goods.basket, ())
            if it.placed_at is not None and it.customer == draft.customer and draft.customer
        )


def _median(counts: Mapping[int, int]) -> int | None:
    """Give the price in the middle, the lower one of two."""
    left = (sum(counts.values()) + 1) // 2
    for value in sorted(counts):
        left -= counts[value]
        if left <= 0:
            return value
    return None
