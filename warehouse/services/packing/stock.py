"""Units at the pack station: from totes into cartons and back, and written off when they are missing or broken."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select, update

from warehouse.domain.codes import MoveReason, PlaceKind
from warehouse.domain.errors import ConflictError
from warehouse.domain.packing.effects import PackUnits, RepickUnits, ScanOut, UnpackUnits
from warehouse.domain.words import sentence
from warehouse.services.packing.case import Case
from warehouse.services.stock.ledger import Damage, Move, damage_stock, move_stock, outside_place, quarantine_bin
from warehouse.storage.models.orders import OrderLineRow
from warehouse.storage.models.packing import CartonLineRow, CartonRow
from warehouse.storage.models.stock import LotRow, MoveRow, SerialRow, StockRow
from warehouse.storage.queries.packing.lines import containers_of, waiting_at


@dataclass(frozen=True, slots=True)
class Part:
    """Units of one lot at one place."""

    place: int
    lot: int
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Units of an order line go from one place to another."""

    line: OrderLineRow
    part: Part
    target: int
    reason: MoveReason
    unverified: bool = False
    note: str | None = None


def pack_units(case: Case, effect: PackUnits) -> None:
    """Move units from the order's totes into a carton."""
    line, carton = case.line(effect.order_line), case.carton(effect.carton)
    for part in take(case, line, effect.quantity, effect.lot):
        step = Step(line=line, part=part, target=carton.id, reason=MoveReason.PACK, unverified=effect.unverified)
        move_units(case, step)
        _list(case, carton, line, Part(carton.id, part.lot, part.quantity), effect.serials)
    line.packed += effect.quantity
    carton.weight_g = None
    case.pack.self_packed = case.pack.self_packed or effect.self_packed
    follow(case, line, effect.serials, carton.id)
    if effect.unverified or effect.self_packed:
        case.note("packed_marked", line=line.id, unverified=effect.unverified, self_packed=effect.self_packed)


def unpack_units(case: Case, effect: UnpackUnits) -> None:
    """Move units from an open carton back to where they were taken from."""
    line, carton = case.line(effect.order_line), case.carton(effect.carton)
    for part in in_carton(case, carton, line, effect):
        target = _origin(case, line, part)
        move_units(case, Step(line=line, part=part, target=target, reason=MoveReason.UNPACK))
        unlist(case, line, part, effect.serials)
        follow(case, line, effect.serials, target)
    line.packed -= effect.quantity
    carton.weight_g = None


def lose_units(case: Case, effect: RepickUnits) -> None:
    """Write off units that are missing or damaged at pack; they wait in `case.repicks` to be picked again."""
    line = case.line(effect.order_line)
    if effect.carton is not None:
        unpack_units(case, _as_unpack(effect, effect.carton))
    for part in take(case, line, effect.quantity, effect.lot):
        if effect.reason == "missing":
            lost = outside_place(case.session, PlaceKind.LOST_AND_FOUND)
            step = Step(line=line, part=part, target=lost, reason=MoveReason.ADJUSTMENT, note="missing at pack")
            move_units(case, step)
            leave(case, line, effect.serials, lost)
        else:
            _damage(case, line, part, effect)
            leave(case, line, effect.serials, quarantine_bin(case.session))
    line.picked -= effect.quantity
    case.repicks[line.id] = case.repicks.get(line.id, 0) + effect.quantity
    case.session.flush()
    case.note("repick", line=line.id, quantity=effect.quantity, reason=effect.reason)


def unpacked_serials(case: Case, line: OrderLineRow) -> tuple[str, ...]:
    """Name the numbered units of a line that are in no carton."""
    own = (SerialRow.order_line_id == line.id, SerialRow.place_id.in_(containers_of(case.order.id)))
    return tuple(case.session.scalars(select(SerialRow.code).where(*own).order_by(SerialRow.id)))


def take(case: Case, line: OrderLineRow, quantity: int, lot: str | None) -> list[Part]:
    """Choose units of a line that lie in the order's totes and do not wait to be put back.

    Raises ConflictError when the books have fewer.
    """
    parts: list[Part] = []
    left = quantity
    for stock, free in free_units(case, line, lot):
        part = min(left, free)
        if part > 0:
            parts.append(Part(stock.place_id, stock.lot_id, part))
            left -= part
    if left:
        raise ConflictError(
            sentence(
                "The totes of order {number} hold {left} fewer of {sku}.",
                number=case.order.number,
                left=left,
                sku=line.sku,
            )
        )
    return parts


def free_units(case: Case, line: OrderLineRow, lot: str | None) -> Iterator[tuple[StockRow, int]]:
    """Give what lies in the order's totes of a line, with how much of it waits for nothing else."""
    places = containers_of(case.order.id)
    query = (
        select(StockRow)
        .join(LotRow, LotRow.id == StockRow.lot_id)
        .where(StockRow.place_id.in_(places), StockRow.item_id == line.item_id, StockRow.quantity > 0)
        .order_by(StockRow.id)
    )
    query = query if lot is None else query.where(LotRow.code == lot)
    for stock in case.session.scalars(query).all():
        waiting = int(case.session.scalar(waiting_at(stock.place_id, stock.item_id, stock.lot_id)) or 0)
        yield stock, stock.quantity - waiting


