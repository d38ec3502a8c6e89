"""Changed lines of an order: quietly before release; after it, the work hears at once and a lead looks at it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import OrderState, TaskState
from warehouse.domain.errors import ConflictError, InvalidInputError, NotFoundError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.words import sentence, word
from warehouse.services.actor import Request, audit
from warehouse.services.batches.tasks import settle_batch
from warehouse.services.exceptions.queue import OpenEntry, open_exception
from warehouse.services.orders.states import batches_of, bump_batch, bump_pack, get_order, refresh_order, tell_order
from warehouse.services.side.put_backs import OpenPutBack, open_put_back, waiting_units
from warehouse.services.stock.reservations import unreserve
from warehouse.storage.models.batching import BatchRow, PickTaskRow, ToteRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.models.stock import StockRow

_UNRELEASED = {OrderState.RECEIVED, OrderState.READY}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOrder(Request):
    """New quantities by line number (0 takes the line off), and new lines by SKU."""

    number: str
    reason: str
    quantities: Mapping[int, int]
    added: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What the change left to do."""

    order: int
    put_backs: tuple[int, ...] = ()
    exception: int | None = None


def change_order(session: Session, request: ChangeOrder) -> Changed:
    """Change an order's lines.

    After release open tasks shrink and say so, surplus units in totes become put-backs, more units come with the next
    plan. Raises ConflictError when packed units would have to leave their carton: void it first; and when nothing would
    be left to pick: cancel it.
    """
    order = get_order(session, request.number)
    if order.state in {OrderState.SHIPPED, OrderState.CANCELLED}:
        raise ConflictError(sentence("Order {number} is {state}.", number=order.number, state=word(order.state)))
    _check(request)
    released = order.state not in _UNRELEASED
    put_backs: list[int] = []
    for line_no, quantity in sorted(request.quantities.items()):
        put_backs += _change_line(session, request, _line(session, order, line_no), quantity)
    for sku, quantity in request.added.items():
        _add_line(session, order, sku, quantity)
    _check_left(session, order)
    order.list_version += 1
    order.changed_at = order.lines_changed_at = request.at
    bump_pack(session, order.id)
    audit(
        session,
        request,
        "lines_changed",
        f"order:{order.id}",
        quantities={str(key): value for key, value in request.quantities.items()},
        added=dict(request.added),
    )
    for batch in session.scalars(batches_of(order.id)).all():
        settle_batch(session, request, batch)
    if refresh_order(session, request, order.id) is OrderState.SHIPPED:
        order.shipped_at = request.at  # what is left of it had gone before
    tell_order(session, order)
    key = _open_exception(session, request, order) if released else None
    return Changed(order=order.id, put_backs=tuple(put_backs), exception=key)


def _check(request: ChangeOrder) -> None:
    if not request.reason.strip() or not (request.quantities or request.added):
        raise InvalidInputError("Say what changes and why.")
    if any(quantity < 0 for quantity in request.quantities.values()) or any(it < 1 for it in request.added.values()):
        raise InvalidInputError("A quantity is not below 0, that of a new line at least 1.")


def _check_left(session: Session, order: OrderRow) -> None:
    """Refuse to leave an order of which nothing is to be picked: no work would ever end it."""
    left = select(OrderLineRow.id).where(
        OrderLineRow.order_id == order.id, OrderLineRow.pickable, OrderLineRow.cancelled_at.is_(None)
    )
    if session.scalars(left.limit(1)).first() is None:
        raise ConflictError(sentence("Nothing would be left of order {number}: cancel it.", number=order.number))


def _line(session: Session, order: OrderRow, line_no: int) -> OrderLineRow:
    query = select(OrderLineRow).where(OrderLineRow.order_id == order.id, OrderLineRow.line_no == line_no)
    row = session.scalars(query).one_or_none()
    if row is None or row.cancelled_at is not None:
        raise NotFoundError(sentence("Order {number} has no line {line_no}.", number=order.number, line_no=line_no))
    return row


