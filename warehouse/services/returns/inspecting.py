"""Returned pieces are looked at: back to a bin, to quarantine, or scrapped; each decision is a move."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from warehouse.domain.barcodes import key
from warehouse.domain.codes import BinKind, MoveReason, PlaceKind
from warehouse.domain.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.lifecycle import Kind, require
from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.domain.returns.states import ReturnState, ReturnStep
from warehouse.domain.words import sentence, word
from warehouse.services.actor import Request, audit
from warehouse.services.exceptions.queue import resolve_about
from warehouse.services.returns.opening import get_return
from warehouse.services.returns.receiving import note_step, returns_place, settle_return
from warehouse.services.stock.freezing import require_thawed
from warehouse.services.stock.ledger import Move, move_stock, outside_place, quarantine_bin
from warehouse.storage.group import announce
from warehouse.storage.models.catalog import BarcodeRow, ItemRow
from warehouse.storage.models.returns import ReturnLineRow, ReturnRow, ReturnStepRow
from warehouse.storage.models.stock import BinRow, MoveRow, SerialRow

_SELLS = (BinKind.PICK_FACE, BinKind.RESERVE)
_REASONS = {
    ReturnStep.RESTOCKED: MoveReason.RELOCATE,
    ReturnStep.QUARANTINED: MoveReason.DAMAGE,
    ReturnStep.SCRAPPED: MoveReason.ADJUSTMENT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectReturn(Request):
    """Pieces of a line were looked at; restocked ones lie in `bin` now, named by its code or its barcode."""

    number: str
    line: int
    step: ReturnStep
    quantity: int = 1
    bin: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndReturn(Request):
    """Nothing more is expected; `reason` says why where not all has come."""

    number: str
    reason: str = ""


def inspect_return(session: Session, request: InspectReturn) -> int:
    """Book what was decided; gives how many pieces of the line still wait to be looked at."""
    require_thawed(session, request.at)
    if request.step not in _REASONS:
        raise InvalidInputError("Some fields are wrong.", (FieldProblem("step", "restocked, quarantined or scrapped"),))
    row = get_return(session, request.number)
    line = session.get(ReturnLineRow, request.line)
    if line is None or line.return_id != row.id:
        raise NotFoundError(sentence("Return {number} has no such line.", number=request.number))
    waiting = line.received - line.restocked - line.quarantined - line.scrapped
    if not 1 <= request.quantity <= waiting:
        raise ConflictError(
            sentence(
                "{waiting} pieces wait to be looked at, not {quantity}.", waiting=waiting, quantity=request.quantity
            )
        )
    target = _target(session, request)
    for lot, pieces in _lots(session, request, line):
        _put(session, request, line, (lot, pieces, target))
    setattr(line, request.step.value, getattr(line, request.step.value) + request.quantity)
    settle_return(session, request, row)
    details = {"line": line.id, "step": request.step, "pieces": request.quantity}
    audit(session, request, "return_inspected", f"return:{row.id}", **details)
    announce(session, BoardChanged(BoardKind.STOCK))
    return waiting - request.quantity


def close_return(session: Session, request: EndReturn) -> None:
    """Close a return of which every piece here was looked at; what was announced and did not come wants a reason."""
    row = get_return(session, request.number)
    require(Kind.RETURN, row.state, ReturnState.CLOSED)
    lines = session.scalars(select(ReturnLineRow).where(ReturnLineRow.return_id == row.id)).all()
    missing = sum(max(line.announced - line.received, 0) for line in lines)
    if missing and not request.reason.strip():
        raise ConflictError(
            sentence("{missing} announced pieces have not come. Say why it is closed without them.", missing=missing)
        )
    _end(session, request, row, ReturnState.CLOSED)


def cancel_return(session: Session, request: EndReturn) -> None:
    """Cancel a return of which nothing has come."""
    row = get_return(session, request.number)
    require(Kind.RETURN, row.state, ReturnState.CANCELLED)
    if not request.reason.strip():
        raise InvalidInputError("Say why it is cancelled.", (FieldProblem("reason", "is missing"),))
    _end(session, request, row, ReturnState.CANCELLED)


def _end(session: Session, request: EndReturn, row: ReturnRow, state: ReturnState) -> None:
    row.state, row.closed_at, row.closed_by_id = state, request.at, request.actor.person
    row.close_reason = request.reason.strip()[:400] or None
    session.flush()
    audit(session, request, f"return_{state}", f"return:{row.id}")
    said = sentence("Return {number} is {state}.", number=row.number, state=word(state))
    resolve_about(session, request, ExceptionType.UNKNOWN_RETURN, f"return:{row.id}", said)


def _target(session: Session, request: InspectReturn) -> int:
    if request.step is ReturnStep.QUARANTINED:
        return quarantine_bin(session)
    if request.step is ReturnStep.SCRAPPED:
        return outside_place(session, PlaceKind.SCRAP)
    code = session.scalars(select(BarcodeRow.place_id).where(BarcodeRow.code == key(request.bin))).first()
    row = session.scalars(select(BinRow).where((BinRow.id == code) | (BinRow.code == request.bin.strip()))).first()
    if row is None:
        raise InvalidInputError("Scan the bin it goes to.", (FieldProblem("bin", "there is no such bin"),))
    if row.kind not in _SELLS or row.blocked_reason:
        raise ConflictError(
            sentence("Nothing is sold from {code}: name a pick face or a reserve that is open.", code=row.code)
        )
    return row.id


def _lots(session: Session, request: InspectReturn, line: ReturnLineRow) -> list[tuple[int, int]]:
    """Share the pieces out over the lots of the line that wait; a numbered piece goes with its lot."""
    waiting = _waiting(session, line)
    if request.serial:
        return [(_serial_lot(session, request, line, waiting), 1)]
    here = select(SerialRow.id).where(SerialRow.item_id == line.item_id, SerialRow.place_id == returns_place(session))
    lots = [lot for lot, pieces in waiting.items() if pieces]
    if session.scalars(here.where(SerialRow.lot_id.in_(lots)).limit(1)).first() is not None:
        item = session.get_one(ItemRow, line.item_id)
        raise InvalidInputError(sentence("{sku} has serial numbers: scan each piece with its own.", sku=item.sku))
    found, left = [], request.quantity
    for lot in sorted(waiting):
        part = min(left, waiting[lot])
        left -= part
        if part:
            found.append((lot, part))
    return found


def _waiting(session: Session, line: ReturnLineRow) -> Counter[int]:
    steps = session.execute(
        select(MoveRow.lot_id, MoveRow.quantity, ReturnStepRow.step)
        .join(ReturnStepRow, ReturnStepRow.move_id == MoveRow.id)
        .where(ReturnStepRow.return_line_id == line.id)
    )
    waiting: Counter[int] = Counter()
    for lot, pieces, step in steps:
        waiting[lot] += pieces if step is ReturnStep.RECEIVED else -pieces
    return waiting


def _serial_lot(session: Session, request: InspectReturn, line: ReturnLineRow, waiting: Mapping[int, int]) -> int:
    here = select(SerialRow).where(SerialRow.item_id == line.item_id, SerialRow.code == request.serial)
    row = session.scalars(here.where(SerialRow.place_id == returns_place(session))).one_or_none()
    if row is None or not waiting.get(row.lot_id or 0) or request.quantity != 1:
        raise ConflictError(sentence("Serial number {value} does not wait here.", value=request.serial[:40]))
    return row.lot_id or 0


def _put(session: Session, request: InspectReturn, line: ReturnLineRow, what: tuple[int, int, int]) -> None:
    lot, pieces, target = what
    move = Move(
        actor=request.actor,
        at=request.at,
        item=line.item_id,
        lot=lot,
        quantity=pieces,
        source=returns_place(session),
        target=target,
        reason=_REASONS[request.step],
        note=f"return {request.number}",
    )
    note_step(session, request, line, (move_stock(session, move), request.step))
    if request.serial:
        mine = (SerialRow.item_id == line.item_id) & (SerialRow.code == request.serial)
        session.execute(update(SerialRow).where(mine).values(place_id=target))
    session.flush()
