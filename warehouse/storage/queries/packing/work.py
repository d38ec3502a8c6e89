"""An order at the pack station as it is judged: read whole from the tables, with where the packer stands in it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Connection, func, select

from warehouse.domain.codes import BinKind, CartonState, LabelState, MoveReason, OrderState
from warehouse.domain.packing.snapshot import position_from_json
from warehouse.domain.packing.walk import begin, stand
from warehouse.domain.packing.work import (
    Instruction,
    OrderChange,
    PackPolicy,
    PackPosition,
    PackTote,
    PackWork,
)
from warehouse.domain.picking.work import Lease
from warehouse.domain.site import Site
from warehouse.domain.words import sentence
from warehouse.storage.base import AnyRow
from warehouse.storage.models.batching import BatchRow, BatchSlotRow, LeaseRow, PickTaskRow, ToteRow
from warehouse.storage.models.orders import HoldRow, OrderLineRow, OrderRow
from warehouse.storage.models.packing import CartonRow, LabelRow, PackRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.printing import StationRow
from warehouse.storage.models.stock import BinRow, MoveRow
from warehouse.storage.queries.packing.content import load_cartons
from warehouse.storage.queries.packing.lines import is_fragile, load_lines
from warehouse.storage.queries.packing.second import MARK, second_count_of

Mark = tuple[object, ...]
"""Changes with anything that an order is packed by: what was read under the same mark is still true."""


@dataclass(frozen=True, slots=True)
class StoredPack:
    """An order at pack read whole; `pack` is None until somebody took it."""

    work: PackWork
    position: PackPosition
    order: int
    pack: int | None
    list_version: int
    mark: Mark


def load_pack(connection: Connection, number: str, site: Site) -> StoredPack | None:
    """Read an order with everything that a pack scan of it is judged by; None when there is none."""
    head = connection.execute(_HEAD.where(OrderRow.number == number)).first()
    if head is None:
        return None
    lines = load_lines(connection, head.id, head.state)
    work = PackWork(
        order=head.number,
        state=OrderState(head.state),
        lines=lines,
        totes=_totes(connection, head.id),
        cartons=load_cartons(connection, head.id, lines),
        policy=_policy(head, site),
        lease=_lease(head, site),
        pickers=_pickers(connection, head.id),
        second=second_count_of(connection, head.id, head.instructions, head.second_count),
        change=_change(connection, head),
        instructions=_instructions(head, fragile=is_fragile(connection, head.id)),
        shelves=_shelves(connection),
        void_labels=_void_labels(connection, head.id),
        unsent=_unsent(connection, head.id),
        stand_in=site.scanner_gs,
    )
    stored = position_from_json(head.position) if head.position else fresh_position(work, head.list_version)
    position = stand(work, stored)
    mark = marks_of(connection, [number]).get(number, ())
    return StoredPack(work, position, head.id, head.pack, head.pack_version or 1, mark)


def fresh_position(work: PackWork, list_version: int) -> PackPosition:
    """Give where an order is begun: a change is told once more only while there is something to do about it."""
    is_waiting = any(line.surplus for line in work.lines.values()) or work.state is OrderState.CANCELLED
    return replace(begin(work), seen_change=0 if is_waiting else list_version)


def marks_of(connection: Connection, numbers: list[str]) -> dict[str, Mark]:
    """Give the marks of these orders."""
    rows = connection.execute(_MARKS.where(OrderRow.number.in_(numbers)).group_by(OrderRow.id, PackRow.id))
    return {row.number: tuple(row) for row in rows}


_MARKS = (
    select(
        *(OrderRow.number, OrderRow.state, OrderRow.list_version, PackRow.revision, PackRow.epoch),
        *(func.sum(OrderLineRow.picked).label("picked"), func.sum(OrderLineRow.backordered).label("waiting")),
        *(func.sum(OrderLineRow.packed).label("packed"), func.sum(OrderLineRow.allocated).label("promised")),
    )
    .outerjoin(PackRow, PackRow.order_id == OrderRow.id)
    .outerjoin(OrderLineRow, OrderLineRow.order_id == OrderRow.id)
)

_HEAD = (
    select(
        *(OrderRow.id, OrderRow.number, OrderRow.state, OrderRow.list_version, OrderRow.service, OrderRow.source),
        *(OrderRow.gift_note, OrderRow.instructions, PackRow.id.label("pack"), PackRow.position, PackRow.epoch),
        *(PackRow.person_id, PackRow.device, PackRow.lease_until, PackRow.list_version.label("pack_version")),
        PackRow.second_count,
        *(LeaseRow.taken_at, PersonRow.name.label("person"), StationRow.code.label("station")),
    )
    .outerjoin(PackRow, PackRow.order_id == OrderRow.id)
    .outerjoin(PersonRow, PersonRow.id == PackRow.person_id)
    .outerjoin(StationRow, StationRow.id == PackRow.station_id)
    .outerjoin(LeaseRow, (LeaseRow.order_id == OrderRow.id) & (LeaseRow.epoch == PackRow.epoch))
)


def _policy(head: AnyRow, site: Site) -> PackPolicy:
    rules = site.pack_policy()
    return PackPolicy(
        mode=site.mode_of(station=head.station or "", order_type=head.service, channel=head.source),
        blind=rules.blind,
        self_pack=rules.self_pack or not rules.second_person,
        self_approval=rules.self_approval,
        scan_each=site.pick_default.scan_each,
        enter_quantity=site.pick_default.enter_quantity,
        hand_entry=site.pick_default.hand_entry,
        weight_g=site.tolerances.weight_g,
        weight_percent=site.tolerances.weight_percent,
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


def _totes(connection: Connection, order: int) -> dict[str, PackTote]:
    """The order's totes; one that stands in a bin of the kind pack was scanned in."""
    locks = _locks(connection, order)
    rows = connection.execute(
        select(ToteRow.id, ToteRow.code, BinRow.code.label("place"), BinRow.kind)
        .outerjoin(BinRow, BinRow.id == ToteRow.at_place_id)
        .where(ToteRow.order_id == order, ToteRow.state == "bound")
        .order_by(ToteRow.code)
    )
    return {row.code: _tote(row, locks.get(row.id)) for row in rows}


