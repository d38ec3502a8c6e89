"""The books of picking: what accepted scans do to tasks, lines, stock and moves, gathered and written in bulk.

The guards are the database's own: a task, line or stock row that would leave its range makes the whole write fail.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from warehouse.domain.codes import MoveReason, PlaceKind, TaskState
from warehouse.domain.picking.effects import CommitPick, UndoPick
from warehouse.domain.values import value
from warehouse.services.scanning.groups import IncomingScan
from warehouse.storage.models.batching import PickTaskRow
from warehouse.storage.models.orders import OrderLineRow
from warehouse.storage.models.stock import MoveRow, PlaceRow, ReservationRow, SerialRow, StockRow
from warehouse.storage.prepared import Prepared, PreparedLookup
from warehouse.storage.queries.picking import TaskKeys


class PromiseError(Exception):
    """More was picked than was promised. No refusal of a scan: like the database's guards it fails the whole write."""


@value(kw_only=True)
class Booking:
    """One pick or its undo with the keys it touches; `container` is the tote's place, `state` the task's after it."""

    scan: IncomingScan
    effect: CommitPick | UndoPick
    keys: TaskKeys
    lot: int
    container: int
    state: TaskState


@dataclass(slots=True)
class PickBooks:
    """What waits to be written; `flush` writes it."""

    waiting: list[Booking] = field(default_factory=list)

    def flush(self, connection: Connection) -> None:
        """Write everything that waits, one statement a table."""
        if not self.waiting:
            return
        bookings, self.waiting = self.waiting, []
        _TASK.run(connection, [_task(it) for it in bookings])
        _LINE.run(connection, [_line(it) for it in bookings])
        _INTO[connection.dialect.name].run(connection, [_arrival(it) for it in bookings])
        _STOCK.run(connection, [_departure(it) for it in bookings])
        _INSERT_MOVE.run(connection, [_move(it) for it in bookings])
        _Promises(connection, bookings).keep(connection)
        for booking in bookings:
            _serials(connection, booking)


_TASKS: Table = PickTaskRow.__table__  # type: ignore[assignment]  # declared tables are tables
_LINES: Table = OrderLineRow.__table__  # type: ignore[assignment]  # as above
_STOCKS: Table = StockRow.__table__  # type: ignore[assignment]  # as above
_PROMISES: Table = ReservationRow.__table__  # type: ignore[assignment]  # as above

_TASK = Prepared(
    update(_TASKS)
    .where(_TASKS.c.id == bindparam("task"))
    .values(
        picked=_TASKS.c.picked + bindparam("change"),
        state=bindparam("now"),
        closed_at=bindparam("closed"),
        picked_by_id=bindparam("person"),
        unverified=bindparam("unseen"),
    )
)
_LINE = Prepared(
    update(_LINES)
    .where(_LINES.c.id == bindparam("line"))
    .values(picked=_LINES.c.picked + bindparam("change"), allocated=_LINES.c.allocated - bindparam("change"))
)
_STOCK = Prepared(
    update(_STOCKS)
    .where(
        _STOCKS.c.place_id == bindparam("place"),
        _STOCKS.c.item_id == bindparam("item"),
        _STOCKS.c.lot_id == bindparam("lot"),
    )
    .values(quantity=_STOCKS.c.quantity - bindparam("units"), reserved=_STOCKS.c.reserved - bindparam("promised"))
)


def _change(booking: Booking) -> int:
    return booking.effect.quantity if isinstance(booking.effect, CommitPick) else -booking.effect.quantity


def _task(booking: Booking) -> dict[str, Any]:
    is_open = booking.state is TaskState.OPEN
    return {
        "task": booking.effect.task,
        "change": _change(booking),
        "now": booking.state,
        "closed": None if is_open else booking.scan.received_at,
        "person": booking.scan.person,
        "unseen": booking.effect.unverified,
    }


def _line(booking: Booking) -> dict[str, Any]:
    return {"line": booking.keys.order_line, "change": _change(booking)}


def _places(booking: Booking) -> tuple[int, int]:
    """Where the units come from and where they go."""
    there = (booking.keys.bin, booking.container)
    return there if isinstance(booking.effect, CommitPick) else (there[1], there[0])


def _arrival(booking: Booking) -> dict[str, Any]:
    is_back = isinstance(booking.effect, UndoPick)
    return {
        "place_id": _places(booking)[1],
        "item_id": booking.keys.item,
        "lot_id": booking.lot,
        "quantity": booking.effect.quantity,
        "reserved": booking.effect.quantity if is_back else 0,
    }


def _departure(booking: Booking) -> dict[str, Any]:
    is_pick = isinstance(booking.effect, CommitPick)
    return {
        "place": _places(booking)[0],
        "item": booking.keys.item,
        "lot": booking.lot,
        "units": booking.effect.quantity,
        "promised": booking.effect.quantity if is_pick else 0,
    }


def _into(fresh: Any) -> Prepared:
    """Complete an insert of either dialect: units arrive in a new stock row or add to the one that is there."""
    adding = fresh.on_conflict_do_update(
        index_elements=["place_id", "item_id", "lot_id"],
        set_={
            "quantity": _STOCKS.c.quantity + fresh.excluded.quantity,
            "reserved": _STOCKS.c.reserved + fresh.excluded.reserved,
        },
    )
    return Prepared(adding, ["place_id", "item_id", "lot_id", "quantity", "reserved"])


