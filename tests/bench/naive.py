"""The peer: the same scans written the way a tutorial shows it, into the same tables.

Flask-SocketIO as it comes (a thread per event), its development server, and one ORM session with its own commit per
scan. It keeps the same records (scan, task, line, stock, move, promise, audit chain) and checks less. Run as
`python -m tests.bench.naive DATABASE_URL`; prints its port.
"""

import contextlib
import logging
import sys
import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask_socketio import SocketIO
from sqlalchemy import Engine, create_engine, event, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from warehouse.domain import journal
from warehouse.domain.barcodes import key
from warehouse.domain.codes import BarcodeKind, MoveReason, Outcome, ScanKind, ScanStatus, TaskState
from warehouse.domain.journal import AuditEntry, AuditFact
from warehouse.services.picking.start import snapshot_of
from warehouse.storage.engines import sqlite_module
from warehouse.storage.models.batching import BatchRow, BatchSlotRow, PickTaskRow
from warehouse.storage.models.catalog import BarcodeRow
from warehouse.storage.models.journal import AuditRow
from warehouse.storage.models.orders import OrderLineRow
from warehouse.storage.models.picking import ScanRow
from warehouse.storage.models.stock import MoveRow, ReservationRow, StockRow

BUSY_MS = 30_000
_NO_FACT = AuditFact(at=datetime(1970, 1, 1, tzinfo=UTC), actor=None, role="", action="", subject="")


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """The scan does not fit."""


def take(session: Session, raw: dict[str, Any]) -> dict[str, Any]:
    """Judge one scan and add its records to the session."""
    known = session.scalars(select(ScanRow).where(ScanRow.scan_id == uuid.UUID(raw["id"]))).one_or_none()
    if known is not None:
        return dict(known.answer)
    batch = session.get_one(BatchRow, raw["work"]["batch"])
    barcode = session.scalars(select(BarcodeRow).where(BarcodeRow.code == key(raw["code"]))).one()
    try:
        _step(session, batch, barcode, raw)
        answer = {"id": raw["id"], "status": "applied", "outcome": "accepted", "text": "OK", "position": batch.position}
    except Refused as error:
        answer = {"id": raw["id"], "status": "rejected", "outcome": "wrong_item", "text": str(error), "position": None}
    session.add(_scan(raw, answer))
    _chain(session, raw, answer)
    return answer


def _step(session: Session, batch: BatchRow, barcode: BarcodeRow, raw: dict[str, Any]) -> None:
    order = (PickTaskRow.stop_no, PickTaskRow.sequence, PickTaskRow.id)
    tasks = session.scalars(select(PickTaskRow).where(PickTaskRow.batch_id == batch.id).order_by(*order)).all()
    task = next((it for it in tasks if it.state is TaskState.OPEN), None)
    counted = (batch.position or {}).get("counted", 0)
    slots = session.scalars(select(BatchSlotRow).where(BatchSlotRow.batch_id == batch.id)).all()
    unbound = next((slot for slot in slots if slot.tote_id is None), None)
    if barcode.kind is BarcodeKind.CART:
        batch.cart_id = barcode.cart_id
    elif barcode.kind is BarcodeKind.TOTE and unbound is not None:
        unbound.tote_id = barcode.place_id
    elif task is None:
        raise Refused("nothing is left")
    elif barcode.kind is BarcodeKind.BIN:
        _expect(barcode.place_id, task.bin_id)
    elif barcode.kind is BarcodeKind.ITEM:
        _expect(barcode.item_id, task.item_id)
        counted += barcode.pack_quantity
    else:
        slot = next(it for it in slots if it.slot_no == task.slot_no)
        _expect((barcode.place_id, counted), (slot.tote_id, task.wanted))
        _commit(session, task, slot, raw)
        counted = 0
    batch.position = {"task": task.id if task else None, "counted": counted}
    batch.revision += 1


def _expect(found: object, wanted: object) -> None:
    if found != wanted:
        raise Refused("another one was asked for")


