"""A new customer who may be a known one is suggested once, and nothing is held for it."""

from dataclasses import replace

from tests.builders import an_item, an_order, build
from tests.domain.test_order_checks import ORDER
from warehouse.domain.codes import Severity
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.order_checks import Concern
from warehouse.domain.orders import ShipTo
from warehouse.services.intake.lookalikes import Lookalikes
from warehouse.storage.database import Database
from warehouse.storage.models.orders import OrderRow

MILL_LANE = ShipTo(name="Mr  Smith", postcode="LS1 4AP", country="GB")


def test_a_new_number_at_a_known_name_and_postcode_is_suggested(database: Database) -> None:
    order = build(database, lambda session: an_order(session, {an_item(session, "A"): 1}))
    build(database, lambda session: setattr(session.get_one(OrderRow, order), "customer", "K1"))
    new = replace(ORDER, customer="K2", ship_to=MILL_LANE)
    lookalikes = Lookalikes()
    with database.read() as session:
        lookalikes.learn(session, [new])
    assert lookalikes.concern(new) == Concern(
        type=ExceptionType.DUPLICATE_CUSTOMER,
        severity=Severity.FLAG,
        message="Customer K2 may be customer K1: the same name and postcode",
    )


def test_two_new_numbers_of_one_file_are_held_against_each_other(database: Database) -> None:
    lookalikes = Lookalikes()
    with database.read() as session:
        lookalikes.learn(session, [])
    first = replace(ORDER, customer="K7", ship_to=replace(MILL_LANE, email="a@example.org"))
    second = replace(first, customer="K8", ship_to=ShipTo(name="Other", email="A@example.org"))
    assert lookalikes.concern(first) is None
    assert "K8 may be customer K7: the same e-mail" in str(lookalikes.concern(second))
