"""Scans that a device laid aside because the server would not judge them: given to the lead with what they hold.

They count for nothing, neither then nor when they are sent after all. Until they are given up they wait on the device
and hold its work up, as any unsent one does.
"""

import uuid
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.words import Text, sentence
from warehouse.services.exceptions.queue import OpenEntry, open_exception
from warehouse.services.people.devices import Enrol, require_own_device
from warehouse.services.site import load_site
from warehouse.storage.models.batching import BatchRow
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.people import DeviceRow
from warehouse.storage.models.picking import ScanRow
from warehouse.storage.prepared import PreparedLookup


@dataclass(frozen=True, slots=True, kw_only=True)
class AsideScan:
    """A scan as its device keeps it; `work` is its word and key, `said` what the server answered."""

    id: uuid.UUID
    seq: int
    at: datetime
    person: int
    kind: str
    work: tuple[str, int | str]
    code: str | None
    quantity: int | None
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUp(Enrol):
    """Let a lead decide what becomes of the scans laid aside on a device."""

    scans: tuple[AsideScan, ...]


def give_up_scans(session: Session, request: GiveUp) -> list[uuid.UUID]:
    """Open an entry for each scan that has none yet; gives the ids of all that the device may forget.

    One that was judged, of which only the answer was lost, needs no lead. Raises ForbiddenError for who neither has the
    device's token nor worked with it last.
    """
    row = session.scalars(select(DeviceRow).where(DeviceRow.name == request.device)).one_or_none()
    if row is None:
        row = DeviceRow(name=request.device, last_seq=0, given_seq=0, first_seen_at=request.at, seen_at=request.at)
        session.add(row)
    require_own_device(row, request)
    settled = given_up(session.connection(), [scan.id for scan in request.scans]) | _judged(session, request)
    for scan in sorted(request.scans, key=lambda it: it.seq):
        if scan.id not in settled:
            open_exception(session, _entry(session, request, scan))
        if scan.seq == row.last_seq + 1:
            row.last_seq = scan.seq  # it was told of: no gap is to be found where it is missing
        row.given_seq = max(row.given_seq, scan.seq)
    return [scan.id for scan in request.scans]


def given_up(connection: Connection, ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Say which of these scans a lead was given, whatever became of the entry."""
    of = {_subject(scan): scan for scan in ids}
    return {of[row.subject] for row in _GIVEN.all(connection, of)}


def numbers_given(session: Session, device: str, first: int, last: int) -> set[int]:
    """Give the numbers of this device, of those between, whose scans a lead was given."""
    about = (ExceptionRow.type == ExceptionType.LATE_SCAN, ExceptionRow.data["device"].as_string() == device)
    found = (data["scan"]["seq"] for data in session.scalars(select(ExceptionRow.data).where(*about)) if data)
    return {number for number in found if first <= number <= last}


def _judged(session: Session, request: GiveUp) -> set[uuid.UUID]:
    numbers = {scan.id: scan.seq for scan in request.scans}
    query = select(ScanRow.scan_id, ScanRow.seq).where(ScanRow.scan_id.in_(numbers), ScanRow.device == request.device)
    return {row.scan_id for row in session.execute(query) if row.seq == numbers[row.scan_id]}


def _subject(scan: uuid.UUID) -> str:
    return f"scan:{scan}"


def _entry(session: Session, request: GiveUp, scan: AsideScan) -> OpenEntry:
    word, ref = scan.work
    batch = session.get(BatchRow, int(ref)) if word == "batch" else None
    order = session.scalars(select(OrderRow).where(OrderRow.number == str(ref))).first() if word == "order" else None
    text = sentence(
        "Device {device} gave up a scan of {work} that was never judged: {what} at {time}. The server said: {said}",
        device=request.device,
        work=_named(word, ref if batch is None else batch.number),
        what=_printable(scan.code or scan.kind)[:60],
        time=load_site(session).clock(scan.at),
        said=_printable(scan.said)[:160],
    )
    return OpenEntry(
        actor=request.actor,
        at=request.at,
        type=ExceptionType.LATE_SCAN,
        subject=_subject(scan.id),
        text=text,
        data={"device": request.device, "scan": _kept(scan)},
        batch=None if batch is None else batch.id,
        order=None if order is None else order.id,
        cutoff=batch.cutoff_at if batch else order.cutoff_at if order else None,
    )


def _kept(scan: AsideScan) -> dict[str, Any]:
    return asdict(scan) | {"id": str(scan.id), "at": scan.at.isoformat(), "work": list(scan.work)}


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)


def _named(word: str, ref: int | str) -> Text:
    patterns = {
        "batch": sentence("batch {batch}", batch=ref),
        "order": sentence("order {order}", order=ref),
        "count": sentence("count {number}", number=ref),
        "put_back": sentence("put-back {number}", number=ref),
        "manifest": sentence("loading list {number}", number=ref),
    }
    return patterns[word]


_GIVEN = PreparedLookup(
    select(ExceptionRow.subject).where(ExceptionRow.type == ExceptionType.LATE_SCAN), ExceptionRow.subject
)
