"""A device's pulse: how far it has counted, how much it has not sent yet. Kept for the board, told when it changed."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.services.people.devices import Enrol, require_own_device
from warehouse.services.scanning.arrivals import settle_arrived
from warehouse.services.scanning.aside import numbers_given
from warehouse.services.scanning.unsent import settle_leases
from warehouse.storage.group import announce
from warehouse.storage.models.people import DeviceRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse(Enrol):
    """What a device says of itself; `pending` scans wait on it, those laid aside among them."""

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
    require_own_device(row, request)
    if row.pending != request.pending:
        announce(session, BoardChanged(BoardKind.DEVICES))
    row.pending, row.persisted, row.seen_at = request.pending, request.persisted, request.at
    if row.pending == 0 and _has_told_all(session, row, request.last_seq):
        settle_leases(session, row.name)
        settle_arrived(session, row.name, request.at)


def _has_told_all(session: Session, row: DeviceRow, last: int) -> bool:
    """Say whether each number up to the device's last one was judged or given to a lead, in whatever order."""
    if last <= row.last_seq:
        return True
    ahead = last - row.last_seq
    return last <= row.given_seq and len(numbers_given(session, row.name, row.last_seq + 1, last)) == ahead
