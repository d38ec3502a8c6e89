"""Labels of sealed cartons: chosen, bought or made, dead, replaced without opening the carton."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import CartonState, LabelState
from warehouse.domain.errors import ConflictError, InvalidInputError
from warehouse.domain.lifecycle import Kind, allows, require
from warehouse.domain.news import LabelWanted
from warehouse.domain.shipping.carriers import Via, carrier_named
from warehouse.domain.shipping.parcels import make_sscc, neutral_tracking
from warehouse.domain.words import sentence, word
from warehouse.services.actor import Request, audit
from warehouse.services.orders.states import bump_pack, refresh_order, tell_order
from warehouse.services.printing.answers import VoidJobs, void_jobs_of_carton
from warehouse.services.printing.events import queue_shipping_label
from warehouse.services.printing.jobs import LABEL_KINDS
from warehouse.services.remarks import Words
from warehouse.services.shipping.rules import choose_carrier
from warehouse.services.site import load_site
from warehouse.storage.group import announce
from warehouse.storage.models.journal import SettingRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.packing import CartonRow, LabelRow, ManifestRow

_SERIAL = "carton_serial"
"""The row that counts cartons: the last serial number that was drawn."""
_SEALED = (CartonState.CLOSED, CartonState.LABELLED)
_BOUGHT_ELSEWHERE = (Via.FILE_DROP, Via.HTTP_JSON)
ASKED = "asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relabel(Request):
    """A sealed carton gets another label; the old one is dead."""

    carton: int
    reason: str


def draw_sscc(session: Session, request: Request) -> str:
    """Draw the next serial number of the site; the row is locked, so that no two cartons ever get the same."""
    row = session.scalars(select(SettingRow).where(SettingRow.name == _SERIAL).with_for_update()).one_or_none()
    if row is None:
        row = SettingRow(name=_SERIAL, value={"last": 0}, changed_at=request.at)
        session.add(row)
    serial = int(row.value["last"]) + 1
    row.value, row.changed_at = {"last": serial}, request.at
    session.flush()
    return make_sscc(load_site(session).gs1_prefix, serial)


def add_label(session: Session, request: Request, carton: CartonRow) -> LabelRow:
    """Give a sealed carton its label: a neutral one is printed at once, a carrier's is wanted from now on."""
    order = session.get_one(OrderRow, carton.order_id)
    choice, version = choose_carrier(session, order, carton)
    carrier = carrier_named(load_site(session).carriers, choice.carrier)
    via = carrier.via if carrier else Via.NEUTRAL
    neutral = via is Via.NEUTRAL
    label = LabelRow(
        carton_id=carton.id,
        state=LabelState.BOUGHT if neutral else LabelState.WANTED,
        via=via.value,
        buy_key=_buy_key(session, order, carton),
        carrier=choice.carrier,
        service=choice.service,
        rule=choice.rule,
        rules_version=version,
        cost_cents=choice.cost_cents,
        currency=carrier.currency if carrier else "",
        tracking=neutral_tracking(carton.sscc or "") if neutral else None,
        content_hash=carton.content_hash or "",
        created_at=request.at,
        bought_at=request.at if neutral else None,
    )
    session.add(label)
    session.flush()
    if neutral:
        label.print_job_id = queue_shipping_label(session, request, carton.id)
    else:
        announce(session, LabelWanted(label=label.id))
    session.flush()
    return label


def void_label(session: Session, request: Request, label: LabelRow, reason: str) -> None:
    """Kill a label, where that is not too late; the carrier is asked to take a bought one back."""
    if not allows(Kind.LABEL, label.state, LabelState.VOIDED):
        return
    if label.state is not LabelState.WANTED and label.via in _BOUGHT_ELSEWHERE:
        label.carrier_void = ASKED
        announce(session, LabelWanted(label=label.id))
    label.state, label.voided_at, label.void_reason = LabelState.VOIDED, request.at, reason[:400]
    label.voided_by_id = request.actor.person
    audit(session, request, "label_voided", f"label:{label.id}", reason=Words(reason))


def labels_of(session: Session, carton: CartonRow, state: LabelState | None = None) -> Sequence[LabelRow]:
    """Give the labels of a carton, of one state where named."""
    query = select(LabelRow).where(LabelRow.carton_id == carton.id).order_by(LabelRow.id)
    return session.scalars(query if state is None else query.where(LabelRow.state == state)).all()


def number_label(session: Session, request: Request, carton: CartonRow, number: str) -> None:
    """Keep the number of the carrier's own label as the carton's; ConflictError when another parcel has it."""
    taken = session.scalars(select(LabelRow.id).where(LabelRow.tracking == number)).first()
    if taken is not None:
        raise ConflictError(sentence("Number {number} is that of another parcel.", number=number))
    for label in labels_of(session, carton, LabelState.WANTED):
        label.state, label.tracking, label.bought_at = LabelState.BOUGHT, number, request.at
        audit(session, request, "label_numbered", f"label:{label.id}", tracking=number)
    session.flush()


def relabel_carton(session: Session, request: Relabel) -> int:
    """Kill a sealed carton's label and give it a new serial and label, its content untouched.

    It has to be scanned back again. ConflictError for one that is open, on its way, or being bought right now.
    """
    if not request.reason.strip():
        raise InvalidInputError("Say why it gets another label.")
    carton = session.get_one(CartonRow, request.carton)
    if carton.state not in _SEALED:
        raise ConflictError(
            sentence(
                "Carton {carton_no} is {state}; only a sealed one gets another label.",
                carton_no=carton.carton_no,
                state=word(carton.state),
            )
        )
    if labels_of(session, carton, LabelState.BUYING):
        raise ConflictError(
            sentence(
                "The label of carton {carton_no} is being bought right now. Try again in a minute.",
                carton_no=carton.carton_no,
            )
        )
    for label in labels_of(session, carton):
        void_label(session, request, label, request.reason)
    dead = VoidJobs(
        actor=request.actor, at=request.at, carton=carton.id, reason=request.reason, kinds=frozenset(LABEL_KINDS)
    )
    void_jobs_of_carton(session, dead)
    _unlabel(session, carton)
    was, carton.sscc = carton.sscc, draw_sscc(session, request)
    label = add_label(session, request, carton)
    audit(session, request, "carton_relabelled", f"carton:{carton.id}", was=was, sscc=carton.sscc)
    _tell(session, request, carton)
    return label.id


def _unlabel(session: Session, carton: CartonRow) -> None:
    if carton.state is CartonState.LABELLED:
        require(Kind.CARTON, carton.state, CartonState.CLOSED)
        carton.state, carton.labelled_at = CartonState.CLOSED, None
    if carton.manifest_id is not None:
        session.get_one(ManifestRow, carton.manifest_id).revision += 1
        carton.manifest_id = None
    session.flush()


def _tell(session: Session, request: Request, carton: CartonRow) -> None:
    bump_pack(session, carton.order_id)
    refresh_order(session, request, carton.order_id)
    tell_order(session, session.get_one(OrderRow, carton.order_id))


def _buy_key(session: Session, order: OrderRow, carton: CartonRow) -> str:
    """Name one purchase for ever: the same asked twice is the same parcel to the carrier."""
    before = session.scalar(select(func.count()).where(LabelRow.carton_id == carton.id)) or 0
    return f"{order.number}-{carton.carton_no}-{carton.id}-{before + 1}"
