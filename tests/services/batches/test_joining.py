"""An order joins a trip that is under way, when its picker takes it along."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.builders import NOON, a_bin, a_cart, a_person, a_tote, an_item, an_order, build, some_stock
from tests.services.batches.test_rerouting import a_floor
from tests.services.picking.test_scans import Shift
from warehouse.domain.codes import BatchState, OrderState, Outcome, Priority
from warehouse.domain.errors import ConflictError, NotOwnerError
from warehouse.services.actor import SYSTEM
from warehouse.services.batches.joining import Joined, JoinOrder, Offers, held_trips, join_order, offers_of
from warehouse.services.batches.leases import hand_back
from warehouse.services.picking.scans import PickDesk
from warehouse.services.scanning.groups import ScanCounter
from warehouse.services.site import ChangeSetting, change_setting
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow, CartRow
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.models.stock import BinRow, ReservationRow
from warehouse.storage.queries.layout import stops_of


def rush(session: Session, number: str = "RUSH", *skus: str) -> int:
    items = session.scalars(select(ItemRow.id).where(ItemRow.sku.in_(skus or ["I1-9"]))).all()
    return an_order(session, dict.fromkeys(items, 1), number=number, priority=Priority.RUSH)


@pytest.fixture
def ana(open_database: Callable[..., Database]) -> Shift:
    """Ana on her way with one tote of a cart of two, the first of six bins behind her; an urgent order comes in."""
    database = open_database(judge=ScanCounter({"batch": PickDesk()}))

    def recipe(session: Session) -> tuple[int, int]:
        person = a_person(session)
        a_cart(session, "K1", slots=2)
        a_tote(session, "T1")
        a_tote(session, "T2")
        return person, a_floor(session)

    shift = Shift(database, *build(database, recipe)).start()
    assert shift.says("K:K1", "T:T1", "L:1-1", "I1-1") == [Outcome.ACCEPTED] * 4
    build(database, rush)
    return shift


def offered(shift: Shift) -> list[tuple[str, int, int]]:
    with shift.database.read() as session:
        found = offers_of(session, Offers(actor=SYSTEM, at=NOON, batch=shift.batch))
    return [(it.order.number, it.stops, it.extra_mm) for it in found]


def join(shift: Shift, order: str = "RUSH", device: str = "d-ana") -> Joined:
    request = JoinOrder(actor=shift.actor(), at=NOON, batch=shift.batch, device=device, order=order)
    return shift.database.run(join_order, request)


def test_what_lies_on_the_way_is_offered_and_nothing_is_promised_by_that(ana: Shift) -> None:
    assert offered(ana) == [("RUSH", 0, 0)]
    with ana.database.read() as session:
        assert held_trips(session) == [ana.batch]
        assert session.scalars(select(OrderRow.state).where(OrderRow.number == "RUSH")).one() is OrderState.READY


def test_the_order_that_was_called_out_comes_first_however_many_fit_better(ana: Shift) -> None:
    item = build(ana.database, lambda session: session.scalars(select(ItemRow.id).limit(1)).one())
    for number in ("A", "B", "C", "FAR"):
        build(ana.database, lambda session, name=number: an_order(session, {item: 1}, number=name))
    with ana.database.read() as session:
        plain = offers_of(session, Offers(actor=SYSTEM, at=NOON, batch=ana.batch))
        called = offers_of(session, Offers(actor=SYSTEM, at=NOON, batch=ana.batch, called="FAR"))
        gone = offers_of(session, Offers(actor=SYSTEM, at=NOON, batch=ana.batch, called="NEVER"))
    assert [it.order.number for it in plain] == ["RUSH", "A", "B"]
    assert [it.order.number for it in called] == ["FAR", "RUSH", "A"]
    assert gone == plain


def test_an_order_taken_along_gets_a_slot_its_stock_and_the_batch_its_urgency(ana: Shift) -> None:
    assert join(ana) == Joined(batch=ana.batch, order="RUSH", slot=2, stops=0, extra_mm=0)
    with ana.database.read() as session:
        batch = session.get_one(BatchRow, ana.batch)
        order = session.scalars(select(OrderRow).where(OrderRow.number == "RUSH")).one()
        line = session.scalars(select(OrderLineRow).where(OrderLineRow.order_id == order.id)).one()
        promised = session.scalars(select(ReservationRow.quantity).where(ReservationRow.order_line_id == line.id)).all()
        assert (batch.priority, order.state) == (Priority.RUSH, OrderState.PICKING)
        assert (promised, line.allocated) == ([1], 1)
        assert stops_of(session, ana.batch) == ["1-1", "1-9", "2-9", "3-9", "3-1", "2-1"]


def test_an_order_whose_missing_units_have_come_is_taken_along(ana: Shift) -> None:
    build(ana.database, lambda session: _rushed_line(session, backordered=1))
    assert offered(ana) == [("RUSH", 0, 0)]
    assert join(ana).slot == 2
    with ana.database.read() as session:
        line = _rushed_line(session)
        assert (line.allocated, line.backordered) == (1, 0)


def _rushed_line(session: Session, **values: int) -> OrderLineRow:
    order = session.scalars(select(OrderRow.id).where(OrderRow.number == "RUSH")).one()
    line = session.scalars(select(OrderLineRow).where(OrderLineRow.order_id == order)).one()
    for name, value in values.items():
        setattr(line, name, value)
    return line


def test_its_tote_is_asked_for_at_its_first_stop(ana: Shift) -> None:
    join(ana)
    ana.list_version += 1
    assert ana.says("L:1-9", "I1-9", "T:T1", "T:T2", "I1-9", "T:T2", "L:2-9") == [Outcome.ACCEPTED] * 7


def test_only_who_holds_the_batch_takes_an_order_along(ana: Shift) -> None:
    with pytest.raises(NotOwnerError, match="not in your hands"):
        join(ana, device="d-mallory")
    ana.database.run(hand_back, ana.hold())
    with pytest.raises(NotOwnerError, match="not in your hands"):
        join(ana)
    assert offered(ana) == []


def test_a_full_cart_takes_nobody_along(ana: Shift) -> None:
    build(ana.database, lambda session: rush(session, "LATER", "I2-9"))
    assert sorted(number for number, _, _ in offered(ana)) == ["LATER", "RUSH"]
    join(ana)
    assert offered(ana) == []
    with pytest.raises(ConflictError, match="Order LATER does not fit"):
        join(ana, "LATER")


def test_an_order_joins_once(ana: Shift) -> None:
    build(ana.database, a_bigger_cart)
    join(ana)
    with pytest.raises(ConflictError, match="Order RUSH does not fit"):
        join(ana)


def a_bigger_cart(session: Session) -> None:
    session.scalars(select(CartRow)).one().slots = 9


def test_a_batch_that_is_not_under_way_takes_nobody_along(ana: Shift) -> None:
    build(ana.database, lambda session: setattr(session.get_one(BatchRow, ana.batch), "state", BatchState.PICKED))
    assert offered(ana) == []


def test_what_nobody_has_weighed_or_measured_counts_on_a_cart_as_it_does_in_a_plan(ana: Shift) -> None:
    def unweighed(session: Session) -> None:
        session.execute(update(ItemRow).values(weight_g=None))
        session.scalars(select(CartRow)).one().max_weight_g = 2600

    build(ana.database, unweighed)
    assert offered(ana) == [("RUSH", 0, 0)]
    limits = {"assumed_weight_g": 400}
    ana.database.run(change_setting, ChangeSetting(actor=SYSTEM, at=NOON, name="cart", value=limits))
    assert offered(ana) == []


def test_the_walk_in_the_order_of_bin_names_grows_with_what_is_taken_along(ana: Shift) -> None:
    def farther(session: Session) -> None:
        key = a_bin(session, "1-5")
        row = session.get_one(BinRow, key)
        row.aisle, row.bay, row.x_mm, row.y_mm = "3", "5", 9000, 5000
        item = an_item(session, "ALSO", "ALSO")
        some_stock(session, key, item, 10)
        an_order(session, {item: 1}, number="ALSO")
        batch = session.get_one(BatchRow, ana.batch)
        batch.distance_mm, batch.name_order_distance_mm = 60_000, 100_000

    build(ana.database, farther)
    assert join(ana, "ALSO").extra_mm == 0
    with ana.database.read() as session:
        batch = session.get_one(BatchRow, ana.batch)
        # From 1-1 by the front to 1-5 and by the back to 1-9, two aisles over and back, instead of straight on.
        longer = (1000 + 6000 + 5000) + (5000 + 6000 + 1000) - 8000
        assert (batch.distance_mm, batch.name_order_distance_mm) == (60_000, 100_000 + longer)
