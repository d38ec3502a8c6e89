"""The ledger: every unit that goes anywhere is a move between two places, and stock is what the moves add up to."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.blocking import once_counted, with_cause, without_cause
from warehouse.domain.codes import BinKind, MoveReason, PlaceKind
from warehouse.domain.errors import ConflictError, InvalidInputError, NotFoundError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.domain.words import sentence, word
from warehouse.services.actor import Request, audit
from warehouse.services.exceptions.queue import OpenEntry, open_exception
from warehouse.services.stock.freezing import require_thawed
from warehouse.storage.group import announce
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.stock import BinRow, LotRow, MoveRow, PlaceRow, StockRow

COUNTED_PLACES = frozenset({PlaceKind.BIN, PlaceKind.TOTE, PlaceKind.CARTON})
"""Places whose stock is kept; supplier, customer, lost-and-found and scrap lie outside."""

_OUTSIDE = {
    PlaceKind.SUPPLIER: "SUPPLIER",
    PlaceKind.CUSTOMER: "CUSTOMER",
    PlaceKind.LOST_AND_FOUND: "LOST-AND-FOUND",
    PlaceKind.SCRAP: "SCRAP",
}
HOLDS = "{code} holds {on_hand} of {sku}: {quantity} cannot be taken."
HOLDS_PROMISED = "{code} holds {on_hand} of {sku}, {promised} of them promised to orders: {quantity} cannot be taken."
_QUARANTINE = "QUARANTINE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move(Request):
    """So many eaches of a lot go from `source` to `target`, both keys of places.

    `promised` of them were reserved at the source and are so no longer: the caller ends their reservations.
    """

    item: int
    lot: int
    quantity: int
    source: int
    target: int
    reason: MoveReason
    promised: int = 0
    note: str | None = None
    scan: uuid.UUID | None = None
    order_line: int | None = None
    task: int | None = None
    unverified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Receive(Request):
    """Goods came in: a new lot, or more of the one with the same code and date."""

    item: int
    bin: int
    quantity: int
    lot_code: str = ""
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage(Request):
    """Units that lie free at a place are broken: they go to quarantine."""

    item: int
    lot: int
    place: int
    quantity: int
    reason: str
    promised: int = 0
    scan: uuid.UUID | None = None
    order_line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockStock(Request):
    """Close an item in a bin for new promises; `cause` says why, in words."""

    bin: int
    item: int
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeStock(Request):
    """A cause why an item in a bin is closed is gone; without one, all that a count of the bin answers."""

    bin: int
    item: int
    cause: str | None = None


def move_stock(session: Session, move: Move) -> int:
    """Write one move and carry it into the stock of both places; the move's key is given back.

    Raises ConflictError when less is there, or free there, than is to go.
    """
    if move.quantity <= 0 or move.source == move.target:
        raise InvalidInputError("A move takes at least 1 unit from one place to another.")
    source, target = session.get_one(PlaceRow, move.source), session.get_one(PlaceRow, move.target)
    if source.kind in COUNTED_PLACES:
        _take(session, move, source)
    if target.kind in COUNTED_PLACES:
        stock_row(session, move.target, move.item, move.lot).quantity += move.quantity
    row = MoveRow(
        at=move.at,
        item_id=move.item,
        lot_id=move.lot,
        quantity=move.quantity,
        from_place_id=move.source,
        to_place_id=move.target,
        reason=move.reason,
        note=move.note,
        actor_id=move.actor.person,
        scan_id=move.scan,
        order_line_id=move.order_line,
        pick_task_id=move.task,
        unverified=move.unverified,
    )
    session.add(row)
    session.flush()
    return row.id


def receive_stock(session: Session, request: Receive) -> int:
    """Book goods in from the supplier; the lot's key is given back."""
    item = session.get(ItemRow, request.item)
    if item is None or session.get(BinRow, request.bin) is None:
        raise NotFoundError("There is no such item or bin.")
    require_thawed(session, request.at)
    lot = _lot(session, request)
    _book(session, request, lot, outside_place(session, PlaceKind.SUPPLIER))
    audit(session, request, "stock_received", f"item:{item.id}", bin=request.bin, lot=lot, quantity=request.quantity)
    announce(session, BoardChanged(BoardKind.STOCK))
    return lot


def damage_stock(session: Session, request: Damage) -> int:
    """Move broken units to quarantine and open an exception about them; the move's key is given back."""
    key = move_stock(
        session,
        Move(
            actor=request.actor,
            at=request.at,
            item=request.item,
            lot=request.lot,
            quantity=request.quantity,
            source=request.place,
            target=quarantine_bin(session),
            reason=MoveReason.DAMAGE,
            promised=request.promised,
            note=request.reason,
            scan=request.scan,
            order_line=request.order_line,
        ),
    )
    sku, code = session.get_one(ItemRow, request.item).sku, session.get_one(PlaceRow, request.place).code
    what = {"number": request.quantity, "sku": sku, "place": code, "reason": request.reason}
    open_exception(
        session,
        OpenEntry(
            actor=request.actor,
            at=request.at,
            type=ExceptionType.DAMAGED,
            subject=f"stock:{request.place}:{request.item}:{request.lot}",
            about=sentence("{number} of {sku} from {place}, {reason}", **what),
            data={"item": request.item, "lot": request.lot, "quantity": request.quantity, "move": key},
        ),
    )
    return key


