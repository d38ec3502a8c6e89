"""What others have done between two scans of a picker: her next one is answered, and the books agree."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import builders as make
from tests.services.floor import broken
from tests.services.picking.test_kept import OTHER_LOT, TEA, lying
from tests.services.picking.test_scans import MUG, PEN, START, Shift, rows
from warehouse.domain.codes import Outcome, Role, ScanKind, TaskState, Tracking
from warehouse.services.actor import Actor
from warehouse.services.batches.releasing import TakeOut, take_order_out
from warehouse.services.orders.changes import ChangeOrder, change_order
from warehouse.services.orders.decisions import RushOrder, rush_order
from warehouse.services.orders.holds import HoldOrder, LiftHold, hold_order, lift_hold
from warehouse.services.picking.scans import PickDesk
from warehouse.services.scanning.groups import ScanCounter
from warehouse.services.side.counting import Adjust, adjust_stock
from warehouse.storage.database import Database
from warehouse.storage.models.batching import PickTaskRow
from warehouse.storage.models.orders import OrderLineRow
from warehouse.storage.models.stock import LotRow, ReservationRow, SerialRow, StockRow

ACCEPTED = Outcome.ACCEPTED
TO_THE_PENS = [*START, "L:S1", MUG, MUG, MUG, "T:T1", MUG, MUG, "T:T2", "L:S2"]


@pytest.fixture
def shift(open_database: Callable[..., Database]) -> Shift:
    """Order 1001 wants three mugs of S1 and two pens of S2, order 1002 two mugs."""
    database = open_database(judge=ScanCounter({"batch": PickDesk()}))

    def recipe(session: Session) -> tuple[int, int]:
        ana, mug, pen = (
            make.a_person(session, "Ana"),
            make.an_item(session, "MUG", MUG),
            make.an_item(session, "PEN", PEN),
        )
        make.some_stock(session, make.a_bin(session, "S1", walk=1), mug, 20)
        make.some_stock(session, make.a_bin(session, "S2", walk=2), pen, 20)
        _totes(session)
        wanted = {"1001": {mug: 3, pen: 2}, "1002": {mug: 2}}
        return ana, make.a_batch(session, [make.an_order(session, of, number=it) for it, of in wanted.items()])

    return Shift(database, *make.build(database, recipe)).start()


def _totes(session: Session) -> None:
    make.a_cart(session, "K1")
    for code in ("T1", "T2", "T3"):
        make.a_tote(session, code)


@pytest.fixture
def lea(shift: Shift) -> Actor:
    key = make.build(shift.database, lambda session: make.a_person(session, "Lea", Role.LEAD))
    return Actor(key, Role.LEAD, "Lea")


def take_out(shift: Shift, lea: Actor, order: str) -> None:
    asked = TakeOut(actor=lea, at=make.NOON, batch=shift.batch, order=order, reason="Another trip")
    shift.database.run(take_order_out, asked)


def want_pens(shift: Shift, lea: Actor, pieces: int) -> None:
    """Let the order desk say that order 1001 wants so many pens."""
    change = ChangeOrder(actor=lea, at=make.NOON, number="1001", reason="Phone", quantities={2: pieces}, added={})
    shift.database.run(change_order, change)


def hold(shift: Shift, lea: Actor) -> None:
    asked = HoldOrder(actor=lea, at=make.NOON, number="1001", reason="address", text="The address is wrong.")
    shift.database.run(hold_order, asked)


def undone(shift: Shift) -> Outcome | None:
    return shift.says("", kind=ScanKind.UNDO)[0]


def pens(shift: Shift) -> tuple[TaskState, int, int]:
    """State of the task, and allocated and backordered of the line."""
    (task,) = rows(shift, PickTaskRow, PickTaskRow.order_line_id == 2)
    (line,) = rows(shift, OrderLineRow, OrderLineRow.id == 2)
    assert isinstance(task, PickTaskRow)
    assert isinstance(line, OrderLineRow)
    return task.state, line.allocated, line.backordered


def test_no_tote_is_waited_for_by_a_slot_whose_order_was_taken_out(shift: Shift, lea: Actor) -> None:
    assert shift.says("K:K1", "T:T1") == [ACCEPTED] * 2
    take_out(shift, lea, "1002")
    assert shift.says("T:T2", "L:S1", MUG) == [Outcome.WRONG_TOTE, ACCEPTED, ACCEPTED]
    assert broken(shift.database) == []


def test_a_tote_whose_slot_is_gone_is_not_taken_off_it_again(shift: Shift, lea: Actor) -> None:
    assert shift.says(*START) == [ACCEPTED] * 3
    take_out(shift, lea, "1002")
    assert undone(shift) is Outcome.STALE
    assert shift.says("L:S1", MUG) == [ACCEPTED] * 2
    assert broken(shift.database) == []


def test_a_short_of_a_line_that_was_taken_off_stays(shift: Shift, lea: Actor) -> None:
    assert shift.says(*TO_THE_PENS) == [ACCEPTED] * len(TO_THE_PENS)
    assert shift.says("", kind=ScanKind.SHORT, quantity=0, reason="not_found") == [ACCEPTED]
    want_pens(shift, lea, 0)
    assert undone(shift) is Outcome.POLICY
    assert pens(shift) == (TaskState.SHORT, 0, 0)
    assert broken(shift.database) == []


def test_what_was_not_broken_after_all_is_not_picked_for_a_line_that_was_taken_off(shift: Shift, lea: Actor) -> None:
    assert shift.says(*TO_THE_PENS) == [ACCEPTED] * len(TO_THE_PENS)
    assert shift.says("", kind=ScanKind.DAMAGED, quantity=20, reason="broken") == [ACCEPTED]
    want_pens(shift, lea, 0)
    assert [undone(shift), undone(shift)] == [Outcome.ALREADY_DONE, ACCEPTED], "first she hears that there is no task"
    assert pens(shift) == (TaskState.SHORT, 0, 0)
    assert lying(shift, "S2") == {"": 20}
    assert broken(shift.database) == []


def test_a_short_that_is_taken_back_waits_while_its_order_is_on_hold(shift: Shift, lea: Actor) -> None:
    assert shift.says(*TO_THE_PENS) == [ACCEPTED] * len(TO_THE_PENS)
    assert shift.says("", kind=ScanKind.SHORT, quantity=0, reason="not_found") == [ACCEPTED]
    hold(shift, lea)
    assert undone(shift) is ACCEPTED
    assert shift.says(PEN) == [Outcome.ORDER_CHANGED]
    shift.database.run(lift_hold, LiftHold(actor=lea, at=make.NOON, number="1001", reason="Asked"))
    shift.list_version += 3
    assert shift.says("L:S2", PEN, PEN, "T:T1")[1:] == [ACCEPTED] * 3
    assert broken(shift.database) == []


def test_a_pick_of_an_order_on_hold_stays_in_its_tote_until_the_hold_is_lifted(shift: Shift, lea: Actor) -> None:
    assert shift.says(*TO_THE_PENS[:8]) == [ACCEPTED] * 8
    hold(shift, lea)
    assert undone(shift) is Outcome.ORDER_CHANGED
    assert lying(shift, "T1") == {"": 3}
    shift.database.run(lift_hold, LiftHold(actor=lea, at=make.NOON, number="1001", reason="Asked"))
    assert undone(shift) is ACCEPTED
    assert lying(shift, "T1") == {}
    assert broken(shift.database) == []


def a_tea(open_database: Callable[..., Database], own: str) -> Shift:
    """One order of two teas of lot `own`; two of L2 lie in the same bin."""
    database = open_database(judge=ScanCounter({"batch": PickDesk()}))

    def recipe(session: Session) -> tuple[int, int]:
        ana, far = make.a_person(session, "Ana"), make.a_bin(session, "S2", walk=2)
        tea = make.an_item(session, "TEA", TEA, tracking=Tracking.LOT)
        for lot in (own, "L2"):
            make.some_stock(session, far, tea, 2, lot=lot)
        mug = make.an_item(session, "MUG", MUG)
        make.some_stock(session, make.a_bin(session, "S3", walk=3), mug, 20)
        _totes(session)
        wanted = {"1001": {tea: 2}, "1002": {mug: 1}}
        return ana, make.a_batch(session, [make.an_order(session, of, number=it) for it, of in wanted.items()])

    return Shift(database, *make.build(database, recipe)).start()


def promised(shift: Shift) -> dict[str, int]:
    """Say how many of each lot are promised to the tea's line."""
    units = func.sum(ReservationRow.quantity)
    found = select(LotRow.code, units).join(LotRow, LotRow.id == ReservationRow.lot_id)
    with shift.database.read() as session:
        rows = session.execute(found.where(ReservationRow.order_line_id == 1).group_by(LotRow.code))
        return {code: number for code, number in rows}  # noqa: C416 - rows are no pairs for the type checker


