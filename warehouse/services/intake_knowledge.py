"""What is known when orders come in, looked up once for many orders and kept for the rest of the file."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from warehouse.domain.barcodes import key
from warehouse.domain.catalog import nearest_skus, sku_key
from warehouse.domain.codes import Severity
from warehouse.domain.order_checks import Concern, OrderContext, RecentBasket, SkuFacts, judge_order
from warehouse.domain.orders import AcceptedOrder, OrderDraft, OrderLineDraft, basket_hash, units_of
from warehouse.domain.site import Site
from warehouse.storage.queries.intake import (
    KnownItem,
    PastLines,
    StoredBasket,
    all_skus,
    baskets,
    customers_orders,
    items_by_code,
    items_by_sku,
    newest_item,
    past_lines,
    stored_orders,
)

MOST_GUESSES = 50
"""For so many unknown SKUs of one file near ones are looked for: each costs a walk through all SKUs."""

_NOTHING = PastLines(0, 0, None)
_NEW = SkuFacts(customs_complete=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedOrder:
    """An order ready to be stored, with its hashes, its known items by folded SKU, and what is doubtful about it."""

    draft: OrderDraft
    digest: str
    basket: str
    items: dict[str, KnownItem]
    concerns: tuple[Concern, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeRules:
    """How a source's orders are taken: the site's rules, what an incomplete address does, unknown SKUs made or held."""

    site: Site
    address: Severity | None = Severity.HOLD
    create_missing: bool = False


class Knowledge:
    """Facts about items and customers, remembered from step to step of one file.

    Past lines are those from before the file; what customers ordered counts the file's own orders as they come.
    """

    def __init__(self, rules: IntakeRules) -> None:
        self._rules = rules
        self._items: dict[str, KnownItem | None] = {}
        self._facts: dict[int, SkuFacts] = {}
        self._customers: dict[str, tuple[int, int]] = {}
        self._baskets: dict[str, list[StoredBasket]] = {}
        self._skus: list[str] | None = None
        self._newest: int | None = None
        self._near: dict[str, tuple[str, ...]] = {}

    def judge(self, session: Session, orders: Sequence[AcceptedOrder], at: datetime) -> tuple[list[JudgedOrder], int]:
        """Judge the orders that are new or changed; also give how many are stored just as they are."""
        stored = stored_orders(session, {(it.draft.source, it.draft.external_id) for it in orders})
        fresh = []
        for order in orders:
            found = stored.get((order.draft.source, order.draft.external_id))
            if found is None or found.digest != order.digest:
                fresh.append(order)
        hashes = [basket_hash(order.draft.lines) for order in fresh]
        self._look_up(session, [order.draft for order in fresh], hashes)
        judged = [self._judged(session, order, basket, at) for order, basket in zip(fresh, hashes, strict=True)]
        return judged, len(orders) - len(fresh)

    def remember_items(self, made: dict[str, KnownItem]) -> None:
        """Take over items that were made from order lines, once they are stored for good."""
        self._items.update(made)

    def _look_up(self, session: Session, drafts: Sequence[OrderDraft], hashes: Collection[str]) -> None:
        lines = {sku_key(line.sku): line for draft in drafts for line in draft.lines if line.pickable}
        self._find_items(session, lines)
        self._find_facts(session, lines)
        unseen = {draft.customer for draft in drafts} - self._customers.keys() - {""}
        found = customers_orders(session, unseen)
        self._customers |= {customer: found.get(customer, (0, 0)) for customer in unseen}
        for basket in baskets(session, set(hashes)):
            known = self._baskets.setdefault(basket.basket, [])
            if basket not in known:
                known.append(basket)

    def _find_items(self, session: Session, lines: Mapping[str, OrderLineDraft]) -> None:
        unseen = [sku for sku in lines if self._items.get(sku) is None]
        found = items_by_sku(session, unseen)
        codes = {sku: [key(code) for code in (lines[sku].gtin, lines[sku].sku) if code] for sku in unseen}
        by_code = items_by_code(session, {code for sku in unseen if sku not in found for code in codes[sku]})
        for sku in unseen:
            meant = {by_code[code] for code in codes[sku] if code in by_code}
            # Two codes of one line that mean two items mean none.
            self._items[sku] = found.get(sku) or (meant.pop() if len(meant) == 1 else None)

    def _find_facts(self, session: Session, skus: Iterable[str]) -> None:
        if self._newest is None:
            self._newest = newest_item(session)
        items = [item for sku in skus if (item := self._items[sku])]
        # An item made while this file is read has no past but the file's own.
        self._facts |= {item.id: _NEW for item in items if item.id > self._newest}
        unseen = {item.id: item.customs_complete for item in items if item.id not in self._facts}
        found = past_lines(session, unseen) if unseen else {}
        for key_, complete in unseen.items():
            past = found.get(key_, _NOTHING)
            self._facts[key_] = SkuFacts(
                past_lines=past.lines,
                p99_quantity=past.p99,
                median_price_cents=past.median_cents,
                customs_complete=complete,
            )

    def _judged(self, session: Session, order: AcceptedOrder, basket: str, at: datetime) -> JudgedOrder:
        # A file that is silent about when an order was placed means now.
        draft = order.draft if order.draft.placed_at else replace(order.draft, placed_at=at)
        context = self._context(session, draft, basket)
        judged = JudgedOrder(
            draft=draft,
            digest=order.digest,
            basket=basket,
            items={sku: item for sku in _skus(draft) if (item := self._items.get(sku))},
            concerns=judge_order(draft, context),
        )
        self._learn(draft, basket, draft.placed_at or at)
        return judged

    def _context(self, session: Session, draft: OrderDraft, basket: str) -> OrderContext:
        site, skus = self._rules.site, _skus(draft)
        known: dict[str, SkuFacts] = {}
        for sku in skus:
            item = self._items.get(sku)
            if item:
                known[sku] = self._facts[item.id]
            elif sku and self._rules.create_missing:
                known[sku] = _NEW
        orders, most = self._customers.get(draft.customer, (0, 0))
        return OrderContext(
            known=known,
            nearest={sku: self._nearest(session, sku) for sku in skus if sku and sku not in known},
            recent=self._recent(draft, basket),
            customer_orders=orders,
            customer_max_units=most,
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

    def _learn(self, draft: OrderDraft, basket: str, placed_at: datetime) -> None:
        if draft.customer:
            orders, most = self._customers.get(draft.customer, (0, 0))
            self._customers[draft.customer] = (orders + 1, max(most, units_of(draft.lines)))
        to = draft.ship_to
        entry = StoredBasket(draft.source, draft.external_id, placed_at, basket, draft.customer, to.name, to.postcode)
        self._baskets.setdefault(basket, []).append(entry)


def _skus(draft: OrderDraft) -> Iterable[str]:
    return dict.fromkeys(sku_key(line.sku) for line in draft.lines if line.pickable)


def _same_customer(draft: OrderDraft, other: StoredBasket) -> bool:
    if draft.customer or other.customer:
        return draft.customer == other.customer
    to = draft.ship_to
    here = (to.name.casefold(), to.postcode.casefold())
    return all(here) and here == (other.name.casefold(), other.postcode.casefold())