def _tote(row: AnyRow, locked: str | None) -> PackTote:
    is_in = row.kind is BinKind.PACK
    return PackTote(code=row.code, scanned_in=is_in, place="" if is_in else row.place or "", locked=locked)


def _locks(connection: Connection, order: int) -> Mapping[int, str]:
    rows = connection.execute(
        select(BatchSlotRow.tote_id, BatchSlotRow.locked_reason)
        .join(BatchRow, BatchRow.id == BatchSlotRow.batch_id)
        .where(
            BatchSlotRow.order_id == order,
            BatchSlotRow.tote_id.is_not(None),
            BatchSlotRow.locked_reason.is_not(None),
            BatchRow.closed_at.is_(None),
        )
    )
    return {tote: reason for tote, reason in rows if tote is not None and reason is not None}


def _unsent(connection: Connection, order: int) -> tuple[str, ...]:
    batches = select(PickTaskRow.batch_id).where(PickTaskRow.order_id == order)
    owing = select(LeaseRow.device).where(LeaseRow.unsent, LeaseRow.batch_id.in_(batches))
    return tuple(connection.scalars(owing.distinct().order_by(LeaseRow.device)))


def _pickers(connection: Connection, order: int) -> frozenset[int]:
    lines = select(OrderLineRow.id).where(OrderLineRow.order_id == order)
    picks = select(MoveRow.actor_id).where(MoveRow.order_line_id.in_(lines), MoveRow.reason == MoveReason.PICK)
    return frozenset(person for person in connection.scalars(picks.distinct()) if person is not None)


def _change(connection: Connection, head: AnyRow) -> OrderChange | None:
    if head.state is OrderState.CANCELLED:
        return OrderChange("cancelled", head.list_version + 1)
    held = select(HoldRow.id).where(HoldRow.order_id == head.id, HoldRow.lifted_at.is_(None)).limit(1)
    if connection.scalar(held) is not None:
        return OrderChange("held", head.list_version)
    return OrderChange("edited", head.list_version) if head.list_version > 1 else None


def _instructions(head: AnyRow, *, fragile: bool) -> tuple[Instruction, ...]:
    found = [Instruction(str(it["kind"]), str(it["text"])) for it in head.instructions or () if _is_told(it)]
    kinds = {it.kind for it in found}
    if head.gift_note and "gift_note" not in kinds:
        found.append(Instruction("gift_note", sentence("Put the gift note in.")))
    if fragile and "fragile" not in kinds:
        found.append(Instruction("fragile", sentence("Fragile: fill the carton.")))
    return tuple(found)


def _is_told(entry: object) -> bool:
    return isinstance(entry, dict) and entry.get("kind") not in {None, "", MARK} and bool(entry.get("text"))


def _shelves(connection: Connection) -> frozenset[str]:
    return frozenset(connection.scalars(select(BinRow.code).where(BinRow.kind == BinKind.PROBLEM_SHELF)))


def _void_labels(connection: Connection, order: int) -> frozenset[str]:
    """The serials of void cartons, of those whose only labels are dead, and every dead label's own number."""
    living = select(LabelRow.id).where(LabelRow.carton_id == CartonRow.id, LabelRow.state != LabelState.VOIDED)
    dead: ColumnElement[bool] = (CartonRow.state == CartonState.VOID) | ~living.exists()
    query = select(CartonRow.sscc).where(CartonRow.order_id == order, CartonRow.sscc.is_not(None), dead)
    numbers = (
        select(LabelRow.tracking)
        .join(CartonRow, CartonRow.id == LabelRow.carton_id)
        .where(CartonRow.order_id == order, LabelRow.state == LabelState.VOIDED, LabelRow.tracking.is_not(None))
    )
    found = (*connection.scalars(query), *connection.scalars(numbers))
    return frozenset(code for code in found if code is not None)