def test_a_lot_that_was_counted_away_from_the_hand_is_not_booked_as_another(
    open_database: Callable[..., Database],
) -> None:
    shift = a_tea(open_database, "L1")
    assert shift.says(*START, "L:S2", OTHER_LOT, OTHER_LOT) == [*[ACCEPTED] * 4, Outcome.WRONG_LOT, ACCEPTED]
    with shift.database.read() as session:
        query = select(StockRow).join(LotRow, LotRow.id == StockRow.lot_id).where(LotRow.code == "L2")
        stock = session.scalars(query).one()
        where = {"bin": stock.place_id, "item": stock.item_id, "lot": stock.lot_id}
    who = {"actor": shift.actor(), "at": make.NOON}
    shift.database.run(adjust_stock, Adjust(**who, quantity=0, reason="counted", **where))
    shift.database.run(rush_order, RushOrder(**who, number="1002", reason="Called"))  # the batch is read again
    assert shift.says("T:T1") == [Outcome.POLICY]
    assert (lying(shift, "T1"), promised(shift)) == ({}, {"L1": 2})
    assert broken(shift.database) == []


@pytest.mark.parametrize(("code", "taken"), [(TEA, ""), (OTHER_LOT, "L2")], ids=["no lot scanned", "a lot scanned"])
def test_the_promise_of_pieces_without_a_lot_follows_the_lot_that_is_taken(
    open_database: Callable[..., Database], code: str, taken: str
) -> None:
    shift = a_tea(open_database, "")
    assert shift.says(*START, "L:S2", code, "T:T1") == [ACCEPTED] * 6
    assert lying(shift, "T1") == {taken: 1}
    assert broken(shift.database) == []
    assert undone(shift) is ACCEPTED
    assert (lying(shift, "T1"), promised(shift)) == ({}, {"": 2})
    assert broken(shift.database) == []


