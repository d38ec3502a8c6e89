"""Codes that mean nothing here: each is put before whoever owns the master data, once, until it means something."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from warehouse.domain.barcodes import Reading, read
from warehouse.domain.codes import PREFIXES, ExceptionState, Via
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.words import sentence
from warehouse.services.actor import Actor, Request
from warehouse.services.exceptions.queue import OpenEntry, open_exception, resolve_about
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.queries.directory import meanings_of

if TYPE_CHECKING:
    from warehouse.services.scanning.groups import Case, IncomingScan

_MOST = 70
"""So much of a code names it: longer ones that begin alike are one matter."""


def note_unknown(connection: Connection, scan: "IncomingScan", case: "Case") -> None:
    """Open an entry about a scanned code that nothing here goes by.

    Our own labels are left out, they are printed anew; so is what the device alone did not know, and a code of which
    somebody has been told already: a stuck trigger is no reason to tell them again.
    """
    reading = read(scan.code or "", Via(scan.via))
    if not _is_of_an_item(reading) or any(meanings_of(connection, code) for code in reading.keys):
        return
    subject = _subject(reading.keys[0])
    entry = OpenEntry(
        actor=Actor(scan.person, scan.role, ""),
        at=scan.received_at,
        type=ExceptionType.UNKNOWN_BARCODE,
        subject=subject,
        about=sentence("{code}, scanned at {work}", code=reading.text[:_MOST], work=case.name),
        data={"code": reading.keys[0][:_MOST], "scan": str(scan.id)},
    )
    with Session(connection, join_transaction_mode="rollback_only") as session:
        if not _is_told(session, subject):
            open_exception(session, entry)
            session.flush()


def settle_known(session: Session, request: Request, codes: Collection[str]) -> None:
    """Settle the entries about codes that mean something from now on; `codes` are their keys."""
    asked = select(ExceptionRow.subject).where(*_OPEN, ExceptionRow.subject.in_([_subject(code) for code in codes]))
    for subject in session.scalars(asked).all() if codes else ():
        resolve_about(session, request, ExceptionType.UNKNOWN_BARCODE, subject, _KNOWN)


def _is_of_an_item(reading: Reading) -> bool:
    return bool(reading.keys) and not any(code[:2] in PREFIXES for code in reading.keys[:1])


def _subject(code: str) -> str:
    return f"code:{code[:_MOST]}"


def _is_told(session: Session, subject: str) -> bool:
    told = select(ExceptionRow.id).where(*_OPEN, ExceptionRow.subject == subject)
    return session.scalars(told.limit(1)).first() is not None


_KNOWN = sentence("It is in the system now.")
_OPEN = (ExceptionRow.type == ExceptionType.UNKNOWN_BARCODE, ExceptionRow.state != ExceptionState.RESOLVED)
