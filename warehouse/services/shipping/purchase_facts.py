"""What is told to carriers: which labels are due, and a carton as plain values."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import String, and_, cast, exists, literal, or_, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import LabelState
from warehouse.domain.errors import NotFoundError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.shipping.carriers import Via
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.services.exceptions.queue import OpenEntry, open_exception
from warehouse.services.printing.parcels import parcel_of, sender, weights_of
from warehouse.services.shipping.labels import ASKED
from warehouse.services.site import load_site
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import OrderAddressRow, OrderRow
from warehouse.storage.models.packing import CartonRow, LabelRow, ManifestRow

_BOUGHT_ELSEWHERE = (Via.FILE_DROP, Via.HTTP_JSON)
_BOUGHT = (LabelRow.state == LabelState.BOUGHT) & LabelRow.via.in_(_BOUGHT_ELSEWHERE)
_SUBJECT = literal("manifest:") + cast(ManifestRow.id, String)
_OPEN = (LabelState.WANTED, LabelState.BUYING, LabelState.IN_DOUBT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A label to be worked on now."""

    label: int
    state: LabelState
    carrier: str
    void: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What the carrier is told of a carton, as plain values."""

    key: str
    carrier: str
    service: str
    order: str
    sscc: str
    carton: int
    cartons: int
    weight_g: int | None
    value_cents: int
    currency: str
    sender: tuple[str, ...]
    receiver: dict[str, Any]
    tracking: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestToTell:
    """What a carrier took along: when, the day of it and the numbers of its parcels."""

    manifest: int
    carrier: str
    left_at: datetime
    day: date
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestTold(Request):
    """The carrier's own reference of a list."""

    manifest: int
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestUntold(Request):
    """A carrier that could not be told of a list with so many parcels, and why."""

    manifest: int
    parcels: int
    reason: str


def due_labels(session: Session, now: datetime) -> list[Due]:
    """List labels to buy, to look up, or to have taken back, the oldest first; reads only."""
    ripe = or_(LabelRow.not_before.is_(None), LabelRow.not_before <= now)
    elsewhere = LabelRow.via.in_(_BOUGHT_ELSEWHERE)
    query = select(LabelRow).where(elsewhere, ripe, LabelRow.state.in_(_OPEN) | (LabelRow.carrier_void == ASKED))
    rows = session.scalars(query.order_by(LabelRow.id).limit(500))
    return [Due(label=it.id, state=it.state, carrier=it.carrier, void=it.carrier_void == ASKED) for it in rows]


def manifests_to_tell(session: Session, since: datetime) -> list[ManifestToTell]:
    """List closed lists whose carrier was not told yet what it took along; reads only.

    Older than `since` are those with parcels bought from the carrier, until somebody has been asked about them.
    """
    site = load_site(session)
    told_by = [it.name for it in site.carriers if it.via in _BOUGHT_ELSEWHERE]
    bought = exists().where(CartonRow.manifest_id == ManifestRow.id, LabelRow.carton_id == CartonRow.id, _BOUGHT)
    query = select(ManifestRow).where(
        ManifestRow.state == "closed",
        ManifestRow.reference.is_(None),
        or_(bought, and_(ManifestRow.closed_at >= since, ManifestRow.carrier.in_(told_by))),
        ~exists().where(ExceptionRow.type == ExceptionType.TRACKING_MISSING, ExceptionRow.subject == _SUBJECT),
    )
    return [
        ManifestToTell(
            manifest=row.id,
            carrier=row.carrier,
            left_at=row.closed_at or row.created_at,
            day=site.day_of(row.closed_at or row.created_at),
            numbers=_numbers(session, row.id),
        )
        for row in session.scalars(query.order_by(ManifestRow.id).limit(100))
    ]


def keep_reference(session: Session, request: ManifestTold) -> None:
    """Keep the carrier's reference of a list."""
    row = session.get_one(ManifestRow, request.manifest)
    row.reference = request.reference[:80]
    audit(session, request, "manifest_told", f"manifest:{row.id}", reference=row.reference)


def ask_about_untold(session: Session, request: ManifestUntold) -> None:
    """Put a list before a person whose carrier could not be told in time; it is not told by itself any more."""
    row = session.get_one(ManifestRow, request.manifest)
    entry = OpenEntry(
        actor=request.actor,
        at=request.at,
        type=ExceptionType.TRACKING_MISSING,
        subject=f"manifest:{row.id}",
        text=sentence(
            "Tell {carrier} by hand what left on list {list}, parcels: {number}. It could not be told: {reason}",
            carrier=row.carrier,
            list=str(row.id),
            number=request.parcels,
            reason=request.reason,
        ),
    )
    open_exception(session, entry)


def parcel_for(session: Session, label: int) -> Parcel:
    """Read what a carrier is told about a label's carton."""
    row = get_label(session, label)
    parcel = parcel_of(session, row.carton_id)
    address, site = parcel.address, load_site(session)
    return Parcel(
        key=row.buy_key or "",
        carrier=row.carrier,
        service=row.service,
        order=parcel.order.number,
        sscc=parcel.carton.sscc or "",
        carton=parcel.number,
        cartons=parcel.of,
        weight_g=weights_of(session, [row.carton_id]).get(row.carton_id),
        value_cents=parcel.order.value_cents,
        currency=parcel.order.currency,
        sender=tuple(sender(site)),
        receiver=_receiver(address, parcel.order),
        tracking=row.tracking or "",
    )


def get_label(session: Session, label: int) -> LabelRow:
    """Give the row of a label; NotFoundError when there is none."""
    row = session.get(LabelRow, label)
    if row is None:
        raise NotFoundError(sentence("There is no label {label}.", label=label))
    return row


def _numbers(session: Session, manifest: int) -> tuple[str, ...]:
    query = (
        select(LabelRow.tracking)
        .join(CartonRow, CartonRow.id == LabelRow.carton_id)
        .where(CartonRow.manifest_id == manifest, LabelRow.state == LabelState.BOUGHT, LabelRow.tracking.is_not(None))
    )
    return tuple(number for number in session.scalars(query.order_by(LabelRow.id)) if number)


def _receiver(address: OrderAddressRow | None, order: OrderRow) -> dict[str, Any]:
    if address is None:
        return {"name": order.customer, "country": order.country}
    names = ("name", "company", "city", "region", "postcode", "country", "phone", "email")
    return {name: getattr(address, name) for name in names} | {"lines": tuple(map(str, address.lines or ()))}
