"""The cut-over: opening count of every bin, what came over from the old system, and the files that lead back to it."""

import csv
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import BinKind, LabelState, OrderState
from warehouse.domain.errors import ForbiddenError
from warehouse.services.actor import Request
from warehouse.services.side.count_tasks import OpenCount, open_count
from warehouse.storage.models.catalog import BarcodeRow, ItemRow
from warehouse.storage.models.intake import ImportRunRow
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.models.packing import CartonLineRow, CartonRow, LabelRow
from warehouse.storage.models.stock import BinRow, CountTaskRow, LotRow, StockRow

OPENING = "opening"
AT_ONCE = 50
"""So many counts are opened in one step."""
_COUNTED = (BinKind.PICK_FACE, BinKind.RESERVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOpening(Request):
    """Open the opening counts of a zone, or of all; so many bins a step."""

    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneCount:
    """How far the opening count of a zone is: bins, those whose count waits, those counted."""

    zone: str
    bins: int
    waiting: int
    counted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CameOver:
    """What came over from the old system by kind: files read, rows, and the results of the newest file of each."""

    kind: str
    files: int
    rows: int
    created: int
    updated: int
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What is here now."""

    items: int
    without_barcode: int
    bins: int
    pieces: int
    open_orders: int
    open_lines: int


def open_opening(session: Session, request: OpenOpening) -> int:
    """Open counts of bins that were never counted for the opening; gives how many, 0 when there are no more."""
    if not request.actor.leads:
        raise ForbiddenError("A lead starts the opening count.")
    begun = select(CountTaskRow.bin_id).where(CountTaskRow.reason == OPENING)
    bins = select(BinRow.id).where(BinRow.kind.in_(_COUNTED), BinRow.id.not_in(begun)).order_by(BinRow.id)
    if request.zone:
        bins = bins.where(BinRow.zone == request.zone)
    keys = session.scalars(bins.limit(AT_ONCE)).all()
    for key in keys:
        count = open_count(session, OpenCount(actor=request.actor, at=request.at, bin=key, reason=OPENING))
        # A count that waited for another reason becomes the opening count: a bin is counted once.
        session.get_one(CountTaskRow, count).reason = OPENING
    session.flush()
    return len(keys)


def opening_progress(session: Session) -> list[ZoneCount]:
    """Say how far the opening count is, by zone."""
    counts = (
        select(CountTaskRow.bin_id, func.max(CountTaskRow.closed_at).label("closed_at"), func.count().label("counts"))
        .where(CountTaskRow.reason == OPENING)
        .group_by(CountTaskRow.bin_id)
        .subquery()
    )
    rows = session.execute(
        select(BinRow.zone, func.count(), func.count(counts.c.counts), func.count(counts.c.closed_at))
        .outerjoin(counts, counts.c.bin_id == BinRow.id)
        .where(BinRow.kind.in_(_COUNTED))
        .group_by(BinRow.zone)
        .order_by(BinRow.zone)
    )
    return [
        ZoneCount(zone=zone, bins=bins, waiting=begun - closed, counted=closed) for zone, bins, begun, closed in rows
    ]


def migration_report(session: Session) -> tuple[list[CameOver], Totals]:
    """Give what came over, by kind of file, and what is here now."""
    real = select(ImportRunRow).where(ImportRunRow.state == "done", ImportRunRow.dry_run.is_(False))
    runs = session.scalars(real.order_by(ImportRunRow.id)).all()
    kinds = sorted({run.kind for run in runs})
    return [_came_over(kind, [run for run in runs if run.kind == kind]) for kind in kinds], _totals(session)


def way_back(session: Session) -> bytes:
    """Write what the old system needs to take over again as a ZIP of CSV files: stock, open orders, what was sent."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("stock.csv", _csv(("bin", "sku", "lot", "expires_on", "quantity"), _stock(session)))
        head = ("order", "source", "line", "sku", "ordered", "shipped", "to_send", "state")
        archive.writestr("open_orders.csv", _csv(head, _open_lines(session)))
        sent = ("order", "source", "sku", "quantity", "carrier", "tracking", "shipped_at")
        archive.writestr("sent.csv", _csv(sent, _sent(session)))
    return packed.getvalue()


def _came_over(kind: str, runs: list[ImportRunRow]) -> CameOver:
    found: dict[str, int] = {"rows": 0, "created": 0, "updated": 0, "refused": 0}
    for run in runs:
        report: dict[str, Any] = run.report or {}
        results = report.get(kind) or {}
        found["rows"] += int(report.get("rows") or 0)
        for name in ("created", "updated", "refused"):
            found[name] += int(results.get(name) or 0)
    return CameOver(kind=kind, files=len(runs), **found)


def _totals(session: Session) -> Totals:
    def count(query: Any) -> int:
        return int(session.scalar(query) or 0)

    coded = select(BarcodeRow.item_id).where(BarcodeRow.item_id.is_not(None))
    open_orders = OrderRow.state.not_in([OrderState.SHIPPED, OrderState.CANCELLED])
    lines = select(func.count()).select_from(OrderLineRow).join(OrderRow, OrderRow.id == OrderLineRow.order_id)
    items = select(func.count()).select_from(ItemRow).where(ItemRow.active, ItemRow.stocked)
    return Totals(
        items=count(items),
        without_barcode=count(items.where(ItemRow.id.not_in(coded))),
        bins=count(select(func.count()).select_from(BinRow)),
        pieces=count(select(func.sum(StockRow.quantity)).join(BinRow, BinRow.id == StockRow.place_id)),
        open_orders=count(select(func.count()).select_from(OrderRow).where(open_orders)),
        open_lines=count(lines.where(open_orders, OrderLineRow.cancelled_at.is_(None))),
    )


def _stock(session: Session) -> Iterable[tuple[object, ...]]:
    query = (
        select(BinRow.code, ItemRow.sku, LotRow.code, LotRow.expires_on, StockRow.quantity)
        .join(BinRow, BinRow.id == StockRow.place_id)
        .join(ItemRow, ItemRow.id == StockRow.item_id)
        .join(LotRow, LotRow.id == StockRow.lot_id)
        .where(StockRow.quantity > 0)
        .order_by(BinRow.code, ItemRow.sku, LotRow.id)
    )
    return (tuple(row) for row in session.execute(query))


def _open_lines(session: Session) -> Iterable[tuple[object, ...]]:
    left = OrderLineRow.ordered - OrderLineRow.shipped
    query = (
        select(
            *(OrderRow.external_id, OrderRow.source, OrderLineRow.line_no, OrderLineRow.sku, OrderLineRow.ordered),
            *(OrderLineRow.shipped, left, OrderRow.state),
        )
        .join(OrderRow, OrderRow.id == OrderLineRow.order_id)
        .where(OrderRow.state.not_in([OrderState.SHIPPED, OrderState.CANCELLED]), OrderLineRow.cancelled_at.is_(None))
        .order_by(OrderRow.id, OrderLineRow.line_no)
    )
    return (tuple(row) for row in session.execute(query))


def _sent(session: Session) -> Iterable[tuple[object, ...]]:
    alive = (LabelRow.carton_id == CartonRow.id) & (LabelRow.state == LabelState.BOUGHT) & LabelRow.voided_at.is_(None)
    query = (
        select(
            *(OrderRow.external_id, OrderRow.source, OrderLineRow.sku, CartonLineRow.quantity, LabelRow.carrier),
            *(LabelRow.tracking, CartonRow.shipped_at),
        )
        .join(CartonRow, CartonRow.id == CartonLineRow.carton_id)
        .join(OrderLineRow, OrderLineRow.id == CartonLineRow.order_line_id)
        .join(OrderRow, OrderRow.id == OrderLineRow.order_id)
        .outerjoin(LabelRow, alive)
        .where(CartonRow.shipped_at.is_not(None), CartonLineRow.quantity > 0)
        .order_by(CartonRow.shipped_at, CartonLineRow.id)
    )
    return (tuple(row) for row in session.execute(query))


def _csv(header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    text = io.StringIO()
    written = csv.writer(text)
    written.writerow(header)
    for row in rows:
        written.writerow([_cell(cell) for cell in row])
    return text.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text
