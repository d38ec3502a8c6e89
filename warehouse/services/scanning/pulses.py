"""A device's pulse: how far it has counted, how much it has not sent yet. Kept for the board, told when it changed."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.errors import ForbiddenError
from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.services.actor import Request
from warehouse.services.scanning.unsent import settle_leases
from warehouse.storage.group import announce
from warehouse.storage.models.people import DeviceRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse(Request):
    """What a device says of itself; `pending` scans wait on it, `proven` is the device whose token came along."""

    device: str
    proven: str | None
    last_seq: int
    pending: int
    persisted: bool


def note_pulse(session: Session, request: Pulse) -> None:
    """Note the pulse of a device that has worked here; one never seen is not made by its pulse.

    Raises ForbiddenError for who neither has the device's token nor worked with it last.
    """
    row = session.scalars(select(DeviceRow).where(DeviceRow.name == request.device)).one_or_none()
    if row is None:
        return
    is_last = request.actor.person is not None and request.actor.person == row.person_id
    if row.token_hash is not None and request.proven != row.name and not is_last:
        raise ForbiddenError("This device's token is missing.")
    if row.pending != request.pending:
        announce(session, BoardChanged(BoardKind.DEVICES))
    row.pending, row.persisted, row.seen_at = request.pending, request.persisted, request.at
    if row.pending == 0 and request.last_seq <= row.last_seq:
        settle_leases(session, row.name)
