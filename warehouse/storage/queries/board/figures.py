"""What the last hours came to: pieces by the hour, where scans did not match, how long nothing went wrong."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session

from warehouse.domain.board import Streak, error_free
from warehouse.domain.codes import MoveReason, Outcome, ScanKind, ScanStatus
from warehouse.storage.base import AnyRow
from warehouse.storage.models.batching import PickTaskRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.orders import OrderLineRow
from warehouse.storage.models.packing import PackRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.picking import ScanRow
from warehouse.storage.models.stock import BinRow, MoveRow

HOURS = 12
MOST_BARS = 5
STREAK_OF = timedelta(days=28)
AN_ERROR = (
    *(Outcome.NOT_ON_BATCH, Outcome.OVER_QUANTITY, Outcome.WRONG_LOT, Outcome.EXPIRED, Outcome.WRONG_UNIT),
    Outcome.WRONG_LABEL,
)
"""What a scan at pack is refused with when a mistake was about to leave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HourFigure:
    """Pieces picked and packed in the hour that begins `at`."""

    at: datetime
    picked: int
    packed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """How often something did not match."""

    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pareto:
    """Mismatches of the last hours by reason, and by the item and the bin that were wanted; the most frequent first."""

    total: int
    reasons: tuple[Bar, ...]
    items: tuple[Bar, ...]
    bins: tuple[Bar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFigure:
    """Pieces one person picked and packed in the last hours."""

    name: str
    picked: int
    packed: int


def throughput_of(session: Session, now: datetime, zone: str) -> tuple[HourFigure, ...]:
    """Count pieces picked and packed in each of the last hours, the running one at the end; early empty hours left out.

    The hours are the full hours of the site's clock, which not everywhere are UTC's.
    """
    begun = now.astimezone(ZoneInfo(zone)).replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    hours = [begun - timedelta(hours=back) for back in range(HOURS - 1, -1, -1)]
    figures = [_hour(session, at) for at in hours]
    worked = [number for number, hour in enumerate(figures) if hour.picked or hour.packed]
    return tuple(figures[worked[0] :]) if worked else ()


def _hour(session: Session, at: datetime) -> HourFigure:
    row = session.execute(_pieces(at).where(ScanRow.received_at < at + timedelta(hours=1))).one()
    return HourFigure(at=at, picked=int(row.picked or 0), packed=int(row.packed or 0))


def _pieces(since: datetime) -> Select[int, int]:
    """Add up what scans have moved since then, as the ledger has it; what was taken back counts off."""
    picked = _sum_of(MoveReason.PICK, MoveReason.UNPICK)
    packed = _sum_of(MoveReason.PACK, MoveReason.UNPACK)
    return (
        select(picked.label("picked"), packed.label("packed"))
        .select_from(ScanRow)
        .join(MoveRow, MoveRow.scan_id == ScanRow.scan_id)
        .where(ScanRow.status == ScanStatus.APPLIED, ScanRow.received_at >= since)
    )


def _sum_of(there: MoveReason, back: MoveReason) -> ColumnElement[int]:
    return func.sum(
        case((MoveRow.reason == there, MoveRow.quantity), (MoveRow.reason == back, -MoveRow.quantity), else_=0)
    )


def people_of(session: Session, now: datetime) -> tuple[PersonFigure, ...]:
    """Count the pieces of each person, by name: no ranking."""
    rows = session.execute(
        _pieces(now - timedelta(hours=HOURS))
        .add_columns(PersonRow.name)
        .join(PersonRow, PersonRow.id == ScanRow.person_id)
        .group_by(PersonRow.id, PersonRow.name)
        .order_by(PersonRow.name, PersonRow.id)
    )
    found = (PersonFigure(name=name, picked=int(one or 0), packed=int(two or 0)) for one, two, name in rows)
    return tuple(each for each in found if each.picked or each.packed)


def pareto_of(session: Session, now: datetime) -> Pareto:
    """Count the refused scans of the last hours."""
    reasons = _bars(session, select(ScanRow.outcome, func.count()).group_by(ScanRow.outcome), now)
    total = sum(session.scalars(_refused(select(func.count(ScanRow.id)), now)))
    wanted = func.coalesce(PickTaskRow.item_id, OrderLineRow.item_id)
    items = (
        select(ItemRow.sku, func.count())
        .select_from(ScanRow)
        .outerjoin(PickTaskRow, PickTaskRow.id == ScanRow.task_id)
        .outerjoin(OrderLineRow, OrderLineRow.id == ScanRow.order_line_id)
        .join(ItemRow, ItemRow.id == wanted)
        .group_by(ItemRow.sku)
    )
    bins = (
        select(BinRow.code, func.count())
        .select_from(ScanRow)
        .join(PickTaskRow, PickTaskRow.id == ScanRow.task_id)
        .join(BinRow, BinRow.id == PickTaskRow.bin_id)
        .group_by(BinRow.code)
    )
    return Pareto(total=total, reasons=reasons, items=_bars(session, items, now), bins=_bars(session, bins, now))


def _bars(session: Session, query: Select[Any, int], now: datetime) -> tuple[Bar, ...]:
    rows: list[AnyRow] = list(session.execute(_refused(query, now)))
    rows.sort(key=lambda row: (-row[1], str(row[0])))
    return tuple(Bar(name=str(name), count=count) for name, count in rows[:MOST_BARS])


def _refused(query: Select[*tuple[Any, ...]], now: datetime) -> Select[*tuple[Any, ...]]:
    since = now - timedelta(hours=HOURS)
    return query.where(
        ScanRow.status == ScanStatus.REJECTED, ScanRow.outcome.is_not(None), ScanRow.received_at >= since
    )


def streak_of(session: Session, now: datetime) -> Streak:
    """Count the orders packed in a row since a mistake last showed at pack, and the best run of four weeks."""
    since = now - STREAK_OF
    packed = session.scalars(
        select(PackRow.finished_at).where(PackRow.finished_at >= since).order_by(PackRow.finished_at)
    )
    found = or_(ScanRow.outcome.in_(AN_ERROR), ScanRow.kind == ScanKind.SHORT)
    errors = session.scalars(
        select(ScanRow.received_at).where(
            ScanRow.status.in_((ScanStatus.REJECTED, ScanStatus.APPLIED)),
            ScanRow.received_at >= since,
            ScanRow.order_id.is_not(None),
            ScanRow.batch_id.is_(None),
            found,
        )
    )
    return error_free(packed=[at for at in packed if at is not None], errors=list(errors))
