"""What is known when orders come in, looked up once for many orders and kept for the rest of the file."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from warehouse.domain.barcodes import key
from warehouse.domain.catalog import nearest_skus, sku_key
from warehouse.domain.codes import Severity
from warehouse.domain.exceptions.allowances import sift
from warehouse.domain.exceptions.matrix import weigh
from warehouse.domain.order_addresses import Place, place_of
from warehouse.domain.order_checks import Concern, OrderContext, RecentBasket, SkuFacts, judge_order
from warehouse.domain.order_history import Quantities
from warehouse.domain.orders import AcceptedOrder, Goods, OrderDraft, OrderLineDraft
from warehouse.domain.site import Site
from warehouse.services.intake.lookalikes import Lookalikes
from warehouse.storage.queries.intake import (
    KnownItem,
    PastLines,
    StoredBasket,
    all_skus,
    baskets,
    customers_orders,
    customers_places,
    items_by_code,
    items_by_sku,
    newest_item,
    past_lines,
    stored_orders,
)

MOST_GUESSES = 50
"""For so many unknown SKUs of one file near ones are looked for: each costs a walk through all SKUs."""

_NOTHING = PastLines({}, None)
_NO_LINES = Quantities()
_NOBODY = (0, 0)
_NEW = SkuFacts(customs_complete=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedOrder:
    """An order ready to be stored, with what of it is picked, what is doubtful about it, and what is let pass."""

    draft: OrderDraft
    digest: str
    goods: Goods
    concerns: tuple[Concern, ...]
    allowed: tuple[Concern, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Orders that are new or changed, the known items they ask for by folded SKU, how many are stored as they are."""

    orders: list[JudgedOrder]
    items: dict[str, KnownItem]
    unchanged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeRules:
    """How a source's orders are taken: the site's rules, what an incomplete address does, unknown SKUs made or held."""

    site: Site
    address: Severity | None = Severity.HOLD
    create_missing: bool = False


