"""What can still be sold of each item: what lies here less what is promised, closed or kept back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import BinKind, OrderState
from warehouse.domain.errors import InvalidInputError, NotFoundError
from warehouse.domain.webhooks import EventType
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.services.site import load_site
from warehouse.services.webhooks.outbox import Message, post
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.models.rollout import AvailableToldRow
from warehouse.storage.models.stock import BinRow, LotRow, StockRow

_CLOSED = (OrderState.SHIPPED, OrderState.CANCELLED)
_SOLD_FROM = (BinKind.PICK_FACE, BinKind.RESERVE)
_MOST = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Available:
    """Pieces of an item: on hand in bins, promised to open orders, closed for sale, and kept back as a buffer."""

    item: int
    sku: str
    name: str
    on_hand: int
    reserved: int
    blocked: int
    buffer: int
    own_buffer: int | None

    @property
    def available(self) -> int:
        """What may still be offered; never below nothing."""
        return max(0, self.on_hand - self.reserved - self.blocked - self.buffer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which items: those whose SKU begins so, after this one, so many; or these keys."""

    text: str = ""
    after: str = ""
    limit: int | None = None
    items: Collection[int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetBuffer(Request):
    """Keep so many pieces of an item back; None is the site's own figure."""

    sku: str
    pieces: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TellAvailable(Request):
    """Tell the shops what can be sold of these items now; `first` only notes it."""

    items: tuple[int, ...]
    first: bool = False


def available(session: Session, now: datetime, wanted: Wanted | None = None) -> list[Available]:
    """Give what can be sold, by SKU.

    On hand is what lies in bins; what is in a tote or carton is some order's already. Promised is what open orders
    still want from bins, planned or not, less what is backordered. Closed is what lies blocked, past its date, or
    anywhere but a pick face or reserve, and is not promised.
    """
    site, asked = load_site(session), wanted or Wanted()
    items = session.execute(_items(asked)).all()
    keys = {row.id for row in items} if asked.limit or asked.items or asked.text else None
    lying = _lying(session, site.day_of(now), keys)
    promised = _promised(session, keys)
    nothing = (0, 0)
    return [
        Available(
            item=row.id,
            sku=row.sku,
            name=row.name,
            on_hand=lying.get(row.id, nothing)[0],
            reserved=promised.get(row.id, 0),
            blocked=lying.get(row.id, nothing)[1],
            buffer=site.safety_buffer if row.safety_buffer is None else row.safety_buffer,
            own_buffer=row.safety_buffer,
        )
        for row in items
    ]


def set_buffer(session: Session, request: SetBuffer) -> int:
    """Keep pieces of an item back from sale; its key is given back."""
    row = session.scalars(select(ItemRow).where(ItemRow.sku == request.sku)).one_or_none()
    if row is None:
        raise NotFoundError(sentence("There is no item {sku}.", sku=request.sku))
    if request.pieces is not None and not 0 <= request.pieces <= _MOST:
        raise InvalidInputError(sentence("A buffer is from 0 to {most} pieces.", most=f"{_MOST:,}"))
    row.safety_buffer = request.pieces
    audit(session, request, "buffer_set", f"item:{row.id}", pieces=request.pieces)
    return row.id


def changed_items(session: Session, now: datetime) -> tuple[list[int], bool]:
    """Name the items of which another number can be sold than was last told, and whether nothing was ever told."""
    told = dict(session.execute(select(AvailableToldRow.item_id, AvailableToldRow.available)).all())
    found = [it.item for it in available(session, now) if told.get(it.item) != it.available]
    return found, not told


def tell_available(session: Session, request: TellAvailable) -> int:
    """Write down and tell what can be sold of items now; gives how many figures are new."""
    told = {
        row.item_id: row
        for row in session.scalars(select(AvailableToldRow).where(AvailableToldRow.item_id.in_(request.items)))
    }
    changed = 0
    for it in available(session, request.at, Wanted(items=request.items)):
        row = told.get(it.item)
        if row is not None and row.available == it.available:
            continue
        before = 0 if row is None else row.available
        if row is None:
            row = AvailableToldRow(item_id=it.item, available=0, told_at=request.at)
            session.add(row)
        row.available, row.told_at, changed = it.available, request.at, changed + 1
        if not request.first:
            post(session, _message(request, it, it.available - before))
    session.flush()
    return changed


def _message(request: Request, it: Available, by: int) -> Message:
    figures = {"on_hand": it.on_hand, "reserved": it.reserved, "blocked": it.blocked, "buffer": it.buffer}
    data = {"sku": it.sku, **figures, "available": it.available, "by": by}
    return Message(type=EventType.STOCK_ADJUSTED, subject=f"item:{it.item}", at=request.at, data=data)


def _items(asked: Wanted) -> Select[*tuple[Any, ...]]:
    query = select(ItemRow.id, ItemRow.sku, ItemRow.name, ItemRow.safety_buffer).where(ItemRow.active, ItemRow.stocked)
    if asked.items is not None:
        query = query.where(ItemRow.id.in_(asked.items))
    if asked.text:
        query = query.where(ItemRow.sku_folded.startswith(asked.text.casefold(), autoescape=True))
    if asked.after:
        query = query.where(ItemRow.sku > asked.after)
    return query.order_by(ItemRow.sku).limit(asked.limit)


def _lying(session: Session, today: date, keys: Collection[int] | None) -> Mapping[int, tuple[int, int]]:
    """Add up what lies in bins, and how much of it is closed and not promised."""
    free = case((_is_closed(today), StockRow.quantity - StockRow.reserved), else_=0)
    query = (
        select(StockRow.item_id, func.sum(StockRow.quantity), func.sum(free))
        .join(BinRow, BinRow.id == StockRow.place_id)
        .join(LotRow, LotRow.id == StockRow.lot_id)
        .group_by(StockRow.item_id)
    )
    if keys is not None:
        query = query.where(StockRow.item_id.in_(keys))
    return {item: (int(units), int(closed)) for item, units, closed in session.execute(query)}


def _is_closed(today: date) -> ColumnElement[bool]:
    not_picked = and_(BinRow.kind == BinKind.PICK_FACE, BinRow.pickable.is_(False))
    return or_(
        StockRow.blocked_reason.is_not(None),
        BinRow.blocked_reason.is_not(None),
        BinRow.kind.not_in(_SOLD_FROM),
        not_picked,
        and_(LotRow.expires_on.is_not(None), LotRow.expires_on < today),
    )


def _promised(session: Session, keys: Collection[int] | None) -> Mapping[int, int]:
    """Add up what open orders still want from bins."""
    wanted = func.sum(OrderLineRow.ordered - OrderLineRow.picked - OrderLineRow.backordered)
    query = (
        select(OrderLineRow.item_id, wanted)
        .join(OrderRow, OrderRow.id == OrderLineRow.order_id)
        .where(OrderRow.state.not_in(_CLOSED), OrderLineRow.pickable, OrderLineRow.cancelled_at.is_(None))
        .where(OrderLineRow.item_id.is_not(None))
        .group_by(OrderLineRow.item_id)
    )
    if keys is not None:
        query = query.where(OrderLineRow.item_id.in_(keys))
    return {item: int(units) for item, units in session.execute(query) if item is not None}
