"""Who works on a batch: claim, take over, hand back, close, and the next one for a person.

An expired lease still counts until somebody takes over or it is handed back; only these two raise the epoch, so that
what a device has queued keeps counting for the person who held the work.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import BatchState
from warehouse.domain.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError, NotOwnerError
from warehouse.domain.lifecycle import Kind, require
from warehouse.domain.news import TakenOver
from warehouse.domain.words import sentence, word
from warehouse.services.actor import Request, audit
from warehouse.services.batches.tasks import settle_batch
from warehouse.services.orders.states import move_batch, refresh_order
from warehouse.services.people.devices import Enrol, enrol_device
from warehouse.services.picking.totes import free_tote_if_empty
from warehouse.services.scanning.unsent import check_all_sent, leave_behind, may_have_unsent, where_in_hand
from warehouse.services.site import load_site
from warehouse.services.training.record import require_trained_to_pick
from warehouse.storage.group import announce
from warehouse.storage.models.batching import BatchRow, BatchSlotRow, LeaseRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.queries.batching import all_free

_WORKED = (BatchState.PICKING, BatchState.PICKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(Enrol):
    """Work on a batch with a device. `holder` is the device it was asked to be taken from; None says from any."""

    batch: int
    holder: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Next(Enrol):
    """Give me work on this device. With `ask` my open batch stays where it is in hand: whoever asks takes it over."""

    ask: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Who holds a batch now. `fresh` says the person or device is new to it: the position starts at the bin again.

    `device_token` is given once, with the device's first claim.
    """

    batch: int
    number: str
    person: int
    device: str
    epoch: int
    expires_at: datetime
    list_version: int
    fresh: bool
    device_token: str | None = None


def claim_batch(session: Session, request: Hold) -> Held:
    """Take a free batch, or go on with one's own on the same device.

    Raises NotOwnerError when somebody has it, or oneself on another device: then it is taken over.
    """
    batch = get_batch(session, request.batch)
    token = enrol_device(session, request)
    if batch.person_id is not None and batch.state in _WORKED:
        if (batch.person_id, batch.device) == (request.actor.person, request.device):
            return _go_on(session, request, batch, token)
        raise NotOwnerError(_holder(session, batch))
    _check_free(session, request, batch)
    return _begin(session, request, batch, token)


def take_over(session: Session, request: Hold) -> Held:
    """Take a batch from who has it, NotOwnerError if not at `holder`: the epoch rises, the old device is told."""
    batch = get_batch(session, request.batch)
    token = enrol_device(session, request)
    if batch.person_id is None or batch.state not in _WORKED:
        _check_free(session, request, batch)
        return _begin(session, request, batch, token)
    if (batch.person_id, batch.device) == (request.actor.person, request.device):
        return _go_on(session, request, batch, token)
    loser = batch.device or ""
    if request.holder not in {None, loser}:
        raise NotOwnerError(_holder(session, batch), about={"batch": str(batch.id), "holder": loser})
    _check_one_batch(session, request, batch)
    _end_lease(session, request, batch)
    batch.epoch += 1
    _hold(session, request, batch, "take_over")
    news = TakenOver(batch=batch.id, epoch=batch.epoch, device=loser, name=request.actor.name, at=request.at)
    announce(session, news)
    audit(session, request, "taken_over", f"batch:{batch.id}", epoch=batch.epoch, device=request.device)
    return _held(batch, fresh=True, token=token)


def hand_back(session: Session, request: Hold) -> int:
    """Give a batch back so that somebody else can take it; the epoch rises. Its new epoch is given back.

    Only the holder or a lead may; a batch that is picked is closed instead.
    """
    batch = get_batch(session, request.batch)
    _check_holder(session, request, batch)
    require(Kind.BATCH, batch.state, BatchState.RELEASED)
    _end_lease(session, request, batch)
    batch.epoch += 1
    batch.state, batch.person_id, batch.device, batch.lease_until = BatchState.RELEASED, None, None, None
    _changed(session, batch)
    audit(session, request, "handed_back", f"batch:{batch.id}", epoch=batch.epoch)
    return batch.epoch


def close_batch(session: Session, request: Hold) -> int:
    """End a picked batch: empty totes are free, the others go to pack. Its key is given back.

    Raises UnsentScansError while a device may keep scans of it.
    """
    batch = get_batch(session, request.batch)
    _check_holder(session, request, batch)
    _check_sent(session, request, batch)
    settle_batch(session, request, batch)
    require(Kind.BATCH, batch.state, BatchState.CLOSED)
    _end_lease(session, request, batch)
    batch.state, batch.closed_at = BatchState.CLOSED, request.at
    batch.person_id, batch.device, batch.lease_until = None, None, None
    session.flush()
    slots = session.scalars(select(BatchSlotRow).where(BatchSlotRow.batch_id == batch.id)).all()
    for slot in slots:
        if slot.tote_id is not None:
            free_tote_if_empty(session, request, slot.tote_id)
    for order in {slot.order_id for slot in slots}:
        refresh_order(session, request, order)
    _changed(session, batch)
    audit(session, request, "batch_closed", f"batch:{batch.id}")
    return batch.id


def next_batch(session: Session, request: Next) -> Held | None:
    """Give my open batch, else mine assigned, else the most urgent free one; None when there is no work.

    What somebody is not trained for is left to others; ForbiddenError when there is nothing else. With `ask` raises
    NotOwnerError for a batch of mine that is in hand at another device.
    """
    mine = _open_batch_of(session, request.actor.person)
    if mine is not None:
        if request.ask and mine.device != request.device:
            about = {"batch": str(mine.id), "holder": mine.device or ""}
            raise NotOwnerError(where_in_hand(session, mine.number, mine.device, request.at), about=about)
        return take_over(session, _hold_of(request, mine.id))
    refusal: ForbiddenError | None = None
    for free in all_free(session, request.actor.person or 0):
        try:
            require_trained_to_pick(session, request, free)
        except ForbiddenError as error:
            refusal = refusal or error
            continue
        return claim_batch(session, _hold_of(request, free))
    if refusal is not None:
        raise refusal
    return None


