"""A roll that came out badly: every print of a range is made again in one action, the old ones dead."""

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import CartonState, PrintJobState
from warehouse.domain.errors import ConflictError, InvalidInputError
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.services.printing.answers import ReprintJob, reprint_job
from warehouse.services.printing.jobs import LABEL_KINDS, get_job, move_job
from warehouse.services.remarks import Words
from warehouse.services.shipping.labels import Relabel, relabel_carton
from warehouse.storage.models.packing import CartonRow
from warehouse.storage.models.printing import PrintJobRow

MOST = 200
OUT = frozenset({PrintJobState.SENT, PrintJobState.CONFIRMED, PrintJobState.IN_DOUBT})
"""What may lie on the floor."""
_SEALED = (CartonState.CLOSED, CartonState.LABELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoiledRange(Request):
    """The first and the last spoiled print of one printer, in the order they were asked for, and what happened."""

    first: uuid.UUID
    last: uuid.UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remade:
    """How many prints were made again: labels of cartons with a new number, and others with a mark."""

    relabelled: int
    reprinted: int
    left_alone: int


def remake_range(session: Session, request: SpoiledRange) -> Remade:
    """Make every print of the range again; what has not come out, or stands on a carton on its way, is left alone.

    A carton's label gets a new number, so that the spoiled one is refused wherever it is scanned.
    """
    if not request.reason.strip():
        raise InvalidInputError("Say what happened to them.")
    rows = _range(session, request)
    cartons = [row.carton_id for row in rows if row.kind in LABEL_KINDS and _is_sealed(session, row)]
    others = [row for row in rows if row.kind not in LABEL_KINDS]
    for carton in dict.fromkeys(cartons):
        relabel_carton(session, Relabel(actor=request.actor, at=request.at, carton=carton or 0, reason=request.reason))
    for row in others:
        asked = ReprintJob(actor=request.actor, at=request.at, job=row.job_id, reason=request.reason)
        reprint_job(session, asked)
        if row.state in OUT:
            move_job(session, row, PrintJobState.VOIDED)
    done = Remade(
        relabelled=len(set(cartons)),
        reprinted=len(others),
        left_alone=len(rows) - len(cartons) - len(others),
    )
    audit(
        session,
        request,
        "prints_remade",
        f"print_job:{rows[0].id}",
        last=rows[-1].id,
        relabelled=done.relabelled,
        reprinted=done.reprinted,
        reason=Words(request.reason),
    )
    return done


def _range(session: Session, request: SpoiledRange) -> list[PrintJobRow]:
    ends = [get_job(session, request.first), get_job(session, request.last)]
    if ends[0].printer_id != ends[1].printer_id or ends[0].printer_id is None:
        raise ConflictError("Both ends of the range must be prints of one printer.")
    low, high = sorted(row.id for row in ends)
    query = select(PrintJobRow).where(
        PrintJobRow.printer_id == ends[0].printer_id,
        PrintJobRow.id.between(low, high),
        PrintJobRow.state.in_(OUT),
        PrintJobRow.kind != "test_page",
    )
    rows = list(session.scalars(query.order_by(PrintJobRow.id).limit(MOST + 1)))
    if not rows or len(rows) > MOST:
        raise ConflictError(
            sentence("Expected 1 to {most} prints that came out, found {number}.", most=MOST, number=len(rows))
        )
    return rows


def _is_sealed(session: Session, row: PrintJobRow) -> bool:
    carton = session.get(CartonRow, row.carton_id) if row.carton_id else None
    return carton is not None and carton.state in _SEALED
