"""Returned goods are taken in by scan, held against what was sent; each piece is a move from the customer."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.domain.barcodes import key
from warehouse.domain.codes import BinKind, CartonState, MoveReason, PlaceKind, Tracking
from warehouse.domain.errors import ConflictError, InvalidInputError, NotFoundError
from warehouse.domain.lifecycle import Kind, require
from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.domain.returns.judging import LineState, share_out, state_of
from warehouse.domain.returns.states import ReturnState, ReturnStep
from warehouse.domain.words import sentence, word
from warehouse.services.actor import Request, audit
from warehouse.services.returns.doubles import tell_of_double
from warehouse.services.returns.opening import OPEN, get_return, sent_lines
from warehouse.services.stock.freezing import require_thawed
from warehouse.services.stock.ledger import Move, move_stock, outside_place
from warehouse.storage.group import announce
from warehouse.storage.models.catalog import BarcodeRow, ItemRow
from warehouse.storage.models.packing import CartonLineRow, CartonRow
from warehouse.storage.models.returns import ReturnLineRow, ReturnRow, ReturnStepRow
from warehouse.storage.models.stock import BinRow, LotRow, MoveRow, PlaceRow, SerialRow

PLACE = "RETURNS"
_MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveReturn(Request):
    """A code of an item was scanned `quantity` times at the returns desk; a serial number where the item has them."""

    number: str
    code: str
    quantity: int = 1
    serial: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """What was taken in: pieces of a SKU, and how many of it are back in this return now."""

    sku: str
    pieces: int
    back: int


def receive_return(session: Session, request: ReceiveReturn) -> Received:
    """Take pieces in; never more than was sent.

    Raises ConflictError for what was not sent or is back already, NotFoundError for an unknown code.
    """
    require_thawed(session, request.at)
    row = _open(session, request.number)
    item, pieces = _scanned(session, request)
    if row.order_id is None:
        parts: list[tuple[int | None, int]] = [(None, pieces)]
    else:
        shares = share_out(sent_lines(session, row.order_id), item.sku, pieces)
        parts = [(line.line, units) for line, units in shares]
    for order_line, units in parts:
        line = _line(session, row, item, order_line)
        for lot, part in _lots(session, request, line, units):
            _take_in(session, request, line, (lot, part))
    settle_return(session, request, row)
    back = select(func.sum(ReturnLineRow.received)).where(
        ReturnLineRow.return_id == row.id, ReturnLineRow.item_id == item.id
    )
    audit(session, request, "return_received", f"return:{row.id}", item=item.id, pieces=pieces)
    announce(session, BoardChanged(BoardKind.STOCK))
    return Received(item.sku, pieces, int(session.scalar(back) or 0))


def settle_return(session: Session, request: Request, row: ReturnRow) -> None:
    """Bring the state of a return up to what its lines say."""
    session.flush()
    lines = session.scalars(select(ReturnLineRow).where(ReturnLineRow.return_id == row.id))
    now = state_of(LineState(received=it.received, decided=it.restocked + it.quarantined + it.scrapped) for it in lines)
    if now is not row.state:
        require(Kind.RETURN, row.state, now)
        row.state = now
    if now is ReturnState.RECEIVED and row.received_at is None:
        row.received_at = request.at
    session.flush()


def returns_place(session: Session) -> int:
    """Give the place where returned goods wait to be looked at, made when first needed; nothing is sold from it."""
    found = session.scalars(select(BinRow.id).where(BinRow.code == PLACE)).first()
    if found is not None:
        return found
    place = PlaceRow(kind=PlaceKind.BIN, code=PLACE)
    session.add(place)
    session.flush()
    session.add(BinRow(id=place.id, code=PLACE, kind=BinKind.STAGING, pickable=False, blocked_reason="returned goods"))
    session.flush()
    return place.id


def _open(session: Session, number: str) -> ReturnRow:
    row = get_return(session, number)
    if row.state not in OPEN:
        raise ConflictError(sentence("Return {number} is {state}.", number=number, state=word(row.state)))
    return row


def _scanned(session: Session, request: ReceiveReturn) -> tuple[ItemRow, int]:
    code = session.scalars(select(BarcodeRow).where(BarcodeRow.code == key(request.code))).one_or_none()
    known = select(ItemRow).where(ItemRow.sku_folded == request.code.strip().casefold())
    item = session.get(ItemRow, code.item_id) if code and code.item_id else session.scalars(known).one_or_none()
    if item is None:
        raise NotFoundError(sentence("Not in the system: {value}.", value=request.code[:40]))
    if code and code.claimed_by_id:
        raise ConflictError("Two items have this code. Type the SKU.")
    pieces = request.quantity * (code.pack_quantity if code else 1)
    if not 1 <= pieces <= _MOST:
        raise InvalidInputError(sentence("Between 1 and {most} pieces are taken in at once.", most=f"{_MOST:,}"))
    if item.tracking is Tracking.SERIAL and (not request.serial or pieces != 1):
        raise InvalidInputError(sentence("{sku} has serial numbers: scan each piece with its own.", sku=item.sku))
    return item, pieces


def _line(session: Session, row: ReturnRow, item: ItemRow, order_line: int | None) -> ReturnLineRow:
    same = select(ReturnLineRow).where(ReturnLineRow.return_id == row.id, ReturnLineRow.item_id == item.id)
    about = ReturnLineRow.order_line_id
    found = session.scalars(same.where(about.is_(None) if order_line is None else about == order_line)).first()
    if found is None:
        found = ReturnLineRow(return_id=row.id, item_id=item.id, order_line_id=order_line)
        session.add(found)
        session.flush()
    return found


def _lots(session: Session, request: ReceiveReturn, line: ReturnLineRow, pieces: int) -> list[tuple[int, int]]:
    """Share pieces out over the lots that were sent and are not back; goods nobody knows make a lot of their own."""
    if line.order_line_id is None:
        unknown = LotRow(item_id=line.item_id, received_at=request.at)
        session.add(unknown)
        session.flush()
        if request.serial:
            _number(session, request, line, unknown.id)
        return [(unknown.id, pieces)]
    if request.serial:
        return [(_serial(session, request, line), pieces)]
    found: list[tuple[int, int]] = []
    for lot, sent in _sent_lots(session, line.order_line_id):
        part = min(pieces, sent - _back_of_lot(session, line.order_line_id, lot))
        if part > 0:
            found.append((lot, part))
            pieces -= part
    if pieces:
        raise ConflictError("The cartons of this order do not hold so many of it.")
    return found


def _serial(session: Session, request: ReceiveReturn, line: ReturnLineRow) -> int:
    customer = outside_place(session, PlaceKind.CUSTOMER)
    row = session.scalars(
        select(SerialRow).where(SerialRow.item_id == line.item_id, SerialRow.code == request.serial)
    ).one_or_none()
    if row is None or row.order_line_id != line.order_line_id or row.lot_id is None:
        raise ConflictError(sentence("Serial number {value} was not sent with this order.", value=request.serial[:40]))
    if row.place_id == returns_place(session) or (row.place_id != customer and not _left(session, row.place_id)):
        raise ConflictError(sentence("Serial number {value} is back already.", value=request.serial[:40]))
    row.place_id = returns_place(session)
    return row.lot_id


def _number(session: Session, request: ReceiveReturn, line: ReturnLineRow, lot: int) -> None:
    """Let a number of a piece nobody knows anything of stand where the piece is; the books may have it elsewhere."""
    if session.get_one(ItemRow, line.item_id).tracking is not Tracking.SERIAL:
        return
    here = returns_place(session)
    row = session.scalars(
        select(SerialRow).where(SerialRow.item_id == line.item_id, SerialRow.code == request.serial)
    ).one_or_none()
    if row is None:
        session.add(SerialRow(item_id=line.item_id, code=request.serial, lot_id=lot, place_id=here))
    elif row.place_id == here:
        raise ConflictError(sentence("Serial number {value} is back already.", value=request.serial[:40]))
    else:
        tell_of_double(session, request, row, request.number)
        row.lot_id, row.place_id, row.order_line_id = lot, here, None
    session.flush()


def _left(session: Session, place: int) -> bool:
    carton = session.get(CartonRow, place)
    return carton is not None and carton.state is CartonState.SHIPPED


def _sent_lots(session: Session, order_line: int) -> list[tuple[int, int]]:
    rows = session.execute(
        select(CartonLineRow.lot_id, func.sum(CartonLineRow.quantity))
        .join(CartonRow, CartonRow.id == CartonLineRow.carton_id)
        .where(CartonLineRow.order_line_id == order_line, CartonRow.state == CartonState.SHIPPED)
        .group_by(CartonLineRow.lot_id)
        .order_by(CartonLineRow.lot_id)
    )
    return [(lot, int(units)) for lot, units in rows]


def _back_of_lot(session: Session, order_line: int, lot: int) -> int:
    units = (
        select(func.sum(MoveRow.quantity))
        .join(ReturnStepRow, ReturnStepRow.move_id == MoveRow.id)
        .join(ReturnLineRow, ReturnLineRow.id == ReturnStepRow.return_line_id)
        .where(ReturnStepRow.step == ReturnStep.RECEIVED, ReturnLineRow.order_line_id == order_line)
        .where(MoveRow.lot_id == lot)
    )
    return int(session.scalar(units) or 0)


def _take_in(session: Session, request: ReceiveReturn, line: ReturnLineRow, part: tuple[int, int]) -> None:
    lot, pieces = part
    move = Move(
        actor=request.actor,
        at=request.at,
        item=line.item_id,
        lot=lot,
        quantity=pieces,
        source=outside_place(session, PlaceKind.CUSTOMER),
        target=returns_place(session),
        reason=MoveReason.RECEIPT,
        note=f"return {request.number}",
    )
    note_step(session, request, line, (move_stock(session, move), ReturnStep.RECEIVED))
    line.received += pieces
    session.flush()


def note_step(session: Session, request: Request, line: ReturnLineRow, done: tuple[int, ReturnStep]) -> None:
    """Write down that a move was a step with pieces of a return."""
    move, step = done
    session.add(
        ReturnStepRow(return_line_id=line.id, move_id=move, step=step, at=request.at, actor_id=request.actor.person)
    )
