"""A lost badge or PIN costs a minute: a badge that dies by itself; staff for a time are let in for that time."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import NOON, a_person, build
from warehouse.domain.codes import Role
from warehouse.domain.errors import ConflictError, ForbiddenError, InvalidInputError, NotSignedInError
from warehouse.domain.roles import rights_of
from warehouse.services.actor import Actor, Request
from warehouse.services.people.pins import hash_pin
from warehouse.services.people.sign_in import Desk, SignIn
from warehouse.services.people.staff import LastDay, PersonChange, disable_person, set_last_day
from warehouse.services.people.temporary import Given, GiveTemporary, end_temporary, give_temporary
from warehouse.storage.database import Database
from warehouse.storage.models.people import PersonRow, SignInRow
from warehouse.storage.models.printing import PrinterRow, PrintJobRow, StationPrinterRow, StationRow
from warehouse.storage.queries.people import live_versions

SECRET = "a secret of the house, long enough"
PIN, OTHER_PIN = "493017", "551203"
HOUR = timedelta(hours=1)


@pytest.fixture
def ana(database: Database) -> int:
    return build(database, lambda session: a_person(session, "Ana", pin_hash=hash_pin(PIN, SECRET)))


@pytest.fixture
def lea(database: Database) -> Actor:
    return Actor(build(database, lambda session: a_person(session, "Lea", Role.LEAD)), Role.LEAD, "Lea")


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, SECRET)


def give(database: Database, lead: Actor, person: int, code: str = "U:TEMP", *, pin: str | None = None) -> Given:
    pin_hash = hash_pin(pin, SECRET) if pin else None
    held = rights_of(Role.LEAD)
    asked = GiveTemporary(actor=lead, at=NOON, held=held, person=person, code=code, hours=8, pin_hash=pin_hash)
    return database.run(give_temporary, asked)


def may_enter(desk: Desk, badge: str, pin: str, after: timedelta = HOUR) -> bool:
    try:
        desk.sign_in(SignIn(badge=badge, pin=pin, at=NOON + after))
    except NotSignedInError:
        return False
    return True


def test_a_temporary_badge_works_with_the_own_pin_and_so_does_the_own_badge(
    database: Database, desk: Desk, ana: int, lea: Actor
) -> None:
    give(database, lea, ana)
    ways = (("U:TEMP", PIN), ("TEMP", PIN), ("U:ANA", PIN), ("U:TEMP", OTHER_PIN))
    assert [may_enter(desk, *way) for way in ways] == [True, True, True, False]


def test_a_lost_pin_gets_one_of_the_badges_own(database: Database, desk: Desk, ana: int, lea: Actor) -> None:
    give(database, lea, ana, pin=OTHER_PIN)
    ways = (("U:TEMP", OTHER_PIN), ("U:TEMP", PIN), ("U:ANA", OTHER_PIN))
    assert [may_enter(desk, *way) for way in ways] == [True, False, False]


def test_it_dies_by_itself_and_its_session_with_it(database: Database, desk: Desk, ana: int, lea: Actor) -> None:
    given = give(database, lea, ana)
    desk.sign_in(SignIn(badge="U:TEMP", pin=PIN, at=NOON + 7 * HOUR))
    with database.read() as session:
        assert session.scalars(select(SignInRow.expires_at)).all() == [given.expires_at]
    assert not may_enter(desk, "U:TEMP", PIN, after=8 * HOUR)


def test_a_new_one_and_a_found_one_end_the_one_before(database: Database, desk: Desk, ana: int, lea: Actor) -> None:
    give(database, lea, ana, "U:ONE")
    give(database, lea, ana, "U:TWO")
    assert [may_enter(desk, badge, PIN) for badge in ("U:ONE", "U:TWO")] == [False, True]
    database.run(lambda session, asked: end_temporary(session, asked, ana), Request(actor=lea, at=NOON))
    assert not may_enter(desk, "U:TWO", PIN)


def test_whoever_came_by_one_that_is_ended_is_out_at_once(database: Database, desk: Desk, ana: int, lea: Actor) -> None:
    def live() -> set[int]:
        with database.read() as session:
            return set(live_versions(session, range(1, 9), NOON + HOUR))

    own = desk.sign_in(SignIn(badge="U:ANA", pin=PIN, at=NOON)).sign_in
    give(database, lea, ana, "U:ONE")
    first = desk.sign_in(SignIn(badge="U:ONE", pin=PIN, at=NOON)).sign_in
    assert live() == {own, first}
    give(database, lea, ana, "U:TWO")
    assert live() == set()
    second = desk.sign_in(SignIn(badge="U:TWO", pin=PIN, at=NOON)).sign_in
    assert live() == {second}
    database.run(lambda session, asked: end_temporary(session, asked, ana), Request(actor=lea, at=NOON))
    assert live() == set()


def test_one_that_died_by_itself_puts_nobody_out_when_it_is_ended(
    database: Database, desk: Desk, ana: int, lea: Actor
) -> None:
    give(database, lea, ana)
    later = NOON + 9 * HOUR
    own = desk.sign_in(SignIn(badge="U:ANA", pin=PIN, at=later)).sign_in
    database.run(lambda session, asked: end_temporary(session, asked, ana), Request(actor=lea, at=later))
    with database.read() as session:
        assert list(live_versions(session, [own], later)) == [own]


def test_a_lead_makes_no_badge_for_who_may_do_more(database: Database, lea: Actor) -> None:
    admin = build(database, lambda session: a_person(session, "Ida", Role.ADMIN))
    with pytest.raises(ForbiddenError, match="may do more than you"):
        give(database, lea, admin, pin=OTHER_PIN)


def test_it_is_printed_where_small_labels_are(database: Database, ana: int, lea: Actor) -> None:
    def a_printer(session: Session) -> None:
        printer = PrinterRow(name="Small", transport="folder", profile="png")
        station = StationRow(code="S1", name="Bench")
        session.add_all([printer, station])
        session.flush()
        session.add(StationPrinterRow(station_id=station.id, role="item_label", printer_id=printer.id))

    assert give(database, lea, ana, "U:NONE").job is None
    build(database, a_printer)
    given = give(database, lea, ana)
    with database.read() as session:
        job = session.scalars(select(PrintJobRow).where(PrintJobRow.job_id == given.job)).one()
        assert (job.document["name"], job.document["barcode"], job.document["role"]) == ("Ana", "U:TEMP", "Until 20:00")
        assert job.erase_after == given.expires_at


def test_staff_for_a_time_are_let_in_through_their_last_day(
    database: Database, desk: Desk, ana: int, lea: Actor
) -> None:
    desk.sign_in(SignIn(badge="U:ANA", pin=PIN, at=NOON))
    last = LastDay(actor=lea, at=NOON, person=ana, last_day=NOON.date())
    database.run(set_last_day, last)
    assert [may_enter(desk, "U:ANA", PIN, after=after) for after in (11 * HOUR, 12 * HOUR)] == [True, False]
    with database.read() as session:
        assert [len(live_versions(session, [1], NOON + after)) for after in (11 * HOUR, 11.9 * HOUR)] == [1, 1]
        assert live_versions(session, [1, 2], NOON + 12 * HOUR) == {}
    database.run(set_last_day, LastDay(actor=lea, at=NOON, person=ana, last_day=None))
    assert may_enter(desk, "U:ANA", PIN, after=12 * HOUR)


def test_an_admin_for_a_time_is_not_the_one_who_stays(database: Database, lea: Actor) -> None:
    ida, ines = (
        build(database, lambda session, name=name: a_person(session, name, Role.ADMIN)) for name in ("Ida", "Ines")
    )
    database.run(set_last_day, LastDay(actor=lea, at=NOON, person=ines, last_day=NOON.date()))
    with pytest.raises(ConflictError, match="Ida is the only admin"):
        database.run(disable_person, PersonChange(actor=lea, at=NOON, person=ida))
    database.run(disable_person, PersonChange(actor=lea, at=NOON, person=ines))


def test_a_last_day_that_is_over_is_refused(database: Database, ana: int, lea: Actor) -> None:
    past = (NOON - 24 * HOUR).date()
    with pytest.raises(InvalidInputError, match="over already"):
        database.run(set_last_day, LastDay(actor=lea, at=NOON, person=ana, last_day=past))


def test_no_badge_is_made_for_whose_time_here_is_over(database: Database, ana: int, lea: Actor) -> None:
    build(database, lambda session: setattr(session.get_one(PersonRow, ana), "expires_at", NOON - HOUR))
    with pytest.raises(ConflictError, match="Ana does not work here any more"):
        give(database, lea, ana)
