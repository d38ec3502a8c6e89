"""What events on the floor print: each function writes a job in the transaction of its cause, once."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import LabelState
from warehouse.domain.errors import NotFoundError
from warehouse.domain.words import sentence
from warehouse.services.actor import Request
from warehouse.services.printing.jobs import Document, QueueJob, job_under, queue_job
from warehouse.services.printing.labels import ItemLabelAsked, batch_label, check_page, item_label
from warehouse.services.printing.parcels import Parcel, gift_note, moment, packing_slip, parcel_of, shipping_label
from warehouse.services.printing.sheets import manifest_sheet, pick_list
from warehouse.services.site import load_site
from warehouse.storage.models.batching import BatchRow
from warehouse.storage.models.packing import LabelRow, ManifestRow
from warehouse.storage.models.printing import PrinterRow

KEEP_SHEETS = timedelta(days=90)
"""How long a sheet that names receivers of several orders is kept; papers of one order go with its address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintTest(Request):
    """Print the page that shows how well a printer prints; `key` is the caller's own."""

    printer: int
    key: str


def queue_packing_slip(session: Session, request: Request, carton_id: int) -> uuid.UUID:
    """Print the list of what is in a sealed carton."""
    parcel = parcel_of(session, carton_id)
    # A sealed carton's content never changes: a void one is packed again as another carton.
    key = f"packing_slip:{carton_id}:{parcel.carton.content_hash or ''}"
    return _once(session, key) or _queue(session, request, key, parcel, packing_slip(session, parcel, request.at))


def queue_shipping_label(session: Session, request: Request, carton_id: int) -> uuid.UUID:
    """Print a sealed carton's shipping label, once for each label that was not voided before.

    Raises ConflictError while the carton has no serial number.
    """
    parcel = parcel_of(session, carton_id)
    dead = select(func.count()).where(LabelRow.carton_id == carton_id, LabelRow.state == LabelState.VOIDED)
    key = f"shipping_label:{carton_id}:{session.scalar(dead)}"
    return _once(session, key) or _queue(session, request, key, parcel, shipping_label(session, parcel))


def queue_gift_note(session: Session, request: Request, carton_id: int) -> uuid.UUID:
    """Print the giver's note for a carton; raises ConflictError when the order has none."""
    parcel = parcel_of(session, carton_id)
    key = f"gift_note:{carton_id}"
    return _once(session, key) or _queue(session, request, key, parcel, gift_note(parcel))


def queue_manifest(session: Session, request: Request, manifest_id: int, station: int | None = None) -> uuid.UUID:
    """Print a manifest as it is now; each revision of it is printed once."""
    row = session.get(ManifestRow, manifest_id)
    if row is None:
        raise NotFoundError(sentence("There is no manifest {manifest}.", manifest=manifest_id))
    key = f"manifest:{manifest_id}:{row.revision}"
    found = _once(session, key)
    if found:
        return found
    job = QueueJob(
        actor=request.actor,
        at=request.at,
        key=key,
        document=manifest_sheet(session, manifest_id, request.at),
        station=station,
        erase_after=request.at + KEEP_SHEETS,
    )
    return queue_job(session, job)


def queue_pick_list(session: Session, request: Request, batch_id: int, station: int | None = None) -> uuid.UUID:
    """Print what is left to pick of a batch; each version of the list is printed once."""
    row = session.get(BatchRow, batch_id)
    if row is None:
        raise NotFoundError(sentence("There is no batch {batch}.", batch=batch_id))
    key = f"pick_list:{batch_id}:{row.list_version}:{row.revision}"
    found = _once(session, key)
    if found:
        return found
    document = pick_list(session, batch_id, request.at)
    job = QueueJob(actor=request.actor, at=request.at, key=key, document=document, station=station)
    return queue_job(session, job)


def queue_batch_label(session: Session, request: Request, batch_id: int, station: int | None = None) -> uuid.UUID:
    """Print the label that goes with a batch on its cart, once."""
    key = f"batch:{batch_id}"
    found = _once(session, key)
    if found:
        return found
    document = batch_label(session, batch_id)
    job = QueueJob(actor=request.actor, at=request.at, key=key, document=document, station=station)
    return queue_job(session, job)


def queue_item_label(session: Session, request: Request, item_id: int, lot_id: int | None = None) -> uuid.UUID:
    """Print an item's label for one piece, as for a unit whose barcode cannot be read."""
    document = item_label(session, ItemLabelAsked(item=item_id, lot=lot_id))
    key = f"item:{item_id}:{request.actor.person or 0}:{request.at.isoformat()}"
    job = QueueJob(actor=request.actor, at=request.at, key=key, document=document)
    return _once(session, key) or queue_job(session, job)


def queue_test_page(session: Session, request: PrintTest) -> uuid.UUID:
    """Print the test page of one printer; which bars read well is asked anew."""
    printer = session.get(PrinterRow, request.printer)
    if printer is None:
        raise NotFoundError(sentence("There is no printer {printer}.", printer=request.printer))
    document = check_page(printer, moment(load_site(session), request.at))
    key = f"test_page:{printer.id}:{request.key}"
    found = _once(session, key)
    if found:
        return found
    printer.least_dots = None
    job = QueueJob(actor=request.actor, at=request.at, key=key, document=document, printer=printer.id)
    return queue_job(session, job)


def _once(session: Session, key: str) -> uuid.UUID | None:
    found = job_under(session, key)
    return found.job_id if found else None


def _queue(session: Session, request: Request, key: str, parcel: Parcel, document: Document) -> uuid.UUID:
    job = QueueJob(
        actor=request.actor,
        at=request.at,
        key=key,
        document=document,
        station=parcel.carton.station_id,
        carton=parcel.carton.id,
        order=parcel.order.id,
        erase_after=parcel.address.erase_after if parcel.address else None,
    )
    return queue_job(session, job)
