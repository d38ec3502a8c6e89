"""A shift given on: what is open is listed, batches get a place or a person, two sign, one alone is marked."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import NOON, a_person, build
from tests.services.floor import Floor, a_floor, claimed, order, pick, released, tasks
from warehouse.domain.codes import BatchState, Role
from warehouse.domain.errors import ConflictError, ForbiddenError, InvalidInputError
from warehouse.services.actor import SYSTEM, Actor
from warehouse.services.batches.leases import Hold, claim_batch, close_batch
from warehouse.services.orders.decisions import CancelOrder, cancel_order
from warehouse.services.planning.pace import pickers_here
from warehouse.services.shift.handovers import (
    ParkBatch,
    SignHandover,
    TakeHandover,
    park_batch,
    sign_handover,
    take_handover,
)
from warehouse.services.site import ChangeSetting, change_setting
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow
from warehouse.storage.models.people import DeviceRow, PersonRow, SignInRow
from warehouse.storage.queries.shift.handovers import Lesson, lessons_since_yesterday, list_handovers
from warehouse.storage.queries.shift.open_work import open_work


@pytest.fixture
def floor(database: Database) -> Floor:
    """Ana holds a batch, her device owes three scans."""
    found = build(database, a_floor)
    order(database, {found.a: 2})
    batch = released(database, found)
    database.run(claim_batch, Hold(actor=found.ana, at=NOON, batch=batch, device="d-1"))
    build(database, lambda session: setattr(session.scalars(select(DeviceRow)).one(), "pending", 3))
    return found


@pytest.fixture
def lou(database: Database) -> Actor:
    return Actor(build(database, lambda session: a_person(session, "Lou", Role.LEAD)), Role.LEAD, "Lou")


def batch_of(database: Database) -> BatchRow:
    with database.read() as session:
        return session.scalars(select(BatchRow)).one()


def signed(database: Database, lead: Actor, **texts: str) -> int:
    return database.run(sign_handover, SignHandover(actor=lead, at=NOON, **texts))


def test_what_is_open_is_kept_with_the_signature_by_keys_alone(database: Database, floor: Floor) -> None:
    signed(database, floor.lea, note="The gate sticks.")
    with database.read() as session:
        found = list_handovers(session)[0]
    assert found.found == {
        "people": [floor.ana.person],
        "batches": [batch_of(database).number],
        "half_picked": [],
        "totes": [],
        "no_label": [],
        "no_manifest": [],
        "devices": {"d-1": 3},
        "exceptions": 0,
        "overdue": 0,
    }
    assert (found.outgoing, found.incoming, found.note) == ("Lea", None, "The gate sticks.")


@pytest.mark.usefixtures("floor")
def test_a_batch_picked_to_its_end_is_no_half_picked_cart(database: Database) -> None:
    def through(session: Session) -> str:
        batch = session.scalars(select(BatchRow)).one()
        batch.state = BatchState.PICKED
        return batch.number

    number = build(database, through)
    with database.read() as session:
        found = open_work(session, NOON).as_keys()
    assert (found.batches, found.half_picked) == ([number], [])


def test_who_has_signed_out_is_on_shift_no_more_and_takes_no_batch(database: Database, floor: Floor) -> None:
    def left(session: Session) -> None:
        session.add(
            SignInRow(
                token_hash="t", csrf_token="", person_id=floor.ana.person, created_at=NOON, seen_at=NOON,
                expires_at=NOON + timedelta(hours=12), ended_at=NOON + timedelta(minutes=5),
            )
        )  # fmt: skip

    def here(minutes: int) -> tuple[list[int], list[int]]:
        at = NOON + timedelta(minutes=minutes)
        with database.read() as session:
            return open_work(session, at).as_keys().people, list(pickers_here(session, at))

    assert here(6) == ([floor.ana.person], [floor.ana.person])
    build(database, left)
    assert here(6) == ([], [])
    later = NOON + timedelta(minutes=7)
    build(database, lambda session: setattr(session.scalars(select(DeviceRow)).one(), "seen_at", later))
    assert here(8) == ([floor.ana.person], [floor.ana.person])


def test_a_parked_batch_says_where_its_cart_stands_until_somebody_goes_on(database: Database, floor: Floor) -> None:
    batch = batch_of(database)
    database.run(park_batch, ParkBatch(actor=floor.lea, at=NOON, batch=batch.id, place="L:R1"))
    parked = batch_of(database)
    assert (parked.state, parked.person_id, parked.parked_place) == (BatchState.RELEASED, None, "R1")
    with database.read() as session:
        assert [(it.number, it.state, it.parked) for it in open_work(session, NOON).batches] == [
            (batch.number, BatchState.RELEASED, "R1")
        ]
    database.run(claim_batch, Hold(actor=floor.ben, at=NOON, batch=batch.id, device="d-2"))
    assert batch_of(database).parked_place is None


def test_a_batch_is_given_to_somebody_and_kept_for_them(database: Database, floor: Floor) -> None:
    batch = batch_of(database)
    database.run(park_batch, ParkBatch(actor=floor.lea, at=NOON, batch=batch.id, person=floor.ben.person))
    assert batch_of(database).assigned_id == floor.ben.person


@pytest.mark.parametrize("place", ["", "NOWHERE"])
def test_a_batch_is_not_parked_nowhere(database: Database, floor: Floor, place: str) -> None:
    batch = batch_of(database)
    with pytest.raises(InvalidInputError):
        database.run(park_batch, ParkBatch(actor=floor.lea, at=NOON, batch=batch.id, place=place))
    assert batch_of(database).state is BatchState.PICKING


def test_a_picker_neither_parks_nor_signs(database: Database, floor: Floor) -> None:
    with pytest.raises(ForbiddenError):
        database.run(park_batch, ParkBatch(actor=floor.ana, at=NOON, batch=1, place="R1"))
    with pytest.raises(ForbiddenError):
        signed(database, floor.ana)


def test_another_lead_takes_the_shift_over_once(database: Database, floor: Floor, lou: Actor) -> None:
    key = signed(database, floor.lea)
    with pytest.raises(ForbiddenError, match="Another lead"):
        database.run(take_handover, TakeHandover(actor=floor.lea, at=NOON, handover=key))
    database.run(take_handover, TakeHandover(actor=lou, at=NOON, handover=key))
    with database.read() as session:
        found = list_handovers(session)[0]
    assert (found.incoming, found.taken_at, found.alone) == ("Lou", NOON, False)
    with pytest.raises(ConflictError):
        database.run(take_handover, TakeHandover(actor=lou, at=NOON, handover=key))


def test_one_person_signs_both_where_the_site_allows_it_and_that_is_marked(database: Database, floor: Floor) -> None:
    database.run(change_setting, ChangeSetting(actor=SYSTEM, at=NOON, name="one_person", value=True))
    key = signed(database, floor.lea)
    database.run(take_handover, TakeHandover(actor=floor.lea, at=NOON, handover=key))
    with database.read() as session:
        assert list_handovers(session)[0].alone


def test_everybody_reads_what_went_wrong_yesterday_and_nobodys_name(database: Database, floor: Floor) -> None:
    signed(database, floor.lea, note="For leads only")
    signed(database, floor.lea, went_wrong="Two labels swapped", learnt="One printer a bench")
    with database.read() as session:
        assert lessons_since_yesterday(session, NOON + timedelta(hours=20)) == [
            Lesson(at=NOON, went_wrong="Two labels swapped", learnt="One printer a bench")
        ]
        assert lessons_since_yesterday(session, NOON + timedelta(hours=40)) == []


def test_all_that_is_open_is_counted_and_kept_however_much_it_is(database: Database, floor: Floor) -> None:
    def many(session: Session) -> None:
        for number in range(250):
            session.add(DeviceRow(name=f"e-{number}", first_seen_at=NOON, seen_at=NOON, pending=1))

    build(database, many)
    signed(database, floor.lea)
    with database.read() as session:
        assert len(list_handovers(session)[0].found["devices"]) == 251


@pytest.mark.parametrize(("role", "last_day", "why"), [
    (Role.PICKER, NOON - timedelta(hours=1), "Cleo does not work here any more"),
    (Role.PACKER, None, "Cleo does not pick"),
])  # fmt: skip
def test_a_batch_is_kept_for_nobody_who_could_never_take_it(
    database: Database, floor: Floor, role: Role, last_day: datetime | None, why: str
) -> None:
    def recipe(session: Session) -> int:
        cleo = session.get_one(PersonRow, a_person(session, "Cleo", role))
        cleo.expires_at = last_day
        return cleo.id

    cleo, batch = build(database, recipe), batch_of(database)
    with pytest.raises(ConflictError, match=why):
        database.run(park_batch, ParkBatch(actor=floor.lea, at=NOON, batch=batch.id, person=cleo))
    assert batch_of(database).state is BatchState.PICKING


def test_a_parked_batch_whose_last_picks_are_called_off_is_given_to_packing_by_a_lead(database: Database) -> None:
    floor = build(database, a_floor)
    order(database, {floor.a: 2}, "1042")
    order(database, {floor.b: 1}, "1043")
    batch = claimed(database, floor)
    first = next(task.id for task in tasks(database, batch) if task.item_id == floor.a)
    pick(database, floor, first, 2)
    database.run(park_batch, ParkBatch(actor=floor.lea, at=NOON, batch=batch, place="R1"))
    database.run(cancel_order, CancelOrder(actor=floor.lea, at=NOON, number="1043", reason="not wanted"))
    with database.read() as session:
        assert [(it.state, it.person, it.parked) for it in open_work(session, NOON).batches] == [("picked", None, "R1")]
    database.run(close_batch, Hold(actor=floor.lea, at=NOON, batch=batch, device="desk"))
    with database.read() as session:
        work = open_work(session, NOON)
    assert (work.batches, [(it.tote, it.order) for it in work.totes]) == ((), [("T1", "1042")])
