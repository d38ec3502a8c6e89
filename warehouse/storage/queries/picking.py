"""A batch as it is judged: read whole from the tables, with the keys that its names stand for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, select

from warehouse.domain.codes import TaskState, Tracking
from warehouse.domain.picking.snapshot import position_from_json
from warehouse.domain.picking.walk import begin
from warehouse.domain.picking.work import BatchWork, Lease, LineCount, LotChoice, PickTask, Position, Stop, ToteSlot
from warehouse.domain.site import Site
from warehouse.storage.base import AnyRow
from warehouse.storage.models.batching import FULL_STEP, BatchRow, BatchSlotRow, CartRow, LeaseRow, PickTaskRow, ToteRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.stock import BinRow, LotRow, MoveRow, StockRow
from warehouse.storage.prepared import Prepared, PreparedLookup
from warehouse.storage.queries.directory import directory_of


@dataclass(frozen=True, slots=True)
class TaskKeys:
    """The keys of one pick task's things."""

    order: int
    order_line: int
    item: int
    lot: int
    bin: int


@dataclass(frozen=True, slots=True)
class BatchKeys:
    """What the names of a batch's work stand for in the tables. `lots` is by task and lot code."""

    tasks: Mapping[int, TaskKeys]
    orders: Mapping[str, int]
    lots: Mapping[tuple[int, str], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """A batch read whole: the work, where the person stands in it, its keys, and the revision this is true for."""

    work: BatchWork
    position: Position
    keys: BatchKeys
    revision: int


def lot_taken(connection: Connection, keys: TaskKeys, code: str | None) -> int:
    """Give the lot with this code that was last taken out of a task's bin for its line; its own where none is named.

    What has been taken whole lies in the bin no more: the moves know which lot it was.
    """
    row = _TAKEN.first(connection, {"line": keys.order_line, "bin": keys.bin, "code": code}) if code else None
    return keys.lot if row is None else int(row.lot_id)


_TAKEN = Prepared(
    select(MoveRow.lot_id)
    .join(LotRow, LotRow.id == MoveRow.lot_id)
    .where(
        MoveRow.order_line_id == bindparam("line"),
        MoveRow.from_place_id == bindparam("bin"),
        LotRow.code == bindparam("code"),
    )
    .order_by(MoveRow.id.desc())
    .limit(1)
)


def load_batch(connection: Connection, batch_id: int, site: Site) -> StoredBatch | None:
    """Read the batch with everything that a scan of it is judged by; None when there is none."""
    head = _HEAD.first(connection, {"batch": batch_id})
    if head is None:
        return None
    rows = _TASKS.all(connection, {"batch": batch_id})
    stock = _stock(connection, rows)
    slots = _SLOTS.all(connection, {"batch": batch_id})
    tasks = {row.id: _task(row, stock, _rules_of(site, row)) for row in rows}
    work = BatchWork(
        id=head.id,
        number=head.number,
        state=head.state,
        list_version=head.list_version,
        lease=_lease(head, site),
        policy=site.pick_policy(head.zone),
        zones={
            _rules_of(site, row): site.pick_policy(row.zone, order_type=row.service, channel=row.source) for row in rows
        },
        cart=head.cart,
        cart_taken=head.cart is not None and head.cart_taken_at is not None,
        stops=_stops(rows),
        tasks=tasks,
        slots=_slots(slots),
        lines={row.order_line_id: LineCount(row.ordered, row.line_picked, row.packed) for row in rows},
        stock=_by_bin(stock),
        directory=directory_of(connection, rows),
        stand_in=site.scanner_gs,
    )
    position = position_from_json(head.position) if head.position else begin(work)
    return StoredBatch(work, position, _keys(rows, stock), head.revision)


_HEAD = Prepared(
    select(
        *(BatchRow.id, BatchRow.number, BatchRow.state, BatchRow.list_version, BatchRow.revision, BatchRow.zone),
        *(BatchRow.person_id, BatchRow.device, BatchRow.epoch, BatchRow.lease_until),
        *(
            BatchRow.position,
            BatchRow.cart_taken_at,
            LeaseRow.taken_at,
            CartRow.code.label("cart"),
            PersonRow.name.label("person"),
        ),
    )
    .outerjoin(CartRow, CartRow.id == BatchRow.cart_id)
    .outerjoin(PersonRow, PersonRow.id == BatchRow.person_id)
    .outerjoin(LeaseRow, (LeaseRow.batch_id == BatchRow.id) & (LeaseRow.epoch == BatchRow.epoch))
    .where(BatchRow.id == bindparam("batch"))
)
_TASKS = Prepared(
    select(
        *(PickTaskRow.id, PickTaskRow.order_id, PickTaskRow.order_line_id, PickTaskRow.item_id, PickTaskRow.lot_id),
        *(PickTaskRow.bin_id, PickTaskRow.stop_no, PickTaskRow.slot_no, PickTaskRow.wanted, PickTaskRow.picked),
        *(PickTaskRow.short, PickTaskRow.state, PickTaskRow.settled, PickTaskRow.changed, PickTaskRow.version),
        *(OrderRow.service, OrderRow.source),
        *(OrderRow.number.label("order"), BinRow.code.label("bin"), BinRow.zone, LotRow.code.label("lot")),
        *(LotRow.expires_on, ItemRow.sku, ItemRow.name, ItemRow.tracking, ItemRow.high_value),
        *(OrderLineRow.ordered, OrderLineRow.picked.label("line_picked"), OrderLineRow.packed),
    )
    .join(OrderRow, OrderRow.id == PickTaskRow.order_id)
    .join(OrderLineRow, OrderLineRow.id == PickTaskRow.order_line_id)
    .join(ItemRow, ItemRow.id == PickTaskRow.item_id)
    .join(BinRow, BinRow.id == PickTaskRow.bin_id)
    .join(LotRow, LotRow.id == PickTaskRow.lot_id)
    .where(PickTaskRow.batch_id == bindparam("batch"))
    .order_by(PickTaskRow.stop_no, PickTaskRow.sequence, PickTaskRow.id)
)
_SLOTS = Prepared(
    select(
        *(BatchSlotRow.slot_no, BatchSlotRow.tote_id, BatchSlotRow.full),
        *(BatchSlotRow.locked_reason, OrderRow.number.label("order"), ToteRow.code.label("tote")),
    )
    .join(OrderRow, OrderRow.id == BatchSlotRow.order_id)
    .outerjoin(ToteRow, ToteRow.id == BatchSlotRow.tote_id)
    .where(BatchSlotRow.batch_id == bindparam("batch"))
    .order_by(BatchSlotRow.slot_no, BatchSlotRow.id)
)


def _lease(head: AnyRow, site: Site) -> Lease | None:
    if head.person_id is None or head.taken_at is None:
        return None
    return Lease(
        epoch=head.epoch,
        person=head.person_id,
        name=head.person,
        device=head.device or "",
        since=site.clock(head.taken_at),
        expires_at=(head.lease_until or head.taken_at).isoformat(),
    )


def _stock(connection: Connection, tasks: Iterable[AnyRow]) -> list[AnyRow]:
    bins = {row.bin_id for row in tasks}
    return _STOCK.all(connection, bins)


_STOCK = PreparedLookup(
    select(
        *(StockRow.place_id, StockRow.item_id, StockRow.lot_id, StockRow.quantity, StockRow.reserved),
        *(StockRow.blocked_reason, BinRow.code.label("bin"), ItemRow.sku, LotRow.code.label("lot"), LotRow.expires_on),
    )
    .join(BinRow, BinRow.id == StockRow.place_id)
    .join(ItemRow, ItemRow.id == StockRow.item_id)
    .join(LotRow, LotRow.id == StockRow.lot_id)
    .where(StockRow.quantity > 0),
    StockRow.place_id,
)


def _rules_of(site: Site, row: AnyRow) -> str:
    """Name the rules a task is picked by: those of its zone, or of its order's type or channel within the zone."""
    mode = site.mode_of(zone=row.zone, order_type=row.service, channel=row.source)
    return str(row.zone) if mode is site.mode_of(zone=row.zone) else f"{row.zone}/{mode}"


def _task(row: AnyRow, stock: Iterable[AnyRow], rules: str) -> PickTask:
    is_tracked = row.tracking is not Tracking.NONE
    return PickTask(
        id=row.id,
        order=row.order,
        order_line=row.order_line_id,
        slot=row.slot_no,
        stop=row.stop_no,
        zone=rules,
        bin=row.bin,
        sku=row.sku,
        name=row.name,
        wanted=row.wanted,
        picked=row.picked,
        short=row.short,
        state=TaskState(row.state),
        tracking=row.tracking,
        lot=row.lot or None,
        expires_on=row.expires_on,
        lots=_choices(row, stock) if is_tracked else (),
        scan_each=row.high_value,
        changed=row.changed,
        settled=row.settled,
        version=row.version,
    )


def _choices(task: AnyRow, stock: Iterable[AnyRow]) -> tuple[LotChoice, ...]:
    """The named lots of the task's item in its bin; a lot's `free` part may be swapped in."""
    return tuple(
        LotChoice(row.lot, row.expires_on, 0 if row.blocked_reason else row.quantity - row.reserved)
        for row in stock
        if row.lot and (row.place_id, row.item_id) == (task.bin_id, task.item_id)
    )


def _stops(rows: Iterable[AnyRow]) -> tuple[Stop, ...]:
    stops: dict[int, list[AnyRow]] = {}
    for row in rows:
        stops.setdefault(row.stop_no, []).append(row)
    return tuple(Stop(at[0].bin, at[0].zone, tuple(row.id for row in at)) for at in stops.values())


def _slots(rows: Iterable[AnyRow]) -> dict[int, ToteSlot]:
    """One slot each; full totes stand in rows of their own, whose numbers are the slot's plus a multiple of a step."""
    full: dict[int, list[str]] = {}
    current = []
    for row in rows:
        if row.full:
            full.setdefault(row.slot_no % FULL_STEP, []).append(row.tote)
        else:
            current.append(row)
    return {
        row.slot_no: ToteSlot(
            slot=row.slot_no,
            order=row.order,
            tote=row.tote,
            earlier=tuple(full.get(row.slot_no, ())),
            locked=row.locked_reason,
        )
        for row in current
    }


def _by_bin(stock: Iterable[AnyRow]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for row in stock:
        here = found.setdefault(row.bin, {})
        here[row.sku] = here.get(row.sku, 0) + row.quantity
    return found


def _keys(rows: Iterable[AnyRow], stock: Iterable[AnyRow]) -> BatchKeys:
    tasks = {row.id: TaskKeys(row.order_id, row.order_line_id, row.item_id, row.lot_id, row.bin_id) for row in rows}
    by_bin: dict[tuple[int, int], list[AnyRow]] = {}
    for it in stock:
        if it.lot:
            by_bin.setdefault((it.place_id, it.item_id), []).append(it)
    lots = {(row.id, it.lot): it.lot_id for row in rows for it in by_bin.get((row.bin_id, row.item_id), ())}
    return BatchKeys(tasks=tasks, orders={row.order: row.order_id for row in rows}, lots=lots)
