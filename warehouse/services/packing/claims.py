"""Who packs an order: claimed by its tote or its own barcode, taken over, given back; one packer at a time."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.barcodes import read
from warehouse.domain.codes import OrderState, Role, Via
from warehouse.domain.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError, NotOwnerError
from warehouse.domain.news import TakenOver
from warehouse.domain.packing.snapshot import position_to_json
from warehouse.domain.packing.texts import say
from warehouse.domain.packing.walk import is_emptied, same_person
from warehouse.domain.words import sentence, word
from warehouse.services.orders.states import get_order, tell_order
from warehouse.services.packing.case import Case, case_of, end_pack_lease
from warehouse.services.people.devices import Enrol, enrol_device
from warehouse.services.site import load_site
from warehouse.services.training.record import require_trained
from warehouse.storage.group import announce
from warehouse.storage.models.batching import LeaseRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.packing import PackRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.printing import StationRow
from warehouse.storage.queries.packing.codes import order_of_code
from warehouse.storage.queries.packing.work import StoredPack, fresh_position, load_pack

_AT_PACK = {OrderState.PICKED, OrderState.PACKING, OrderState.CANCELLED}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPack(Enrol):
    """Pack the order that `code` names, raw as scanned: its tote, its barcode or number, one of its cartons."""

    code: str
    station: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldPack(Enrol):
    """Pack an order, known by its number, with a device."""

    order: str
    station: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackHeld:
    """Who packs an order now; `device_token` is given once, with the device's first claim."""

    order: str
    person: int
    device: str
    epoch: int
    expires_at: datetime
    device_token: str | None = None


def claim_pack(session: Session, request: ClaimPack) -> PackHeld:
    """Take an order that nobody has, or go on with one's own on the same device.

    Raises NotOwnerError with who has it and since when, NotFoundError for a code that names no order.
    """
    number = order_named(session, request.code)
    hold = HoldPack(
        actor=request.actor,
        at=request.at,
        device=request.device,
        proven=request.proven,
        order=number,
        station=request.station,
    )
    token = enrol_device(session, request)
    case = _case(session, hold)
    if case.pack.person_id is not None:
        if _is_mine(case, hold):
            return _go_on(case, hold, token)
        raise _taken(case)
    return _begin(case, hold, token, "claim")


def take_over_pack(session: Session, request: HoldPack) -> PackHeld:
    """Take an order at pack from whoever has it: the epoch rises, the old device is told."""
    token = enrol_device(session, request)
    case = _case(session, request)
    if case.pack.person_id is None:
        return _begin(case, request, token, "claim")
    if _is_mine(case, request):
        return _go_on(case, request, token)
    loser = case.pack.device or ""
    end_pack_lease(case)
    held = _begin(case, request, token, "take_over")
    news = TakenOver(order=case.order.number, epoch=held.epoch, device=loser, name=request.actor.name, at=request.at)
    announce(session, news)
    case.note("taken_over", epoch=held.epoch, device=request.device)
    return held


def hand_back_pack(session: Session, request: HoldPack) -> None:
    """Give an order at pack back, as it is; only the holder or a lead may."""
    case = case_of(session, request, request.order)
    if case.pack.person_id is None:
        return
    if case.pack.person_id != request.actor.person and not request.actor.leads:
        raise _taken(case)
    end_pack_lease(case)
    case.pack.revision += 1
    case.note("pack_handed_back")
    tell_order(session, case.order)


def order_named(session: Session, code: str) -> str:
    """Give the number of the order that a scanned or typed code names; NotFoundError when there is none."""
    reading = read(code, Via.HAND, load_site(session).scanner_gs)
    keys = dict.fromkeys([*reading.keys, f"O:{reading.text.upper()}"])
    found = {order_of_code(session.connection(), key) for key in keys} - {None}
    if len(found) != 1:
        raise NotFoundError(sentence("{value} is no tote or order to pack.", value=reading.text[:40]))
    return str(found.pop())


def read_pack(session: Session, number: str) -> StoredPack:
    """Read an order as it is packed; NotFoundError when there is none."""
    stored = load_pack(session.connection(), number, load_site(session))
    if stored is None:
        raise NotFoundError(sentence("There is no order {number}.", number=number))
    return stored


