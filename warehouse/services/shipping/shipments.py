"""What leaves together: shipments of an order and manifests of a carrier."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import CartonState, LabelState, MoveReason, OrderState, PlaceKind
from warehouse.domain.errors import ConflictError, InvalidInputError, NotFoundError
from warehouse.domain.lifecycle import Kind, require
from warehouse.domain.packing.effects import CloseManifest, LoadCarton
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.services.orders.states import refresh_order, tell_order
from warehouse.services.packing.case import Case
from warehouse.services.printing.events import queue_manifest
from warehouse.services.remarks import Words
from warehouse.services.shipping.following import send_rest
from warehouse.services.site import load_site
from warehouse.services.stock.ledger import Move, move_stock, outside_place
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.models.packing import CartonLineRow, CartonRow, LabelRow, ManifestRow, ShipmentRow
from warehouse.storage.queries.manifests import CARRIER


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenManifest(Request):
    """Start the list of one carrier for one cutoff, or take up the one that is open."""

    carrier: str
    cutoff: datetime | None = None


def current_shipment(case: Case) -> ShipmentRow:
    """Give the shipment that new cartons of the order belong to; a further one exists only after a split."""
    rows = case.session.scalars(
        select(ShipmentRow).where(ShipmentRow.order_id == case.order.id).order_by(ShipmentRow.shipment_no)
    ).all()
    last = rows[-1] if rows else None
    if last is not None and last.state == "open":
        return last
    row = ShipmentRow(
        order_id=case.order.id,
        shipment_no=last.shipment_no + 1 if last else 1,
        split_reason=last.split_reason if last else None,
        split_by_id=last.split_by_id if last else None,
        created_at=case.request.at,
    )
    case.session.add(row)
    case.session.flush()
    return row


def split_shipment(case: Case, person: int, reason: str) -> None:
    """Let the current shipment leave without the rest of the order."""
    shipment = current_shipment(case)
    shipment.state, shipment.split_by_id, shipment.split_reason = "split", person, reason[:400]
    case.session.flush()
    case.note("shipment_split", shipment=shipment.shipment_no, by=person, reason=Words(reason))


def open_manifest(session: Session, request: OpenManifest) -> int:
    """Give the open manifest of a carrier and cutoff, made when there is none; labelled cartons of it come onto it."""
    if not request.carrier.strip():
        raise InvalidInputError("Name the carrier.")
    manifest = manifest_for(session, request)
    waiting = (
        select(CartonRow)
        .join(OrderRow, OrderRow.id == CartonRow.order_id)
        .where(
            CartonRow.state == CartonState.LABELLED,
            CartonRow.manifest_id.is_(None),
            CARRIER.in_([request.carrier]),
            OrderRow.state != OrderState.CANCELLED,
        )
    )
    if request.cutoff is not None:
        waiting = waiting.where((OrderRow.cutoff_at <= request.cutoff) | OrderRow.cutoff_at.is_(None))
    for carton in session.scalars(waiting).all():
        carton.manifest_id = manifest.id
        manifest.revision += 1
    session.flush()
    return manifest.id


def put_on_manifest(session: Session, request: Request, carton: CartonRow) -> None:
    """Put a labelled carton onto its carrier's list, for the order's cutoff or that of another carrier chosen since."""
    order = session.get_one(OrderRow, carton.order_id)
    living = select(LabelRow).where(LabelRow.carton_id == carton.id, LabelRow.state != LabelState.VOIDED)
    label = session.scalars(living).first()
    carrier = label.carrier if label else order.carrier
    if not carrier:
        return
    cutoff = order.cutoff_at
    if label is not None and carrier != order.carrier:
        cutoff = load_site(session).next_cutoff(carrier, request.at, label.service)
    manifest = manifest_for(session, OpenManifest(actor=request.actor, at=request.at, carrier=carrier, cutoff=cutoff))
    carton.manifest_id = manifest.id
    manifest.revision += 1
    session.flush()


def leave_manifest(session: Session, carton: CartonRow) -> None:
    """Take a carton off its carrier's list; the list says that it changed."""
    if carton.manifest_id is not None:
        session.get_one(ManifestRow, carton.manifest_id).revision += 1
        carton.manifest_id = None
        session.flush()


def load_carton(session: Session, request: Request, effect: LoadCarton) -> None:
    """Note that a carton is on the carrier's pallet or trailer."""
    carton = _by_sscc(session, effect.sscc)
    require(Kind.CARTON, carton.state, CartonState.LOADED)
    carton.state, carton.loaded_at = CartonState.LOADED, request.at
    session.get_one(ManifestRow, effect.manifest).revision += 1
    session.flush()
    audit(session, request, "carton_loaded", f"carton:{carton.id}", manifest=effect.manifest, sscc=effect.sscc)


