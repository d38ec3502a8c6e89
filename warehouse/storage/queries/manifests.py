"""Cartons on their way out, as people look at them, and one carrier's list as a loading scan is judged by it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, func, select
from sqlalchemy.orm import Session

from warehouse.domain.barcodes import read
from warehouse.domain.codes import CartonState, LabelState, OrderState
from warehouse.domain.shipping.loading import LoadingWork, ManifestCarton, OrderTrouble
from warehouse.domain.shipping.parcels import sscc_in
from warehouse.storage.base import AnyRow
from warehouse.storage.models.orders import HoldRow, OrderLineRow, OrderRow
from warehouse.storage.models.packing import CartonRow, LabelRow, ManifestRow, ShipmentRow


@dataclass(frozen=True, slots=True, kw_only=True)
class CartonFilter:
    """Which cartons or shipments, and so many after a key; `unlisted` ones are on no carrier's list."""

    order: str | None = None
    state: CartonState | None = None
    manifest: int | None = None
    unlisted: bool = False
    after: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestFilter:
    """Which lists, and so many after a key; `filled` ones have a carton at least."""

    state: str | None = None
    filled: bool = False
    after: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class CartonEntry:
    """One parcel in a list."""

    id: int
    order: str
    number: int
    sscc: str | None
    state: str
    shipment: int
    carrier: str
    tracking: str | None
    weight_g: int | None
    manifest: int | None
    closed_at: datetime | None
    shipped_at: datetime | None
    void_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentEntry:
    """What leaves together for one order."""

    id: int
    order: str
    number: int
    state: str
    split_reason: str | None
    created_at: datetime
    shipped_at: datetime | None
    cartons: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestEntry:
    """One carrier's list with how far its loading is."""

    id: int
    carrier: str
    cutoff_at: datetime | None
    state: str
    created_at: datetime
    closed_at: datetime | None
    supplement_of: int | None
    missed_reason: str | None
    cartons: int
    loaded: int


def loading_work(connection: Connection, key: int, code: str | None) -> LoadingWork | None:
    """Read a list with its cartons, and the carton that `code` names when it is on another list or none."""
    head = connection.execute(
        select(ManifestRow.id, ManifestRow.carrier, ManifestRow.state).where(ManifestRow.id == key)
    ).first()
    if head is None:
        return None
    rows = connection.execute(_CARTONS.where(CartonRow.manifest_id == key)).all()
    other = _named(connection, code) if code else ()
    dead = _dead(connection, code) if code else frozenset()
    return LoadingWork(
        id=head.id,
        number=str(head.id),
        carrier=head.carrier,
        cartons={row.sscc: _carton(row) for row in rows},
        others={row.sscc: _carton(row) for row in other if row.manifest_id != key},
        void_labels=frozenset(row.sscc for row in (*rows, *other) if not row.living) | dead,
        closed=head.state != "open",
    )


def carton_entries(session: Session, wanted: CartonFilter) -> list[CartonEntry]:
    """List cartons by key."""
    query = _ENTRIES.where(CartonRow.id > wanted.after).order_by(CartonRow.id).limit(wanted.limit)
    query = query.where(OrderRow.number == wanted.order) if wanted.order else query
    query = query.where(CartonRow.state == wanted.state) if wanted.state else query
    query = query.where(CartonRow.manifest_id == wanted.manifest) if wanted.manifest else query
    query = query.where(CartonRow.manifest_id.is_(None)) if wanted.unlisted else query
    return [CartonEntry(**row) for row in session.execute(query).mappings()]


def carton_entry(session: Session, key: int) -> CartonEntry | None:
    """Give one carton."""
    row = session.execute(_ENTRIES.where(CartonRow.id == key)).mappings().first()
    return CartonEntry(**row) if row else None


def shipment_entries(session: Session, wanted: CartonFilter) -> list[ShipmentEntry]:
    """List shipments by key."""
    cartons = select(func.count()).where(CartonRow.shipment_id == ShipmentRow.id, CartonRow.state != CartonState.VOID)
    query = (
        select(
            *(ShipmentRow.id, OrderRow.number.label("order"), ShipmentRow.shipment_no.label("number")),
            *(ShipmentRow.state, ShipmentRow.split_reason, ShipmentRow.created_at, ShipmentRow.shipped_at),
            cartons.scalar_subquery().label("cartons"),
        )
        .join(OrderRow, OrderRow.id == ShipmentRow.order_id)
        .where(ShipmentRow.id > wanted.after)
        .order_by(ShipmentRow.id)
        .limit(wanted.limit)
    )
    query = query.where(OrderRow.number == wanted.order) if wanted.order else query
    return [ShipmentEntry(**row) for row in session.execute(query).mappings()]


