"""What the house knows when orders come in: items, past lines, customers, earlier orders; and the import runs."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Select, bindparam, case, func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import BarcodeKind, OrderState
from warehouse.domain.order_addresses import Place, place_of
from warehouse.domain.words import as_said, without_parts
from warehouse.storage.models.catalog import BarcodeRow, ItemRow
from warehouse.storage.models.intake import ImportRunRow
from warehouse.storage.models.orders import OrderAddressRow, OrderLineRow, OrderRow
from warehouse.storage.prepared import PreparedLookup

Value = TypeVar("Value")
AT_ONCE = 500
"""So many values stand in one IN list."""


class KnownItem(NamedTuple):
    """An item as orders need it; `customs_complete` when HS code, origin and weight are there."""

    id: int
    sku: str
    customs_complete: bool


class PastLines(NamedTuple):
    """How an item was ordered before: lines by quantity, and the middle price in cents."""

    quantities: dict[int, int]
    median_cents: int | None


class StoredOrder(NamedTuple):
    """What is compared when an order comes again; `asked` is the digest of a change that a lead was asked about."""

    id: int
    number: str
    state: OrderState
    digest: str
    asked: str | None

    def is_settled(self, digest: str) -> bool:
        """Say whether the order stands here as this digest has it, and nobody was asked about another."""
        return (self.digest, self.asked) == (digest, None)


class StoredBasket(NamedTuple):
    """An order with a basket asked about, and whose it is."""

    source: str
    external_id: str
    placed_at: datetime
    basket: str
    customer: str
    name: str
    postcode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One import run as people see it."""

    id: int
    kind: str
    profile: str
    source: str
    file_name: str
    state: str
    rows_done: int
    report: dict[str, Any] | None
    has_rejected: bool
    started_at: datetime
    ended_at: datetime | None


def _customs_complete() -> ColumnElement[int]:
    complete = ItemRow.hs_code.is_not(None) & ItemRow.origin.is_not(None) & ItemRow.weight_g.is_not(None)
    return case((complete, 1), else_=0)


_BY_SKU = PreparedLookup(
    select(ItemRow.sku_folded, ItemRow.id, ItemRow.sku, _customs_complete().label("complete")), ItemRow.sku_folded
)
_STORED = PreparedLookup(
    select(
        OrderRow.external_id, OrderRow.id, OrderRow.number, OrderRow.state, OrderRow.content_hash, OrderRow.asked_hash
    ).where(OrderRow.source == bindparam("source", type_=OrderRow.source.type)),
    OrderRow.external_id,
)
_KEYS = PreparedLookup(select(OrderRow.id, OrderRow.number), OrderRow.number)


def pieces(values: Iterable[Value], size: int = AT_ONCE) -> Iterator[list[Value]]:
    """Cut values into lists of at most `size`."""
    rest = iter(values)
    while part := list(islice(rest, size)):
        yield part


def items_by_sku(session: Session, folded: Collection[str]) -> dict[str, KnownItem]:
    """Find items by folded SKU."""
    rows = _BY_SKU.all(session.connection(), folded)
    return {key: KnownItem(id_, sku, bool(complete)) for key, id_, sku, complete in rows}


def items_by_code(session: Session, codes: Collection[str]) -> dict[str, KnownItem]:
    """Find items by a barcode in its stored form."""
    found: dict[str, KnownItem] = {}
    for part in pieces(codes):
        rows = session.execute(
            select(BarcodeRow.code, ItemRow.id, ItemRow.sku, _customs_complete())
            .join(ItemRow, ItemRow.id == BarcodeRow.item_id)
            .where(BarcodeRow.code.in_(part), BarcodeRow.kind == BarcodeKind.ITEM, BarcodeRow.claimed_by_id.is_(None))
        )
        found |= {key: KnownItem(id_, sku, bool(complete)) for key, id_, sku, complete in rows}
    return found


def newest_item(session: Session) -> int:
    """Give the highest key of an item, 0 when there is none."""
    return session.scalar(select(func.max(ItemRow.id))) or 0


def all_skus(session: Session) -> list[str]:
    """List every SKU, to propose near ones."""
    return list(session.scalars(select(ItemRow.sku)))


def past_lines(session: Session, items: Collection[int]) -> dict[int, PastLines]:
    """Sum up how these items were ordered before, two queries for all of them."""
    found: dict[int, PastLines] = {}
    row = OrderLineRow
    for part in pieces(items):
        prices = _median_prices(session, part)
        counted = (
            select(row.item_id, row.ordered, func.count())
            .where(row.item_id.in_(part), row.pickable)
            .group_by(row.item_id, row.ordered)
        )
        for item, quantity, lines in session.execute(counted):
            found.setdefault(item, PastLines({}, prices.get(item))).quantities[quantity] = lines  # type: ignore[arg-type]  # a line of these items has one
    return found


