"""What the board says of the last hours, whose name it shows, and what a wall shows of it."""

import uuid
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import NOON, a_batch, a_bin, a_person, an_item, an_order, build, some_stock
from warehouse.domain.codes import BatchState, MoveReason, Outcome, Role, ScanKind, ScanStatus
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.words import sentence
from warehouse.services.actor import SYSTEM
from warehouse.services.board.reading import Board, for_wall, read_board
from warehouse.services.exceptions.queue import OpenEntry, open_exception
from warehouse.services.site import ChangeSetting, change_setting
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow, PickTaskRow
from warehouse.storage.models.people import DeviceRow, PersonRow
from warehouse.storage.models.picking import ScanRow
from warehouse.storage.models.printing import PrinterRow
from warehouse.storage.models.shift import PauseRow
from warehouse.storage.models.stock import MoveRow
from warehouse.storage.queries.board.figures import Bar, HourFigure, Pareto, PersonFigure
from warehouse.storage.queries.board.floor import TICKETS
from warehouse.storage.queries.board.trouble import DEVICES

MINUTE = timedelta(minutes=1)


@pytest.fixture
def ana(database: Database) -> int:
    """Ana picks batch B-1: two pieces an hour ago, one ten minutes ago, and one scan of the wrong bin."""

    def recipe(session: Session) -> int:
        item = an_item(session, "MUG")
        bin_id = a_bin(session, "S1")
        some_stock(session, bin_id, item, 50)
        batch = session.get_one(BatchRow, a_batch(session, [an_order(session, {item: 4}, number="O1")]))
        ana = a_person(session, "Ana", Role.PICKER)
        batch.state, batch.person_id, batch.started_at = BatchState.PICKING, ana, NOON - 70 * MINUTE
        task = session.scalars(select(PickTaskRow)).one()
        for minutes, pieces in ((65, 2), (10, 1)):
            scan = scanned(session, task, ana, NOON - minutes * MINUTE)
            session.add(moved(task, scan, pieces))
        scanned(session, task, ana, NOON - 9 * MINUTE, outcome=Outcome.WRONG_BIN)
        return ana

    return build(database, recipe)


def test_what_waits_longest_and_what_printers_say_keep_their_parts(database: Database) -> None:
    def recipe(session: Session) -> None:
        about = sentence("Carton {number} is not empty.", number=3)
        entry = OpenEntry(actor=SYSTEM, at=NOON, type=ExceptionType.DAMAGED, subject="carton:3", text=about)
        open_exception(session, entry)
        session.add(PrinterRow(name="ZD", transport="tcp9100", address="127.0.0.1", profile="zebra_203", attention="x"))

    build(database, recipe)
    with database.read() as session:
        board = read_board(session, NOON)
    assert board.exceptions is not None
    assert board.printers is not None
    (entry,) = board.exceptions.oldest
    assert (entry.text, entry.said) == (
        "Carton 3 is not empty.",
        [["Carton {number} is not empty.", {"number": 3}]],
    )
    assert [(it.attention, it.said) for it in board.printers] == [("x", None)]
    hidden = for_wall(board).exceptions
    assert hidden is not None
    assert [(it.text, it.said) for it in hidden.oldest] == [("", None)]


def scanned(
    session: Session, task: PickTaskRow, person: int, at: datetime, outcome: Outcome = Outcome.ACCEPTED
) -> ScanRow:
    seq = len(session.scalars(select(ScanRow)).all()) + 1
    row = ScanRow(
        scan_id=uuid.UUID(int=seq),
        device="d-1",
        seq=seq,
        person_id=person,
        epoch=0,
        at=at,
        received_at=at,
        kind=ScanKind.SCAN,
        batch_id=task.batch_id,
        code="L:S2",
        quantity=1,
        via="key",
        mode="enforce",
        task_id=task.id,
        status=ScanStatus.APPLIED if outcome is Outcome.ACCEPTED else ScanStatus.REJECTED,
        outcome=outcome,
        fingerprint="",
        answer={},
    )
    session.add(row)
    session.flush()
    return row