def manifest_entries(session: Session, wanted: ManifestFilter) -> list[ManifestEntry]:
    """List the carriers' lists by key."""
    query = _manifests().where(ManifestRow.id > wanted.after).order_by(ManifestRow.id).limit(wanted.limit)
    query = query.where(ManifestRow.state == wanted.state) if wanted.state else query
    carton = select(CartonRow.id).where(CartonRow.manifest_id == ManifestRow.id)
    query = query.where(carton.exists()) if wanted.filled else query
    return [ManifestEntry(**row) for row in session.execute(query).mappings()]


def manifest_entry(session: Session, key: int) -> ManifestEntry | None:
    """Give one carrier's list."""
    row = session.execute(_manifests().where(ManifestRow.id == key)).mappings().first()
    return ManifestEntry(**row) if row else None


_HELD = select(HoldRow.id).where(HoldRow.order_id == OrderRow.id, HoldRow.lifted_at.is_(None)).exists()
_CUT = (
    select(OrderLineRow.id)
    .where(
        OrderLineRow.order_id == OrderRow.id,
        (OrderLineRow.packed > OrderLineRow.ordered)
        | (OrderLineRow.cancelled_at.is_not(None) & (OrderLineRow.packed > 0)),
    )
    .exists()
)
_LIVING = select(LabelRow.id).where(LabelRow.carton_id == CartonRow.id, LabelRow.state != LabelState.VOIDED).exists()
CARRIER = func.coalesce(
    select(func.max(LabelRow.carrier))
    .where(LabelRow.carton_id == CartonRow.id, LabelRow.state != LabelState.VOIDED)
    .scalar_subquery(),
    OrderRow.carrier,
)
"""Who takes a carton: as its living label says, else as its order says."""
_CARTONS = (
    select(
        *(CartonRow.sscc, CartonRow.carton_no, CartonRow.state, CartonRow.manifest_id, OrderRow.number),
        *(CARRIER.label("carrier"), OrderRow.state.label("order_state"), _HELD.label("held"), _CUT.label("cut")),
        _LIVING.label("living"),
    )
    .join(OrderRow, OrderRow.id == CartonRow.order_id)
    .where(CartonRow.sscc.is_not(None))
)
_ENTRIES = (
    select(
        *(CartonRow.id, OrderRow.number.label("order"), CartonRow.carton_no.label("number"), CartonRow.sscc),
        *(CartonRow.state, CartonRow.shipment_id.label("shipment"), LabelRow.tracking),
        func.coalesce(LabelRow.carrier, OrderRow.carrier).label("carrier"),
        *(CartonRow.weight_g, CartonRow.manifest_id.label("manifest"), CartonRow.closed_at, CartonRow.shipped_at),
        CartonRow.void_reason,
    )
    .join(OrderRow, OrderRow.id == CartonRow.order_id)
    .outerjoin(LabelRow, (LabelRow.carton_id == CartonRow.id) & (LabelRow.state != LabelState.VOIDED))
)


def _manifests() -> Select[tuple[object, ...]]:
    of_list = CartonRow.manifest_id == ManifestRow.id
    loaded = CartonRow.state.in_([CartonState.LOADED, CartonState.SHIPPED])
    return select(
        *(ManifestRow.id, ManifestRow.carrier, ManifestRow.cutoff_at, ManifestRow.state, ManifestRow.created_at),
        *(ManifestRow.closed_at, ManifestRow.supplement_of_id.label("supplement_of"), ManifestRow.missed_reason),
        select(func.count()).where(of_list).scalar_subquery().label("cartons"),
        select(func.count()).where(of_list, loaded).scalar_subquery().label("loaded"),
    )


def _named(connection: Connection, code: str) -> list[AnyRow]:
    reading = read(code)
    sscc = sscc_in(reading.keys)
    tracked = select(LabelRow.carton_id).where(LabelRow.tracking.in_(reading.keys), LabelRow.state != LabelState.VOIDED)
    by = CartonRow.sscc == sscc if sscc else CartonRow.id.in_(tracked)
    return list(connection.execute(_CARTONS.where(by)).all())


def _dead(connection: Connection, code: str) -> frozenset[str]:
    """Give the number of a dead label when that is what was scanned."""
    keys = read(code).keys
    names = {*keys, sscc_in(keys) or ""}
    query = select(LabelRow.tracking).where(LabelRow.tracking.in_(names), LabelRow.state == LabelState.VOIDED)
    return frozenset(number for number in connection.scalars(query) if number)


def _carton(row: AnyRow) -> ManifestCarton:
    return ManifestCarton(
        sscc=row.sscc,
        order=row.number,
        number=row.carton_no,
        carrier=row.carrier,
        state=CartonState(row.state),
        trouble=_trouble(row),
    )


def _trouble(row: AnyRow) -> OrderTrouble | None:
    if row.order_state is OrderState.CANCELLED:
        return OrderTrouble.CANCELLED
    if row.held:
        return OrderTrouble.HELD
    return OrderTrouble.EDITED if row.cut else None
