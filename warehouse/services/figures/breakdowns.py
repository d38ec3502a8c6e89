"""What lies behind the figures: which kinds of exceptions, which rules, goods and places. Never which person."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import ExceptionState, Mode, Outcome, Role
from warehouse.domain.figures.measures import Span
from warehouse.services.figures.quality import in_earnest, on_the_floor, within
from warehouse.storage.models.batching import PickTaskRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import OrderLineRow
from warehouse.storage.models.picking import ScanRow
from warehouse.storage.models.stock import BinRow

MOST = 10
_AGES = (24, 48, 72)


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCount:
    """How many exceptions of a type were opened, in all and by day."""

    type: str
    count: int
    days: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerAges:
    """Open exceptions of one owner role by age: up to 24 h, up to 48, up to 72, and older."""

    role: Role
    day: int
    two_days: int
    three_days: int
    older: int


@dataclass(frozen=True, slots=True)
class Blocked:
    """How many refused scans there were of a rule, an item or a place."""

    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockedBy:
    """The refused scans of a span, three ways."""

    rules: tuple[Blocked, ...]
    items: tuple[Blocked, ...]
    places: tuple[Blocked, ...]


def exception_kinds(session: Session, span: Span) -> list[KindCount]:
    """Count the exceptions opened, by type and day of the site, the most frequent first."""
    zone = ZoneInfo(span.zone)
    rows = session.execute(
        select(ExceptionRow.type, ExceptionRow.opened_at).where(within(ExceptionRow.opened_at, span))
    )
    found: dict[str, Counter[date]] = {}
    for kind, at in rows:
        found.setdefault(kind, Counter())[at.astimezone(zone).date()] += 1
    counts = [
        KindCount(type=kind, count=days.total(), days=tuple(days[day] for day in span.days))
        for kind, days in found.items()
    ]
    return sorted(counts, key=lambda it: (-it.count, it.type))


def open_by_age(session: Session, now: datetime) -> list[OwnerAges]:
    """Count what is open by owner role and age."""
    rows = session.execute(
        select(ExceptionRow.owner_role, ExceptionRow.opened_at).where(ExceptionRow.state != ExceptionState.RESOLVED)
    )
    found: dict[Role, list[int]] = {}
    for role, at in rows:
        ages = found.setdefault(role, [0, 0, 0, 0])
        ages[sum(now - at > timedelta(hours=hours) for hours in _AGES)] += 1
    return [
        OwnerAges(role=role, day=ages[0], two_days=ages[1], three_days=ages[2], older=ages[3])
        for role, ages in sorted(found.items())
    ]


def blocked_by(session: Session, span: Span, *modes: Mode) -> BlockedBy:
    """Count refused scans by rule, item and place; of these modes, of all but training when none is named."""
    where = [*refused_scans(span), ScanRow.mode.in_(modes) if modes else in_earnest()]
    line = func.coalesce(ScanRow.order_line_id, PickTaskRow.order_line_id)
    joined = select(ScanRow.id).outerjoin(PickTaskRow, PickTaskRow.id == ScanRow.task_id)
    items = joined.join(OrderLineRow, OrderLineRow.id == line).join(ItemRow, ItemRow.id == OrderLineRow.item_id)
    places = joined.join(BinRow, BinRow.id == PickTaskRow.bin_id)
    return BlockedBy(
        rules=_counted(session, select(ScanRow.id), ScanRow.outcome, where),
        items=_counted(session, items, ItemRow.sku, where),
        places=_counted(session, places, BinRow.code, where),
    )


def refused_scans(span: Span) -> list[Any]:
    """Say which scans of picking and packing came to anything but accepted."""
    return [within(ScanRow.received_at, span), on_the_floor(), ScanRow.outcome != Outcome.ACCEPTED]


def _counted(session: Session, joined: Any, name: Any, where: Sequence[Any]) -> tuple[Blocked, ...]:
    many = func.count(ScanRow.id)
    rows = session.execute(
        joined.with_only_columns(name, many).where(*where).group_by(name).order_by(many.desc(), name).limit(MOST)
    )
    return tuple(Blocked(str(one), count) for one, count in rows)
