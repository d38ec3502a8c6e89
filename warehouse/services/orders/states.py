"""The state of an order, derived from its lines and works, and the end of a hold: what every order use case shares."""

from collections.abc import Collection

from sqlalchemy import Connection, Select, Table, bindparam, func, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from warehouse.domain.codes import OrderState, TaskState
from warehouse.domain.errors import NotFoundError
from warehouse.domain.lifecycle import order_state
from warehouse.domain.news import BatchChanged, BoardChanged, BoardKind, OrderChanged
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit, audit_codes
from warehouse.storage.group import announce
from warehouse.storage.models.batching import BatchRow, BatchSlotRow, PickTaskRow
from warehouse.storage.models.orders import HoldRow, OrderLineRow, OrderRow
from warehouse.storage.models.packing import PackRow
from warehouse.storage.prepared import Prepared
from warehouse.storage.queries.progress import OPEN_BATCHES, progress_of

ENDED = frozenset({OrderState.CANCELLED, OrderState.SHIPPED})
"""States of an order that it never leaves."""


def get_order(session: Session, number: str) -> OrderRow:
    """Give the row of an order by our number; NotFoundError when there is none."""
    row = session.scalars(select(OrderRow).where(OrderRow.number == number)).one_or_none()
    if row is None:
        raise NotFoundError(sentence("There is no order {number}.", number=number))
    return row


def refresh_order(session: Session, request: Request, order_id: int) -> OrderState:
    """Derive the order's state anew, store it, and tell when it changed. A cancelled or shipped one stays so."""
    session.flush()
    state = refresh_order_on(session.connection(), request, order_id)
    known = session.identity_map.get(identity_key(OrderRow, order_id))
    if known is not None:
        session.expire(known, ("state", "changed_at"))
    return state


def refresh_order_on(connection: Connection, request: Request, order_id: int) -> OrderState:
    """The same without a session, for what has none: every scan that ends an order's work asks for it."""
    order = _STATE.all(connection, {"order": order_id})[0]
    if order.state in ENDED:
        return OrderState(order.state)
    derived = order_state(progress_of(connection, order_id))
    if derived is OrderState.RECEIVED:
        # A hold stands beside the state: it never takes an order back that once was ready.
        derived = OrderState.RECEIVED if order.state is OrderState.RECEIVED else OrderState.READY
    if derived is not order.state:
        audit_codes(connection, request, "order_state", f"order:{order_id}", was=order.state, now=derived)
        _MOVE.run(connection, [{"order": order_id, "now": derived, "since": request.at}])
        tell_order_by(connection, order_id, order.number)
    return derived


_ORDERS: Table = OrderRow.__table__  # type: ignore[assignment]  # declared tables are tables
_STATE = Prepared(select(OrderRow.state, OrderRow.number).where(OrderRow.id == bindparam("order")))
_MOVE = Prepared(
    update(_ORDERS)
    .where(_ORDERS.c.id == bindparam("order"))
    .values(state=bindparam("now"), changed_at=bindparam("since"))
)


def tell_order(session: Session, order: OrderRow) -> None:
    """Announce that an order changed."""
    tell_order_by(session, order.id, order.number)


def tell_order_by(target: Session | Connection, key: int, number: str) -> None:
    """Announce that the order with this key and our number changed."""
    announce(target, OrderChanged(order=key, number=number))
    announce(target, BoardChanged(BoardKind.ORDERS))


def end_hold(session: Session, request: Request, hold: HoldRow, reason: str) -> None:
    """Lift one hold, free the work it stopped when it was the last, and derive the order's state."""
    hold.lifted_at, hold.lifted_by_id, hold.lift_reason = request.at, request.actor.person, reason[:400]
    session.flush()
    audit(session, request, "hold_lifted", f"order:{hold.order_id}", hold=hold.id, reason=hold.reason)
    if not has_holds(session, hold.order_id):
        mark_work(session, hold.order_id, "held", None)
    refresh_order(session, request, hold.order_id)
    tell_order(session, session.get_one(OrderRow, hold.order_id))


