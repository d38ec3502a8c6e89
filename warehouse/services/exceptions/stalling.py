"""What stands still is put before whoever works on its state, and taken off the queue when it goes on."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from warehouse.domain.codes import ExceptionState
from warehouse.domain.exception_queue import OWNER_OF_BATCH, OWNER_OF_STATE, ExceptionType
from warehouse.domain.words import listed, sentence, word
from warehouse.services.actor import Request
from warehouse.services.exceptions.queue import OpenEntry, Resolve, get_entry, open_exception, resolve_exception
from warehouse.services.site import load_site
from warehouse.storage.queries.stalled import Since, StillBatch, StillOrder, moved_on, still_batches, still_orders


@dataclass(frozen=True, slots=True)
class Standing:
    """Keys of orders and batches that stand still, and of entries whose cause is gone."""

    orders: tuple[int, ...] = ()
    batches: tuple[int, ...] = ()
    moved: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteStanding(Request):
    """Bring the queue up to date about these."""

    standing: Standing


def look_for_stalled(session: Session, now: datetime) -> Standing:
    """Find what stands still; reads only."""
    since = _since(session, now)
    return Standing(
        orders=tuple(it.id for it in still_orders(session, since)),
        batches=tuple(it.id for it in still_batches(session, since)),
        moved=tuple(moved_on(session)),
    )


def note_stalled(session: Session, request: NoteStanding) -> int:
    """Open entries for what still stands still, settle those whose cause is gone; gives how many were opened."""
    standing, since = request.standing, _since(session, request.at)
    orders = still_orders(session, replace(since, only=standing.orders)) if standing.orders else []
    batches = still_batches(session, replace(since, only=standing.batches)) if standing.batches else []
    for order in orders:
        open_exception(session, _about_order(request, order))
    for batch in batches:
        open_exception(session, _about_batch(request, batch))
    for key in standing.moved:
        if get_entry(session, key).state is not ExceptionState.RESOLVED:
            gone = Resolve(actor=request.actor, at=request.at, exception=key, resolution=sentence("It goes on."))
            resolve_exception(session, gone)
    return len(orders) + len(batches)


def _since(session: Session, now: datetime) -> Since:
    return Since(before=now - timedelta(hours=load_site(session).stalled_hours), now=now)


def _about_order(request: Request, order: StillOrder) -> OpenEntry:
    return OpenEntry(
        actor=request.actor,
        at=request.at,
        type=ExceptionType.STALLED,
        subject=f"order:{order.id}",
        about=listed([sentence("order {order}", order=order.number), word(order.state)]),
        order=order.id,
        cutoff=order.cutoff,
        owner=order.person,
        owner_role=OWNER_OF_STATE[order.state],
    )


def _about_batch(request: Request, batch: StillBatch) -> OpenEntry:
    return OpenEntry(
        actor=request.actor,
        at=request.at,
        type=ExceptionType.STALLED,
        subject=f"batch:{batch.id}",
        about=listed([sentence("batch {batch}", batch=batch.number), word(batch.state)]),
        batch=batch.id,
        cutoff=batch.cutoff,
        owner=batch.person,
        owner_role=OWNER_OF_BATCH[batch.state],
    )