def moved(task: PickTaskRow, scan: ScanRow, pieces: int) -> MoveRow:
    return MoveRow(
        at=scan.received_at,
        item_id=task.item_id,
        lot_id=task.lot_id,
        quantity=pieces,
        from_place_id=task.bin_id,
        to_place_id=1 if task.bin_id != 1 else 2,
        reason=MoveReason.PICK,
        scan_id=scan.scan_id,
    )


def board_of(database: Database, at: datetime = NOON) -> Board:
    with database.read() as session:
        return read_board(session, at)


def show_individuals(database: Database) -> None:
    database.run(change_setting, ChangeSetting(actor=SYSTEM, at=NOON, name="show_individuals", value=True))


@pytest.mark.usefixtures("ana")
def test_pieces_are_counted_by_the_hour_as_the_ledger_has_them(database: Database) -> None:
    ten, eleven = NOON - timedelta(hours=2), NOON - timedelta(hours=1)
    noon = HourFigure(at=NOON, picked=0, packed=0)
    assert board_of(database).throughput == (
        HourFigure(at=ten, picked=2, packed=0),
        HourFigure(at=eleven, picked=1, packed=0),
        noon,
    )


@pytest.mark.usefixtures("ana")
def test_hours_are_those_of_the_sites_clock(database: Database) -> None:
    database.run(change_setting, ChangeSetting(actor=SYSTEM, at=NOON, name="time_zone", value="Asia/Kolkata"))
    half_past = NOON - 30 * MINUTE  # there it is 17:00
    assert board_of(database).throughput == (
        HourFigure(at=half_past - timedelta(hours=1), picked=2, packed=0),
        HourFigure(at=half_past, picked=1, packed=0),
    )


@pytest.mark.usefixtures("ana")
def test_mismatches_are_told_by_reason_item_and_bin(database: Database) -> None:
    once = {"reasons": "wrong_bin", "items": "MUG", "bins": "S1"}
    assert board_of(database).pareto == Pareto(
        total=1, **{part: (Bar(name=name, count=1),) for part, name in once.items()}
    )


@pytest.mark.usefixtures("ana")
def test_nothing_is_said_of_single_people_unless_the_site_says_so(database: Database) -> None:
    hidden = board_of(database)
    assert (hidden.people, [scan.person for scan in hidden.mismatches or ()]) == (None, [None])
    show_individuals(database)
    shown = board_of(database)
    assert shown.people == (PersonFigure(name="Ana", picked=3, packed=0),)
    assert [scan.person for scan in shown.mismatches or ()] == ["Ana"]


@pytest.mark.usefixtures("ana")
def test_a_wall_names_nobody_even_where_the_site_shows_individuals(database: Database) -> None:
    show_individuals(database)
    shown = for_wall(board_of(database))
    tickets = [ticket for lane in shown.lanes or () for ticket in lane.tickets]
    assert ([ticket.number for ticket in tickets], "Ana" in repr(shown)) == (["B-1"], False)


def test_a_batch_says_when_it_was_last_heard_of_and_that_its_holder_is_on_a_pause(database: Database, ana: int) -> None:
    def ticket() -> tuple[datetime | None, bool]:
        lanes = board_of(database).lanes or ()
        found = next(ticket for lane in lanes for ticket in lane.tickets)
        return found.heard_at, found.paused

    assert ticket() == (NOON - 9 * MINUTE, False)
    build(database, lambda session: session.add(PauseRow(person_id=ana, started_at=NOON)))
    assert ticket() == (NOON - 9 * MINUTE, True)


def test_a_pause_nobody_ended_hides_a_batch_that_stands_still_for_two_hours_at_most(
    database: Database, ana: int
) -> None:
    build(database, lambda session: session.add(PauseRow(person_id=ana, started_at=NOON)))

    def paused(at: datetime) -> list[bool]:
        return [ticket.paused for lane in board_of(database, at).lanes or () for ticket in lane.tickets]

    assert (paused(NOON + 119 * MINUTE), paused(NOON + 120 * MINUTE)) == ([True], [False])


