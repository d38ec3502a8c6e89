"""Units missing at pack are picked again: an urgent batch of one line."""

import pytest
from sqlalchemy import select

from tests.builders import NOON, build
from tests.services.floor import Floor, a_floor, broken, claimed, order, pick, state, stock_at, tasks
from warehouse.domain.codes import MoveReason, OrderState, PlaceKind
from warehouse.domain.errors import ConflictError
from warehouse.services.batches.repicks import OpenRepick, Repick, open_repick
from warehouse.services.stock.ledger import Move, move_stock, outside_place
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow, ToteRow
from warehouse.storage.models.orders import OrderLineRow


@pytest.fixture
def floor(database: Database) -> Floor:
    return build(database, a_floor)


def a_loss_at_pack(database: Database, floor: Floor, item: int, lot: int, ordered: int) -> tuple[int, int]:
    """Everything was picked, then one unit was not in the tote: give the order and its line."""
    key = order(database, {item: ordered})
    batch = claimed(database, floor)
    pick(database, floor, tasks(database, batch)[0].id, ordered)

    def lose(session, _):  # type: ignore[no-untyped-def]
        line = session.scalars(select(OrderLineRow).where(OrderLineRow.order_id == key)).one()
        line.picked -= 1
        move = Move(
            actor=floor.ben,
            at=NOON,
            item=item,
            lot=lot,
            quantity=1,
            source=session.scalars(select(ToteRow.id).where(ToteRow.code == "T1")).one(),
            target=outside_place(session, PlaceKind.LOST_AND_FOUND),
            reason=MoveReason.ADJUSTMENT,
            order_line=line.id,
        )
        move_stock(session, move)
        return line.id

    return key, database.run(lose, None)


def test_a_missing_unit_is_picked_again_at_once(database: Database, floor: Floor) -> None:
    key, line = a_loss_at_pack(database, floor, floor.a, floor.lot_a, 3)
    outcome = database.run(open_repick, OpenRepick(actor=floor.ben, at=NOON, order_line=line, quantity=1))
    (task,) = tasks(database, outcome.batch or 0)
    with database.read() as session:
        batch = session.get_one(BatchRow, outcome.batch)
    assert (batch.kind, batch.state, batch.priority, task.wanted, task.slot_no) == ("repick", "released", 9, 1, 1)
    assert (outcome.missing, state(database, key), stock_at(database, floor.s1, floor.a)) == (
        0,
        OrderState.PICKED,
        (7, 1),
    )
    assert broken(database) == []


def test_without_stock_the_unit_is_backordered(database: Database, floor: Floor) -> None:
    key, line = a_loss_at_pack(database, floor, floor.b, floor.lot_b, 5)
    outcome = database.run(open_repick, OpenRepick(actor=floor.ben, at=NOON, order_line=line, quantity=1))
    assert (outcome, state(database, key)) == (Repick(None, 1), OrderState.PICKED)
    with database.read() as session:
        assert session.get_one(OrderLineRow, line).backordered == 1


def test_no_more_than_the_line_wants(database: Database, floor: Floor) -> None:
    _, line = a_loss_at_pack(database, floor, floor.a, floor.lot_a, 3)
    with pytest.raises(ConflictError):
        database.run(open_repick, OpenRepick(actor=floor.ben, at=NOON, order_line=line, quantity=2))