def _case(session: Session, request: HoldPack) -> Case:
    """Give the order's rows at pack, made when it comes here for the first time."""
    order = get_order(session, request.order)
    pack = session.scalars(select(PackRow).where(PackRow.order_id == order.id)).one_or_none()
    _check(session, request, order)
    if pack is None:
        pack = PackRow(order_id=order.id)
        session.add(pack)
        session.flush()
    return Case(session, request, order, pack)


def _check(session: Session, request: HoldPack, order: OrderRow) -> None:
    """Refuse an order that is not to be packed now, and its own picker where the site wants a second person."""
    if order.state in {OrderState.PACKED, OrderState.SHIPPED}:
        raise ConflictError(
            sentence("Order {number} is {state} already.", number=order.number, state=word(order.state))
        )
    if order.state not in _AT_PACK:
        raise ConflictError(sentence("Order {number} is not picked yet.", number=order.number))
    work = read_pack(session, order.number).work
    pattern = same_person(work, request.actor.person or 0)
    if pattern is not None:
        raise ForbiddenError(say(pattern))
    require_trained(session, request, Role.PACKER, {work.policy.mode})
    if is_emptied(work):
        raise ConflictError(sentence("Order {number} is cancelled, and nothing of it is here.", number=order.number))


def _begin(case: Case, request: HoldPack, token: str | None, how: str) -> PackHeld:
    """Hold the order from now on, at the step that a fresh look at it asks for."""
    person = request.actor.person
    if person is None:
        raise InvalidInputError("An order is packed by a person.")
    pack = case.pack
    pack.person_id, pack.device, pack.lease_until = person, request.device, _until(case)
    pack.station_id = _station(case.session, request.station) or pack.station_id
    lease = LeaseRow(
        order_id=case.order.id,
        epoch=pack.epoch,
        person_id=person,
        device=request.device,
        taken_at=request.at,
        how=how,
    )
    case.session.add(lease)
    case.session.flush()
    _stand_anew(case)
    case.note("pack_claimed", epoch=pack.epoch, device=request.device)
    tell_order(case.session, case.order)
    return _held(case, token)


def _stand_anew(case: Case) -> None:
    stored = read_pack(case.session, case.order.number)
    position = fresh_position(stored.work, case.order.list_version)
    if case.pack.position is not None:
        # What the last packer was shown of the expected figures stays shown, and a lead's leave to split stands.
        position = replace(position, revealed=stored.position.revealed, split=stored.position.split)
    case.pack.position = position_to_json(position)
    case.pack.revision += 1
    case.session.flush()


def _go_on(case: Case, request: HoldPack, token: str | None) -> PackHeld:
    case.pack.lease_until = _until(case)
    case.pack.station_id = _station(case.session, request.station) or case.pack.station_id
    case.pack.revision += 1
    case.session.flush()
    return _held(case, token)


def _is_mine(case: Case, request: HoldPack) -> bool:
    return (case.pack.person_id, case.pack.device) == (request.actor.person, request.device)


def _station(session: Session, code: str | None) -> int | None:
    if code is None:
        return None
    found = session.scalars(select(StationRow.id).where(StationRow.code == code.upper().removeprefix("S:"))).first()
    if found is None:
        raise NotFoundError(sentence("There is no station {code}.", code=code))
    return found


def _until(case: Case) -> datetime:
    return case.request.at + timedelta(minutes=load_site(case.session).lease_minutes)


def _taken(case: Case) -> NotOwnerError:
    """Refuse with who has the order since when; a station can take over the order that is named."""
    name = _name(case.session, case.pack)
    lease = case.session.scalars(
        select(LeaseRow)
        .where(LeaseRow.order_id == case.order.id, LeaseRow.ended_at.is_(None))
        .order_by(LeaseRow.id.desc())
    ).first()
    since = load_site(case.session).clock(lease.taken_at) if lease else ""
    form = "Order {order} is taken by {name} since {time}." if lease else "Order {order} is taken by {name}."
    text = sentence(form, order=case.order.number, name=name, time=since)
    return NotOwnerError(text, about={"order": case.order.number, "holder": name})


def _name(session: Session, pack: PackRow) -> str:
    return session.get_one(PersonRow, pack.person_id).name


def _held(case: Case, token: str | None) -> PackHeld:
    pack = case.pack
    if pack.person_id is None or pack.device is None or pack.lease_until is None:
        raise ConflictError(sentence("Nobody has order {number}.", number=case.order.number))
    return PackHeld(
        order=case.order.number,
        person=pack.person_id,
        device=pack.device,
        epoch=pack.epoch,
        expires_at=pack.lease_until,
        device_token=token,
    )
