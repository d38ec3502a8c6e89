"""Figures of the flow: what stopped on its way, and what went through without a hand on it.

The docstrings are shown on the page: what is counted, of what, in which window, in which time zone.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CompoundSelect, case, func, or_, select, union
from sqlalchemy.orm import Session

from warehouse.domain.codes import Outcome
from warehouse.domain.figures.measures import Case, Span, midnight
from warehouse.services.figures.quality import in_earnest, on_the_floor, shipped_orders, within
from warehouse.services.figures.speed import QUARTER, moment_of, seconds_of
from warehouse.services.side.counting import rounds_of
from warehouse.storage.models.batching import BatchRow, PickTaskRow
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import HoldRow, OrderLineRow
from warehouse.storage.models.packing import ShipmentRow
from warehouse.storage.models.picking import ScanRow
from warehouse.storage.models.printing import PrintJobRow
from warehouse.storage.models.stock import CountTaskRow

TOO_OLD = timedelta(hours=72)


def backorder_rate(session: Session, span: Span) -> list[Case]:
    """Order lines that could not be served whole.

    Numerator: lines with pieces backordered, or found short while picking.
    Denominator: lines whose batch was released.
    Window: by the first release of a batch the line is in.
    Time zone: the site's.
    """
    released = (
        select(
            PickTaskRow.order_line_id.label("line"),
            func.min(BatchRow.released_at).label("at"),
            func.sum(PickTaskRow.short).label("short"),
        )
        .join(BatchRow, BatchRow.id == PickTaskRow.batch_id)
        .group_by(PickTaskRow.order_line_id)
        .subquery()
    )
    at = released.c.at
    missing = case((or_(OrderLineRow.backordered > 0, released.c.short > 0), 1), else_=0)
    rows = session.execute(
        select(at, missing, OrderLineRow.id).join(released, released.c.line == OrderLineRow.id).where(within(at, span))
    )
    return [Case(moment, n, key=line) for moment, n, line in rows]


def inventory_accuracy(session: Session, span: Span) -> list[Case]:
    """Places whose content was what the books said.

    Numerator: counts whose last round found what was booked.
    Denominator: counts of places that ended.
    Window: by the moment the count was booked.
    Time zone: the site's.
    """
    rows = session.scalars(
        select(CountTaskRow).where(CountTaskRow.state == "done", within(CountTaskRow.closed_at, span))
    )
    counted = [(row.closed_at, rounds_of(row), row.id) for row in rows]
    return [Case(at, int(not rounds[-1].differences), key=key) for at, rounds, key in counted if at and rounds]


def scan_block_rate(session: Session, span: Span) -> list[Case]:
    """Scans that were stopped, or would have been where one only watches.

    Numerator: scans that came to anything but accepted.
    Denominator: all scans at picking and packing, without those of training.
    Window: by the moment the server received the scan.
    Time zone: the site's.
    """
    quarter = seconds_of(session, ScanRow.received_at) // QUARTER
    blocked = func.sum(case((ScanRow.outcome != Outcome.ACCEPTED, 1), else_=0))
    rows = session.execute(
        select(quarter.label("quarter"), blocked, func.count())
        .where(within(ScanRow.received_at, span), in_earnest(), on_the_floor())
        .group_by("quarter")
    )
    return [Case(moment_of(quarter), int(n), of) for quarter, n, of in rows]


def straight_through(session: Session, span: Span) -> list[Case]:
    """Orders that went from import to truck with no hand on them but the floor's.

    Numerator: orders without an exception, a hold, a split shipment or a paper printed again.
    Denominator: orders that left.
    Window: by the moment the order left.
    Time zone: the site's.
    """
    touched: CompoundSelect[Any] = union(
        select(ExceptionRow.order_id).where(ExceptionRow.order_id.is_not(None)),
        select(HoldRow.order_id),
        select(ShipmentRow.order_id).where(ShipmentRow.shipment_no > 1),
        select(PrintJobRow.order_id).where(PrintJobRow.order_id.is_not(None), PrintJobRow.reprint_no > 0),
    )
    hands = set(session.scalars(touched))
    return [Case(at, int(order not in hands), key=order) for order, at in shipped_orders(session, span)]


def old_exceptions(session: Session, span: Span) -> list[Case]:
    """Exceptions that have been open for more than 72 hours.

    Numerator: those opened more than 72 hours before the end of the day, or before now.
    Denominator: exceptions that were open then.
    Window: the end of each day; a week and the whole span show their last day.
    Time zone: the site's.
    """
    rows = session.execute(
        select(ExceptionRow.opened_at, ExceptionRow.resolved_at).where(
            ExceptionRow.opened_at < span.until,
            or_(ExceptionRow.resolved_at.is_(None), ExceptionRow.resolved_at >= span.since),
        )
    ).all()
    found: list[Case] = []
    for end in _ends(span):
        open_then = [since for since, until in rows if since <= end and (until is None or until > end)]
        found += [Case(end, int(end - since > TOO_OLD)) for since in open_then]
    return found


def _ends(span: Span) -> Iterator[datetime]:
    for day in span.days:
        end = midnight(day + timedelta(days=1), span.zone) - timedelta(seconds=1)
        if midnight(day, span.zone) < span.now:
            yield min(end, span.now)
