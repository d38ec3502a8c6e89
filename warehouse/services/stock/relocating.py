"""Goods are carried from one bin to another: brought down from reserve, or laid where they belong."""

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from warehouse.domain.codes import BinKind, MoveReason, Tracking
from warehouse.domain.errors import ConflictError, FieldProblem, InvalidInputError
from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.services.stock.freezing import require_thawed
from warehouse.services.stock.ledger import Move, move_stock
from warehouse.storage.group import announce
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.stock import BinRow, LotRow, SerialRow, StockRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Carry(Request):
    """So many eaches of an item, of one lot where lots are told apart, go from bin to bin, all named by their codes."""

    source: str
    target: str
    sku: str
    quantity: int
    lot: str = ""
    note: str | None = None


def carry_goods(session: Session, request: Carry) -> tuple[int, ...]:
    """Move free units from one bin to another, the oldest lot first; the keys of the moves are given back.

    Raises InvalidInputError for what does not exist, ConflictError when less lies free there.
    """
    require_thawed(session, request.at)
    source, target = _bin(session, "from", request.source), _bin(session, "to", request.target)
    if source.id == target.id:
        raise InvalidInputError("Some fields are wrong.", (FieldProblem("to", "name another bin than `from`"),))
    item = session.scalars(select(ItemRow).where(ItemRow.sku == request.sku)).one_or_none()
    if item is None:
        raise InvalidInputError("Some fields are wrong.", (FieldProblem("sku", "there is no such item"),))
    parts = _parts(session, request, source, item)
    down = source.kind is BinKind.RESERVE and target.kind is BinKind.PICK_FACE
    reason = MoveReason.REPLENISH if down else MoveReason.RELOCATE
    keys = tuple(_carry(session, request, stock, (units, target.id, reason)) for stock, units in parts)
    if item.tracking is Tracking.SERIAL:
        here = update(SerialRow).where(SerialRow.item_id == item.id, SerialRow.place_id == source.id)
        session.execute(here.values(place_id=target.id))
    audit(
        session, request, "stock_moved", f"bin:{target.id}", item=item.id, quantity=request.quantity, source=source.id
    )
    announce(session, BoardChanged(BoardKind.STOCK))
    return keys


def _bin(session: Session, field: str, code: str) -> BinRow:
    row = session.scalars(select(BinRow).where(BinRow.code == code)).one_or_none()
    if row is None:
        raise InvalidInputError("Some fields are wrong.", (FieldProblem(field, "there is no such bin"),))
    return row


def _parts(session: Session, request: Carry, source: BinRow, item: ItemRow) -> list[tuple[StockRow, int]]:
    lying = (
        select(StockRow)
        .join(LotRow, LotRow.id == StockRow.lot_id)
        .where(StockRow.place_id == source.id, StockRow.item_id == item.id, StockRow.quantity > 0)
        .order_by(LotRow.received_at, LotRow.id)
    )
    if item.tracking in {Tracking.LOT, Tracking.EXPIRY}:
        lying = lying.where(LotRow.code == request.lot)
    rows = session.scalars(lying).all()
    free = sum(row.quantity - row.reserved for row in rows)
    if request.quantity > free:
        raise ConflictError(
            sentence("Only {free} of {sku} lie free in {code}.", free=free, sku=item.sku, code=source.code)
        )
    if item.tracking is Tracking.SERIAL and request.quantity != sum(row.quantity for row in rows):
        raise ConflictError(
            sentence(
                "Pieces of {sku} have serial numbers: all that lie in {code} go together.",
                sku=item.sku,
                code=source.code,
            )
        )
    parts, left = [], request.quantity
    for row in rows:
        part = min(left, row.quantity - row.reserved)
        left -= part
        if part:
            parts.append((row, part))
    return parts


def _carry(session: Session, request: Carry, stock: StockRow, goal: tuple[int, int, MoveReason]) -> int:
    units, target, reason = goal
    move = Move(
        actor=request.actor,
        at=request.at,
        item=stock.item_id,
        lot=stock.lot_id,
        quantity=units,
        source=stock.place_id,
        target=target,
        reason=reason,
        note=request.note,
    )
    return move_stock(session, move)
