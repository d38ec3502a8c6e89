"""Whether an order at pack is counted by two people, who packed it, and how far the second count is."""

from typing import Any

from sqlalchemy import Connection, select

from warehouse.domain.codes import ExceptionState, MoveReason
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.packing.snapshot import from_json
from warehouse.domain.packing.work import SecondCount
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import OrderLineRow
from warehouse.storage.models.stock import MoveRow

MARK = "double_check"
"""The kind of instruction that asks for it."""


def second_count_of(
    connection: Connection, order: int, instructions: Any, stored: dict[str, Any] | None
) -> SecondCount | None:
    """Give the second count as far as it is; None for an order that needs none, or from which a lead lifted it.

    Lifted means: what was opened about it is settled although the order is not through.
    """
    is_asked = any(isinstance(it, dict) and it.get("kind") == MARK for it in instructions or ())
    if not is_asked or _is_lifted(connection, order):
        return None
    known = from_json(SecondCount, stored or {})
    return SecondCount(packers=_packers(connection, order), asked=known.asked, tallies=known.tallies)


def _is_lifted(connection: Connection, order: int) -> bool:
    about = (ExceptionRow.type == ExceptionType.DOUBLE_CHECK, ExceptionRow.order_id == order)
    states = set(connection.scalars(select(ExceptionRow.state).where(*about).distinct()))
    return states == {ExceptionState.RESOLVED}


def _packers(connection: Connection, order: int) -> frozenset[int]:
    lines = select(OrderLineRow.id).where(OrderLineRow.order_id == order)
    packs = select(MoveRow.actor_id).where(MoveRow.order_line_id.in_(lines), MoveRow.reason == MoveReason.PACK)
    return frozenset(person for person in connection.scalars(packs.distinct()) if person is not None)
