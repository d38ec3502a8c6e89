"""Buying a label: wanted, asked for, bought; and what is certain when the answer was lost. Nothing is bought twice."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import LabelState
from warehouse.domain.errors import ConflictError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.lifecycle import Kind, require
from warehouse.domain.news import LabelWanted
from warehouse.domain.shipping.carriers import Via
from warehouse.domain.words import Text, sentence, word
from warehouse.services.actor import Request, audit
from warehouse.services.exceptions.queue import OpenEntry, open_exception, resolve_about
from warehouse.services.orders.states import bump_pack, tell_order
from warehouse.services.printing.jobs import QueueJob, queue_job
from warehouse.services.printing.parcels import parcel_of
from warehouse.services.printing.spooling import back_off
from warehouse.services.shipping.labels import ASKED
from warehouse.services.shipping.parcel_costs import look_at_cost
from warehouse.services.shipping.purchase_facts import Parcel, get_label, parcel_for
from warehouse.storage.group import announce
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.packing import CartonRow, LabelRow

_L = LabelState
LOOK_AFTER = timedelta(seconds=30)
"""How long a carrier may still be working on a request whose answer was lost."""
POLL = timedelta(seconds=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfLabel(Request):
    """Something about one label."""

    label: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought(OfLabel):
    """What the carrier sold, as a document to print; `problem` says why that may not be printed."""

    tracking: str
    document: dict[str, Any]
    cents: int | None = None
    currency: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidAnswered(OfLabel):
    """How far the carrier is with taking a label back."""

    state: str


def begin_buying(session: Session, request: OfLabel) -> Parcel | None:
    """Note that the carrier may be asked from now on; None when the label died or was begun meanwhile."""
    row = get_label(session, request.label)
    if row.state is not _L.WANTED:
        return None
    _move(row, _L.BUYING)
    row.attempt += 1
    row.not_before = None
    session.flush()
    audit(session, request, "label_buying", f"label:{row.id}", key=row.buy_key, attempt=row.attempt)
    return parcel_for(session, row.id)


def keep_bought(session: Session, request: Bought) -> None:
    """Keep what was sold and queue its print; one that died meanwhile is taken back, never printed.

    A number that stands on another parcel is put before a person.
    """
    row = get_label(session, request.label)
    if _is_of_another(session, request):
        reason = sentence("Number {number} is that of another parcel.", number=request.tracking)
        fail_buying(session, OfLabel(actor=request.actor, at=request.at, label=row.id, reason=reason))
        return
    if row.state is _L.VOIDED:
        row.tracking, row.carrier_void = row.tracking or request.tracking, ASKED
        announce(session, LabelWanted(label=row.id))
        return
    _move(row, _L.BOUGHT)
    row.tracking, row.bought_at, row.error, row.not_before = request.tracking, request.at, None, None
    row.cost_cents = row.cost_cents if request.cents is None else request.cents
    row.currency = request.currency or row.currency
    session.flush()
    audit(session, request, "label_bought", f"label:{row.id}", tracking=row.tracking, cents=row.cost_cents)
    if request.problem:
        _ask(session, request, row, request.problem)
    else:
        row.print_job_id = queue_job(session, _job(session, request, row))
        _settle(session, request, row, sentence("The label was bought."))
    look_at_cost(session, request, row)
    _tell(session, row)


def wait_for_carrier(session: Session, request: OfLabel) -> None:
    """Look again in a moment: the carrier works on it."""
    row = get_label(session, request.label)
    row.not_before = request.at + POLL


def put_off_buying(session: Session, request: OfLabel) -> None:
    """Ask again later: the carrier was not reached, so nothing was bought."""
    row = get_label(session, request.label)
    if row.state is not _L.BUYING:
        return
    _move(row, _L.FAILED)
    _move(row, _L.WANTED)
    row.error, row.not_before = request.reason, request.at + back_off(row.attempt, 0)
    session.flush()
    _tell(session, row)


def fail_buying(session: Session, request: OfLabel) -> None:
    """Note that the carrier refused and nothing was bought; a person mends what it says and asks again."""
    row = get_label(session, request.label)
    if row.state not in {_L.BUYING, _L.IN_DOUBT}:
        return
    _move(row, _L.FAILED)
    audit(session, request, "label_failed", f"label:{row.id}")
    _ask(session, request, row, request.reason)
    _tell(session, row)


def doubt_buying(session: Session, request: OfLabel) -> None:
    """Note that nobody knows whether it was bought; it is looked up, and never asked for again by itself."""
    row = get_label(session, request.label)
    row.not_before = request.at + LOOK_AFTER
    if row.state is not _L.BUYING:
        return
    _move(row, _L.IN_DOUBT)
    audit(session, request, "label_in_doubt", f"label:{row.id}")
    _ask(session, request, row, sentence("was it bought? {reason}", reason=request.reason))
    _tell(session, row)


def never_bought(session: Session, request: OfLabel) -> None:
    """The carrier was asked and knows nothing of the key: it is wanted again, under the same key."""
    row = get_label(session, request.label)
    if row.state not in {_L.BUYING, _L.IN_DOUBT, _L.FAILED}:
        return
    if row.state is not _L.FAILED:
        _move(row, _L.FAILED)
    _move(row, _L.WANTED)
    row.error, row.not_before = None, None
    session.flush()
    audit(session, request, "label_wanted_again", f"label:{row.id}")
    _settle(session, request, row, sentence("The carrier never bought it; it is asked for again."))
    announce(session, LabelWanted(label=row.id))
    _tell(session, row)


def buy_again(session: Session, request: OfLabel) -> int:
    """A person says: ask the carrier again. ConflictError for a label that was bought or may have been."""
    row = get_label(session, request.label)
    if row.state is not _L.FAILED:
        raise ConflictError(
            sentence("This label is {state}; only one that failed is asked for again.", state=word(row.state))
        )
    never_bought(session, request)
    return row.id


def answer_void(session: Session, request: VoidAnswered) -> None:
    """Keep how far the carrier is with taking a label back; a refusal is put before a person."""
    row = get_label(session, request.label)
    row.not_before = request.at + (POLL if request.state == ASKED else timedelta())
    if row.carrier_void == request.state:
        return
    row.carrier_void = request.state
    audit(session, request, "label_void_answered", f"label:{row.id}", state=request.state)
    if request.state == "refused":
        _ask(session, request, row, sentence("the carrier does not take the label back"))


def doubt_interrupted(session: Session, request: Request) -> int:
    """After a restart: what was being bought over the network may have been bought."""
    query = select(LabelRow).where(LabelRow.state == _L.BUYING, LabelRow.via == Via.HTTP_JSON)
    rows = session.scalars(query).all()
    for row in rows:
        asked = OfLabel(actor=request.actor, at=request.at, label=row.id, reason="the server stopped meanwhile")
        doubt_buying(session, asked)
        row.not_before = request.at
    return len(rows)


def _is_of_another(session: Session, request: Bought) -> bool:
    others = select(LabelRow.id).where(LabelRow.tracking == request.tracking, LabelRow.id != request.label)
    return session.scalars(others).first() is not None


def _move(row: LabelRow, target: LabelState) -> None:
    require(Kind.LABEL, row.state, target)
    row.state = target


def _job(session: Session, request: Bought, row: LabelRow) -> QueueJob:
    parcel = parcel_of(session, row.carton_id)
    return QueueJob(
        actor=request.actor,
        at=request.at,
        key=f"carrier_label:{row.id}",
        document=request.document,
        station=parcel.carton.station_id,
        carton=row.carton_id,
        order=parcel.order.id,
        erase_after=parcel.address.erase_after if parcel.address else None,
    )


def _ask(session: Session, request: Request, row: LabelRow, reason: str) -> None:
    row.error = reason
    carton = session.get_one(CartonRow, row.carton_id)
    order = session.get_one(OrderRow, carton.order_id)
    entry = OpenEntry(
        actor=request.actor,
        at=request.at,
        type=ExceptionType.LABEL_FAILED,
        subject=f"label:{row.id}",
        about=sentence(
            "order {order}, carton {carton}, {carrier}: {reason}",
            order=order.number,
            carton=carton.carton_no,
            carrier=row.carrier,
            reason=reason,
        ),
        order=order.id,
        cutoff=order.cutoff_at,
    )
    open_exception(session, entry)
    session.flush()


def _settle(session: Session, request: Request, row: LabelRow, resolution: Text) -> None:
    resolve_about(session, request, ExceptionType.LABEL_FAILED, f"label:{row.id}", resolution)


def _tell(session: Session, row: LabelRow) -> None:
    carton = session.get_one(CartonRow, row.carton_id)
    session.flush()
    bump_pack(session, carton.order_id)
    tell_order(session, session.get_one(OrderRow, carton.order_id))