def close_manifest(session: Session, request: Request, effect: CloseManifest) -> None:
    """Let the carrier leave: what is loaded is shipped, what is left behind waits for another list."""
    manifest = session.get_one(ManifestRow, effect.manifest)
    if manifest.state != "open":
        raise ConflictError(sentence("List {id} is closed.", id=manifest.id))
    orders: dict[int, None] = {}
    for sscc in effect.loaded:
        orders[_ship(session, request, _by_sscc(session, sscc))] = None
    for sscc in effect.left:
        _by_sscc(session, sscc).manifest_id = None
    manifest.state, manifest.closed_at, manifest.closed_by_id = "closed", request.at, request.actor.person
    manifest.revision += 1
    session.flush()
    loaded, left = len(effect.loaded), len(effect.left)
    audit(session, request, "manifest_closed", f"manifest:{manifest.id}", loaded=loaded, left=left)
    for order in orders:
        _settle_order(session, request, session.get_one(OrderRow, order))
    queue_manifest(session, request, manifest.id)


def unload_carton(session: Session, request: Request, sscc: str) -> int:
    """Take a loaded carton off the pallet or trailer again; its list is given back."""
    carton = _by_sscc(session, sscc)
    require(Kind.CARTON, carton.state, CartonState.LABELLED)
    carton.state, carton.loaded_at = CartonState.LABELLED, None
    audit(session, request, "carton_unloaded", f"carton:{carton.id}", sscc=sscc)
    return carton.manifest_id or 0


def manifest_for(session: Session, request: OpenManifest) -> ManifestRow:
    """Give the open list of a carrier and cutoff, made when there is none.

    When the list of that cutoff has left already, the new one is its supplement.
    """
    same_cutoff = (
        ManifestRow.cutoff_at == request.cutoff if request.cutoff is not None else ManifestRow.cutoff_at.is_(None)
    )
    query = select(ManifestRow).where(ManifestRow.carrier == request.carrier, ManifestRow.state == "open", same_cutoff)
    row = session.scalars(query.order_by(ManifestRow.id)).first()
    if row is None:
        row = ManifestRow(
            carrier=request.carrier,
            cutoff_at=request.cutoff,
            created_at=request.at,
            supplement_of_id=_left_already(session, request),
        )
        session.add(row)
        session.flush()
        audit(session, request, "manifest_opened", f"manifest:{row.id}")
    return row


def _left_already(session: Session, request: OpenManifest) -> int | None:
    if request.cutoff is None:
        return None
    query = select(ManifestRow.id).where(
        ManifestRow.carrier == request.carrier,
        ManifestRow.cutoff_at == request.cutoff,
        ManifestRow.state == "closed",
        ManifestRow.supplement_of_id.is_(None),
    )
    return session.scalars(query.order_by(ManifestRow.id)).first()


def _by_sscc(session: Session, sscc: str) -> CartonRow:
    row = session.scalars(select(CartonRow).where(CartonRow.sscc == sscc)).one_or_none()
    if row is None:
        raise NotFoundError(sentence("There is no carton {carton}.", carton=sscc))
    return row


def _ship(session: Session, request: Request, carton: CartonRow) -> int:
    """Book a loaded carton out to the customer; its order is given back."""
    require(Kind.CARTON, carton.state, CartonState.SHIPPED)
    customer = outside_place(session, PlaceKind.CUSTOMER)
    listed = select(CartonLineRow).where(CartonLineRow.carton_id == carton.id, CartonLineRow.quantity > 0)
    for row in session.scalars(listed).all():
        move = Move(
            actor=request.actor,
            at=request.at,
            item=row.item_id,
            lot=row.lot_id,
            quantity=row.quantity,
            source=carton.id,
            target=customer,
            reason=MoveReason.SHIP,
            order_line=row.order_line_id,
        )
        move_stock(session, move)
        session.get_one(OrderLineRow, row.order_line_id).shipped += row.quantity
    carton.state, carton.shipped_at = CartonState.SHIPPED, request.at
    session.flush()
    _settle_shipment(session, request, carton.shipment_id)
    audit(session, request, "carton_shipped", f"carton:{carton.id}", sscc=carton.sscc)
    return carton.order_id


def _settle_shipment(session: Session, request: Request, key: int) -> None:
    waiting = select(CartonRow.id).where(
        CartonRow.shipment_id == key, CartonRow.state.not_in([CartonState.SHIPPED, CartonState.VOID])
    )
    if session.scalars(waiting).first() is None:
        shipment = session.get_one(ShipmentRow, key)
        shipment.state, shipment.shipped_at = "shipped", request.at


def _settle_order(session: Session, request: Request, order: OrderRow) -> None:
    if refresh_order(session, request, order.id) is not OrderState.SHIPPED:
        tell_order(session, order)
        return
    order.shipped_at = request.at
    rest = session.scalars(
        select(OrderLineRow)
        .where(OrderLineRow.order_id == order.id, OrderLineRow.backordered > 0, OrderLineRow.cancelled_at.is_(None))
        .order_by(OrderLineRow.line_no)
    ).all()
    if rest:
        send_rest(session, request, order, list(rest))
