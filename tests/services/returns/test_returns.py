"""Goods that come back, from the customer's word to the bin; the books and the doctor's promises hold throughout."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.builders import NOON, a_bin, a_person, build, some_stock
from tests.services.floor_story import tell_story
from warehouse.domain.codes import BinKind, Role, Tracking
from warehouse.domain.errors import ConflictError, InvalidInputError, NotFoundError, WarehouseError
from warehouse.domain.returns.states import ReturnKind, ReturnState, ReturnStep
from warehouse.services.actor import Actor
from warehouse.services.audits import state_paths
from warehouse.services.printing.returns import return_label
from warehouse.services.returns.inspecting import EndReturn, InspectReturn, cancel_return, close_return, inspect_return
from warehouse.services.returns.opening import OpenReturn, open_return
from warehouse.services.returns.receiving import Received, ReceiveReturn, receive_return
from warehouse.services.stock.freezing import BeginFreeze, begin_freeze
from warehouse.storage.database import Database
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import OrderLineRow
from warehouse.storage.models.packing import CartonLineRow, CartonRow, LabelRow
from warehouse.storage.models.returns import ReturnLineRow, ReturnStepRow
from warehouse.storage.models.stock import CountTaskRow, PlaceRow, SerialRow, StockRow
from warehouse.storage.queries.invariants.all import run
from warehouse.storage.queries.invariants.returns import RETURNS
from warehouse.storage.queries.invariants.stock import STOCK
from warehouse.storage.queries.returns import ReturnLine, meaning_of, return_named, returns

MUG = "4006381333931"


class Desk:
    """The returns desk of a warehouse from which order 2001 went out: three pieces of A in one carton."""

    def __init__(self, database: Database) -> None:
        self.database = database
        build(database, tell_story)
        build(database, lambda session: (a_bin(session, "S9"), a_bin(session, "Q9", kind=BinKind.QUARANTINE)))
        self.lea = Actor(build(database, lambda session: a_person(session, "Lena", Role.LEAD)), Role.LEAD, "Lena")
        with database.read() as session:
            self.tracking = session.query(LabelRow.tracking).filter(LabelRow.tracking.is_not(None)).scalar()

    def open(self, **asked: Any) -> str:
        values = {"kind": ReturnKind.ASKED, "reason": "not_wanted", "order": "2001", "pieces": {"A": 2}, **asked}
        return self.database.run(open_return, OpenReturn(actor=self.lea, at=NOON, **values))

    def receive(self, number: str, code: str = MUG, **more: Any) -> Received:
        asked = ReceiveReturn(actor=self.lea, at=NOON, number=number, code=code, **more)
        return self.database.run(receive_return, asked)

    def inspect(self, number: str, step: ReturnStep, quantity: int = 1, **more: Any) -> int:
        line = self.lines(number)[0].id
        values = {"number": number, "line": line, "step": step, "quantity": quantity, **more}
        return self.database.run(inspect_return, InspectReturn(actor=self.lea, at=NOON, **values))

    def end(self, use_case: Any, number: str, reason: str = "") -> None:
        self.database.run(use_case, EndReturn(actor=self.lea, at=NOON, number=number, reason=reason))

    def lines(self, number: str) -> list[ReturnLine]:
        with self.database.read() as session:
            found = return_named(session, number)
        assert found is not None
        return found[1]

    def state(self, number: str) -> ReturnState:
        with self.database.read() as session:
            found = return_named(session, number)
        assert found is not None
        return found[0].state

    def at(self, code: str) -> int:
        with self.database.read() as session:
            place = session.query(PlaceRow.id).filter_by(code=code).scalar()
            return sum(units for (units,) in session.query(StockRow.quantity).filter_by(place_id=place))

    def broken(self) -> list[str]:
        with self.database.read() as session:
            results = [*(run(session, check) for check in (*RETURNS, *STOCK)), state_paths(session)]
            return [row for result in results for row in result.rows]


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def test_what_was_sent_comes_back_is_looked_at_and_goes_three_ways(desk: Desk) -> None:
    number = desk.open(pieces={"A": 3})
    assert desk.state(number) is ReturnState.ANNOUNCED
    assert desk.receive(number, quantity=2) == Received("A", 2, 2)
    assert desk.receive(number) == Received("A", 1, 3)
    assert (desk.at("RETURNS"), desk.state(number)) == (3, ReturnState.RECEIVED)
    assert desk.inspect(number, ReturnStep.RESTOCKED, bin="L:S9") == 2
    assert desk.inspect(number, ReturnStep.QUARANTINED) == 1
    assert desk.inspect(number, ReturnStep.SCRAPPED) == 0
    assert (desk.at("S9"), desk.at("Q9"), desk.at("RETURNS")) == (1, 1, 0)
    assert desk.state(number) is ReturnState.INSPECTED
    desk.end(close_return, number)
    assert (desk.state(number), desk.broken()) == (ReturnState.CLOSED, [])


def test_never_more_comes_back_than_was_sent_over_all_returns(desk: Desk) -> None:
    first, second = desk.open(), desk.open(pieces={"A": 1})
    desk.receive(first, quantity=2)
    with pytest.raises(ConflictError, match="Only 3 of A were sent, 2 came back: 2 more"):
        desk.receive(second, quantity=2)
    with pytest.raises(ConflictError, match="Only 3 of A were sent"):
        desk.receive(second, code="14006381333938")
    desk.receive(second)
    with pytest.raises(ConflictError, match="nothing is out"):
        desk.open(pieces={"A": 1})
    assert desk.broken() == []


def test_more_than_is_out_is_not_announced_either(desk: Desk) -> None:
    for pieces, words in (({"A": 4}, "Only 3 of A"), ({"B": 1}, "B was not sent")):
        with pytest.raises(ConflictError, match=words):
            desk.open(pieces=pieces)
    with pytest.raises(InvalidInputError, match="which pieces"):
        desk.open(pieces={})
    with pytest.raises(InvalidInputError):
        desk.open(reason="because")
    with pytest.raises(NotFoundError):
        desk.open(order="4711")


def test_a_refused_parcel_is_found_by_its_number_and_expected_whole(desk: Desk) -> None:
    number = desk.open(kind=ReturnKind.REFUSED, reason="refused", order=None, tracking=desk.tracking, pieces={})
    assert [(line.sku, line.sent, line.announced) for line in desk.lines(number)] == [("A", 3, 3)]
    with pytest.raises(NotFoundError, match="There is no parcel 00340"):
        desk.open(kind=ReturnKind.REFUSED, order=None, tracking="00340", pieces={})


def test_goods_nobody_knows_are_taken_in_as_they_are(desk: Desk) -> None:
    number = desk.open(kind=ReturnKind.UNKNOWN, reason="unknown", order=None, tracking="X1", pieces={})
    assert desk.receive(number, code="a", quantity=40) == Received("A", 40, 40)
    assert desk.lines(number)[0].sent is None
    with pytest.raises(NotFoundError, match="Not in the system"):
        desk.receive(number, code="9999")
    with pytest.raises(InvalidInputError, match="pieces are taken in at once"):
        desk.receive(number, quantity=0)
    assert desk.inspect(number, ReturnStep.RESTOCKED, 40, bin="S9") == 0
    assert (desk.at("S9"), desk.broken()) == (40, [])


def test_a_piece_is_decided_on_once_and_only_where_goods_are_sold_from(desk: Desk) -> None:
    number = desk.open()
    desk.receive(number)
    refused: tuple[tuple[dict[str, Any], type[WarehouseError]], ...] = (
        ({"step": ReturnStep.RESTOCKED, "bin": "Q9"}, ConflictError),
        ({"step": ReturnStep.RESTOCKED, "bin": "NOPE"}, InvalidInputError),
        ({"step": ReturnStep.RECEIVED}, InvalidInputError),
        ({"step": ReturnStep.SCRAPPED, "quantity": 2}, ConflictError),
        ({"step": ReturnStep.SCRAPPED, "line": 999}, NotFoundError),
    )
    for asked, error in refused:
        with pytest.raises(error):
            desk.inspect(number, **asked)
    assert (desk.at("RETURNS"), desk.broken()) == (1, [])


def test_a_return_ends_with_a_word_where_not_all_has_come(desk: Desk) -> None:
    number = desk.open()
    with pytest.raises(ConflictError, match="cannot become closed"):
        desk.end(close_return, number)
    desk.receive(number)
    desk.inspect(number, ReturnStep.SCRAPPED)
    with pytest.raises(ConflictError, match="1 announced pieces have not come"):
        desk.end(close_return, number)
    desk.end(close_return, number, "kept by the customer")
    with pytest.raises(ConflictError, match="is closed"):
        desk.receive(number)


def test_a_return_of_which_nothing_came_is_cancelled_with_a_reason(desk: Desk) -> None:
    number = desk.open()
    with pytest.raises(InvalidInputError, match="why"):
        desk.end(cancel_return, number)
    desk.end(cancel_return, number, "changed their mind")
    assert (desk.state(number), desk.broken()) == (ReturnState.CANCELLED, [])


def test_a_return_is_found_by_its_number_its_parcel_its_order_and_its_goods(desk: Desk) -> None:
    number = desk.open()
    with desk.database.read() as session:
        sscc = session.query(CartonRow.sscc).filter(CartonRow.sscc.is_not(None)).first()
        assert sscc is not None
        found = {
            text: meaning_of(session, text) for text in (number, desk.tracking, "O:2001", MUG, "A", f"00{sscc[0]}")
        }
        nothing = meaning_of(session, "who knows")
        assert [head.number for head in returns(session, 5)] == [number]
        assert returns(session, 5, after=1, state=ReturnState.CLOSED) == []
    assert [[head.number for head in it.returns] for it in found.values()] == [[number]] * 6
    assert (found["O:2001"].orders, found[desk.tracking].tracking, found[MUG].sku) == (("2001",), desk.tracking, "A")
    assert (nothing.returns, nothing.orders, nothing.sku) == ((), (), None)


def test_the_label_names_the_return_and_both_addresses(desk: Desk) -> None:
    number = desk.open()
    unknown = desk.open(kind=ReturnKind.UNKNOWN, reason="unknown", order=None, pieces={})
    with desk.database.read() as session:
        label, bare = return_label(session, number), return_label(session, unknown)
    assert (label["barcode"], label["order_number"], label["pieces"]) == (number, "2001", 2)
    assert label["from_lines"][:3] == ["Mr Smith", "12 Mill Lane", "Leeds"]
    assert bare["from_lines"] == ["Unknown sender"]


def test_a_numbered_piece_comes_back_as_itself_and_once(desk: Desk) -> None:
    build(desk.database, _number_the_pieces)
    number = desk.open(pieces={"A": 2})
    with pytest.raises(InvalidInputError, match="scan each piece with its own"):
        desk.receive(number)
    with pytest.raises(ConflictError, match="was not sent with this order"):
        desk.receive(number, serial="S9")
    assert desk.receive(number, serial="S1").back == 1
    with pytest.raises(ConflictError, match="S1 is back already"):
        desk.receive(number, serial="S1")
    with pytest.raises(ConflictError, match="S2 does not wait here"):
        desk.inspect(number, ReturnStep.RESTOCKED, bin="S9", serial="S2")
    with pytest.raises(InvalidInputError, match="scan each piece with its own"):
        desk.inspect(number, ReturnStep.RESTOCKED, bin="S9")
    assert desk.inspect(number, ReturnStep.RESTOCKED, bin="S9", serial="S1") == 0
    with desk.database.read() as session:
        place = session.query(SerialRow.place_id).filter_by(code="S1").scalar()
        assert session.get_one(PlaceRow, place).code == "S9"
    assert desk.broken() == []


def test_a_numbered_piece_of_which_nobody_knows_stands_where_it_is(desk: Desk) -> None:
    build(desk.database, _number_the_pieces)
    number = desk.open(kind=ReturnKind.UNKNOWN, reason="unknown", order=None, pieces={})
    for serial in ("S1", "S8"):
        desk.receive(number, serial=serial)
    with pytest.raises(ConflictError, match="S8 is back already"):
        desk.receive(number, serial="S8")
    for serial in ("S8", "S1"):
        desk.inspect(number, ReturnStep.RESTOCKED, bin="S9", serial=serial)
    with desk.database.read() as session:
        here = session.query(PlaceRow.id).filter_by(code="S9").scalar()
        assert sorted(code for (code,) in session.query(SerialRow.code).filter_by(place_id=here)) == ["S1", "S8"]
    assert desk.broken() == []


def test_a_numbered_piece_that_should_lie_in_a_bin_comes_back_and_the_bin_is_counted(desk: Desk) -> None:
    build(desk.database, _number_the_pieces)

    def recipe(session: Session) -> None:
        bin_, item = session.query(PlaceRow.id).filter_by(code="S9").scalar(), session.query(SerialRow).first()
        assert item is not None
        lot = some_stock(session, bin_, item.item_id, 1)
        session.add(SerialRow(item_id=item.item_id, code="S7", lot_id=lot, place_id=bin_))

    build(desk.database, recipe)
    number = desk.open(kind=ReturnKind.UNKNOWN, reason="unknown", order=None, pieces={})
    for serial in ("S1", "S7"):
        desk.receive(number, serial=serial)
    with desk.database.read() as session:
        (text,) = session.query(ExceptionRow.text).filter_by(type="short_stock").one()
        counted = session.query(PlaceRow.code).join(CountTaskRow, CountTaskRow.bin_id == PlaceRow.id).all()
    assert text == f"Serial number S7 of A came back with return {number}, but S9 should hold it. Count there."
    assert ([code for (code,) in counted], desk.at("S9"), desk.broken()) == (["S9"], 1, [])


def _number_the_pieces(session: Session) -> None:
    line = session.query(OrderLineRow).filter_by(shipped=3).one()
    content = session.query(CartonLineRow).filter_by(order_line_id=line.id).one()
    session.get_one(ItemRow, line.item_id).tracking = Tracking.SERIAL
    session.add_all(
        SerialRow(
            item_id=content.item_id, code=code, lot_id=content.lot_id, place_id=content.carton_id, order_line_id=line.id
        )
        for code in ("S1", "S2", "S3")
    )


def test_nothing_is_taken_in_while_stock_is_frozen(desk: Desk) -> None:
    number = desk.open()
    asked = BeginFreeze(actor=desk.lea, at=NOON, until=NOON + timedelta(hours=1), reason="opening count")
    desk.database.run(begin_freeze, asked)
    with pytest.raises(ConflictError, match="Stock is frozen"):
        desk.receive(number)


@pytest.mark.parametrize("check", RETURNS, ids=lambda check: check.name)
def test_each_promise_about_returns_finds_what_breaks_it(desk: Desk, check: Any) -> None:
    number = desk.open(pieces={"A": 3})
    desk.receive(number, quantity=3)
    build(desk.database, lambda session: _break(session, check.name))
    with desk.database.read() as session:
        assert not run(session, check).ok


def _break(session: Session, name: str) -> None:
    line = session.query(ReturnLineRow).one()
    if name in {"return_sent", "return_moves"}:
        line.received = 5
    elif name == "return_item":
        other = ItemRow(sku="B", sku_folded="b", name="B", updated_at=NOON)
        session.add(other)
        session.flush()
        line.item_id = other.id
    elif name == "return_state":
        line.scrapped = 3
    else:
        place = session.query(PlaceRow.id).filter_by(code="RETURNS").scalar()
        some_stock(session, place, line.item_id, 1)
    assert session.query(ReturnStepRow).count() == 1
