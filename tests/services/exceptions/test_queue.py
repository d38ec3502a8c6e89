"""The exception queue: one owner, one entry per cause, a history, a ladder that never closes anything."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.builders import CUTOFF, NOON, a_person, an_item, an_order, build
from warehouse.domain.codes import ExceptionState, OrderState, Role
from warehouse.domain.errors import ConflictError, InvalidInputError, NotFoundError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.news import BoardChanged, BoardKind, ExceptionChanged
from warehouse.services.actor import SYSTEM, Actor
from warehouse.services.exceptions.escalation import Escalate, Escalated, escalate_exceptions
from warehouse.services.exceptions.queue import (
    Acknowledge,
    Assign,
    Comment,
    OpenEntry,
    Resolve,
    acknowledge_exception,
    assign_exception,
    comment_exception,
    open_exception,
    resolve_exception,
)
from warehouse.storage.database import Database
from warehouse.storage.models.orders import HoldRow, OrderRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.queries.exception_queue import (
    Entry,
    EntryFilter,
    entry_of,
    history_of,
    list_entries,
    open_by_role,
)


def opening(**change: Any) -> OpenEntry:
    given: dict[str, Any] = {"type": ExceptionType.SHORT_STOCK, "subject": "bin:5", "about": "A in S1"}
    return OpenEntry(actor=SYSTEM, at=NOON, **{**given, **change})


@pytest.fixture
def lea(database: Database) -> Actor:
    return Actor(build(database, lambda session: a_person(session, "Lea", Role.LEAD)), Role.LEAD, "Lea")


def entry(database: Database, key: int) -> Entry:
    with database.read() as session:
        found = entry_of(session, key)
    assert found is not None
    return found


def steps(database: Database, key: int) -> list[tuple[str, str, str | None]]:
    with database.read() as session:
        return [(step.kind, step.text, step.person) for step in history_of(session, key)]


def test_an_entry_has_an_owner_and_a_deadline(database: Database) -> None:
    key = database.run(open_exception, opening())
    assert entry(database, key) == Entry(
        id=key,
        type="short_stock",
        severity="H",
        state="open",
        owner_role="inventory_controller",
        owner=None,
        owner_name=None,
        subject="bin:5",
        order=None,
        batch=None,
        text="Less stock than recorded: A in S1. Count the bin.",
        data=None,
        level=0,
        opened_at=NOON,
        due_at=NOON + timedelta(hours=24),
        acknowledged_at=None,
        resolved_at=None,
        resolution=None,
    )


def test_the_same_cause_is_one_entry_with_a_longer_history(database: Database) -> None:
    key = database.run(open_exception, opening())
    assert database.run(open_exception, opening()) == key
    assert [step[0] for step in steps(database, key)] == ["opened", "again"]


def test_a_settled_cause_that_comes_back_is_a_new_entry(database: Database, lea: Actor) -> None:
    key = database.run(open_exception, opening())
    database.run(resolve_exception, Resolve(actor=lea, at=NOON, exception=key, resolution="counted"))
    assert database.run(open_exception, opening()) != key


def test_a_deadline_before_the_cutoff(database: Database) -> None:
    key = database.run(open_exception, opening(type=ExceptionType.DUPLICATE_ORDER, cutoff=NOON + timedelta(hours=1)))
    assert entry(database, key).due_at == NOON + timedelta(hours=1)


def test_whoever_acknowledges_owns_it(database: Database, lea: Actor) -> None:
    key = database.run(open_exception, opening())
    database.run(acknowledge_exception, Acknowledge(actor=lea, at=NOON, exception=key))
    found = entry(database, key)
    assert (found.state, found.owner, found.owner_name) == ("acknowledged", lea.person, "Lea")
    with pytest.raises(ConflictError):
        database.run(acknowledge_exception, Acknowledge(actor=lea, at=NOON, exception=key))


def test_it_is_assigned_to_a_person_or_to_a_role(database: Database, lea: Actor) -> None:
    key = database.run(open_exception, opening())
    database.run(assign_exception, Assign(actor=lea, at=NOON, exception=key, person=lea.person))
    assert (entry(database, key).owner, entry(database, key).owner_role) == (lea.person, "lead")
    database.run(assign_exception, Assign(actor=lea, at=NOON, exception=key, role=Role.ORDER_DESK))
    assert (entry(database, key).owner, entry(database, key).owner_role) == (None, "order_desk")
    for wrong in (Assign(actor=lea, at=NOON, exception=key), Assign(actor=lea, at=NOON, exception=key, person=4711)):
        with pytest.raises(InvalidInputError):
            database.run(assign_exception, wrong)


def test_what_is_said_stays_in_the_history(database: Database, lea: Actor) -> None:
    key = database.run(open_exception, opening())
    database.run(comment_exception, Comment(actor=lea, at=NOON, exception=key, text=" looked, found none "))
    database.run(resolve_exception, Resolve(actor=lea, at=NOON, exception=key, resolution="counted"))
    assert steps(database, key)[1:] == [("comment", "looked, found none", "Lea"), ("resolved", "counted", "Lea")]
    with pytest.raises(InvalidInputError):
        database.run(comment_exception, Comment(actor=lea, at=NOON, exception=key, text=" "))


def test_a_settled_entry_is_not_settled_again(database: Database, lea: Actor) -> None:
    key = database.run(open_exception, opening())
    done = Resolve(actor=lea, at=NOON, exception=key, resolution="counted")
    database.run(resolve_exception, done)
    with pytest.raises(ConflictError):
        database.run(resolve_exception, done)
    with pytest.raises(NotFoundError):
        database.run(comment_exception, Comment(actor=lea, at=NOON, exception=key + 1, text="?"))


def a_held_order(session: Session) -> tuple[int, int]:
    order = an_order(session, {an_item(session, "A"): 1})
    session.get_one(OrderRow, order).state = OrderState.RECEIVED
    entry_key = open_exception(session, opening(type=ExceptionType.UNPAID, subject=f"order:{order}", order=order))
    session.add(HoldRow(order_id=order, reason="unpaid", text="Not paid", exception_id=entry_key, opened_at=NOON))
    return order, entry_key


@pytest.mark.parametrize(("lift", "state"), [(True, OrderState.READY), (False, OrderState.RECEIVED)])
def test_settling_an_entry_can_lift_its_hold(database: Database, lea: Actor, *, lift: bool, state: OrderState) -> None:
    order, key = build(database, a_held_order)
    database.run(resolve_exception, Resolve(actor=lea, at=NOON, exception=key, resolution="paid", lift_hold=lift))
    with database.read() as session:
        assert session.get_one(OrderRow, order).state is state


def test_the_ladder_goes_up_and_closes_nothing(database: Database) -> None:
    key = database.run(open_exception, opening())
    owners = []
    for hours in (23, 24, 48, 72, 200):
        database.run(escalate_exceptions, Escalate(actor=SYSTEM, at=NOON + timedelta(hours=hours)))
        found = entry(database, key)
        owners.append((found.level, found.owner_role, found.state))
    assert owners == [
        (0, "inventory_controller", ExceptionState.OPEN),
        (1, "lead", ExceptionState.OPEN),
        (2, "lead", ExceptionState.OPEN),
        (3, "admin", ExceptionState.OPEN),
        (3, "admin", ExceptionState.OPEN),
    ]
    assert [step[0] for step in steps(database, key)] == ["opened", "escalated", "escalated", "escalated"]


def test_an_overdue_entry_goes_to_the_next_role_once(database: Database, lea: Actor) -> None:
    key = database.run(open_exception, opening(type=ExceptionType.MISMATCH))
    once = database.run(escalate_exceptions, Escalate(actor=SYSTEM, at=CUTOFF))
    assert (once, entry(database, key).owner_role) == (Escalated((key,), None), "lead")
    database.run(assign_exception, Assign(actor=lea, at=NOON, exception=key, role=Role.PICKER))
    assert database.run(escalate_exceptions, Escalate(actor=SYSTEM, at=CUTOFF)) == Escalated((), None)


def test_the_ladder_is_climbed_in_steps(database: Database) -> None:
    keys = [database.run(open_exception, opening(subject=f"bin:{n}")) for n in range(3)]
    at = NOON + timedelta(hours=30)
    first = database.run(escalate_exceptions, Escalate(actor=SYSTEM, at=at, limit=2))
    assert first == Escalated((keys[0], keys[1]), keys[1])
    rest = database.run(escalate_exceptions, Escalate(actor=SYSTEM, at=at, limit=2, after=keys[1]))
    assert rest == Escalated((keys[2],), None)


def test_the_queue_is_listed_by_owner_type_and_age(database: Database) -> None:
    key = database.run(open_exception, opening())
    database.run(open_exception, opening(type=ExceptionType.UNPAID, subject="order:1"))
    with database.read() as session:
        assert open_by_role(session) == {"inventory_controller": 1, "order_desk": 1}
        old = EntryFilter(older_than=timedelta(hours=1), now=NOON + timedelta(hours=2), type="short_stock")
        assert [it.id for it in list_entries(session, old)] == [key]
        assert list_entries(session, EntryFilter(role="packer")) == []


def test_the_board_and_the_owner_are_told(database: Database) -> None:
    heard: list[object] = []
    database.subscribe(heard.extend)
    key = database.run(open_exception, opening())
    assert heard == [
        ExceptionChanged(exception=key, type="short_stock", state="open", role="inventory_controller"),
        BoardChanged(BoardKind.EXCEPTIONS),
    ]


def test_an_entry_goes_to_nobody_whose_time_here_is_over(database: Database, lea: Actor) -> None:
    def recipe(session: Session) -> int:
        cleo = session.get_one(PersonRow, a_person(session, "Cleo"))
        cleo.expires_at = NOON - timedelta(hours=1)
        return cleo.id

    cleo, key = build(database, recipe), database.run(open_exception, opening())
    with pytest.raises(InvalidInputError, match="no longer work here"):
        database.run(assign_exception, Assign(actor=lea, at=NOON, exception=key, person=cleo))
