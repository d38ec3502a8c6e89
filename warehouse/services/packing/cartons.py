"""Cartons: opened, sealed under a serial number with a label bound to their content, labelled, void."""

from sqlalchemy import func, select

from warehouse.domain.codes import CartonState, LabelState, PlaceKind
from warehouse.domain.errors import ConflictError
from warehouse.domain.lifecycle import Kind, require
from warehouse.domain.packing.effects import CloseCarton, LabelCarton, VoidCarton
from warehouse.domain.words import sentence
from warehouse.services.packing.case import Case
from warehouse.services.packing.outs import empty_carton
from warehouse.services.printing.answers import VoidJobs, confirm_label, void_jobs_of_carton
from warehouse.services.printing.events import queue_gift_note, queue_packing_slip
from warehouse.services.remarks import Words
from warehouse.services.shipping.labels import add_label, draw_sscc, labels_of, number_label, void_label
from warehouse.services.shipping.shipments import current_shipment, leave_manifest, put_on_manifest
from warehouse.storage.models.packing import CartonLineRow, CartonRow
from warehouse.storage.models.stock import PlaceRow


def open_carton(case: Case, number: int) -> CartonRow:
    """Start an empty carton of the order's current shipment."""
    carton = CartonRow(
        id=_place(case, number),
        order_id=case.order.id,
        shipment_id=current_shipment(case).id,
        carton_no=number,
        packer_id=case.request.actor.person,
        station_id=case.pack.station_id,
        opened_at=case.request.at,
    )
    case.session.add(carton)
    case.session.flush()
    case.note("carton_opened", carton=number)
    return carton


def discard_carton(case: Case, number: int) -> None:
    """Take away a carton that is empty and was never sealed; its number is free again."""
    carton = case.carton(number)
    listed = case.session.scalars(select(CartonLineRow).where(CartonLineRow.carton_id == carton.id)).all()
    if carton.state is not CartonState.OPEN or any(row.quantity for row in listed):
        raise ConflictError(sentence("Carton {number} is not empty.", number=number))
    for row in listed:
        case.session.delete(row)
    case.session.flush()
    case.session.delete(carton)
    case.session.flush()
    case.note("carton_discarded", carton=number)


def set_full(case: Case, number: int, *, full: bool) -> None:
    """Say whether the carton takes more units; it stays open either way."""
    case.carton(number).full = full
    case.session.flush()


def weigh_carton(case: Case, number: int, grams: int) -> None:
    """Keep what the scale showed."""
    case.carton(number).weight_g = grams
    case.session.flush()


def close_carton(case: Case, effect: CloseCarton) -> None:
    """Seal a carton: serial number, living label for exactly this content, its papers; all in this transaction."""
    carton = case.carton(effect.carton)
    require(Kind.CARTON, carton.state, CartonState.CLOSED)
    carton.sscc = draw_sscc(case.session, case.request)
    carton.state, carton.full, carton.closed_at = CartonState.CLOSED, True, case.request.at
    carton.content_hash, carton.weight_g = effect.content_hash, effect.weight_g
    carton.packer_id, carton.station_id = case.request.actor.person, case.pack.station_id
    case.session.flush()
    queue_packing_slip(case.session, case.request, carton.id)
    add_label(case.session, case.request, carton)
    if case.order.gift_note and _is_first(case, carton):
        queue_gift_note(case.session, case.request, carton.id)
    case.session.flush()
    case.note("carton_closed", carton=effect.carton, sscc=carton.sscc, content=effect.content_hash)


def label_carton(case: Case, effect: LabelCarton) -> None:
    """Note that the carton's own label is on it: its print came out, it is ready for the carrier."""
    carton = case.carton(effect.carton)
    require(Kind.CARTON, carton.state, CartonState.LABELLED)
    carton.state, carton.labelled_at = CartonState.LABELLED, case.request.at
    if effect.number:
        number_label(case.session, case.request, carton, effect.number)
    for label in labels_of(case.session, carton, LabelState.BOUGHT):
        label.scanned_back_at = case.request.at
    confirm_label(case.session, case.request, carton.id)
    put_on_manifest(case.session, case.request, carton)
    case.session.flush()
    case.note("carton_labelled", carton=effect.carton, sscc=effect.sscc)


def void_carton(case: Case, effect: VoidCarton) -> None:
    """Kill a carton and its label: its units lie on the bench again, its papers are dead, the order is to be packed."""
    carton = case.carton(effect.carton)
    require(Kind.CARTON, carton.state, CartonState.VOID)
    empty_carton(case, carton)
    leave_manifest(case.session, carton)
    carton.state, carton.void_reason = CartonState.VOID, effect.reason[:400]
    void_labels(case, carton, effect.reason)
    case.pack.started_at, case.pack.finished_at = None, None
    case.session.flush()
    case.note("carton_voided", carton=effect.carton, sscc=carton.sscc, reason=Words(effect.reason))
    case.leave_bench()


def void_labels(case: Case, carton: CartonRow, reason: str) -> None:
    """Kill the living labels of a carton with who decided it and why, printed or not."""
    for label in labels_of(case.session, carton):
        void_label(case.session, case.request, label, reason)
    void_jobs_of_carton(case.session, VoidJobs(**case.who, carton=carton.id, reason=reason))


def _place(case: Case, number: int) -> int:
    """Give the carton's place; one that was discarded and is opened again is the same place."""
    code = f"{case.order.number}/{number}"
    query = select(PlaceRow).where(PlaceRow.kind == PlaceKind.CARTON, PlaceRow.code == code)
    place = case.session.scalars(query).one_or_none()
    if place is None:
        place = PlaceRow(kind=PlaceKind.CARTON, code=code)
        case.session.add(place)
        case.session.flush()
    return place.id


def _is_first(case: Case, carton: CartonRow) -> bool:
    """Whether no other carton of the order was sealed: the gift note goes into the first."""
    others = (CartonRow.order_id == case.order.id, CartonRow.id != carton.id, CartonRow.state != CartonState.VOID)
    sealed = select(func.count()).where(*others, CartonRow.closed_at.is_not(None))
    return case.session.scalar(sealed) == 0