def has_holds(session: Session, order_id: int) -> bool:
    """Say whether a hold of the order is still open."""
    open_holds = select(func.count()).where(HoldRow.order_id == order_id, HoldRow.lifted_at.is_(None))
    return bool(session.scalar(open_holds))


def mark_work(session: Session, order_id: int, was: str | None, now: str | None) -> None:
    """Mark the order's tasks and totes, so that the next scan says what happened (`held`), or take the mark off.

    What was picked is marked, too: it is not taken back meanwhile. What was short may still be found. Only marks equal
    to `was` are replaced. Pack is told by its own list version.
    """
    for batch in session.scalars(batches_of(order_id)).all():
        bump_batch(session, batch)
        tasks = select(PickTaskRow).where(
            PickTaskRow.batch_id == batch.id,
            PickTaskRow.order_id == order_id,
            PickTaskRow.state.in_([TaskState.OPEN, TaskState.PICKED]),
        )
        for task in session.scalars(tasks).all():
            if task.changed == was:
                task.changed, task.version = now, batch.list_version
    lock_slots(session, order_id, was, now)
    bump_pack(session, order_id)


def batches_of(order_id: int) -> Select[BatchRow]:
    """Select the open batches with a slot or a task of the order."""
    slots = select(BatchSlotRow.batch_id).where(BatchSlotRow.order_id == order_id)
    tasks = select(PickTaskRow.batch_id).where(PickTaskRow.order_id == order_id)
    return select(BatchRow).where(BatchRow.id.in_(slots.union(tasks)), BatchRow.state.in_(OPEN_BATCHES))


def bump_batch(session: Session, batch: BatchRow) -> None:
    """Say that the list of a batch changed."""
    batch.list_version += 1
    move_batch(session, batch)


def move_batch(session: Session, batch: BatchRow) -> None:
    """Say that a batch moved on while its list stays as it is: taken, handed back, picked to its end."""
    batch.revision += 1
    announce(session, BatchChanged(batch=batch.id, list_version=batch.list_version, revision=batch.revision))
    announce(session, BoardChanged(BoardKind.BATCHES))


def renew_lists(session: Session, items: Collection[int] | None = None) -> None:
    """Say that lists changed because rules did, or what is known of `items`: of batches with open tasks of these.

    Rules reach orders at pack by themselves, items do so here.
    """
    batches = select(BatchRow).where(BatchRow.state.in_(OPEN_BATCHES))
    if items is not None:
        tasks = select(PickTaskRow.batch_id).where(PickTaskRow.item_id.in_(items), PickTaskRow.state == TaskState.OPEN)
        batches = batches.where(BatchRow.id.in_(tasks))
        lines = select(OrderLineRow.order_id).where(OrderLineRow.item_id.in_(items))
        at_pack = select(PackRow).where(PackRow.finished_at.is_(None), PackRow.order_id.in_(lines))
        for pack in session.scalars(at_pack).all():
            pack.revision += 1
    for batch in session.scalars(batches).all():
        bump_batch(session, batch)


def lock_slots(session: Session, order_id: int, was: str | None, now: str | None) -> None:
    """Lock or free the order's totes on the carts of open batches."""
    open_batches = select(BatchRow.id).where(BatchRow.state.in_(OPEN_BATCHES))
    slots = select(BatchSlotRow).where(BatchSlotRow.order_id == order_id, BatchSlotRow.batch_id.in_(open_batches))
    for slot in session.scalars(slots).all():
        if slot.locked_reason == was:
            slot.locked_reason = now


def bump_pack(session: Session, order_id: int) -> None:
    """Say that what is to be packed changed, where the order is at pack."""
    pack = session.scalars(select(PackRow).where(PackRow.order_id == order_id)).one_or_none()
    if pack is not None:
        pack.list_version += 1
        pack.revision += 1