def in_carton(case: Case, carton: CartonRow, line: OrderLineRow, effect: UnpackUnits | ScanOut) -> list[Part]:
    """Find units of a line in a carton; ConflictError when it holds fewer."""
    query = (
        select(CartonLineRow)
        .join(LotRow, LotRow.id == CartonLineRow.lot_id)
        .where(CartonLineRow.carton_id == carton.id, CartonLineRow.order_line_id == line.id)
        .order_by(CartonLineRow.id.desc())
    )
    query = query if effect.lot is None else query.where(LotRow.code == effect.lot)
    parts: list[Part] = []
    left = effect.quantity
    for row in case.session.scalars(query).all():
        part = min(left, row.quantity)
        if part > 0:
            parts.append(Part(carton.id, row.lot_id, part))
            left -= part
    if left:
        raise ConflictError(
            sentence(
                "Carton {carton_no} holds {left} fewer of {sku}.", carton_no=carton.carton_no, left=left, sku=line.sku
            )
        )
    return parts


def _origin(case: Case, line: OrderLineRow, part: Part) -> int:
    """Give the tote these units were packed from, while it still is the order's; else the bench."""
    last = (
        select(MoveRow.from_place_id)
        .where(MoveRow.to_place_id == part.place, MoveRow.order_line_id == line.id, MoveRow.lot_id == part.lot)
        .order_by(MoveRow.id.desc())
    )
    place = case.session.scalars(last).first()
    own = set(case.session.scalars(containers_of(case.order.id)))
    return place if place in own and place else case.bench()


def move_units(case: Case, step: Step) -> None:
    """Write the move of one step."""
    move_stock(
        case.session,
        Move(
            **case.who,
            item=step.line.item_id or 0,
            lot=step.part.lot,
            quantity=step.part.quantity,
            source=step.part.place,
            target=step.target,
            reason=step.reason,
            note=step.note,
            scan=case.scan,
            order_line=step.line.id,
            unverified=step.unverified,
        ),
    )


def _damage(case: Case, line: OrderLineRow, part: Part, effect: RepickUnits) -> None:
    damage_stock(
        case.session,
        Damage(
            **case.who,
            item=line.item_id or 0,
            lot=part.lot,
            place=part.place,
            quantity=part.quantity,
            reason=effect.damage.value if effect.damage else "other",
            scan=case.scan,
            order_line=line.id,
        ),
    )


def _list(case: Case, carton: CartonRow, line: OrderLineRow, part: Part, serials: tuple[str, ...]) -> None:
    row = _listed(case, line, part)
    if row is None:
        row = CartonLineRow(
            carton_id=carton.id, order_line_id=line.id, item_id=line.item_id, lot_id=part.lot, quantity=0
        )
        case.session.add(row)
    row.quantity += part.quantity
    row.serials = [*(row.serials or ()), *serials] or None
    case.session.flush()


def unlist(case: Case, line: OrderLineRow, part: Part, serials: tuple[str, ...]) -> None:
    """Take units off a carton's list."""
    row = _listed(case, line, part)
    if row is None:
        raise ConflictError(sentence("There is no {sku} in this carton.", sku=line.sku))
    row.quantity -= part.quantity
    row.serials = [serial for serial in row.serials or () if serial not in serials] or None
    case.session.flush()


def _listed(case: Case, line: OrderLineRow, part: Part) -> CartonLineRow | None:
    return case.session.scalars(
        select(CartonLineRow).where(
            CartonLineRow.carton_id == part.place,
            CartonLineRow.order_line_id == line.id,
            CartonLineRow.lot_id == part.lot,
        )
    ).one_or_none()


def follow(case: Case, line: OrderLineRow, serials: tuple[str, ...], place: int) -> None:
    """Let numbered units be where they were put."""
    if serials:
        own = (SerialRow.item_id == line.item_id, SerialRow.code.in_(serials))
        case.session.execute(update(SerialRow).where(*own).values(place_id=place))


def leave(case: Case, line: OrderLineRow, serials: tuple[str, ...], place: int) -> None:
    """Let numbered units belong to the order no longer."""
    if serials:
        own = (SerialRow.item_id == line.item_id, SerialRow.code.in_(serials))
        case.session.execute(update(SerialRow).where(*own).values(place_id=place, order_line_id=None))


def _as_unpack(effect: RepickUnits, carton: int) -> UnpackUnits:
    return UnpackUnits(
        order_line=effect.order_line,
        sku=effect.sku,
        quantity=effect.quantity,
        carton=carton,
        lot=effect.lot,
        serials=effect.serials,
    )
