"""Breaks: who takes one keeps their work, and while it lasts the clocks of lease, standing still and pace stand."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import BatchState
from warehouse.domain.errors import InvalidInputError
from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.services.actor import Request, audit
from warehouse.storage.group import announce
from warehouse.storage.models.batching import BatchRow
from warehouse.storage.models.packing import PackRow
from warehouse.storage.models.shift import LONGEST_PAUSE, PauseRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """A pause: since when, and until when once it is over."""

    started_at: datetime
    ended_at: datetime | None


def begin_pause(session: Session, request: Request) -> Paused:
    """Begin somebody's pause; one that runs already goes on, unless it was forgotten: that one ends with it."""
    if request.actor.person is None:
        raise InvalidInputError("A person takes a pause.")
    row = _running(session, request.actor.person)
    if row is not None and request.at >= row.started_at + LONGEST_PAUSE:
        end_pause(session, request)
        row = None
    if row is None:
        row = PauseRow(person_id=request.actor.person, started_at=request.at)
        session.add(row)
        session.flush()
        audit(session, request, "pause.begin", f"pause:{row.id}")
        _tell(session)
    return Paused(started_at=row.started_at, ended_at=None)


def end_pause(session: Session, request: Request) -> Paused | None:
    """End somebody's pause and move their leases on by its length; None when there was none."""
    row = _running(session, request.actor.person or 0)
    if row is None:
        return None
    row.ended_at = min(request.at, row.started_at + LONGEST_PAUSE)
    length = row.ended_at - row.started_at
    held: list[BatchRow | PackRow] = [
        *session.scalars(
            select(BatchRow).where(BatchRow.person_id == row.person_id, BatchRow.state == BatchState.PICKING)
        ),
        *session.scalars(select(PackRow).where(PackRow.person_id == row.person_id)),
    ]
    for work in held:
        if work.lease_until is not None:
            work.lease_until += length
    audit(session, request, "pause.end", f"pause:{row.id}", seconds=int(length.total_seconds()))
    _tell(session)
    return Paused(started_at=row.started_at, ended_at=row.ended_at)


def _running(session: Session, person: int) -> PauseRow | None:
    query = select(PauseRow).where(PauseRow.person_id == person, PauseRow.ended_at.is_(None))
    return session.scalars(query.order_by(PauseRow.id.desc())).first()


def _tell(session: Session) -> None:
    announce(session, BoardChanged(BoardKind.BATCHES))
