"""The state of an order follows its lines and works, for whoever has its row in hand as well."""

from datetime import timedelta

from sqlalchemy.orm import Session

from tests import builders as make
from tests.builders import NOON
from warehouse.domain.codes import OrderState
from warehouse.services.actor import SYSTEM, Request
from warehouse.services.orders.states import refresh_order
from warehouse.storage.database import Database
from warehouse.storage.models.orders import OrderRow

LATER = NOON + timedelta(hours=1)


def test_a_row_that_was_read_before_shows_the_state_that_was_derived(database: Database) -> None:
    def look(session: Session) -> list[object]:
        item = make.an_item(session, "MUG-1")
        make.some_stock(session, make.a_bin(session, "01-01"), item, 5)
        order = session.get_one(OrderRow, make.an_order(session, {item: 1}))
        order.state, order.note = OrderState.BATCHED, "as written"
        derived = refresh_order(session, Request(actor=SYSTEM, at=LATER), order.id)
        return [derived, order.state, order.changed_at, order.note]

    assert make.build(database, look) == [OrderState.READY, OrderState.READY, LATER, "as written"]