def _median_prices(session: Session, items: Sequence[int]) -> dict[int | None, int | None]:
    """Give by item the price in the middle of its lines, the lower one of two."""
    row, price = OrderLineRow, OrderLineRow.unit_price_cents
    place = func.row_number().over(partition_by=row.item_id, order_by=price).label("place")
    count = func.count().over(partition_by=row.item_id).label("count")
    ranked = (
        select(row.item_id, price.label("value"), place, count)
        .where(row.item_id.in_(items), row.pickable, price > 0)
        .subquery()
    )
    middle = ranked.c.place == (ranked.c.count + 1) // 2
    return dict(session.execute(select(ranked.c.item_id, ranked.c.value).where(middle)).all())


def customers_orders(session: Session, customers: Collection[str]) -> dict[str, tuple[int, int]]:
    """Give by customer how many orders there are and how many pieces the largest had."""
    found: dict[str, tuple[int, int]] = {}
    for part in pieces(customers):
        per_order = (
            select(OrderRow.customer, func.sum(OrderLineRow.ordered).label("units"))
            .join(OrderLineRow, OrderLineRow.order_id == OrderRow.id)
            .where(OrderRow.customer.in_(part), OrderLineRow.pickable, OrderRow.state != OrderState.CANCELLED)
            .group_by(OrderRow.id, OrderRow.customer)
            .subquery()
        )
        rows = session.execute(
            select(per_order.c.customer, func.count(), func.max(per_order.c.units)).group_by(per_order.c.customer)
        )
        found |= {customer: (count, int(most)) for customer, count, most in rows}
    return found


def customers_places(session: Session, customers: Collection[str]) -> dict[str, set[Place]]:
    """Give by customer where orders went before, as far as their addresses are still kept."""
    found: dict[str, set[Place]] = {}
    for part in pieces(customers):
        rows = session.execute(
            select(OrderRow.customer, OrderAddressRow.postcode, OrderAddressRow.country)
            .join(OrderAddressRow, OrderAddressRow.order_id == OrderRow.id)
            .where(OrderRow.customer.in_(part))
            .distinct()
        )
        for customer, postcode, country in rows:
            if place := place_of(postcode, country):
                found.setdefault(customer, set()).add(place)
    return found


def stored_orders(session: Session, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], StoredOrder]:
    """Find orders by (source, external id)."""
    found: dict[tuple[str, str], StoredOrder] = {}
    for source in {source for source, _ in keys}:
        wanted = [external for its, external in keys if its == source]
        rows = _STORED.all(session.connection(), wanted, {"source": source})
        found |= {(source, row[0]): StoredOrder(*row[1:]) for row in rows}
    return found


def baskets(session: Session, hashes: Collection[str]) -> list[StoredBasket]:
    """Find orders that ask for the same goods."""
    found: list[StoredBasket] = []
    for part in pieces(hashes):
        rows = session.execute(
            select(
                *(OrderRow.source, OrderRow.external_id, OrderRow.placed_at, OrderRow.basket_hash, OrderRow.customer),
                *(OrderAddressRow.name, OrderAddressRow.postcode),
            )
            .outerjoin(OrderAddressRow, OrderAddressRow.order_id == OrderRow.id)
            .where(OrderRow.basket_hash.in_(part), OrderRow.state != OrderState.CANCELLED)
        )
        found += [StoredBasket(*row[:5], row[5] or "", row[6] or "") for row in rows]
    return found


def keys_of(session: Session, numbers: Collection[str]) -> dict[str, int]:
    """Give the keys of orders by their number; a number nobody has is not among them."""
    return {number: key for key, number in _KEYS.all(session.connection(), numbers)}


_RUN = (
    *("id", "kind", "profile", "source", "file_name", "state", "rows_done", "report", "has_rejected"),
    *("started_at", "ended_at"),
)


def run_of(session: Session, key: int) -> Run | None:
    """Give one import run, or None."""
    found = session.execute(_runs().where(ImportRunRow.id == key)).one_or_none()
    return None if found is None else _run(tuple(found))


def runs(session: Session, kinds: Collection[str], limit: int, before: int | None = None) -> list[Run]:
    """List import runs of these kinds, the latest first; `before` is the key to go on from."""
    query = _runs().where(ImportRunRow.kind.in_(kinds))
    if before is not None:
        query = query.where(ImportRunRow.id < before)
    found = session.execute(query.order_by(ImportRunRow.id.desc()).limit(limit))
    return [_run(tuple(values)) for values in found]


def _runs() -> Select[*tuple[Any, ...]]:
    row = ImportRunRow
    return select(
        *(row.id, row.kind, row.profile, row.source, row.file_name, row.state, row.cursor, row.report),
        *(row.rejected.is_not(None), row.started_at, row.ended_at),
    )


def _run(found: tuple[Any, ...]) -> Run:
    """Give the findings of a report their parts again."""
    values = dict(zip(_RUN, found, strict=True))
    report = values["report"]
    if report:
        said = [it | {"message": as_said(it["message"], report)} for it in report.get("findings", ())]
        values["report"] = {**(without_parts(report) or {}), "findings": said}
    return Run(**values)


def rejected_of(session: Session, key: int) -> tuple[str, bytes] | None:
    """Give the name of a run's file and its refused rows; None when there are none, or no longer."""
    found = session.execute(select(ImportRunRow.file_name, ImportRunRow.rejected).where(ImportRunRow.id == key)).first()
    return None if found is None or found.rejected is None else (found.file_name, found.rejected)
