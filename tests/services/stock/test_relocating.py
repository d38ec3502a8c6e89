"""Goods carried from bin to bin: only what is free, with its move, and nothing by half."""

from dataclasses import replace

import pytest

from tests.builders import NOON, build
from tests.services.floor import Floor, a_floor, broken, order, planned, stock_at
from warehouse.domain.codes import MoveReason
from warehouse.domain.errors import ConflictError, InvalidInputError
from warehouse.services.stock.ledger import Receive, receive_stock
from warehouse.services.stock.relocating import Carry, carry_goods
from warehouse.storage.database import Database
from warehouse.storage.queries.moves import MoveEntry, moves


@pytest.fixture
def floor(database: Database) -> Floor:
    return build(database, a_floor)


def wanted(floor: Floor) -> Carry:
    return Carry(actor=floor.lea, at=NOON, source="S1", target="S2", sku="A", quantity=4, note="it belongs there")


def last_move(database: Database) -> MoveEntry:
    with database.read() as session:
        return moves(session, 100)[-1]


def test_pieces_change_bins_with_a_move_that_says_who_and_why(database: Database, floor: Floor) -> None:
    (key,) = database.run(carry_goods, wanted(floor))
    assert (stock_at(database, floor.s1, floor.a), stock_at(database, floor.s2, floor.a)) == ((6, 0), (4, 0))
    assert last_move(database) == MoveEntry(
        id=key,
        at=NOON,
        sku="A",
        lot_code="",
        quantity=4,
        source="S1",
        target="S2",
        reason=MoveReason.RELOCATE,
        note="it belongs there",
        person="Lea",
    )
    assert broken(database) == []


def test_what_comes_down_from_reserve_is_replenishment(database: Database, floor: Floor) -> None:
    database.run(receive_stock, Receive(actor=floor.lea, at=NOON, item=floor.b, bin=floor.r1, quantity=3))
    database.run(carry_goods, replace(wanted(floor), source="R1", sku="B", quantity=3))
    assert (last_move(database).reason, stock_at(database, floor.s2, floor.b)) == (MoveReason.REPLENISH, (8, 0))


def test_what_is_promised_stays(database: Database, floor: Floor) -> None:
    order(database, {floor.a: 8})
    planned(database, floor)
    with pytest.raises(ConflictError, match="Only 2 of A lie free in S1"):
        database.run(carry_goods, wanted(floor))
    assert stock_at(database, floor.s1, floor.a) == (10, 8)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"source": "S9"}, "from"), ({"target": "S9"}, "to"), ({"sku": "Z"}, "sku"), ({"target": "S1"}, "to")],
)
def test_what_does_not_exist_is_named(database: Database, floor: Floor, change: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        database.run(carry_goods, replace(wanted(floor), **change))  # type: ignore[arg-type]  # one field at a time
    assert [problem.field for problem in refused.value.problems] == [field]
