"""Returns as they are shown: lists, one with its lines, and what a scanned or typed text may mean."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from warehouse.domain.barcodes import key
from warehouse.domain.returns.states import ReturnKind, ReturnState
from warehouse.storage.models.catalog import BarcodeRow, ItemRow
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.models.packing import CartonRow, LabelRow
from warehouse.storage.models.returns import ReturnLineRow, ReturnRow

_MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnHead:
    """A return in a list; pieces announced, here, and waiting to be looked at."""

    id: int
    number: str
    kind: ReturnKind
    state: ReturnState
    reason: str
    order: str | None
    tracking: str | None
    announced: int
    received: int
    waiting: int
    opened_at: datetime
    closed_at: datetime | None
    close_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnLine:
    """One line of a return; `sent` is what left with the order, None for goods of no order."""

    id: int
    sku: str
    name: str
    tracking: str
    sent: int | None
    announced: int
    received: int
    restocked: int
    quarantined: int
    scrapped: int

    @property
    def waiting(self) -> int:
        """Pieces here that nobody has decided on."""
        return self.received - self.restocked - self.quarantined - self.scrapped


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a text may mean: a return, an order something left of, a parcel, an item."""

    returns: tuple[ReturnHead, ...]
    orders: tuple[str, ...]
    tracking: str | None
    sku: str | None


def returns(
    session: Session, limit: int, after: int | None = None, state: ReturnState | None = None
) -> list[ReturnHead]:
    """List returns, the newest first; of one state when asked."""
    query = _heads().order_by(ReturnRow.id.desc()).limit(limit)
    if after is not None:
        query = query.where(ReturnRow.id < after)
    if state is not None:
        query = query.where(ReturnRow.state == state)
    return _read(session, query)


def return_named(session: Session, number: str) -> tuple[ReturnHead, list[ReturnLine]] | None:
    """Give a return with its lines, or None."""
    heads = _read(session, _heads().where(ReturnRow.number == number))
    if not heads:
        return None
    rows = session.execute(
        select(ReturnLineRow, ItemRow, OrderLineRow.shipped)
        .join(ItemRow, ItemRow.id == ReturnLineRow.item_id)
        .outerjoin(OrderLineRow, OrderLineRow.id == ReturnLineRow.order_line_id)
        .where(ReturnLineRow.return_id == heads[0].id)
        .order_by(ReturnLineRow.id)
    )
    lines = [
        ReturnLine(
            id=row.id,
            sku=item.sku,
            name=item.name,
            tracking=item.tracking.value,
            sent=shipped,
            announced=row.announced,
            received=row.received,
            restocked=row.restocked,
            quarantined=row.quarantined,
            scrapped=row.scrapped,
        )
        for row, item, shipped in rows
    ]
    return heads[0], lines


def meaning_of(session: Session, text: str) -> Meaning:
    """Find what a scanned or typed text names: return, tracking number, order, or an item whose returns are open."""
    text = text.strip()
    order = text.removeprefix("O:")
    by_order = or_(OrderRow.number == order.upper(), OrderRow.external_id == order, OrderRow.shop_number == order)
    parcel = (
        select(LabelRow.tracking, OrderRow.number)
        .join(CartonRow, CartonRow.id == LabelRow.carton_id)
        .join(OrderRow, OrderRow.id == CartonRow.order_id)
    )
    tracked = session.execute(parcel.where(or_(LabelRow.tracking == text, CartonRow.sscc == _sscc(text)))).first()
    orders = tuple(session.scalars(select(OrderRow.number).where(by_order).limit(_MOST)))
    coded = select(BarcodeRow.item_id).where(BarcodeRow.code == key(text))
    item = session.scalars(
        select(ItemRow).where(or_(ItemRow.sku_folded == text.casefold(), ItemRow.id.in_(coded)))
    ).first()
    known = [ReturnRow.number == text.upper(), ReturnRow.tracking == text, OrderRow.number.in_(orders)]
    if tracked:
        known.append(OrderRow.number == tracked.number)
    if item is not None:
        lines = select(ReturnLineRow.return_id).where(ReturnLineRow.item_id == item.id)
        known.append(ReturnRow.id.in_(lines))
    found = _read(session, _heads().where(or_(*known)).order_by(ReturnRow.id.desc()).limit(_MOST))
    if tracked and tracked.number not in orders:
        orders = (*orders, tracked.number)
    return Meaning(
        returns=tuple(found),
        orders=orders,
        tracking=tracked.tracking if tracked else None,
        sku=item.sku if item else None,
    )


def _sscc(text: str) -> str:
    digits = "".join(letter for letter in text if letter.isascii() and letter.isdigit())
    return digits.removeprefix("00") if len(digits) > 18 else digits  # noqa: PLR2004 - an SSCC has 18 digits


def _heads() -> Select[*tuple[Any, ...]]:
    waiting = ReturnLineRow.received - ReturnLineRow.restocked - ReturnLineRow.quarantined - ReturnLineRow.scrapped
    sums = (
        select(
            ReturnLineRow.return_id,
            func.sum(ReturnLineRow.announced).label("announced"),
            func.sum(ReturnLineRow.received).label("received"),
            func.sum(waiting).label("waiting"),
        )
        .group_by(ReturnLineRow.return_id)
        .subquery()
    )
    return (
        select(ReturnRow, OrderRow.number, sums.c.announced, sums.c.received, sums.c.waiting)
        .outerjoin(OrderRow, OrderRow.id == ReturnRow.order_id)
        .outerjoin(sums, sums.c.return_id == ReturnRow.id)
    )


def _read(session: Session, query: Select[*tuple[Any, ...]]) -> list[ReturnHead]:
    return [
        ReturnHead(
            id=row.id,
            number=row.number,
            kind=row.kind,
            state=row.state,
            reason=row.reason,
            order=order,
            tracking=row.tracking,
            announced=int(announced or 0),
            received=int(received or 0),
            waiting=int(waiting or 0),
            opened_at=row.opened_at,
            closed_at=row.closed_at,
            close_reason=row.close_reason,
        )
        for row, order, announced, received, waiting in session.execute(query)
    ]
