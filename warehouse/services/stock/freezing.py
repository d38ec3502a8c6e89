"""The freeze of stock: begun and ended by a lead, asked by everything that moves goods."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.errors import ConflictError, ForbiddenError, InvalidInputError
from warehouse.domain.rollout.freeze import is_frozen
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.storage.models.rollout import StockFreezeRow

LONGEST = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginFreeze(Request):
    """Nothing moves until `until` but what released work takes."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndFreeze(Request):
    """Goods may move again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Freeze:
    """A freeze that holds now."""

    started_at: datetime
    until: datetime
    reason: str


def begin_freeze(session: Session, request: BeginFreeze) -> int:
    """Freeze stock for a while; its key is given back."""
    _require_lead(request)
    if current_freeze(session, request.at):
        raise ConflictError("Stock is frozen already.")
    if not request.at < request.until <= request.at + LONGEST:
        raise InvalidInputError(sentence("A freeze ends later than now and within {days} days.", days=LONGEST.days))
    row = StockFreezeRow(
        started_at=request.at, until=request.until, reason=request.reason, started_by_id=request.actor.person
    )
    session.add(row)
    session.flush()
    audit(session, request, "stock_frozen", f"freeze:{row.id}", until=request.until)
    return row.id


def end_freeze(session: Session, request: EndFreeze) -> int:
    """End the freeze before its hour; its key is given back."""
    _require_lead(request)
    row = _current(session, request.at)
    if row is None:
        raise ConflictError("Stock is not frozen.")
    row.ended_at, row.ended_by_id, row.end_reason = request.at, request.actor.person, request.reason
    session.flush()
    audit(session, request, "stock_thawed", f"freeze:{row.id}")
    return row.id


def current_freeze(session: Session, now: datetime) -> Freeze | None:
    """Give the freeze that holds, or None."""
    row = _current(session, now)
    return None if row is None else Freeze(row.started_at, row.until, row.reason)


def require_thawed(session: Session, at: datetime) -> None:
    """Refuse to move goods while stock is frozen; what picking and packing of released work move goes on."""
    row = _current(session, at)
    if row is not None:
        raise ConflictError(
            sentence("Stock is frozen: {reason}. Goods move again when a lead ends the freeze.", reason=row.reason)
        )


def _current(session: Session, now: datetime) -> StockFreezeRow | None:
    row = session.scalars(select(StockFreezeRow).order_by(StockFreezeRow.id.desc()).limit(1)).first()
    return row if row is not None and is_frozen(row.until, row.ended_at, now) else None


def _require_lead(request: Request) -> None:
    if not request.actor.leads:
        raise ForbiddenError("A lead freezes stock.")