def _commit(session: Session, task: PickTaskRow, slot: BatchSlotRow, raw: dict[str, Any]) -> None:
    assert slot.tote_id is not None
    now = datetime.now(UTC)
    task.picked, task.state, task.closed_at, task.picked_by_id = task.wanted, TaskState.PICKED, now, raw["person"]
    line = session.get_one(OrderLineRow, task.order_line_id)
    line.picked += task.wanted
    line.allocated -= task.wanted
    goods = {"item_id": task.item_id, "lot_id": task.lot_id}
    source = session.scalars(select(StockRow).filter_by(place_id=task.bin_id, **goods)).one()
    source.quantity -= task.wanted
    source.reserved -= task.wanted
    target = session.scalars(select(StockRow).filter_by(place_id=slot.tote_id, **goods)).one_or_none()
    if target is None:
        target = StockRow(place_id=slot.tote_id, quantity=0, reserved=0, **goods)
        session.add(target)
    target.quantity += task.wanted
    for promise in session.scalars(select(ReservationRow).where(ReservationRow.pick_task_id == task.id)):
        session.delete(promise)
    move = MoveRow(
        at=now,
        quantity=task.wanted,
        from_place_id=task.bin_id,
        to_place_id=slot.tote_id,
        reason=MoveReason.PICK,
        actor_id=raw["person"],
        scan_id=uuid.UUID(raw["id"]),
        order_line_id=task.order_line_id,
        pick_task_id=task.id,
        **goods,
    )
    session.add(move)


def _scan(raw: dict[str, Any], answer: dict[str, Any]) -> ScanRow:
    return ScanRow(
        scan_id=uuid.UUID(raw["id"]),
        device=raw["device"],
        seq=raw["seq"],
        person_id=raw["person"],
        sender_id=raw["person"],
        epoch=raw["epoch"],
        at=datetime.fromisoformat(raw["at"]),
        received_at=datetime.now(UTC),
        kind=ScanKind(raw["kind"]),
        batch_id=raw["work"]["batch"],
        code=raw["code"],
        quantity=raw["quantity"],
        local=raw["local"],
        via=raw["via"],
        mode="enforce",
        status=ScanStatus(answer["status"]),
        outcome=Outcome(answer["outcome"]),
        fingerprint="",
        answer=answer,
    )


def _chain(session: Session, raw: dict[str, Any], answer: dict[str, Any]) -> None:
    last = session.scalars(select(AuditRow).order_by(AuditRow.seq.desc()).limit(1)).first()
    subject = f"batch:{raw['work']['batch']}"
    fact = AuditFact(
        at=datetime.now(UTC),
        actor=raw["person"],
        role="picker",
        action="scan",
        subject=subject,
        details=f'{{"outcome":"{answer["outcome"]}"}}',
    )
    entry = journal.append(AuditEntry(last.seq, _NO_FACT, last.digest) if last else None, fact)
    row = AuditRow(
        seq=entry.seq,
        at=fact.at,
        actor_id=fact.actor,
        role=fact.role,
        action=fact.action,
        subject=subject,
        details=fact.details,
        digest=entry.digest,
    )
    session.add(row)


def open_engine(url: str) -> Engine:
    """Open the database with the same promise of durability: WAL, FULL; a writer waits for the others.

    On PostgreSQL one lock stands for the audit chain's one head, as it does in the product.
    """
    target = make_url(url)
    if target.get_backend_name() != "sqlite":
        return create_engine(target.set(drivername="postgresql+psycopg"), pool_size=20, max_overflow=60)
    engine = create_engine(target, module=sqlite_module(), pool_size=20, max_overflow=60)

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (f"busy_timeout={BUSY_MS}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def make_app(engine: Engine) -> Flask:
    """Make the server with its two events."""
    app = Flask("naive")
    socketio = SocketIO(app, async_mode="threading")

    @socketio.on("list")
    def give_list(work: dict[str, Any]) -> Any:
        with Session(engine) as session:
            return snapshot_of(session, work["batch"])

    @socketio.on("scans")
    def scans(payload: dict[str, Any]) -> dict[str, Any]:
        results = []
        for raw in payload["scans"]:
            with Session(engine) as session, session.begin():
                if engine.dialect.name == "postgresql":
                    session.connection().exec_driver_sql("SELECT pg_advisory_xact_lock(1)")
                results.append(take(session, raw))
        return {"results": results}

    return app


def main() -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, make_app(open_engine(sys.argv[1])), threaded=True)
    print(server.port, flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()


if __name__ == "__main__":
    main()
