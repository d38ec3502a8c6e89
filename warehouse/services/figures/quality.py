"""Figures of quality: each function reads its own events and gives one case an order, or a line.

The docstrings are shown on the page: what is counted, of what, in which window, in which time zone.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import CartonState, Mode, OrderState, Outcome, ScanKind, TaskState
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.figures.measures import Case, Span
from warehouse.domain.site import Site
from warehouse.services.site import load_site
from warehouse.storage.base import AnyRow
from warehouse.storage.models.batching import PickTaskRow
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.models.packing import CartonLineRow, CartonRow, PackRow, ShipmentRow
from warehouse.storage.models.picking import ScanRow
from warehouse.storage.models.printing import PrintJobRow
from warehouse.storage.models.returns import ReturnRow

PICK_ERRORS = (Outcome.NOT_ON_BATCH, Outcome.OVER_QUANTITY, Outcome.WRONG_LOT, Outcome.EXPIRED)
"""What the check at the pack station says of a wrong pick."""
MISMATCHES = (
    *PICK_ERRORS,
    *(Outcome.WRONG_BIN, Outcome.WRONG_TOTE, Outcome.WRONG_UNIT, Outcome.OTHER_TASK, Outcome.UNKNOWN_BARCODE),
)
"""What a scan of the wrong thing comes to."""
LONGEST = timedelta(days=14)
"""No scan of an order lies further back from its end."""


def picking_accuracy(session: Session, span: Span) -> list[Case]:
    """Orders that were picked right.

    Numerator: orders whose check at the pack station met no wrong item, lot or surplus piece and missed none.
    Denominator: orders whose packing ended, without those of training.
    Window: by the moment the packing ended.
    Time zone: the site's.
    """
    packed = session.execute(
        select(PackRow.order_id, PackRow.finished_at).where(within(PackRow.finished_at, span))
    ).all()
    wrong = set(session.scalars(_pack_errors(ScanRow.order_id, span)))
    practised = set(session.scalars(practised_at(ScanRow.order_id, span).where(ScanRow.batch_id.is_(None))))
    return [Case(at, int(order not in wrong), key=order) for order, at in packed if at and order not in practised]


def line_accuracy(session: Session, span: Span) -> list[Case]:
    """Lines that were picked right first time.

    Numerator: picks without a refused scan of a wrong place, item, unit or tote, and without an error found at pack.
    Denominator: picks that ended with pieces taken, without those of training; a line taken from two bins is two.
    Window: by the moment the pick ended.
    Time zone: the site's.
    """
    ended = session.execute(
        select(PickTaskRow.id, PickTaskRow.order_line_id, PickTaskRow.closed_at).where(
            PickTaskRow.state == TaskState.PICKED, PickTaskRow.picked > 0, within(PickTaskRow.closed_at, span)
        )
    ).all()
    refused = select(ScanRow.task_id).where(
        *(ScanRow.received_at >= span.since - LONGEST, ScanRow.task_id.is_not(None), ScanRow.batch_id.is_not(None)),
        ScanRow.outcome.in_(MISMATCHES),
    )
    missed = set(session.scalars(refused.distinct()))
    wrong = set(session.scalars(_pack_errors(ScanRow.order_line_id, span)))
    practised = set(session.scalars(practised_at(ScanRow.task_id, span)))
    right = [(at, task not in missed and line not in wrong) for task, line, at in ended if task not in practised]
    return [Case(at, int(is_right)) for at, is_right in right if at]


def on_time(session: Session, span: Span) -> list[Case]:
    """Orders that went with the pickup they were promised.

    Numerator: orders all of whose cartons were loaded at or before that pickup.
    Denominator: orders that were due, cancelled ones left out.
    Window: by the order's cutoff; what is not due yet does not count.
    Time zone: the site's; cutoff and pickup are times of its clock.
    """
    due = session.execute(
        _with_loading(OrderRow.cutoff_at).where(
            within(OrderRow.cutoff_at, span), OrderRow.state != OrderState.CANCELLED
        )
    ).all()
    site = load_site(session)
    promised = [(row, _promised(site, row)) for row in due]
    return [Case(row.at, int(_in_time(row, by)), key=row.id) for row, by in promised if by <= span.now]


def shipped_complete(session: Session, span: Span) -> list[Case]:
    """Orders that left whole, at once.

    Numerator: orders whose first shipment held every piece of every line.
    Denominator: orders of which a first shipment left.
    Window: by the moment that shipment left.
    Time zone: the site's.
    """
    sent = _units_sent().subquery()
    wanted = _units_wanted().subquery()
    rows = session.execute(
        select(ShipmentRow.order_id, ShipmentRow.shipped_at, sent.c.units, wanted.c.units)
        .join(sent, sent.c.shipment_id == ShipmentRow.id)
        .join(wanted, wanted.c.order_id == ShipmentRow.order_id)
        .where(ShipmentRow.shipment_no == 1, within(ShipmentRow.shipped_at, span))
    )
    return [Case(at, int(units >= asked), key=order) for order, at, units, asked in rows if at]


def damage_free(session: Session, span: Span) -> list[Case]:
    """Orders that nobody found damaged.

    Numerator: orders of which no return was opened for damage.
    Denominator: orders that left.
    Window: by the moment the order left; a complaint counts for that day whenever it comes.
    Time zone: the site's.
    """
    damaged = set(session.scalars(select(ReturnRow.order_id).where(ReturnRow.reason == "damaged")))
    return [Case(at, int(order not in damaged), key=order) for order, at in shipped_orders(session, span)]


def right_papers(session: Session, span: Span) -> list[Case]:
    """Orders whose papers and labels came out right.

    Numerator: orders without a failed label, without a paper printed again, and not returned for wrong papers.
    Denominator: orders that left.
    Window: by the moment the order left.
    Time zone: the site's.
    """
    wrong = set(session.scalars(select(ExceptionRow.order_id).where(ExceptionRow.type == ExceptionType.LABEL_FAILED)))
    wrong |= set(session.scalars(select(PrintJobRow.order_id).where(PrintJobRow.reprint_no > 0)))
    wrong |= set(session.scalars(select(ReturnRow.order_id).where(ReturnRow.reason == "wrong_papers")))
    return [Case(at, int(order not in wrong), key=order) for order, at in shipped_orders(session, span)]


def perfect_order(session: Session, span: Span) -> list[Case]:
    """Orders with nothing to find fault with, counted order by order; never a product of rates.

    Numerator: orders that left in time and whole, undamaged, with the right papers.
    Denominator: orders that left.
    Window: by the moment the order left.
    Time zone: the site's.
    """
    flawed = {one.key for read in (damage_free, right_papers) for one in read(session, span) if not one.n}
    site, whole = load_site(session), set(session.scalars(_whole_orders(span)))
    left = and_(OrderRow.state == OrderState.SHIPPED, within(OrderRow.shipped_at, span))
    rows = session.execute(_with_loading(OrderRow.shipped_at).where(left)).all()
    return [
        Case(row.at, int(row.id in whole and row.id not in flawed and _kept_promise(site, row)), key=row.id)
        for row in rows
    ]


def shipped_orders(session: Session, span: Span) -> list[tuple[int, datetime]]:
    """List the orders that left within the span, each with the moment."""
    rows = session.execute(
        select(OrderRow.id, OrderRow.shipped_at).where(
            OrderRow.state == OrderState.SHIPPED, within(OrderRow.shipped_at, span)
        )
    )
    return [(order, at) for order, at in rows if at is not None]


def within(column: Any, span: Span) -> ColumnElement[bool]:
    """Say that a column of moments lies in the span."""
    return and_(column >= span.since, column < span.until)


def on_the_floor() -> ColumnElement[bool]:
    """Say that a scan was made at picking or packing; loading, counts and put-backs have none of these figures."""
    return or_(ScanRow.batch_id.is_not(None), ScanRow.order_id.is_not(None))


def in_earnest() -> ColumnElement[bool]:
    """Say that a scan was no training: that counts in no figure, also where it was done on the live floor."""
    return ScanRow.mode != Mode.TRAINING


def practised_at(column: Any, span: Span) -> Select[Any]:
    """Select the picks, or the orders, of which something was scanned in training."""
    lately = ScanRow.received_at >= span.since - LONGEST
    return select(column).where(lately, ~in_earnest(), column.is_not(None)).distinct()


def _pack_errors(column: Any, span: Span) -> Select[Any]:
    at_pack = ScanRow.order_id.is_not(None) & ScanRow.batch_id.is_(None) & in_earnest()
    found = ScanRow.outcome.in_(PICK_ERRORS) | (
        (ScanRow.kind == ScanKind.SHORT) & (ScanRow.outcome == Outcome.ACCEPTED)
    )
    lately = ScanRow.received_at >= span.since - LONGEST
    return select(column).where(lately, at_pack, found, column.is_not(None)).distinct()


def _with_loading(at: Any) -> Select[*tuple[Any, ...]]:
    """Select orders with what their promise and their cartons say: the last loading, and cartons not loaded yet."""
    loaded = func.coalesce(CartonRow.loaded_at, CartonRow.shipped_at)
    cartons = (
        select(
            CartonRow.order_id,
            func.max(loaded).label("loaded_at"),
            func.sum(case((loaded.is_(None), 1), else_=0)).label("waiting"),
        )
        .where(CartonRow.state != CartonState.VOID)
        .group_by(CartonRow.order_id)
        .subquery()
    )
    return select(
        *(OrderRow.id, at.label("at"), OrderRow.cutoff_at, OrderRow.carrier, OrderRow.service, OrderRow.state),
        *(cartons.c.loaded_at.label("loaded_at"), cartons.c.waiting),
    ).outerjoin(cartons, cartons.c.order_id == OrderRow.id)


def _kept_promise(site: Site, row: AnyRow) -> bool:
    return _in_time(row, row.loaded_at if row.cutoff_at is None else _promised(site, row))


def _promised(site: Site, row: AnyRow) -> datetime:
    """Give the pickup an order with a cutoff is to go with; where nobody knows the carrier's, the cutoff itself."""
    found = site.next_pickup(row.carrier, row.cutoff_at, row.service)
    return found.pickup if found else row.cutoff_at