class Knowledge:
    """Facts about items and customers, remembered from step to step of one file.

    Prices are those from before the file; what customers ordered, and in which quantities, counts the file's own
    orders as they come.
    """

    def __init__(self, rules: IntakeRules) -> None:
        self._rules = rules
        self._items: dict[str, KnownItem | None] = {}
        self._facts: dict[str, SkuFacts] = {}
        self._quantities: dict[str, Quantities] = {}
        self._customers: dict[str, tuple[int, int]] = {}
        self._places: dict[str, set[Place]] = {}
        self._baskets: dict[str, list[StoredBasket]] = {}
        self._skus: list[str] | None = None
        self._newest: int | None = None
        self._near: dict[str, tuple[str, ...]] = {}
        self._lookalikes = Lookalikes()

    def judge(self, session: Session, orders: Sequence[AcceptedOrder], at: datetime) -> Judged:
        """Judge the orders that are new or changed."""
        stored = stored_orders(session, {(it.draft.source, it.draft.external_id) for it in orders})
        fresh = []
        for order in orders:
            found = stored.get((order.draft.source, order.draft.external_id))
            if found is None or not found.is_settled(order.digest):
                fresh.append(order)
        skus = self._look_up(session, fresh)
        judged = [self._judged(session, order, at) for order in fresh]
        items = {sku: item for sku in skus if (item := self._items[sku])}
        return Judged(orders=judged, items=items, unchanged=len(orders) - len(fresh))

    def remember_items(self, made: dict[str, KnownItem]) -> None:
        """Take over items that were made from order lines, once they are stored for good."""
        self._items.update(made)

    def _look_up(self, session: Session, orders: Sequence[AcceptedOrder]) -> Collection[str]:
        """Learn what is not known yet about these orders; gives their folded SKUs."""
        skus = dict.fromkeys(sku for order in orders for sku in order.goods.skus)
        self._find_items(session, skus, orders)
        self._find_facts(session, skus)
        unseen = {order.draft.customer for order in orders} - self._customers.keys() - {""}
        found = customers_orders(session, unseen)
        self._customers |= {customer: found.get(customer, (0, 0)) for customer in unseen}
        places = customers_places(session, unseen) if self._rules.address else {}
        self._places |= {customer: places.get(customer, set()) for customer in unseen}
        if self._rules.address:
            new = [it.draft for it in orders if it.draft.customer in unseen and it.draft.customer not in found]
            self._lookalikes.learn(session, new)
        for basket in baskets(session, {order.goods.basket for order in orders}):
            known = self._baskets.setdefault(basket.basket, [])
            if basket not in known:
                known.append(basket)
        return skus

    def _find_items(self, session: Session, skus: Iterable[str], orders: Sequence[AcceptedOrder]) -> None:
        unseen = [sku for sku in skus if self._items.get(sku) is None]
        found = items_by_sku(session, unseen)
        lines = _lines_of(unseen, orders)
        codes = {sku: [key(code) for code in (lines[sku].gtin, lines[sku].sku) if code] for sku in unseen}
        by_code = items_by_code(session, {code for sku in unseen if sku not in found for code in codes[sku]})
        for sku in unseen:
            meant = {by_code[code] for code in codes[sku] if code in by_code}
            # Two codes of one line that mean two items mean none.
            self._items[sku] = found.get(sku) or (meant.pop() if len(meant) == 1 else None)

    def _find_facts(self, session: Session, skus: Iterable[str]) -> None:
        if self._newest is None:
            self._newest = newest_item(session)
        new = [sku for sku in skus if sku not in self._facts]
        unseen = {}
        for sku in new:
            item = self._items[sku]
            # An item made while this file is read has no past but the file's own.
            if item and item.id <= self._newest:
                unseen[sku] = item
            elif item or (sku and self._rules.create_missing):
                self._facts[sku] = _NEW
        found = past_lines(session, {item.id for item in unseen.values()}) if unseen else {}
        for sku, item in unseen.items():
            past = found.get(item.id, _NOTHING)
            self._quantities[sku] = Quantities(past.quantities)
            self._facts[sku] = SkuFacts(median_price_cents=past.median_cents, customs_complete=item.customs_complete)

    def _judged(self, session: Session, order: AcceptedOrder, at: datetime) -> JudgedOrder:
        # A file that is silent about when an order was placed means now.
        draft = order.draft if order.draft.placed_at else replace(order.draft, placed_at=at)
        goods = order.goods
        self._refresh(draft)
        found = judge_order(draft, self._context(session, draft, goods), goods)
        if self._rules.address and draft.customer and self._customers.get(draft.customer, _NOBODY) == _NOBODY:
            alike = self._lookalikes.concern(draft)
            found = (*found, alike) if alike else found
        sifted = sift(draft, weigh(found, self._rules.site), self._rules.site.allowed, self._rules.site.day_of(at))
        if not draft.withdrawn:
            self._learn(draft, goods, draft.placed_at or at)
        return JudgedOrder(
            draft=draft, digest=order.digest, goods=goods, concerns=sifted.concerns, allowed=sifted.allowed
        )

    def _refresh(self, draft: OrderDraft) -> None:
        """Bring the facts of SKUs of which many are asked for up to the lines that came before."""
        least = self._rules.site.limits.p99_quantity
        for line in draft.lines:
            sku = sku_key(line.sku)
            if line.quantity >= least and sku in self._facts:
                past = self._quantities.get(sku, _NO_LINES)
                self._facts[sku] = replace(self._facts[sku], past_lines=past.lines, p99_quantity=past.percentile(99))

    def _context(self, session: Session, draft: OrderDraft, goods: Goods) -> OrderContext:
        site, known = self._rules.site, self._facts
        orders, most = self._customers.get(draft.customer, (0, 0))
        return OrderContext(
            known=known,
            nearest={sku: self._nearest(session, sku) for sku in goods.skus if sku and sku not in known},
            recent=self._recent(draft, goods.basket),
            customer_orders=orders,
            customer_max_units=most,
            places=frozenset(self._places.get(draft.customer, ())),
            vip=draft.customer in site.important_customers,
            site=site.code,
            home_country=site.home_country,
            address=self._rules.address,
            limits=site.limits,
        )

    def _nearest(self, session: Session, sku: str) -> tuple[str, ...]:
        if sku not in self._near and len(self._near) < MOST_GUESSES:
            if self._skus is None:
                self._skus = all_skus(session)
            self._near[sku] = nearest_skus(sku, self._skus)
        return self._near.get(sku, ())

    def _recent(self, draft: OrderDraft, basket: str) -> tuple[RecentBasket, ...]:
        return tuple(
            RecentBasket(source=it.source, external_id=it.external_id, placed_at=it.placed_at, basket=it.basket)
            for it in self._baskets.get(basket, ())
            if _same_customer(draft, it)
        )

    def _learn(self, draft: OrderDraft, goods: Goods, placed_at: datetime) -> None:
        if draft.customer:
            orders, most = self._customers.get(draft.customer, (0, 0))
            self._customers[draft.customer] = (orders + 1, max(most, goods.units))
            if place := place_of(draft.ship_to.postcode, draft.ship_to.country):
                self._places[draft.customer].add(place)
        for line in draft.lines:
            if line.pickable:
                sku = sku_key(line.sku)
                past = self._quantities.get(sku)
                if past is None:
                    past = self._quantities[sku] = Quantities()
                past.add(line.quantity)
        to, basket = draft.ship_to, goods.basket
        entry = StoredBasket(draft.source, draft.external_id, placed_at, basket, draft.customer, to.name, to.postcode)
        self._baskets.setdefault(basket, []).append(entry)


def _lines_of(skus: Collection[str], orders: Sequence[AcceptedOrder]) -> dict[str, OrderLineDraft]:
    wanted = set(skus)
    asking = (order.draft for order in orders if not wanted.isdisjoint(order.goods.skus))
    lines = (line for draft in asking for line in draft.lines if line.pickable)
    return {sku: line for line in lines if (sku := sku_key(line.sku)) in wanted}


def _same_customer(draft: OrderDraft, other: StoredBasket) -> bool:
    """Same number or same address: whoever orders once as a guest and once signed in is one customer."""
    if draft.customer and draft.customer == other.customer:
        return True
    to = draft.ship_to
    here = (to.name.casefold(), to.postcode.casefold())
    return all(here) and here == (other.name.casefold(), other.postcode.casefold())