def test_a_numbered_piece_that_another_cart_has_taken_is_not_taken_twice(
    open_database: Callable[..., Database],
) -> None:
    """Two labels with one number: the second is met by a batch that was read when the first still lay in its bin."""
    database = open_database(judge=ScanCounter({"batch": PickDesk()}))

    def recipe(session: Session) -> list[tuple[int, int]]:
        lamp, lamps = make.an_item(session, "LAMP", MUG, tracking=Tracking.SERIAL), make.a_bin(session, "S1", walk=1)
        make.some_stock(session, lamps, lamp, 5)
        lot = session.scalars(select(LotRow.id)).one()
        session.add(SerialRow(item_id=lamp, code="S-1", lot_id=lot, place_id=lamps))
        _totes(session)
        make.a_cart(session, "K2")
        orders = [make.an_order(session, {lamp: 1}, number=number) for number in ("1001", "1002")]
        people = [make.a_person(session, name) for name in ("Ana", "Cleo")]
        return [(who, make.a_batch(session, [it], number=f"B-{it}")) for who, it in zip(people, orders, strict=True)]

    ana, cleo = (Shift(database, *keys, device=f"d-{keys[0]}").start() for keys in make.build(database, recipe))
    assert ana.says("K:K1", "T:T1", "L:S1", MUG) == [ACCEPTED] * 4
    assert cleo.says("K:K2", "T:T2", "L:S1", MUG, "S-1") == [ACCEPTED] * 5
    told = ana.scan("S-1")[0]
    assert (told.outcome, told.text) == (Outcome.ALREADY_DONE, "S-1 is picked already. Scan the serial number.")
    assert broken(database) == []