def _in_time(row: AnyRow, promised: datetime) -> bool:
    if row.loaded_at is None or row.waiting or row.state not in {OrderState.PACKED, OrderState.SHIPPED}:
        return False
    return bool(row.loaded_at <= promised)


def _units_sent() -> Select[*tuple[Any, ...]]:
    return (
        select(CartonRow.shipment_id, func.sum(CartonLineRow.quantity).label("units"))
        .join(CartonLineRow, CartonLineRow.carton_id == CartonRow.id)
        .where(CartonRow.state != CartonState.VOID)
        .group_by(CartonRow.shipment_id)
    )


def _units_wanted() -> Select[*tuple[Any, ...]]:
    return (
        select(OrderLineRow.order_id, func.sum(OrderLineRow.ordered).label("units"))
        .where(OrderLineRow.pickable, OrderLineRow.cancelled_at.is_(None))
        .group_by(OrderLineRow.order_id)
    )


def _whole_orders(span: Span) -> Select[Any]:
    sent, wanted = _units_sent().subquery(), _units_wanted().subquery()
    return (
        select(ShipmentRow.order_id)
        .join(OrderRow, OrderRow.id == ShipmentRow.order_id)
        .join(sent, sent.c.shipment_id == ShipmentRow.id)
        .join(wanted, wanted.c.order_id == ShipmentRow.order_id)
        .where(ShipmentRow.shipment_no == 1, sent.c.units >= wanted.c.units, within(OrderRow.shipped_at, span))
    )
