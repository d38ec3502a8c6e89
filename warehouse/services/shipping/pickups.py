"""A carrier's next pickup, and one that did not happen: its cartons go with the next one."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import CartonState
from warehouse.domain.errors import ConflictError, InvalidInputError, NotFoundError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.lifecycle import Kind, require
from warehouse.domain.words import sentence, word
from warehouse.services.actor import Request, audit
from warehouse.services.exceptions.queue import OpenEntry, open_exception
from warehouse.services.remarks import Words
from warehouse.services.shipping.shipments import OpenManifest, manifest_for, open_manifest
from warehouse.services.site import load_site
from warehouse.storage.models.packing import CartonRow, ManifestRow


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedPickup(Request):
    """The carrier did not come for this list."""

    manifest: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rolled:
    """The list its cartons are on now, its cutoff, and how many they are."""

    manifest: int
    cutoff: datetime | None
    cartons: int


def miss_pickup(session: Session, request: MissedPickup) -> Rolled:
    """Close a list that nobody fetched; all its cartons come onto the carrier's next one and are loaded anew."""
    row = session.get(ManifestRow, request.manifest)
    if row is None:
        raise NotFoundError(sentence("There is no list {manifest}.", manifest=request.manifest))
    if row.state != "open":
        raise ConflictError(sentence("List {id} is {state} already.", id=row.id, state=word(row.state)))
    if not request.reason.strip():
        raise InvalidInputError("Say why it was not picked up.")
    row.state, row.closed_at, row.closed_by_id = "missed", request.at, request.actor.person
    row.missed_reason, row.revision = request.reason[:400], row.revision + 1
    session.flush()
    following = _following(session, request, row)
    cartons = session.scalars(select(CartonRow).where(CartonRow.manifest_id == row.id)).all()
    for carton in cartons:
        _take_off(carton)
        carton.manifest_id = following.id
        following.revision += 1
    session.flush()
    reason = Words(request.reason)
    audit(
        session, request, "pickup_missed", f"manifest:{row.id}", next=following.id, cartons=len(cartons), reason=reason
    )
    _tell_lead(session, request, row, len(cartons))
    return Rolled(manifest=following.id, cutoff=following.cutoff_at, cartons=len(cartons))


def open_next_manifest(session: Session, request: OpenManifest) -> int:
    """Give the list of the carrier's next pickup; what was left behind or came late for the carrier comes onto it."""
    found = load_site(session).next_pickup(request.carrier, request.at)
    return open_manifest(session, replace(request, cutoff=found.cutoff if found else None))


def _following(session: Session, request: MissedPickup, row: ManifestRow) -> ManifestRow:
    after = max(request.at, row.cutoff_at) if row.cutoff_at else request.at
    found = load_site(session).next_pickup(row.carrier, after)
    if found is not None and found.cutoff == row.cutoff_at:
        found = load_site(session).next_pickup(row.carrier, found.pickup)
    cutoff = found.cutoff if found else None
    return manifest_for(session, OpenManifest(actor=request.actor, at=request.at, carrier=row.carrier, cutoff=cutoff))


def _take_off(carton: CartonRow) -> None:
    if carton.state is CartonState.LOADED:
        require(Kind.CARTON, carton.state, CartonState.LABELLED)
        carton.state, carton.loaded_at = CartonState.LABELLED, None


def _tell_lead(session: Session, request: MissedPickup, row: ManifestRow, cartons: int) -> None:
    entry = OpenEntry(
        actor=request.actor,
        at=request.at,
        type=ExceptionType.MISSED_CUTOFF,
        subject=f"manifest:{row.id}",
        about=sentence(
            "{carrier} did not fetch list {list}, {number} cartons wait: {reason}",
            carrier=row.carrier,
            list=str(row.id),
            number=cartons,
            reason=request.reason,
        ),
    )
    open_exception(session, entry)
