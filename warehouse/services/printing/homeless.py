"""Jobs that wait where nothing prints: without a printer, or at one that is switched off; each gets another."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import PrintJobState
from warehouse.domain.news import PrintJobQueued
from warehouse.services.actor import Request
from warehouse.services.printing.jobs import NO_PRINTER, choose_printers
from warehouse.services.printing.spooling import divert_job
from warehouse.storage.group import announce
from warehouse.storage.models.printing import PrinterRow, PrintJobRow, StationPrinterRow

_OPEN = (PrintJobState.QUEUED, PrintJobState.WAITING_PRINTER)
_AT_ONCE = 200


def assign_printers(session: Session, request: Request) -> int:
    """Give a printer to jobs that had none, or whose own was switched off; how many is given back."""
    rows = session.scalars(_homeless().order_by(PrintJobRow.id).limit(_AT_ONCE)).all()
    for row in rows:
        _assign(session, request, row)
    return len(rows)


def has_homeless_jobs(session: Session) -> bool:
    """Whether some job that waits has no printer, or one that is switched off, while another could take it."""
    return session.scalars(_homeless().limit(1)).first() is not None


def _homeless() -> Select[PrintJobRow]:
    off = select(PrinterRow.id).where(PrinterRow.active.is_(False))
    here = (StationPrinterRow.station_id == PrintJobRow.station_id) | StationPrinterRow.station_id.is_(None)
    choice = (
        select(StationPrinterRow.id)
        .join(PrinterRow, PrinterRow.id == StationPrinterRow.printer_id)
        .where(StationPrinterRow.role == PrintJobRow.role, PrinterRow.active, here)
    )
    homeless = PrintJobRow.printer_id.is_(None) | PrintJobRow.printer_id.in_(off)
    return select(PrintJobRow).where(
        homeless, PrintJobRow.state.in_(_OPEN), PrintJobRow.kind != "test_page", choice.exists()
    )


def _assign(session: Session, request: Request, row: PrintJobRow) -> None:
    chosen = choose_printers(session, row.station_id, row.role)[0]
    if row.printer_id is not None:
        divert_job(session, request, row, chosen)
        return
    row.printer_id, row.error = chosen, None if row.error == NO_PRINTER else row.error
    announce(session, PrintJobQueued(job=row.job_id, printer=chosen, station=row.station_id))
