"""Units that leave an order at pack: out of totes and cartons, with one put-back waiting for each, and only one."""

from sqlalchemy import select

from warehouse.domain.codes import MoveReason
from warehouse.domain.errors import ConflictError
from warehouse.domain.packing.effects import PutAside, ScanOut
from warehouse.domain.words import sentence
from warehouse.services.packing.case import Case, pack_bin
from warehouse.services.packing.stock import (
    Part,
    Step,
    follow,
    free_units,
    in_carton,
    leave,
    move_units,
    unlist,
)
from warehouse.services.side.put_backs import OpenPutBack, open_put_back
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.orders import OrderLineRow
from warehouse.storage.models.packing import CartonLineRow, CartonRow
from warehouse.storage.models.stock import LotRow, PutBackRow


def scan_out(case: Case, effect: ScanOut) -> None:
    """Set units aside that the order no longer wants; one put-back waits for each, and only one."""
    line, aside = case.line(effect.order_line), pack_bin(case.session)
    parts = _taken_out(case, line, effect)
    for part in parts:
        reason = MoveReason.RELOCATE if effect.carton is None else MoveReason.UNPACK
        move_units(case, Step(line=line, part=part, target=aside, reason=reason))
        if effect.carton is not None:
            unlist(case, line, part, effect.serials)
            line.packed -= part.quantity
        rest = part.quantity - _move_waiting(case, line, part, aside)
        if rest:
            line.picked -= rest
            _open_put_back(case, line, Part(aside, part.lot, rest))
    leave(case, line, effect.serials, aside)


def empty_carton(case: Case, carton: CartonRow) -> None:
    """Move everything in a carton onto the bench: the order's place without a tote; its list stays as it was."""
    bench = case.bench()
    listed = select(CartonLineRow).where(CartonLineRow.carton_id == carton.id, CartonLineRow.quantity > 0)
    for row in case.session.scalars(listed).all():
        line, part = case.line(row.order_line_id), Part(carton.id, row.lot_id, row.quantity)
        move_units(case, Step(line=line, part=part, target=bench, reason=MoveReason.UNPACK))
        line.packed -= row.quantity
        _move_waiting(case, line, part, bench)
        follow(case, line, tuple(row.serials or ()), bench)


def put_aside(case: Case, effect: PutAside) -> None:
    """Open a put-back for units that the books never saw leave their bin."""
    item = case.session.scalars(select(ItemRow.id).where(ItemRow.sku == effect.sku)).one()
    named = select(LotRow.id).where(LotRow.item_id == item, LotRow.code == effect.lot).order_by(LotRow.id)
    key = open_put_back(
        case.session,
        OpenPutBack(
            **case.who,
            item=item,
            lot=case.session.scalars(named).first() if effect.lot else None,
            quantity=effect.quantity,
            reason="foreign_at_pack",
            booked=False,
        ),
    )
    case.follow_up = {"kind": "put_back", "id": key}


def _taken_out(case: Case, line: OrderLineRow, effect: ScanOut) -> list[Part]:
    """Find the units: from the named carton, else those in the totes that wait to go back, then others."""
    if effect.carton is not None:
        return in_carton(case, case.carton(effect.carton), line, effect)
    found = [(stock, free) for stock, free in free_units(case, line, effect.lot)]
    parts: list[Part] = []
    left = effect.quantity
    for stock, there in [(it, it.quantity - free) for it, free in found] + found:
        part = min(left, there)
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


def _move_waiting(case: Case, line: OrderLineRow, part: Part, place: int) -> int:
    """Let put-backs that wait for these units find them at `place`; gives how many units were waited for."""
    waiting = select(PutBackRow).where(
        PutBackRow.booked,
        PutBackRow.closed_at.is_(None),
        PutBackRow.place_id == part.place,
        PutBackRow.item_id == line.item_id,
        PutBackRow.lot_id == part.lot,
    )
    left = part.quantity
    for row in case.session.scalars(waiting.order_by(PutBackRow.id)).all():
        units = min(left, row.quantity - row.returned)
        if units > 0:
            left -= units
            row.quantity -= units
            _part_put_back(case, row, Part(place, part.lot, units))
    return part.quantity - left


def _part_put_back(case: Case, row: PutBackRow, part: Part) -> None:
    """Split off the units that lie elsewhere now; a put-back without units left names the new place itself."""
    if row.quantity == 0 and row.returned == 0:
        row.quantity, row.place_id = part.quantity, part.place
    else:
        if row.quantity == row.returned:
            row.state, row.closed_at = "done", case.request.at
        rest = OpenPutBack(
            **case.who,
            item=row.item_id,
            lot=row.lot_id,
            quantity=part.quantity,
            reason=row.reason,
            place=part.place,
            bin=row.bin_id,
            order=row.order_id,
        )
        case.follow_up = {"kind": "put_back", "id": open_put_back(case.session, rest)}
    case.session.flush()


def _open_put_back(case: Case, line: OrderLineRow, part: Part) -> None:
    wanted = OpenPutBack(
        **case.who,
        item=line.item_id or 0,
        lot=part.lot,
        quantity=part.quantity,
        reason="order_changed",
        place=part.place,
        order=case.order.id,
    )
    case.follow_up = {"kind": "put_back", "id": open_put_back(case.session, wanted)}
