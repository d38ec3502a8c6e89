"""Units that are told apart: which lot a pick is booked as, how its promise follows, which serials are known."""

from dataclasses import replace

from sqlalchemy import Connection

from warehouse.domain.codes import BarcodeKind, Tracking
from warehouse.domain.picking.effects import CommitPick, SwapLot, UndoPick
from warehouse.domain.picking.work import BatchWork
from warehouse.services.picking.books import Booking
from warehouse.storage.queries.picking import BatchKeys, lot_taken


def lot_of(connection: Connection, keys: BatchKeys, effect: CommitPick | UndoPick) -> int:
    """Give the lot that is taken, or was: the task's own where none is named."""
    task = keys.tasks[effect.task]
    if isinstance(effect, UndoPick):
        return lot_taken(connection, task, effect.lot)
    return keys.lots.get((effect.task, effect.lot), task.lot) if effect.lot else task.lot


def is_as_promised(work: BatchWork, keys: BatchKeys, effect: CommitPick | UndoPick, lot: int) -> bool:
    """Say no where units without a lot are promised, and those of a lot are taken."""
    return work.tasks[effect.task].lot is not None or lot == keys.tasks[effect.task].lot


def with_promise(work: BatchWork, keys: BatchKeys, booking: Booking) -> tuple[Booking | SwapLot, ...]:
    """Let the promise go over to the lot that is taken, before it is; and back, after it was given back."""
    effect, lot = booking.effect, booking.effect.lot or ""
    if is_as_promised(work, keys, effect, booking.lot):
        return (booking,)
    if isinstance(effect, CommitPick):
        return SwapLot(effect.task, effect.quantity, "", lot), booking
    return booking, SwapLot(effect.task, effect.quantity, lot, "")


def without_serials(work: BatchWork) -> BatchWork:
    """Know no numbered piece by heart: another batch may take it meanwhile, so each is looked up when it is scanned."""
    if not any(task.tracking is Tracking.SERIAL for task in work.tasks.values()):
        return work
    known = work.directory.items()
    kept = {code: them for code, them in known if all(it.kind is not BarcodeKind.SERIAL for it in them)}
    return replace(work, directory=kept)
