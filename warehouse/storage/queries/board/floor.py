"""The batches and orders on the floor, each a few indexed looks: they are drawn anew up to eight times a second."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ScalarSelect, case, func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import BatchState, OrderState, TaskState
from warehouse.domain.forecast import Foreseen
from warehouse.storage.base import AnyRow
from warehouse.storage.models.batching import BatchRow, PickTaskRow
from warehouse.storage.models.journal import AuditRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.picking import ScanRow
from warehouse.storage.models.shift import LONGEST_PAUSE, PauseRow

LANES = (BatchState.RELEASED, BatchState.PICKING, BatchState.PICKED, BatchState.PLANNED)
TICKETS = 40
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One batch; `finish` is when it is foreseen to be picked, None once it is, `cutoff_at` the first of its orders.

    `minutes` of work are left in it. `heard_at` is when something last happened on it; on a pause nothing should.
    `parked` names where its cart stands while nobody has it.
    """

    id: int
    number: str
    person: str | None
    lines: int
    lines_ended: int
    priority: int
    cutoff_at: datetime | None
    finish: datetime | None
    minutes: int | None = None
    heard_at: datetime | None = None
    paused: bool = False
    parked: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """All batches of one state, `late` of them to miss a cutoff, `stuck` standing still; the most urgent as tickets."""

    state: str
    batches: int
    late: int
    stuck: int
    lines: int
    lines_ended: int
    tickets: tuple[Ticket, ...]


def cursor_of(session: Session) -> int:
    """Give the newest entry of the journal; what is read after it in the same look is at least as new."""
    return session.scalar(select(func.max(AuditRow.seq))) or 0


def lanes_of(
    session: Session, now: datetime, foreseen: Mapping[int, Foreseen], stuck_after: timedelta
) -> tuple[Lane, ...]:
    """Read all batches that are planned or on the floor, in each lane the late ones first, then the stuck."""
    ended = func.sum(case((PickTaskRow.state == TaskState.OPEN, 0), else_=1))
    rows = session.execute(
        select(*_TICKET, PersonRow.name.label("person"), func.count(PickTaskRow.id).label("lines"), ended.label("done"))
        .add_columns(_heard().label("heard"), _paused(now).label("paused"))
        .outerjoin(PersonRow, PersonRow.id == BatchRow.person_id)
        .outerjoin(PickTaskRow, PickTaskRow.batch_id == BatchRow.id)
        .where(BatchRow.state.in_(LANES))
        .group_by(BatchRow.id, PersonRow.name)
    ).all()
    tickets = [(row.state, _ticket(row, foreseen.get(row.id))) for row in rows]
    quiet = now - stuck_after
    return tuple(_lane(state, [ticket for its, ticket in tickets if its is state], quiet) for state in LANES)


_TICKET = (
    *(BatchRow.id, BatchRow.number, BatchRow.state, BatchRow.started_at),
    *(BatchRow.priority, BatchRow.cutoff_at, BatchRow.parked_place),
)
"""Columns, not whole rows: the position of a batch is a document that nobody here looks at."""


def _heard() -> ScalarSelect[datetime]:
    """Give when the last scan for a batch came; its index answers this for each at once."""
    return select(func.max(ScanRow.received_at)).where(ScanRow.batch_id == BatchRow.id).scalar_subquery()


def _paused(now: datetime) -> ScalarSelect[datetime]:
    """Give since when its holder is on a pause; a scan since says that they came back without a word."""
    lasts = (PauseRow.ended_at.is_(None), PauseRow.started_at > now - LONGEST_PAUSE)
    theirs = select(func.max(PauseRow.started_at)).where(PauseRow.person_id == BatchRow.person_id, *lasts)
    return theirs.scalar_subquery()


def _lane(state: BatchState, tickets: list[Ticket], quiet: datetime) -> Lane:
    stuck = {ticket.id for ticket in tickets if state is BatchState.PICKING and _is_stuck(ticket, quiet)}
    tickets.sort(key=lambda ticket: (not _is_late(ticket), ticket.id not in stuck, *_turn(ticket)))
    return Lane(
        state=state,
        batches=len(tickets),
        late=sum(_is_late(ticket) for ticket in tickets),
        stuck=len(stuck),
        lines=sum(ticket.lines for ticket in tickets),
        lines_ended=sum(ticket.lines_ended for ticket in tickets),
        tickets=tuple(tickets[:TICKETS]),
    )


def _ticket(batch: AnyRow, foreseen: Foreseen | None) -> Ticket:
    heard = max(filter(None, (batch.heard, batch.started_at)), default=None)
    return Ticket(
        id=batch.id,
        number=batch.number,
        person=batch.person,
        lines=batch.lines,
        lines_ended=int(batch.done or 0),
        priority=batch.priority,
        cutoff_at=foreseen.cutoff if foreseen else batch.cutoff_at,
        finish=foreseen.finish if foreseen else None,
        minutes=round(foreseen.seconds / 60) if foreseen else None,
        heard_at=heard,
        paused=batch.paused is not None and (heard is None or heard <= batch.paused),
        parked=batch.parked_place,
    )


def _turn(ticket: Ticket) -> tuple[int, datetime, int]:
    return (-ticket.priority, ticket.cutoff_at or _NEVER, ticket.id)


def _is_late(ticket: Ticket) -> bool:
    return ticket.cutoff_at is not None and ticket.finish is not None and ticket.finish > ticket.cutoff_at


def _is_stuck(ticket: Ticket, quiet: datetime) -> bool:
    heard = ticket.heard_at
    return heard is not None and heard < quiet and not ticket.paused and ticket.lines_ended < ticket.lines


def order_counts(session: Session) -> dict[str, int]:
    """Count orders by state, those that have not left."""
    gone = (OrderState.SHIPPED, OrderState.CANCELLED)
    rows = session.execute(
        select(OrderRow.state, func.count()).where(OrderRow.state.not_in(gone)).group_by(OrderRow.state)
    )
    found = {str(state): count for state, count in rows}
    return {state.value: found.get(state, 0) for state in OrderState if state not in gone}
