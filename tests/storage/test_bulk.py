"""Many rows at a time: the same rows, types and defaults as one by one, on both kinds of database."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import NOON
from warehouse.domain.codes import OrderState
from warehouse.storage.bulk import insert_rows
from warehouse.storage.database import Database
from warehouse.storage.models.orders import OrderRow

COLUMNS = (
    *("number", "source", "external_id", "state", "placed_at", "instructions", "content_hash", "basket_hash"),
    *("received_at", "changed_at"),
)


def test_rows_inserted_together_read_as_if_each_had_been_added(database: Database) -> None:
    told = [{"kind": "gift", "text": "50 % off"}]
    rows = [("A-1", "web", "1", OrderState.READY, NOON, told, "c", "b", NOON, NOON)]
    rows += [("A-2", "web", "2", OrderState.RECEIVED, NOON, None, "c", "b", NOON, NOON)]

    def act(session: Session, _: None) -> None:
        insert_rows(session.connection(), OrderRow, COLUMNS, rows)
        insert_rows(session.connection(), OrderRow, COLUMNS, [])

    database.run(act, None)
    with database.read() as session:
        first, second = session.scalars(select(OrderRow).order_by(OrderRow.id))
        assert (first.state, first.placed_at, first.instructions) == (OrderState.READY, NOON, told)
        assert (second.instructions, second.priority, second.list_version, second.customer) == (None, 0, 1, "")
