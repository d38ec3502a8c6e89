"""A spooler on a database with one printer, and what the tests ask about its jobs. Run as a module it just spools."""

import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import NOON, build
from tests.serving import eventually
from warehouse.children import Children
from warehouse.domain.codes import ExceptionState
from warehouse.printing import Reach
from warehouse.services.actor import SYSTEM
from warehouse.services.printing.jobs import QueueJob, queue_job
from warehouse.storage.database import Database
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.printing import PrinterRow, PrintJobRow, StationPrinterRow
from warehouse.workers.spooler import Spooler


def a_printer(session: Session, name: str, address: str, *, rank: int = 1, profile: str = "zebra_203") -> int:
    """A printer every station uses for small labels and sheets; a port number makes it one on the network."""
    transport = "tcp9100" if ":" in address else "folder"
    printer = PrinterRow(name=name, transport=transport, address=address, profile=profile, media="")
    session.add(printer)
    session.flush()
    for role in ("item_label", "document"):
        session.add(StationPrinterRow(station_id=None, role=role, rank=rank, printer_id=printer.id))
    return printer.id


def printer_at(database: Database, port: int, name: str = "Zebra", rank: int = 1) -> int:
    return build(database, lambda session: a_printer(session, name, f"127.0.0.1:{port}", rank=rank))


def queued(database: Database, *codes: str) -> list[uuid.UUID]:
    """Bin labels, one job each, in this order."""
    return [
        database.run(
            queue_job,
            QueueJob(
                actor=SYSTEM, at=NOON, key=f"bin:{code}", document={"kind": "bin", "code": code, "barcode": f"L:{code}"}
            ),
        )
        for code in codes
    ]


@contextmanager
def spooling(database: Database, children: Children, folder: Path, *ports: int) -> Iterator[Spooler]:
    """A running spooler that may reach these ports on this machine."""
    reach = Reach(folder=folder, hosts=tuple(f"127.0.0.1:{port}" for port in ports))
    spooler = Spooler(database, children, reach)
    spooler.start()
    try:
        yield spooler
    finally:
        spooler.stop()


def job_row(database: Database, key: uuid.UUID) -> PrintJobRow:
    with database.read() as session:
        return session.scalars(select(PrintJobRow).where(PrintJobRow.job_id == key)).one()


def states(database: Database, keys: list[uuid.UUID]) -> list[str]:
    return [job_row(database, key).state.value for key in keys]


def become(database: Database, keys: list[uuid.UUID], *wanted: str, within: float = 60.0) -> bool:
    """Whether these jobs come to these states in time."""
    return eventually(lambda: states(database, keys) == list(wanted), within=within)


def questions(database: Database) -> list[str]:
    """What people are asked about print jobs now."""
    with database.read() as session:
        rows = session.scalars(select(ExceptionRow).where(ExceptionRow.state != ExceptionState.RESOLVED))
        return [row.text for row in rows]


def attention(database: Database, printer: int) -> str | None:
    with database.read() as session:
        return session.get_one(PrinterRow, printer).attention


if __name__ == "__main__":
    url, folder, *ports = sys.argv[1:]
    with spooling(Database(url), Children(1), Path(folder), *map(int, ports)):
        threading.Event().wait()
