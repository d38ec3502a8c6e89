"""Returns are opened from an order, for a parcel that was refused, or for goods of which nobody knows anything."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import CartonState
from warehouse.domain.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.returns.judging import REASONS, SentLine, share_out
from warehouse.domain.returns.states import ReturnKind, ReturnState
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.services.exceptions.queue import OpenEntry, open_exception
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.models.packing import CartonLineRow, CartonRow, LabelRow
from warehouse.storage.models.returns import ReturnLineRow, ReturnRow

FIRST = 10_000
"""Numbers begin above it: they never look like a count of pieces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReturn(Request):
    """Goods are expected back: of an order by its number, of a parcel by its tracking number, or of neither.

    `pieces` are by SKU; without any, a refused parcel is expected whole.
    """

    kind: ReturnKind
    reason: str
    order: str | None = None
    tracking: str | None = None
    pieces: Mapping[str, int] = field(default_factory=dict)


def open_return(session: Session, request: OpenReturn) -> str:
    """Open a return; its number is given back.

    Raises ConflictError for more than was sent or is still out, NotFoundError for an unknown order or parcel.
    """
    if request.reason not in REASONS:
        raise InvalidInputError(
            "Some fields are wrong.", (FieldProblem("reason", sentence("one of {names}", names=", ".join(REASONS))),)
        )
    order = _order(session, request)
    row = ReturnRow(
        number=_number(session),
        kind=request.kind,
        order_id=order.id if order else None,
        tracking=request.tracking or None,
        reason=request.reason,
        opened_at=request.at,
        opened_by_id=request.actor.person,
    )
    session.add(row)
    session.flush()
    for line, pieces in _expected(session, request, order):
        session.add(ReturnLineRow(return_id=row.id, order_line_id=line.line, item_id=line.item, announced=pieces))
    session.flush()
    if row.kind is ReturnKind.UNKNOWN:
        _ask(session, request, row)
    audit(session, request, "return_opened", f"return:{row.id}", kind=request.kind, order=row.order_id)
    return row.number


def _ask(session: Session, request: OpenReturn, row: ReturnRow) -> None:
    """Put goods of which nobody knows anything before the order desk: somebody waits for their money."""
    about = sentence(
        "return {number}, parcel {tracking}" if row.tracking else "return {number}",
        number=row.number,
        tracking=row.tracking or "",
    )
    entry = OpenEntry(
        actor=request.actor,
        at=request.at,
        type=ExceptionType.UNKNOWN_RETURN,
        subject=f"return:{row.id}",
        about=about,
        data={"return": row.number},
    )
    open_exception(session, entry)


def sent_lines(session: Session, order: int) -> list[SentLine]:
    """List the lines of an order of which something left, with what came back already."""
    back = (
        select(ReturnLineRow.order_line_id, func.sum(ReturnLineRow.received).label("units"))
        .group_by(ReturnLineRow.order_line_id)
        .subquery()
    )
    rows = session.execute(
        select(OrderLineRow, back.c.units)
        .outerjoin(back, back.c.order_line_id == OrderLineRow.id)
        .where(OrderLineRow.order_id == order, OrderLineRow.shipped > 0, OrderLineRow.item_id.is_not(None))
        .order_by(OrderLineRow.line_no)
    )
    return [
        SentLine(line=row.id, item=row.item_id or 0, sku=row.sku, sent=row.shipped, back=int(units or 0))
        for row, units in rows
    ]


def get_return(session: Session, number: str) -> ReturnRow:
    """Give a return by its number; NotFoundError when there is none."""
    row = session.scalars(select(ReturnRow).where(ReturnRow.number == number)).one_or_none()
    if row is None:
        raise NotFoundError(sentence("There is no return {number}.", number=number))
    return row


def _order(session: Session, request: OpenReturn) -> OrderRow | None:
    if request.kind is ReturnKind.UNKNOWN:
        return None
    if request.order:
        named = or_(*(it == request.order for it in (OrderRow.number, OrderRow.external_id, OrderRow.shop_number)))
        found = session.scalars(select(OrderRow).where(named)).all()
    else:
        parcels = select(CartonRow.order_id).join(LabelRow, LabelRow.carton_id == CartonRow.id)
        mine = parcels.where(LabelRow.tracking == request.tracking)
        found = session.scalars(select(OrderRow).where(OrderRow.id.in_(mine))).all()
    if len(found) != 1:
        form = "order {number}" if request.order else "parcel {number}"
        what = sentence(form, number=request.order or request.tracking or "")
        none, many = "There is no {what} to return.", "There is more than one {what}."
        raise NotFoundError(sentence(many if found else none, what=what))
    return found[0]


def _expected(session: Session, request: OpenReturn, order: OrderRow | None) -> list[tuple[SentLine, int]]:
    if order is None:
        return []
    lines = sent_lines(session, order.id)
    if not any(line.out for line in lines):
        raise ConflictError(
            sentence("Of order {number} nothing is out: nothing was sent, or all of it came back.", number=order.number)
        )
    if request.pieces:
        return [part for sku, pieces in request.pieces.items() for part in share_out(lines, sku, pieces)]
    if request.kind is ReturnKind.ASKED:
        raise InvalidInputError("Say which pieces come back.", (FieldProblem("pieces", "name at least one SKU"),))
    inside = _in_parcel(session, request.tracking) if request.tracking else {}
    wanted = [(line, min(line.out, inside.get(line.line, 0) if inside else line.out)) for line in lines]
    return [(line, pieces) for line, pieces in wanted if pieces]


def _in_parcel(session: Session, tracking: str) -> dict[int, int]:
    rows = session.execute(
        select(CartonLineRow.order_line_id, func.sum(CartonLineRow.quantity))
        .join(CartonRow, CartonRow.id == CartonLineRow.carton_id)
        .join(LabelRow, LabelRow.carton_id == CartonRow.id)
        .where(LabelRow.tracking == tracking, CartonRow.state == CartonState.SHIPPED)
        .group_by(CartonLineRow.order_line_id)
    )
    return {line: int(units) for line, units in rows}


def _number(session: Session) -> str:
    newest = session.scalar(select(func.max(ReturnRow.id))) or 0
    return f"R-{FIRST + newest + 1}"


OPEN = (ReturnState.ANNOUNCED, ReturnState.RECEIVED, ReturnState.INSPECTED)
"""Returns something may still be done with."""
