"""How fast people work: learnt from the scans of the last weeks, and used to foresee when trips end."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from sqlalchemy import and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from warehouse.domain.batching import Shift, Travel
from warehouse.domain.codes import BatchState, Role, ScanStatus
from warehouse.domain.forecast import Bench
from warehouse.services.actor import Request
from warehouse.services.site import load_site
from warehouse.storage.base import AnyRow
from warehouse.storage.models.batching import BatchRow, PickTaskRow
from warehouse.storage.models.packing import PackRow
from warehouse.storage.models.people import DeviceRow, PersonRow
from warehouse.storage.models.picking import ScanRow
from warehouse.storage.models.planning import PaceRow
from warehouse.storage.models.shift import LONGEST_PAUSE, PauseRow
from warehouse.storage.queries.shift.open_work import heard_since, on_pause

LEARNT_FROM = timedelta(days=28)
HERE_WITHIN = timedelta(minutes=15)
_LEAST_LINES = 20
_PAUSE_S = 300
_SHORTEST_MS, _LONGEST_MS = 1000, 300_000
_MOST_BATCHES = 400
_LEAST_PACKED, _MOST_PACKED = 20, 200
_S_PER_ORDER = 90.0
"""What packing an order is taken to last until enough were packed here."""


@dataclass(frozen=True, slots=True)
class _Trip:
    person: int
    lines: int
    line_ms: int


@dataclass(frozen=True, slots=True)
class _Gap:
    """The time between two scans, by who made the second."""

    person: int
    begins: datetime
    ends: datetime

    @property
    def seconds(self) -> float:
        """How long it was."""
        return (self.ends - self.begins).total_seconds()

    def meets(self, pause: AnyRow) -> bool:
        """Tell whether its person was on this pause in it."""
        ended = pause.ended_at or pause.started_at + LONGEST_PAUSE
        return bool(pause.person_id == self.person and pause.started_at < self.ends and ended > self.begins)


def read_travel(session: Session, person: int | None = None) -> Travel:
    """Give how fast work goes: the site's figures, with the learnt seconds a line of a person or the house."""
    asked = select(PaceRow.person_id, PaceRow.line_ms).where(
        (PaceRow.person_id == person) | PaceRow.person_id.is_(None)
    )
    learnt = dict(session.execute(asked).all())
    line_ms, model = learnt.get(person, learnt.get(None)), load_site(session).travel
    return Travel(
        mm_per_s=model.speed_mm_s,
        s_per_line=model.line_s if line_ms is None else line_ms / 1000,
        s_per_batch=model.batch_s,
        s_per_level=model.level_s,
    )


def read_shift(session: Session, at: datetime, pickers: int | None = None) -> Shift:
    """Give who can work a plan from now on: so many, else those whose device was heard lately, at least one."""
    here = len(pickers_here(session, at)) if pickers is None else pickers
    return Shift(begins=at, pickers=max(1, here), travel=read_travel(session))


def pickers_here(session: Session, at: datetime) -> dict[int, int | None]:
    """Give the pickers whose device was heard lately, each with the batch in hand, None for who is idle.

    Who signed out is not here, nor who is on a pause with nothing in hand; a device that was declared lost tells of
    nobody.
    """
    rows = session.execute(
        select(PersonRow.id, func.max(BatchRow.id))
        .join(DeviceRow, DeviceRow.person_id == PersonRow.id)
        .outerjoin(BatchRow, (BatchRow.person_id == PersonRow.id) & (BatchRow.state == BatchState.PICKING))
        .where(heard_since(at - HERE_WITHIN), PersonRow.active, PersonRow.role == Role.PICKER)
        .where(or_(BatchRow.id.is_not(None), PersonRow.id.not_in(on_pause(at))))
        .group_by(PersonRow.id)
    )
    return dict(rows.all())


def count_packers_here(session: Session, at: datetime) -> int:
    """Count the packers whose device was heard lately and who are not on a pause, and whoever has an order in hand."""
    heard = select(DeviceRow.person_id).where(heard_since(at - HERE_WITHIN))
    waits = and_(PersonRow.role == Role.PACKER, PersonRow.id.in_(heard), PersonRow.id.not_in(on_pause(at)))
    packs = exists().where(PackRow.person_id == PersonRow.id, PackRow.lease_until > at)
    return session.scalar(select(func.count(PersonRow.id)).where(PersonRow.active, or_(waits, packs))) or 0


