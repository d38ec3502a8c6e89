"""Units that lie in a tote or at a station and must return: opened once, closed unit by unit."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import MoveReason, PlaceKind
from warehouse.domain.errors import ConflictError, InvalidInputError, NotFoundError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.domain.words import sentence, word
from warehouse.services.actor import Request, audit
from warehouse.services.exceptions.queue import OpenEntry, open_exception
from warehouse.services.orders.states import bump_pack, tell_order
from warehouse.services.picking.shortages import give_way
from warehouse.services.picking.totes import free_tote_if_empty
from warehouse.services.side.cartons import lay_on_bench
from warehouse.services.stock.ledger import Damage, Move, damage_stock, move_stock, outside_place, stock_row
from warehouse.storage.group import announce
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.packing import CartonRow
from warehouse.storage.models.stock import BinRow, LotRow, MoveRow, PlaceRow, PutBackRow, StockRow
from warehouse.storage.queries.packing.lines import containers_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPutBack(Request):
    """So many units are to go back.

    `place` is where they lie on the books (a tote, a carton), None when only hands have them: then `booked` is False
    and their return moves nothing, because the books never saw them leave `bin`.
    """

    item: int
    lot: int | None
    quantity: int
    reason: str
    place: int | None = None
    bin: int | None = None
    order: int | None = None
    booked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnUnits(Request):
    """So many units of a put-back were laid into a bin, the numbered ones by their serials."""

    put_back: int
    bin: int
    quantity: int = 1
    scan: uuid.UUID | None = None
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOff(Request):
    """So many units of a put-back do not go back, for a reason: lost, or damaged and set aside."""

    put_back: int
    quantity: int
    reason: str
    damaged: bool = False
    scan: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Returned:
    """How many are still to go back."""

    put_back: int
    left: int


def open_put_back(session: Session, request: OpenPutBack) -> int:
    """Open a task to return units; its key is given back."""
    if request.quantity < 1 or (request.booked and (request.place is None or request.lot is None)):
        raise InvalidInputError("A put-back names at least 1 unit, its lot and where it lies.")
    row = PutBackRow(
        item_id=request.item,
        lot_id=request.lot,
        place_id=request.place,
        bin_id=request.bin,
        order_id=request.order,
        quantity=request.quantity,
        booked=request.booked,
        reason=request.reason,
        opened_at=request.at,
    )
    session.add(row)
    session.flush()
    audit(session, request, "put_back_opened", f"put_back:{row.id}", order=request.order, quantity=request.quantity)
    announce(session, BoardChanged(BoardKind.STOCK))
    return row.id


def open_put_backs_of(session: Session, request: Request, order_id: int, reason: str) -> tuple[int, ...]:
    """Open put-backs for everything of an order that lies in totes and cartons and does not wait to go back yet."""
    opened = []
    for stock in _units_of(session, order_id):
        left = stock.quantity - waiting_units(session, stock)
        if left > 0:
            wanted = OpenPutBack(
                actor=request.actor,
                at=request.at,
                item=stock.item_id,
                lot=stock.lot_id,
                quantity=left,
                reason=reason,
                place=stock.place_id,
                bin=_came_from(session, stock),
                order=order_id,
            )
            opened.append(open_put_back(session, wanted))
    return tuple(opened)


def return_units(session: Session, request: ReturnUnits) -> Returned:
    """Book units from where they lie into the bin; the task closes with the last one, an emptied tote is free."""
    row = _waiting_row(session, request)
    if session.get(BinRow, request.bin) is None:
        raise InvalidInputError("Units go back into a bin.")
    _book(session, request, row)
    _settle(session, request, row)
    audit(session, request, "put_back", f"put_back:{row.id}", bin=request.bin, quantity=request.quantity)
    return Returned(row.id, row.quantity - row.returned)


def write_off_units(session: Session, request: WriteOff) -> Returned:
    """Book units that cannot go back: lost ones to lost-and-found, damaged ones to quarantine, each with an exception.

    They leave the place where the books have them; where that is a bin, promises give way to what is left in it.
    """
    row = _waiting_row(session, request)
    source = lay_on_bench(session, request, row, request.quantity) if row.booked else row.bin_id
    if source is not None:
        lot = row.lot_id if row.lot_id is not None else _any_lot(session, row.item_id, source)
        _free_up(session, request, row, (source, lot))
        _write_off(session, request, row, (source, lot))
    if source is None or not request.damaged:
        _tell_lost(session, request, row)
    _settle(session, request, row)
    action = "put_back_damaged" if request.damaged else "put_back_lost"
    audit(session, request, action, f"put_back:{row.id}", quantity=request.quantity, reason=request.reason)
    return Returned(row.id, row.quantity - row.returned)


def _waiting_row(session: Session, request: ReturnUnits | WriteOff) -> PutBackRow:
    row = session.get(PutBackRow, request.put_back)
    if row is None:
        raise NotFoundError(sentence("There is no put-back {put_back}.", put_back=request.put_back))
    left = row.quantity - row.returned
    if row.closed_at is not None or not 1 <= request.quantity <= left:
        raise ConflictError(sentence("Only {left} are to go back here.", left=left))
    return row


def _settle(session: Session, request: ReturnUnits | WriteOff, row: PutBackRow) -> None:
    """Count units as dealt with; the last closes the task, an emptied tote is free, the packer hears."""
    row.returned += request.quantity
    row.person_id = request.actor.person
    if row.returned == row.quantity:
        row.state, row.closed_at = "done", request.at
    session.flush()
    if row.place_id is not None:
        free_tote_if_empty(session, request, row.place_id)
    if row.order_id is not None:
        bump_pack(session, row.order_id)
        tell_order(session, session.get_one(OrderRow, row.order_id))
    announce(session, BoardChanged(BoardKind.STOCK))


def _free_up(session: Session, request: ReturnUnits | WriteOff, row: PutBackRow, held: tuple[int, int]) -> None:
    """Take back promises on units that are known to be gone from their bin."""
    stock = stock_row(session, held[0], row.item_id, held[1])
    give_way(session, request, stock, max(stock.quantity - request.quantity, 0))


def _write_off(session: Session, request: WriteOff, row: PutBackRow, held: tuple[int, int]) -> None:
    source, lot = held
    same: dict[str, Any] = {
        "actor": request.actor,
        "at": request.at,
        "item": row.item_id,
        "lot": lot,
        "quantity": request.quantity,
        "scan": request.scan,
    }
    if request.damaged:
        damage_stock(session, Damage(**same, place=source, reason=request.reason))
        return
    lost = outside_place(session, PlaceKind.LOST_AND_FOUND)
    note = f"put-back {row.id}: {request.reason}"
    move_stock(session, Move(**same, source=source, target=lost, reason=MoveReason.ADJUSTMENT, note=note))


def _tell_lost(session: Session, request: WriteOff, row: PutBackRow) -> None:
    sku = session.get_one(ItemRow, row.item_id).sku
    said = sentence(
        "{number} of {sku} were to be put back and are damaged ({reason})."
        if request.damaged
        else "{number} of {sku} were to be put back and are not found ({reason}).",
        number=request.quantity,
        sku=sku,
        reason=word(request.reason),
    )
    entry = OpenEntry(
        actor=request.actor,
        at=request.at,
        type=ExceptionType.DAMAGED if request.damaged else ExceptionType.COUNT_DIFFERENCE,
        subject=f"put_back:{row.id}",
        text=said,
        data={"put_back": row.id, "item": row.item_id, "quantity": request.quantity},
        order=row.order_id,
    )
    open_exception(session, entry)


def _book(session: Session, request: ReturnUnits, row: PutBackRow) -> None:
    source = lay_on_bench(session, request, row, request.quantity, request.serials)
    if not row.booked:
        if row.bin_id in {None, request.bin}:
            return
        # Never booked out of its own bin: laid into another one, it goes from there on the books.
        source = row.bin_id
    if source is None:
        source = outside_place(session, PlaceKind.LOST_AND_FOUND)
    lot = row.lot_id if row.lot_id is not None else _any_lot(session, row.item_id, source)
    if source == row.bin_id:
        _free_up(session, request, row, (source, lot))
    move = Move(
        actor=request.actor,
        at=request.at,
        item=row.item_id,
        lot=lot,
        quantity=request.quantity,
        source=source,
        target=request.bin,
        reason=MoveReason.PUT_BACK,
        scan=request.scan,
    )
    move_stock(session, move)


def _any_lot(session: Session, item: int, place: int) -> int:
    """Give the oldest lot of the item that lies there, free ones first, for units whose lot nobody scanned."""
    found = session.scalars(
        select(LotRow.id)
        .join(StockRow, StockRow.lot_id == LotRow.id)
        .where(StockRow.place_id == place, StockRow.item_id == item, StockRow.quantity > 0)
        .order_by(StockRow.quantity <= StockRow.reserved, LotRow.received_at, LotRow.id)
    ).first()
    if found is None:
        raise ConflictError("Nobody knows which lot this is: scan the lot.")
    return found


def _units_of(session: Session, order_id: int) -> list[StockRow]:
    from_packing = select(CartonRow.id).where(CartonRow.order_id == order_id, CartonRow.shipped_at.is_(None))
    lying = StockRow.place_id.in_(containers_of(order_id)) | StockRow.place_id.in_(from_packing)
    return list(session.scalars(select(StockRow).where(lying, StockRow.quantity > 0).order_by(StockRow.id)))


def waiting_units(session: Session, stock: StockRow) -> int:
    """Give how many units of this stock wait to go back already."""
    left = func.sum(PutBackRow.quantity - PutBackRow.returned)
    same = (PutBackRow.place_id == stock.place_id, PutBackRow.item_id == stock.item_id)
    query = select(left).where(*same, PutBackRow.lot_id == stock.lot_id, PutBackRow.closed_at.is_(None))
    return session.scalar(query) or 0


def _came_from(session: Session, stock: StockRow) -> int | None:
    """Give the bin these units were picked from, so that they can go back there."""
    return session.scalars(
        select(MoveRow.from_place_id)
        .join(PlaceRow, PlaceRow.id == MoveRow.from_place_id)
        .where(
            MoveRow.item_id == stock.item_id,
            MoveRow.lot_id == stock.lot_id,
            MoveRow.reason == MoveReason.PICK,
            PlaceRow.kind == PlaceKind.BIN,
            MoveRow.to_place_id == stock.place_id,
        )
        .order_by(MoveRow.id.desc())
    ).first()