_INTO = {"sqlite": _into(sqlite.insert(_STOCKS)), "postgresql": _into(postgresql.insert(_STOCKS))}
_INSERT_MOVE = Prepared(
    insert(MoveRow),
    [
        *("at", "item_id", "lot_id", "quantity", "from_place_id", "to_place_id", "reason", "actor_id", "scan_id"),
        *("order_line_id", "pick_task_id", "unverified"),
    ],
)


def _move(booking: Booking) -> dict[str, Any]:
    source, target = _places(booking)
    is_pick = isinstance(booking.effect, CommitPick)
    return {
        "at": booking.scan.received_at,
        "item_id": booking.keys.item,
        "lot_id": booking.lot,
        "quantity": booking.effect.quantity,
        "from_place_id": source,
        "to_place_id": target,
        "reason": MoveReason.PICK if is_pick else MoveReason.UNPICK,
        "actor_id": booking.scan.person,
        "scan_id": booking.scan.id,
        "order_line_id": booking.keys.order_line,
        "pick_task_id": booking.effect.task,
        "unverified": booking.effect.unverified,
    }


@dataclass(slots=True)
class _Promise:
    """One reservation: the row `id`, or the row `fresh` that an undo has just given back."""

    quantity: int
    id: int | None = None
    fresh: dict[str, Any] = field(default_factory=dict)
    changed: bool = False


class _Promises:
    """What the tasks of some bookings were promised, used up and given back in memory, then written."""

    def __init__(self, connection: Connection, bookings: Sequence[Booking]) -> None:
        self._of: dict[tuple[int, int], list[_Promise]] = {}
        for row in _PROMISED.all(connection, {it.effect.task for it in bookings}):
            self._of.setdefault((row.pick_task_id, row.lot_id), []).append(_Promise(row.quantity, row.id))
        for booking in bookings:
            mine = self._of.setdefault((booking.effect.task, booking.lot), [])
            if isinstance(booking.effect, UndoPick):
                mine.append(_Promise(booking.effect.quantity, fresh=_promised(booking)))
            else:
                _use_up(mine, booking)

    def keep(self, connection: Connection) -> None:
        """Write what has become of them."""
        every = [promise for mine in self._of.values() for promise in mine]
        gone = [{"of": it.id} for it in every if it.id and not it.quantity]
        less = [{"of": it.id, "left": it.quantity} for it in every if it.id and it.quantity and it.changed]
        fresh = [{**it.fresh, "quantity": it.quantity} for it in every if it.fresh and it.quantity]
        for statement, rows in ((_GONE, gone), (_LESS, less), (_GIVEN_BACK, fresh)):
            if rows:
                statement.run(connection, rows)


_PROMISED = PreparedLookup(
    select(_PROMISES.c.id, _PROMISES.c.pick_task_id, _PROMISES.c.lot_id, _PROMISES.c.quantity).order_by(_PROMISES.c.id),
    ReservationRow.pick_task_id,
)
_GONE = Prepared(delete(_PROMISES).where(_PROMISES.c.id == bindparam("of")))
_LESS = Prepared(update(_PROMISES).where(_PROMISES.c.id == bindparam("of")).values(quantity=bindparam("left")))
_GIVEN_BACK = Prepared(
    insert(_PROMISES), ["place_id", "item_id", "lot_id", "order_line_id", "pick_task_id", "quantity"]
)


def _use_up(promises: Sequence[_Promise], booking: Booking) -> None:
    left = booking.effect.quantity
    for promise in promises:
        part = min(left, promise.quantity)
        promise.quantity, promise.changed = promise.quantity - part, promise.changed or part > 0
        left -= part
    if left:
        raise PromiseError(f"Task {booking.effect.task} was promised {left} fewer than were picked.")


def _promised(booking: Booking) -> dict[str, Any]:
    return {
        "place_id": booking.keys.bin,
        "item_id": booking.keys.item,
        "lot_id": booking.lot,
        "order_line_id": booking.keys.order_line,
        "pick_task_id": booking.effect.task,
        "quantity": booking.effect.quantity,
    }


def _serials(connection: Connection, booking: Booking) -> None:
    """Let each scanned serial follow its unit; one never seen before gets its row."""
    if not booking.effect.serials:
        return
    is_pick, place = isinstance(booking.effect, CommitPick), _places(booking)[1]
    line = booking.keys.order_line if is_pick else None
    known = select(SerialRow.code).where(
        SerialRow.item_id == booking.keys.item, SerialRow.code.in_(booking.effect.serials)
    )
    found = set(connection.scalars(known))
    moved = update(SerialRow).where(SerialRow.item_id == booking.keys.item, SerialRow.code.in_(found))
    connection.execute(moved.values(place_id=place, order_line_id=line))
    fresh = [code for code in booking.effect.serials if code not in found]
    if fresh:
        shared = {"item_id": booking.keys.item, "lot_id": booking.lot, "place_id": place, "order_line_id": line}
        connection.execute(insert(SerialRow), [{"code": code, **shared} for code in fresh])


def container_of(connection: Connection, code: str) -> int:
    """Give the place of a tote; `O:<number>` stands for an order's units where no tote is used, made on first use."""
    found = _CONTAINER.first(connection, {"code": code})
    if found is None:
        connection.execute(insert(PlaceRow), [{"kind": PlaceKind.TOTE, "code": code}])
        return container_of(connection, code)
    key: int = found.id
    return key


_CONTAINER = Prepared(select(PlaceRow.id).where(PlaceRow.kind == PlaceKind.TOTE, PlaceRow.code == bindparam("code")))
