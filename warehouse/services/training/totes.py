"""Totes for packers in training: practice orders that are picked beforehand, scan by scan, by nobody who works here."""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import BarcodeKind, Role, ScanKind, ScanStatus, Via
from warehouse.domain.picking.work import BatchWork, Position, Step
from warehouse.services.actor import SYSTEM, Actor, Request
from warehouse.services.batches.leases import Held, Hold, close_batch
from warehouse.services.batches.releasing import AssignBatch, ReleaseBatches, assign_batch, release_batches
from warehouse.services.picking.start import start_batch
from warehouse.services.planning.batching import PlanBatches, plan_batches
from warehouse.services.scanning.groups import IncomingScan, ScanResult
from warehouse.services.site import load_site
from warehouse.services.stock.freezing import current_freeze
from warehouse.storage.database import Database
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.picking import ScanRow
from warehouse.storage.queries.picking import load_batch
from warehouse.storage.queries.training.totes import (
    batches_kept_for,
    free_cart,
    free_tote,
    orders_picked_by,
    plain_orders,
    planned_of,
)

NOBODY = -1
"""The key of who picks them: no person of the warehouse has it, so it counts in no record and everybody may pack."""
HOUSE = Actor(NOBODY, Role.PICKER, "Practice floor")
DEVICE = "practice-floor"
LEAST = 8
"""With fewer orders that wait for a packer, as many again are picked."""

Clock = Callable[[], datetime]


class StuckError(Exception):
    """The house cannot go on with its list: for the log, nobody waits for an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepBatches(Request):
    """These planned batches are the house's own."""

    batches: tuple[int, ...]


def lay_out_totes(database: Database, clock: Clock) -> int:
    """Pick practice orders while too few wait for packers; gives how many batches were picked.

    Nothing is begun while stock is frozen. Raises StuckError when a scan is refused; the next call goes on where this
    one stood.
    """
    with database.read() as session:
        if current_freeze(session, clock()) is not None:
            return 0
        batches = batches_kept_for(session, NOBODY)
        is_enough = bool(batches) or len(orders_picked_by(session, NOBODY)) >= LEAST
        orders = () if is_enough else plain_orders(session, LEAST)
    if orders:
        planned = plan_batches(database, PlanBatches(actor=SYSTEM, at=clock(), orders=orders, commit=True, pickers=1))
        batches = planned.batches
        database.run(_keep, KeepBatches(actor=SYSTEM, at=clock(), batches=batches))
    database.run(_release, KeepBatches(actor=SYSTEM, at=clock(), batches=tuple(batches)))
    for batch in batches:
        _pick(database, batch, clock)
    return len(batches)


def _keep(session: Session, request: KeepBatches) -> None:
    if session.get(PersonRow, NOBODY) is None:
        badge = "U:PRACTICE-FLOOR"  # no barcode means it: nobody signs in with it
        session.add(
            PersonRow(
                id=NOBODY,
                name=HOUSE.name,
                role=Role.PICKER,
                badge=badge,
                pin_hash="",
                active=False,
                created_at=request.at,
            )
        )
        session.flush()
    for batch in request.batches:
        assign_batch(session, AssignBatch(actor=request.actor, at=request.at, batch=batch, person=NOBODY))


def _release(session: Session, request: KeepBatches) -> None:
    waiting = tuple(planned_of(session, request.batches))
    if waiting:
        release_batches(session, ReleaseBatches(actor=request.actor, at=request.at, batches=waiting))


def _pick(database: Database, batch: int, clock: Clock) -> None:
    hold = Hold(actor=HOUSE, at=clock(), batch=batch, device=DEVICE, proven=DEVICE)
    held = database.run(start_batch, hold)
    while (code := _next_code(database, batch)) is not None:
        _scan(database, held, code, clock())
    database.run(close_batch, Hold(actor=HOUSE, at=clock(), batch=batch, device=DEVICE, proven=DEVICE))


def _next_code(database: Database, batch: int) -> str | None:
    with database.read() as session:
        stored = load_batch(session.connection(), batch, load_site(session))
        if stored is None or stored.position.step is Step.FINISHED:
            return None
        return _code(session, stored.work, stored.position)


def _code(session: Session, work: BatchWork, position: Position) -> str:
    """Give the barcode that is to be scanned at this step; StuckError when it cannot be known."""
    step, task = position.step, work.tasks.get(position.task or 0)
    if step is Step.CART:
        return f"K:{_found(work, 'cart', work.cart or free_cart(session))}"
    if step is Step.BIND:
        return f"T:{_found(work, 'tote', free_tote(session))}"
    if step is Step.ZERO_CHECK:
        return "C:CONFIRM"
    if task is None:
        raise StuckError(f"Practice batch {work.number}: nothing is known to do at {step}.")
    if step is Step.BIN:
        return f"L:{task.bin}"
    if step is Step.TOTE:
        return f"T:{work.slots[task.slot or 0].tote}"
    return _label(work, task.sku) if position.counted < task.left else "C:CONFIRM"


def _found(work: BatchWork, what: str, code: str | None) -> str:
    if code is None:
        raise StuckError(f"Practice batch {work.number}: there is no free {what}.")
    return code


def _label(work: BatchWork, sku: str) -> str:
    """Give the barcode of a piece that means nothing else."""
    for code, meanings in work.directory.items():
        only = meanings[0] if len(meanings) == 1 else None
        if only and (only.kind, only.sku, only.pack_quantity) == (BarcodeKind.ITEM, sku, 1):
            return code
    raise StuckError(f"Practice batch {work.number}: {sku} has no barcode of its own.")


def _scan(database: Database, held: Held, code: str, at: datetime) -> None:
    with database.read() as session:
        last = session.scalar(select(func.max(ScanRow.seq)).where(ScanRow.device == DEVICE)) or 0
    key = uuid.uuid4()
    scan = IncomingScan(
        id=key,
        device=DEVICE,
        seq=last + 1,
        person=NOBODY,
        sender=NOBODY,
        proven=DEVICE,
        role=Role.PICKER,
        epoch=held.epoch,
        at=at,
        received_at=at,
        kind=ScanKind.SCAN,
        work=("batch", held.batch),
        code=code,
        quantity=None,
        reason=None,
        list_version=held.list_version,
        local=None,
        via=Via.KEY,
        fingerprint=hashlib.sha256(key.bytes).hexdigest(),
    )
    results: list[ScanResult] = database.scan([scan])
    if results[0].status is not ScanStatus.APPLIED:
        raise StuckError(f"Practice batch {held.number}: {code} was refused: {results[0].text}")