def _change_line(session: Session, request: ChangeOrder, line: OrderLineRow, quantity: int) -> list[int]:
    if quantity < line.packed:
        raise ConflictError(
            sentence("{packed} of {sku} are packed already: void the carton first.", packed=line.packed, sku=line.sku)
        )
    surplus = max(line.picked - quantity, 0)
    _shrink_tasks(session, request, line, max(quantity - line.picked, 0))
    put_backs = _put_back(session, request, line, surplus) if surplus else []
    line.picked -= surplus
    line.backordered = min(line.backordered, max(quantity - line.picked - line.allocated, 0))
    if quantity == 0:
        line.cancelled_at = request.at
    else:
        line.ordered = quantity
    session.flush()
    return put_backs


def _shrink_tasks(session: Session, request: ChangeOrder, line: OrderLineRow, wanted: int) -> None:
    """Cut open tasks, the last first, until no more than `wanted` are to be picked."""
    tasks = session.scalars(
        select(PickTaskRow)
        .where(PickTaskRow.order_line_id == line.id, PickTaskRow.state == TaskState.OPEN)
        .order_by(PickTaskRow.batch_id.desc(), PickTaskRow.sequence.desc())
    ).all()
    too_many = sum(task.wanted - task.picked - task.short for task in tasks) - wanted
    for task in tasks:
        cut = min(too_many, task.wanted - task.picked - task.short)
        if cut <= 0:
            return
        too_many -= cut
        _cut(session, request, task, cut)


def _cut(session: Session, request: ChangeOrder, task: PickTaskRow, units: int) -> None:
    batch = session.get_one(BatchRow, task.batch_id)
    bump_batch(session, batch)
    unreserve(session, task.id, units)
    task.version = batch.list_version
    if units == task.wanted:
        task.state, task.changed, task.closed_at = TaskState.CANCELLED, "cancelled", request.at
        return
    task.wanted -= units
    if task.changed != "held":
        task.changed = "edited"
    if task.wanted == task.picked + task.short:
        task.state = TaskState.SHORT if task.short else TaskState.PICKED
        task.closed_at = request.at


def _put_back(session: Session, request: ChangeOrder, line: OrderLineRow, surplus: int) -> list[int]:
    """Open put-backs for units of the line that lie in the order's totes."""
    totes = select(ToteRow.id).where(ToteRow.order_id == line.order_id)
    lying = session.scalars(
        select(StockRow)
        .where(StockRow.place_id.in_(totes), StockRow.item_id == line.item_id, StockRow.quantity > 0)
        .order_by(StockRow.id.desc())
    ).all()
    opened: list[int] = []
    for stock in lying:
        part = min(surplus, stock.quantity - waiting_units(session, stock))
        if part > 0:
            surplus -= part
            opened.append(open_put_back(session, _wanted(request, line, stock, part)))
    if surplus:
        raise ConflictError(
            sentence(
                "{surplus} of {sku} are in no tote: void the carton they are in first.", surplus=surplus, sku=line.sku
            )
        )
    return opened


def _wanted(request: ChangeOrder, line: OrderLineRow, stock: StockRow, part: int) -> OpenPutBack:
    return OpenPutBack(
        actor=request.actor,
        at=request.at,
        item=stock.item_id,
        lot=stock.lot_id,
        quantity=part,
        reason="order_changed",
        place=stock.place_id,
        order=line.order_id,
    )


def _add_line(session: Session, order: OrderRow, sku: str, quantity: int) -> None:
    item = session.scalars(select(ItemRow).where(ItemRow.sku == sku)).one_or_none()
    if item is None:
        raise NotFoundError(sentence("There is no item {sku}.", sku=sku))
    last = session.scalar(select(func.max(OrderLineRow.line_no)).where(OrderLineRow.order_id == order.id)) or 0
    session.add(
        OrderLineRow(
            order_id=order.id,
            line_no=last + 1,
            item_id=item.id,
            sku=item.sku,
            description=item.name,
            ordered=quantity,
            pickable=item.stocked,
        )
    )
    session.flush()


def _open_exception(session: Session, request: ChangeOrder, order: OrderRow) -> int:
    entry = OpenEntry(
        actor=request.actor,
        at=request.at,
        type=ExceptionType.CHANGED_AFTER_RELEASE,
        subject=f"order:{order.id}",
        about=sentence("order {order}", order=order.number),
        data={
            "quantities": [[line, units] for line, units in sorted(request.quantities.items())],
            "added": [[sku, units] for sku, units in request.added.items()],
        },
        order=order.id,
        cutoff=order.cutoff_at,
    )
    return open_exception(session, entry)
