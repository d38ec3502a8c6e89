"""What changes after the label: another address or service before the carrier leaves, a stop after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import CartonState, LabelState, OrderState
from warehouse.domain.errors import ConflictError, InvalidInputError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.words import listed, sentence
from warehouse.services.actor import Request, audit
from warehouse.services.exceptions.queue import OpenEntry, open_exception
from warehouse.services.orders.destinations import ADDRESS_FIELDS, keep_shops_word
from warehouse.services.orders.states import get_order, tell_order
from warehouse.services.remarks import Words
from warehouse.services.shipping.labels import Relabel, relabel_carton
from warehouse.services.site import load_site
from warehouse.storage.models.orders import OrderAddressRow, OrderRow
from warehouse.storage.models.packing import CartonRow, LabelRow

_SEALED = (CartonState.CLOSED, CartonState.LABELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect(Request):
    """Send an order elsewhere or otherwise: the address fields that differ, another service, and why."""

    number: str
    reason: str
    address: Mapping[str, object] = field(default_factory=dict)
    service: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intercept(Request):
    """The carrier has it already: somebody asks it to stop the parcels, and why."""

    number: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirected:
    """The cartons that got another label, and the exception about those that have left."""

    order: int
    relabelled: tuple[int, ...]
    exception: int | None = None


def redirect_order(session: Session, request: Redirect) -> Redirected:
    """Change where an order goes; sealed cartons get another label without being opened.

    A loaded carton is taken off the pallet first: ConflictError names it. What has left becomes an exception,
    "intercept with the carrier".
    """
    order = get_order(session, request.number)
    if order.state is OrderState.CANCELLED:
        raise ConflictError(sentence("Order {number} is cancelled.", number=order.number))
    if not request.reason.strip() or not (request.address or request.service is not None):
        raise InvalidInputError("Say what changes and why.")
    cartons = session.scalars(
        select(CartonRow).where(CartonRow.order_id == order.id).order_by(CartonRow.carton_no)
    ).all()
    _refuse_loaded(_among(cartons, CartonState.LOADED), order)
    _change(session, request, order)
    sealed = [it for it in cartons if it.state in _SEALED]
    for carton in sealed:
        asked = Relabel(actor=request.actor, at=request.at, carton=carton.id, reason=request.reason)
        relabel_carton(session, asked)
    audit(
        session,
        request,
        "order_redirected",
        f"order:{order.id}",
        fields=sorted(request.address),
        service=request.service,
        cartons=[it.carton_no for it in sealed],
        reason=Words(request.reason),
    )
    tell_order(session, order)
    left = _among(cartons, CartonState.SHIPPED)
    exception = _intercept(session, request, order, request.reason) if left else None
    return Redirected(order=order.id, relabelled=tuple(it.carton_no for it in sealed), exception=exception)


def intercept_order(session: Session, request: Intercept) -> int:
    """Put before a lead that the carrier is to stop what has left; the exception's key is given back."""
    order = get_order(session, request.number)
    if not request.reason.strip():
        raise InvalidInputError("Say why the carrier is to stop it.")
    return _intercept(session, request, order, request.reason)


def _among(cartons: Sequence[CartonRow], state: CartonState) -> list[CartonRow]:
    return [it for it in cartons if it.state is state]


def _refuse_loaded(loaded: list[CartonRow], order: OrderRow) -> None:
    if loaded:
        names = ", ".join(f"{order.number}/{it.carton_no}" for it in loaded)
        raise ConflictError(sentence("Take carton {names} off the pallet first: it is loaded.", names=names))


def _change(session: Session, request: Redirect, order: OrderRow) -> None:
    unknown = set(request.address) - set(ADDRESS_FIELDS)
    if unknown:
        raise InvalidInputError(sentence("An address has no field {number}.", number=min(unknown)))
    address = session.get(OrderAddressRow, order.id)
    if request.address and address is None:
        raise ConflictError(
            sentence("The address of order {number} was erased: its time was over.", number=order.number)
        )
    if address is not None:
        keep_shops_word(address, order.service)
    for name, value in request.address.items():
        setattr(address, name, value)
    order.country = str(request.address.get("country", order.country))
    if request.service is not None:
        order.service = request.service
    order.cutoff_at = load_site(session).next_cutoff(order.carrier, request.at, order.service) or order.cutoff_at
    order.changed_at = request.at
    session.flush()


def _intercept(session: Session, request: Request, order: OrderRow, reason: str) -> int:
    numbers = session.execute(
        select(CartonRow.carton_no, LabelRow.carrier, LabelRow.tracking)
        .join(LabelRow, (LabelRow.carton_id == CartonRow.id) & (LabelRow.state == LabelState.BOUGHT))
        .where(CartonRow.order_id == order.id, CartonRow.state == CartonState.SHIPPED)
        .order_by(CartonRow.carton_no)
    ).all()
    if not numbers:
        raise ConflictError(
            sentence("Nothing of order {number} has left: change or cancel it instead.", number=order.number)
        )
    parcels = listed(
        sentence("carton {carton} ({tracking})", carton=it.carton_no, tracking=f"{it.carrier} {it.tracking}")
        for it in numbers
    )
    entry = OpenEntry(
        actor=request.actor,
        at=request.at,
        type=ExceptionType.INTERCEPT,
        subject=f"order:{order.id}",
        about=sentence("order {order}, {parcels}: {reason}", order=order.number, parcels=parcels, reason=reason),
        order=order.id,
    )
    return open_exception(session, entry)
