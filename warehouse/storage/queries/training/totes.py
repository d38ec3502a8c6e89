"""Practice totes: which orders may be picked for packers beforehand, which are, and what lies in their totes."""

from collections.abc import Sequence

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import BatchState, ExceptionState, OrderState, Tracking, UnitLevel
from warehouse.domain.exception_queue import ExceptionType
from warehouse.storage.base import AnyRow
from warehouse.storage.models.batching import BatchRow, CartRow, PickTaskRow, ToteRow
from warehouse.storage.models.catalog import BarcodeRow, ItemRow
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.queries.wanted import wanted_heads

_OPEN = (BatchState.PLANNED, BatchState.RELEASED, BatchState.PICKING, BatchState.PICKED)
_CHOSEN_FROM = 60


def plain_orders(session: Session, limit: int) -> tuple[str, ...]:
    """Choose orders that wait to be planned, of goods that paper can stand for: all alike, with a barcode of their own.

    One of which goods are known to be missing waits for somebody's answer.
    """
    has_code = exists().where(
        BarcodeRow.item_id == ItemRow.id, BarcodeRow.unit == UnitLevel.EACH, BarcodeRow.claimed_by_id.is_(None)
    )
    other = exists().where(
        OrderLineRow.order_id == OrderRow.id,
        ItemRow.id == OrderLineRow.item_id,
        (ItemRow.tracking != Tracking.NONE) | ~has_code,
    )
    short = exists().where(
        ExceptionRow.order_id == OrderRow.id,
        ExceptionRow.type.in_((ExceptionType.SHORT_STOCK, ExceptionType.BACKORDER)),
        ExceptionRow.state != ExceptionState.RESOLVED,
    )
    wanted = [order.id for order in wanted_heads(session, limit=_CHOSEN_FROM)]
    plain = select(OrderRow.number).where(OrderRow.id.in_(wanted), ~other, ~short).order_by(OrderRow.id)
    return tuple(session.scalars(plain.limit(limit)))


def batches_kept_for(session: Session, person: int) -> Sequence[int]:
    """List the batches that are kept for somebody, not closed and in nobody else's hands, what is in theirs first."""
    query = select(BatchRow.id).where(BatchRow.assigned_id == person, BatchRow.state.in_(_OPEN))
    theirs = or_(BatchRow.person_id.is_(None), BatchRow.person_id == person)
    return session.scalars(query.where(theirs).order_by(BatchRow.person_id.is_(None), BatchRow.id)).all()


def planned_of(session: Session, batches: Sequence[int]) -> Sequence[int]:
    """Say which of these are not released yet."""
    query = select(BatchRow.id).where(BatchRow.id.in_(batches), BatchRow.state == BatchState.PLANNED)
    return session.scalars(query.order_by(BatchRow.id)).all()


def orders_picked_by(session: Session, person: int) -> Sequence[AnyRow]:
    """List the orders that somebody picked and nobody has packed, as (id, number, tote), in tote order."""
    theirs = exists().where(PickTaskRow.order_id == OrderRow.id, PickTaskRow.picked_by_id == person)
    query = (
        select(OrderRow.id, OrderRow.number, ToteRow.code.label("tote"))
        .join(ToteRow, ToteRow.order_id == OrderRow.id)
        .where(OrderRow.state.in_((OrderState.PICKED, OrderState.PACKING)), theirs)
    )
    return session.execute(query.order_by(ToteRow.code)).all()


def goods_in_totes(session: Session, orders: Sequence[int]) -> Sequence[AnyRow]:
    """List what was picked for orders, as (order, item, number of pieces)."""
    query = select(PickTaskRow.order_id.label("order"), PickTaskRow.item_id.label("item"), PickTaskRow.picked)
    return session.execute(query.where(PickTaskRow.order_id.in_(orders), PickTaskRow.picked > 0)).all()


def free_cart(session: Session) -> str | None:
    """Name the last cart that nobody walks with."""
    in_hand = select(BatchRow.cart_id).where(BatchRow.cart_id.is_not(None), BatchRow.state.in_(_OPEN))
    return session.scalars(select(CartRow.code).where(CartRow.id.not_in(in_hand)).order_by(CartRow.id.desc())).first()


def free_tote(session: Session) -> str | None:
    """Name the last tote that is empty."""
    return session.scalars(select(ToteRow.code).where(ToteRow.state == "free").order_by(ToteRow.id.desc())).first()
