"""Who works on a put-back or a count: taken, taken over, given back. The epoch rises whenever the holder changes.

A count is counted from its beginning by whoever takes it; of a put-back, what is counted stays with the same person.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from warehouse.domain.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError, NotOwnerError
from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.domain.side.counting import may_count
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.services.people.devices import Enrol, enrol_device
from warehouse.services.side.counting import alone_allowed, rounds_of
from warehouse.services.site import load_site
from warehouse.storage.group import announce
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.stock import CountTaskRow, PutBackRow

Row = PutBackRow | CountTaskRow
_WORDS: dict[type, str] = {PutBackRow: "put_back", CountTaskRow: "count"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SideHold(Enrol):
    """Work on the put-back or count with this key, with a device."""

    key: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SideHeld:
    """Who holds the task now; `device_token` is given once, with the device's first claim."""

    key: int
    person: int
    device: str
    epoch: int
    taken_at: datetime
    device_token: str | None = None


def claim_put_back(session: Session, request: SideHold) -> SideHeld:
    """Take a free put-back, or go on with one's own on the same device; NotOwnerError when somebody has it."""
    return _claim(session, request, _put_back(session, request))


def claim_count(session: Session, request: SideHold) -> SideHeld:
    """Take a free count; ForbiddenError for who has counted this bin before, unless the site allows one person."""
    row = _count(session, request)
    _check_may_count(session, request, row)
    return _claim(session, request, row)


def take_put_back_over(session: Session, request: SideHold) -> SideHeld:
    """Take a put-back from who has it, as a lead or as the same person on another device."""
    return _take_over(session, request, _put_back(session, request))


def take_count_over(session: Session, request: SideHold) -> SideHeld:
    """Take a count from who has it, as a lead or as the same person on another device."""
    row = _count(session, request)
    _check_may_count(session, request, row)
    return _take_over(session, request, row)


def hand_put_back_back(session: Session, request: SideHold) -> int:
    """Give a put-back back so that somebody else can take it; its new epoch is given back."""
    return _hand_back(session, request, _put_back(session, request))


def hand_count_back(session: Session, request: SideHold) -> int:
    """Give a count back so that somebody else can take it; its new epoch is given back."""
    return _hand_back(session, request, _count(session, request))


def let_go(row: Row) -> None:
    """Take the task out of everybody's hands; scans of the old holder count no more."""
    row.person_id, row.device, row.taken_at, row.position = None, None, None, None
    row.epoch += 1


def _put_back(session: Session, request: SideHold) -> PutBackRow:
    row = session.get(PutBackRow, request.key)
    if row is None:
        raise NotFoundError(sentence("There is no put-back {put_back}.", put_back=request.key))
    if row.closed_at is not None:
        raise ConflictError("This put-back is finished.")
    return row


def _count(session: Session, request: SideHold) -> CountTaskRow:
    row = session.get(CountTaskRow, request.key)
    if row is None:
        raise NotFoundError(sentence("There is no count {key}.", key=request.key))
    if row.closed_at is not None:
        raise ConflictError("This count is finished.")
    if row.state == "counted":
        raise ConflictError("This bin was counted. The count waits for approval.")
    return row


def _check_may_count(session: Session, request: SideHold, row: CountTaskRow) -> None:
    who, alone = request.actor, alone_allowed(load_site(session))
    if not may_count(who.person, rounds_of(row), leads=who.leads, self_approval=alone):
        raise ForbiddenError("You counted this bin. Somebody else counts it now.")


def _claim(session: Session, request: SideHold, row: Row) -> SideHeld:
    token = enrol_device(session, request)
    if row.device is None:
        return _hold(session, request, row, token)
    if not _is_holder(request, row):
        raise NotOwnerError(_holder(session, row))
    return _held(row, token)


def _take_over(session: Session, request: SideHold, row: Row) -> SideHeld:
    token = enrol_device(session, request)
    if row.device is None:
        return _hold(session, request, row, token)
    if _is_holder(request, row):
        return _held(row, token)
    is_same = row.person_id == request.actor.person
    if not is_same and not request.actor.leads:
        raise NotOwnerError(_holder(session, row))
    kept = row.position if is_same else None
    let_go(row)
    row.position = kept
    return _hold(session, request, row, token)


def _hand_back(session: Session, request: SideHold, row: Row) -> int:
    if row.device is None:
        return row.epoch
    if row.person_id != request.actor.person and not request.actor.leads:
        raise NotOwnerError(_holder(session, row))
    let_go(row)
    _tell(session, request, row, "handed_back")
    return row.epoch


def _hold(session: Session, request: SideHold, row: Row, token: str | None) -> SideHeld:
    if request.actor.person is None:
        raise InvalidInputError("A task is worked by a person.")
    row.person_id, row.device, row.taken_at = request.actor.person, request.device, request.at
    _tell(session, request, row, "claimed")
    return _held(row, token)


def _held(row: Row, token: str | None) -> SideHeld:
    if row.person_id is None or row.device is None or row.taken_at is None:
        raise ConflictError("Nobody has this task.")
    return SideHeld(
        key=row.id,
        person=row.person_id,
        device=row.device,
        epoch=row.epoch,
        taken_at=row.taken_at,
        device_token=token,
    )


def _is_holder(request: SideHold, row: Row) -> bool:
    return (row.person_id, row.device) == (request.actor.person, request.device)


def _holder(session: Session, row: Row) -> str:
    site = load_site(session)
    name = session.get_one(PersonRow, row.person_id).name
    if row.taken_at is None:
        return sentence("{name} works on this.", name=name)
    return sentence("{name} works on this since {time}.", name=name, time=site.clock(row.taken_at))


def _tell(session: Session, request: Request, row: Row, action: str) -> None:
    session.flush()
    audit(session, request, action, f"{_WORDS[type(row)]}:{row.id}", epoch=row.epoch, device=row.device)
    announce(session, BoardChanged(BoardKind.STOCK))