@pytest.mark.usefixtures("ana")
def test_two_people_of_one_name_are_two(database: Database) -> None:
    def namesake(session: Session) -> None:
        task = session.scalars(select(PickTaskRow)).one()
        other = a_person(session, "Ana B", Role.PICKER)
        session.get_one(PersonRow, other).name = "Ana"
        session.add(moved(task, scanned(session, task, other, NOON - MINUTE), 1))

    build(database, namesake)
    show_individuals(database)
    assert [(who.name, who.picked) for who in board_of(database).people or ()] == [("Ana", 3), ("Ana", 1)]


def test_devices_online_are_counted_also_where_there_are_more_than_are_named(database: Database) -> None:
    def many(session: Session) -> None:
        for number in range(DEVICES + 5):
            seen = NOON - timedelta(seconds=29 if number else 31)
            session.add(DeviceRow(name=f"d-{number}", first_seen_at=seen, seen_at=seen))

    build(database, many)
    board = board_of(database)
    assert (len(board.devices or ()), board.devices_online) == (DEVICES, DEVICES + 4)


def test_the_board_says_for_how_many_it_foresees(database: Database) -> None:
    def recipe(session: Session) -> None:
        for name, role, heard in (
            ("Ana", Role.PICKER, NOON),
            ("Cleo", Role.PICKER, NOON),
            ("Dan", Role.PICKER, NOON - 60 * MINUTE),
            ("Ben", Role.PACKER, NOON),
        ):
            person = a_person(session, name, role)
            session.add(DeviceRow(name=name, person_id=person, first_seen_at=heard, seen_at=heard))

    with database.read() as session:
        nobody = read_board(session, NOON)
    build(database, recipe)
    with database.read() as session:
        board = read_board(session, NOON)
    assert (nobody.picking, nobody.packing) == (0, 0)
    assert (board.picking, board.packing) == (2, 1)


@pytest.mark.usefixtures("ana")
def test_a_mismatch_leads_to_nobody_by_their_batch_unless_the_site_shows_individuals(database: Database) -> None:
    def told() -> list[tuple[str | None, str | None]]:
        return [(scan.batch, scan.bin) for scan in board_of(database).mismatches or ()]

    assert told() == [(None, "S1")]
    show_individuals(database)
    assert told() == [("B-1", "S1")]


def test_what_stands_still_is_counted_and_shown_also_where_there_are_more_batches_than_tickets(
    database: Database,
) -> None:
    def recipe(session: Session) -> None:
        item = an_item(session, "MUG")
        some_stock(session, a_bin(session, "S1"), item, 500)
        for number in range(TICKETS + 5):
            key = a_batch(session, [an_order(session, {item: 1})], number=f"B-{number}")
            batch = session.get_one(BatchRow, key)
            heard = NOON - 99 * MINUTE if number > TICKETS else NOON
            batch.state, batch.person_id, batch.started_at = BatchState.PICKING, a_person(session, f"P{number}"), heard

    build(database, recipe)
    lane = next(lane for lane in board_of(database).lanes or () if lane.state == BatchState.PICKING)
    assert (lane.batches, lane.stuck, len(lane.tickets)) == (TICKETS + 5, 4, TICKETS)
    assert [ticket.number for ticket in lane.tickets[:4]] == [f"B-{TICKETS + more}" for more in (1, 2, 3, 4)]


def test_devices_with_scans_to_send_are_counted_also_where_there_are_more_than_are_named(database: Database) -> None:
    def many(session: Session) -> None:
        for number in range(DEVICES + 5):
            session.add(DeviceRow(name=f"d-{number}", first_seen_at=NOON, seen_at=NOON, pending=number % 45))

    build(database, many)
    assert board_of(database).devices_unsent == DEVICES + 4