def block_stock(session: Session, request: BlockStock) -> int:
    """Close all lots of an item in a bin for new promises; what is promised stays so. Gives how many rows."""
    return _set_block(session, request, lambda reason: with_cause(reason, request.cause))


def free_stock(session: Session, request: FreeStock) -> int:
    """Lift one cause of a block, or all that a count answers; other causes stand. Gives how many rows."""
    cause = request.cause
    if cause is None:
        return _set_block(session, request, once_counted)
    return _set_block(session, request, lambda reason: without_cause(reason, cause))


def _set_block(session: Session, request: BlockStock | FreeStock, change: Callable[[str | None], str | None]) -> int:
    rows = session.scalars(
        select(StockRow).where(StockRow.place_id == request.bin, StockRow.item_id == request.item)
    ).all()
    for row in rows:
        row.blocked_reason = change(row.blocked_reason)
    session.flush()
    action = "stock_blocked" if isinstance(request, BlockStock) else "stock_unblocked"
    audit(session, request, action, f"bin:{request.bin}", item=request.item, cause=request.cause)
    announce(session, BoardChanged(BoardKind.STOCK))
    return len(rows)


def outside_place(session: Session, kind: PlaceKind) -> int:
    """Give the one place outside of this kind, made when it is first needed."""
    if kind not in _OUTSIDE:
        raise InvalidInputError(sentence("A {kind} is not a place outside.", kind=word(kind)))
    found = session.scalars(select(PlaceRow.id).where(PlaceRow.kind == kind).order_by(PlaceRow.id)).first()
    return found if found is not None else _new_place(session, kind, _OUTSIDE[kind])


def quarantine_bin(session: Session) -> int:
    """Give the first bin for quarantine, made when there is none."""
    kind = BinRow.kind == BinKind.QUARANTINE
    found = session.scalars(select(BinRow.id).where(kind).order_by(BinRow.id)).first()
    if found is not None:
        return found
    place = _new_place(session, PlaceKind.BIN, _QUARANTINE)
    session.add(
        BinRow(id=place, code=_QUARANTINE, kind=BinKind.QUARANTINE, pickable=False, blocked_reason="quarantine")
    )
    session.flush()
    return place


def stock_row(session: Session, place: int, item: int, lot: int) -> StockRow:
    """Give the stock of a lot at a place, a row of nothing when there was none."""
    row = find_stock(session, place, item, lot)
    if row is None:
        row = StockRow(place_id=place, item_id=item, lot_id=lot, quantity=0, reserved=0)
        session.add(row)
        session.flush()
    return row


def find_stock(session: Session, place: int, item: int, lot: int) -> StockRow | None:
    """Give the stock of a lot at a place, or None."""
    return session.scalars(
        select(StockRow).where(StockRow.place_id == place, StockRow.item_id == item, StockRow.lot_id == lot)
    ).one_or_none()


def _take(session: Session, move: Move, source: PlaceRow) -> None:
    row = find_stock(session, move.source, move.item, move.lot)
    on_hand, reserved = (0, 0) if row is None else (row.quantity, row.reserved)
    free = on_hand - reserved + move.promised
    if row is None or not move.promised <= reserved or move.quantity > min(free, on_hand):
        sku = session.get_one(ItemRow, move.item).sku
        kept = reserved - move.promised
        form = HOLDS_PROMISED if kept > 0 else HOLDS
        values = {"code": source.code, "on_hand": on_hand, "sku": sku, "quantity": move.quantity}
        raise ConflictError(sentence(form, **values, promised=kept))
    row.reserved -= move.promised
    row.quantity -= move.quantity


def _lot(session: Session, request: Receive) -> int:
    if request.lot_code:
        known = select(LotRow).where(LotRow.item_id == request.item, LotRow.code == request.lot_code)
        for lot in session.scalars(known):
            if lot.expires_on != request.expires_on:
                raise ConflictError(
                    sentence(
                        "Lot {lot_code} is known with the date {expires_on}.",
                        lot_code=request.lot_code,
                        expires_on=lot.expires_on,
                    )
                )
            return lot.id
    row = LotRow(item_id=request.item, code=request.lot_code, received_at=request.at, expires_on=request.expires_on)
    session.add(row)
    session.flush()
    return row.id


def _book(session: Session, request: Receive, lot: int, supplier: int) -> None:
    move = Move(
        actor=request.actor,
        at=request.at,
        item=request.item,
        lot=lot,
        quantity=request.quantity,
        source=supplier,
        target=request.bin,
        reason=MoveReason.RECEIPT,
    )
    move_stock(session, move)


def _new_place(session: Session, kind: PlaceKind, code: str) -> int:
    row = PlaceRow(kind=kind, code=code)
    session.add(row)
    session.flush()
    return row.id