def read_bench(session: Session, at: datetime, packers: int) -> Bench:
    """Give so many who pack from now on, at least one, and how long an order takes: the median of the last packed."""
    rows = session.execute(
        select(PackRow.started_at, PackRow.finished_at)
        .where(PackRow.started_at.is_not(None), PackRow.finished_at > at - LEARNT_FROM)
        .order_by(PackRow.id.desc())
        .limit(_MOST_PACKED)
    )
    took = [(finished - started).total_seconds() for started, finished in rows if started and finished]
    enough = len(took) >= _LEAST_PACKED
    return Bench(begins=at, packers=max(1, packers), s_per_order=median(took) if enough else _S_PER_ORDER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Milliseconds a line of one person, or of the house where `person` is None, and what it was learnt from."""

    person: int | None
    line_ms: int
    lines: int
    batches: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepPace(Request):
    """The paces measured last."""

    paces: tuple[Pace, ...]


def measure_pace(session: Session, at: datetime) -> tuple[Pace, ...]:
    """Measure the pace of the last weeks from applied scans; that of somebody with few lines is not known yet.

    Of each trip the time between its first and last scan counts, pauses and gaps over five minutes left out; what
    walking its way at the usual speed took is taken off, the rest is its lines'. The median over trips is the pace.
    """
    trips = list(_trips(session, at - LEARNT_FROM))
    people = sorted({trip.person for trip in trips})
    groups: list[tuple[int | None, list[_Trip]]] = [(None, trips)]
    groups += [(person, [trip for trip in trips if trip.person == person]) for person in people]
    return tuple(
        Pace(
            person=person,
            line_ms=int(median(trip.line_ms for trip in own)),
            lines=sum(trip.lines for trip in own),
            batches=len(own),
        )
        for person, own in groups
        if sum(trip.lines for trip in own) >= _LEAST_LINES
    )


def keep_pace(session: Session, request: KeepPace) -> None:
    """Store the paces in place of those before."""
    session.execute(delete(PaceRow))
    session.add_all(
        PaceRow(
            person_id=pace.person,
            line_ms=pace.line_ms,
            lines=pace.lines,
            batches=pace.batches,
            measured_at=request.at,
        )
        for pace in request.paces
    )


def _trips(session: Session, since: datetime) -> Iterable[_Trip]:
    speed = load_site(session).travel.speed_mm_s
    lines = (
        select(PickTaskRow.batch_id, func.count().label("lines"))
        .where(PickTaskRow.picked > 0)
        .group_by(PickTaskRow.batch_id)
        .subquery()
    )
    done = session.execute(
        select(BatchRow.id, BatchRow.distance_mm, BatchRow.person_id, lines.c.lines)
        .join(lines, lines.c.batch_id == BatchRow.id)
        .where(BatchRow.picked_at >= since)
        .order_by(BatchRow.id.desc())
        .limit(_MOST_BATCHES)
    ).all()
    for batch in done:
        scans = session.execute(
            select(ScanRow.received_at, ScanRow.person_id)
            .where(ScanRow.batch_id == batch.id, ScanRow.status == ScanStatus.APPLIED)
            .order_by(ScanRow.id)
        ).all()
        trip = _trip(batch, _without_pauses(session, scans), speed)
        if trip is not None:
            yield trip


def _without_pauses(session: Session, scans: Sequence[AnyRow]) -> list[_Gap]:
    """Give the gaps between scans in which nobody was on a pause."""
    if not scans:
        return []
    pauses = session.execute(
        select(PauseRow.person_id, PauseRow.started_at, PauseRow.ended_at).where(
            PauseRow.person_id.in_({scan.person_id for scan in scans}),
            PauseRow.started_at <= scans[-1].received_at,
            or_(PauseRow.ended_at.is_(None), PauseRow.ended_at >= scans[0].received_at),
        )
    ).all()
    gaps = [_Gap(b.person_id, a.received_at, b.received_at) for a, b in pairwise(scans)]
    return [gap for gap in gaps if not any(gap.meets(pause) for pause in pauses)]


def _trip(batch: AnyRow, gaps: Sequence[_Gap], mm_per_s: float) -> _Trip | None:
    worked = sum(gap.seconds for gap in gaps if 0 <= gap.seconds <= _PAUSE_S)
    if not gaps or not batch.lines:
        return None
    rest = worked - (batch.distance_mm or 0) / mm_per_s
    line_ms = int(min(max(1000 * rest / batch.lines, _SHORTEST_MS), _LONGEST_MS))
    return _Trip(person=gaps[-1].person, lines=batch.lines, line_ms=line_ms)