def get_batch(session: Session, key: int) -> BatchRow:
    """Give the row of a batch; NotFoundError when there is none."""
    row = session.get(BatchRow, key)
    if row is None:
        raise NotFoundError(sentence("There is no batch {batch}.", batch=key))
    return row


def _hold_of(request: Next, batch: int) -> Hold:
    return Hold(actor=request.actor, at=request.at, batch=batch, device=request.device, proven=request.proven)


def _open_batch_of(session: Session, person: int | None) -> BatchRow | None:
    held = (BatchRow.person_id == person, BatchRow.state.in_(_WORKED))
    query = select(BatchRow).where(*held).order_by(BatchRow.state == BatchState.PICKED, BatchRow.id)
    return None if person is None else session.scalars(query).first()


def _check_free(session: Session, request: Hold, batch: BatchRow) -> None:
    if request.actor.person is None:
        raise InvalidInputError("A batch is worked by a person.")
    if batch.state is not BatchState.RELEASED:
        raise ConflictError(
            sentence("Batch {number} is {state}, it cannot be taken.", number=batch.number, state=word(batch.state))
        )
    if batch.assigned_id not in {None, request.actor.person} and not request.actor.leads:
        name = session.get_one(PersonRow, batch.assigned_id).name
        raise NotOwnerError(sentence("Batch {number} is kept for {name}.", number=batch.number, name=name))
    _check_one_batch(session, request, batch)
    require_trained_to_pick(session, request, batch.id)


def _check_one_batch(session: Session, request: Hold, batch: BatchRow) -> None:
    other = _open_batch_of(session, request.actor.person)
    if other is not None and other.id != batch.id and other.state is BatchState.PICKING:
        raise ConflictError(sentence("You have batch {number}. Finish it or give it back first.", number=other.number))


def _check_holder(session: Session, request: Hold, batch: BatchRow) -> None:
    if batch.person_id != request.actor.person and not request.actor.leads:
        raise NotOwnerError(_holder(session, batch))


def _check_sent(session: Session, request: Hold, batch: BatchRow) -> None:
    """Who closes with the device that holds the batch has sent all; of another one's device that is not known."""
    other = batch.device if batch.device not in {None, request.device} else None
    owing = {other} if other is not None and may_have_unsent(session, other, request.at) else set()
    check_all_sent(session, batch.id, beside=owing)


def _holder(session: Session, batch: BatchRow) -> str:
    if batch.person_id is None:
        return sentence("Nobody has batch {number}.", number=batch.number)
    lease, name = _lease(session, batch), session.get_one(PersonRow, batch.person_id).name
    if lease is None:
        return sentence("Batch {number} is taken by {name}.", number=batch.number, name=name)
    since = load_site(session).clock(lease.taken_at)
    return sentence("Batch {number} is taken by {name} since {time}.", number=batch.number, name=name, time=since)


def _begin(session: Session, request: Hold, batch: BatchRow, token: str | None) -> Held:
    batch.state, batch.started_at = BatchState.PICKING, batch.started_at or request.at
    batch.parked_place = None
    _hold(session, request, batch, "claim")
    session.flush()
    for order in session.scalars(select(BatchSlotRow.order_id).where(BatchSlotRow.batch_id == batch.id)).unique().all():
        refresh_order(session, request, order)
    audit(session, request, "claimed", f"batch:{batch.id}", epoch=batch.epoch, device=request.device)
    return _held(batch, fresh=True, token=token)


def _go_on(session: Session, request: Hold, batch: BatchRow, token: str | None) -> Held:
    batch.lease_until = _until(session, request)
    session.flush()
    return _held(batch, fresh=False, token=token)


def _hold(session: Session, request: Hold, batch: BatchRow, how: str) -> None:
    if request.actor.person is None:
        raise InvalidInputError("A batch is worked by a person.")
    batch.person_id, batch.device, batch.lease_until = request.actor.person, request.device, _until(session, request)
    lease = LeaseRow(
        batch_id=batch.id,
        epoch=batch.epoch,
        person_id=request.actor.person,
        device=request.device,
        taken_at=request.at,
        how=how,
    )
    session.add(lease)
    _changed(session, batch)


def _until(session: Session, request: Request) -> datetime:
    return request.at + timedelta(minutes=load_site(session).lease_minutes)


def _end_lease(session: Session, request: Enrol, batch: BatchRow) -> None:
    lease = _lease(session, batch)
    if lease is None:
        return
    lease.ended_at = request.at
    if lease.device != request.device:
        leave_behind(session, lease, request.at)


def _lease(session: Session, batch: BatchRow) -> LeaseRow | None:
    query = select(LeaseRow).where(LeaseRow.batch_id == batch.id, LeaseRow.ended_at.is_(None))
    return session.scalars(query.order_by(LeaseRow.id.desc())).first()


def _changed(session: Session, batch: BatchRow) -> None:
    move_batch(session, batch)
    session.flush()


def _held(batch: BatchRow, *, fresh: bool, token: str | None) -> Held:
    if batch.person_id is None or batch.device is None or batch.lease_until is None:
        raise ConflictError(sentence("Nobody has batch {number}.", number=batch.number))
    return Held(
        batch=batch.id,
        number=batch.number,
        person=batch.person_id,
        device=batch.device,
        epoch=batch.epoch,
        expires_at=batch.lease_until,
        list_version=batch.list_version,
        fresh=fresh,
        device_token=token,
    )
