"""Devices in people's hands: known by name, proven by a token that is given out once and kept as a hash."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.errors import ForbiddenError, InvalidInputError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.services.exceptions.queue import OpenEntry, open_exception
from warehouse.storage.group import announce
from warehouse.storage.models.batching import LeaseRow
from warehouse.storage.models.people import DeviceRow

_MOST_DEVICE = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrol(Request):
    """Somebody works with a device. `proven` is the name of the device whose token came along, None without one."""

    device: str
    proven: str | None = None


def enrol_device(session: Session, request: Enrol) -> str | None:
    """Note the device; with its first claim a token is made and given back, of which only a hash is kept.

    An answer can be lost on its way: who worked with the device last gets a new token, and the old one is dead.
    Raises ForbiddenError when the device has a token and nobody vouched for it.
    """
    name = request.device.strip()
    if not name or len(name) > _MOST_DEVICE or not name.isprintable():
        raise InvalidInputError("A device has a name of 1 to 64 characters.")
    row = session.scalars(select(DeviceRow).where(DeviceRow.name == name)).one_or_none()
    if row is None:
        _tell_of_replaced(session, request)
        row = DeviceRow(name=name, first_seen_at=request.at, seen_at=request.at)
        session.add(row)
    is_proven = request.proven == name
    is_last = request.actor.person is not None and request.actor.person == row.person_id
    if row.token_hash is not None and not (is_proven or is_last):
        raise ForbiddenError("This device has worked here before. Its token is missing.")
    row.person_id, row.seen_at = request.actor.person, request.at
    if row.lost_at is not None:
        session.flush()
        row.lost_at = None
        audit(session, request, "device_found", f"device:{row.id}")
    return None if is_proven and row.token_hash is not None else _new_token(session, request, row)


def require_own_device(row: DeviceRow, request: Enrol) -> None:
    """Refuse who neither has the device's token nor worked with it last; raises ForbiddenError."""
    is_last = request.actor.person is not None and request.actor.person == row.person_id
    if row.token_hash is not None and request.proven != row.name and not is_last:
        raise ForbiddenError("This device's token is missing.")


def device_is_proven(session: Session, device: str, token: str) -> bool:
    """Say whether this token belongs to this device."""
    kept = session.scalars(select(DeviceRow.token_hash).where(DeviceRow.name == device)).one_or_none()
    return kept is not None and hmac.compare_digest(kept, _hash(token))


def _tell_of_replaced(session: Session, request: Enrol) -> None:
    """A name never seen in the hands of who has work on another device: that one's store may be gone, scans with it."""
    in_hand = select(LeaseRow.device).where(
        LeaseRow.person_id == request.actor.person, LeaseRow.batch_id.is_not(None), LeaseRow.ended_at.is_(None)
    )
    owing = DeviceRow.name.in_(in_hand) | ((DeviceRow.person_id == request.actor.person) & (DeviceRow.pending > 0))
    for gone in session.scalars(select(DeviceRow).where(owing, DeviceRow.lost_at.is_(None))).all():
        text = sentence(
            "{device} took the place of device {gone}, on which {number} scans had not arrived. Let it send them, or"
            " declare it lost.",
            device=request.device.strip(),
            gone=gone.name,
            number=gone.pending,
        )
        entry = OpenEntry(
            actor=request.actor,
            at=request.at,
            type=ExceptionType.LOST_SCANS,
            subject=f"device:{gone.name}",
            text=text,
            data={"unsent": gone.pending, "replaced_by": request.device.strip()},
        )
        open_exception(session, entry)


def _new_token(session: Session, request: Enrol, row: DeviceRow) -> str:
    token = secrets.token_urlsafe(32)
    row.token_hash = _hash(token)
    session.flush()
    audit(session, request, "device_enrolled", f"device:{row.id}")
    announce(session, BoardChanged(BoardKind.DEVICES))
    return token


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
