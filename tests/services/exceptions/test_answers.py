"""The four answers, splitting and merging, deputies, and who may do what."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import NOON, a_person, an_item, an_order, build
from warehouse.domain.codes import ExceptionState, OrderState, Role
from warehouse.domain.errors import ConflictError, ForbiddenError, InvalidInputError
from warehouse.domain.exception_queue import Answer, ExceptionType
from warehouse.services.actor import SYSTEM, Actor, Request
from warehouse.services.exceptions.answers import AnswerException, answer_exception
from warehouse.services.exceptions.bulk import ActOnOne, BulkAction, RehearsedError, act_on_one
from warehouse.services.exceptions.escalation import Escalate, escalate_exceptions
from warehouse.services.exceptions.mailing import due_mails
from warehouse.services.exceptions.queue import OpenEntry, open_exception, resolve_about
from warehouse.services.exceptions.sorting import MergeExceptions, SplitException, merge_exceptions, split_exception
from warehouse.services.exceptions.telling import SeeNotices, see_notices
from warehouse.services.site import ChangeSetting, change_setting
from warehouse.storage.database import Database
from warehouse.storage.models.exception_queue import ExceptionEventRow, ExceptionRow
from warehouse.storage.models.notices import MailRow
from warehouse.storage.models.orders import HoldRow, OrderRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.queries.exceptions.notices import unseen_notices


@dataclass(frozen=True)
class House:
    """People of the house, an order that is held as unpaid, and the entry about it."""

    lea: Actor
    dan: Actor
    eve: Actor
    ana: Actor
    order: int
    entry: int


def a_house(session: Session) -> House:
    people = {
        name: Actor(a_person(session, name, role), role, name)
        for name, role in (
            ("Lea", Role.LEAD),
            ("Dan", Role.ORDER_DESK),
            ("Eve", Role.MASTER_DATA_OWNER),
            ("Ana", Role.PICKER),
        )
    }
    order = an_order(session, {an_item(session, "A"): 1})
    session.get_one(OrderRow, order).state = OrderState.RECEIVED
    entry = open_exception(session, opening(order=order, subject=f"order:{order}"))
    session.add(HoldRow(order_id=order, reason="unpaid", text="Not paid", exception_id=entry, opened_at=NOON))
    return House(people["Lea"], people["Dan"], people["Eve"], people["Ana"], order, entry)


def opening(**given: object) -> OpenEntry:
    values: dict[str, object] = {"actor": SYSTEM, "at": NOON, "type": ExceptionType.UNPAID, "subject": "order:1"}
    return OpenEntry(**{**values, **given})  # type: ignore[arg-type]


@pytest.fixture
def house(database: Database) -> House:
    return build(database, a_house)


def answered(house: House, answer: Answer, who: Actor, person: int | None = None) -> AnswerException:
    return AnswerException(actor=who, at=NOON, exception=house.entry, answer=answer, text="Looked.", person=person)


def entry(database: Database, key: int) -> ExceptionRow:
    with database.read() as session:
        row = session.get_one(ExceptionRow, key)
        session.expunge(row)
        return row


def held(database: Database, order: int) -> list[int | None]:
    with database.read() as session:
        query = select(HoldRow.exception_id).where(HoldRow.order_id == order, HoldRow.lifted_at.is_(None))
        return list(session.scalars(query.order_by(HoldRow.id)))


def state(database: Database, order: int) -> OrderState:
    with database.read() as session:
        return session.get_one(OrderRow, order).state


@pytest.mark.parametrize(
    ("answer", "entry_state", "order_state", "holds"),
    [
        (Answer.FLAG, ExceptionState.ACKNOWLEDGED, OrderState.RECEIVED, 1),
        (Answer.ESCALATE, ExceptionState.OPEN, OrderState.RECEIVED, 1),
        (Answer.REJECT, ExceptionState.RESOLVED, OrderState.CANCELLED, 0),
        (Answer.PROCESS, ExceptionState.RESOLVED, OrderState.READY, 0),
    ],
)
def test_each_of_the_four_answers_does_what_it_says(  # noqa: PLR0917 - a table of cases
    database: Database,
    house: House,
    answer: Answer,
    entry_state: ExceptionState,
    order_state: OrderState,
    holds: int,
) -> None:
    person = house.lea.person if answer is Answer.ESCALATE else None
    database.run(answer_exception, answered(house, answer, house.dan, person))
    row = entry(database, house.entry)
    assert (row.state, row.answer) == (entry_state, answer)
    assert (state(database, house.order), len(held(database, house.order))) == (order_state, holds)


def test_an_escalated_entry_is_that_persons_and_they_are_told(database: Database, house: House) -> None:
    database.run(answer_exception, answered(house, Answer.ESCALATE, house.dan, house.lea.person))
    row = entry(database, house.entry)
    assert (row.owner_id, row.owner_role) == (house.lea.person, Role.LEAD)
    assert notices(database, house.lea) == [(house.entry, "escalated")]


def notices(database: Database, who: Actor) -> list[tuple[int, str]]:
    assert who.person is not None
    with database.read() as session:
        return [(it.exception, it.kind) for it in unseen_notices(session, who.person)]


def test_a_notice_stays_until_it_is_looked_at(database: Database, house: House) -> None:
    database.run(answer_exception, answered(house, Answer.ESCALATE, house.dan, house.lea.person))
    assert database.run(see_notices, SeeNotices(actor=house.lea, at=NOON)) == 1
    assert (notices(database, house.lea), database.run(see_notices, SeeNotices(actor=house.lea, at=NOON))) == ([], 0)


def test_an_escalation_needs_somebody_else(database: Database, house: House) -> None:
    for person in (None, house.dan.person, 4711):
        with pytest.raises(InvalidInputError):
            database.run(answer_exception, answered(house, Answer.ESCALATE, house.dan, person))


def test_an_answer_says_why(database: Database, house: House) -> None:
    asked = AnswerException(actor=house.dan, at=NOON, exception=house.entry, answer=Answer.PROCESS, text=" ")
    with pytest.raises(InvalidInputError):
        database.run(answer_exception, asked)


def test_what_is_about_no_order_cannot_be_rejected(database: Database, house: House) -> None:
    key = database.run(open_exception, opening(type=ExceptionType.SOURCE_SILENT, subject="source:web"))
    asked = AnswerException(actor=house.lea, at=NOON, exception=key, answer=Answer.REJECT, text="no")
    with pytest.raises(ConflictError):
        database.run(answer_exception, asked)


def test_a_picker_may_not_settle_what_is_the_order_desks(database: Database, house: House) -> None:
    with pytest.raises(ForbiddenError, match="order desk, lead or admin"):
        database.run(answer_exception, answered(house, Answer.PROCESS, house.ana))


def test_the_owner_of_the_data_lifts_the_hold_their_data_caused(database: Database, house: House) -> None:
    asked = opening(type=ExceptionType.UNKNOWN_SKU, subject=f"order:{house.order}", order=house.order)
    key = database.run(open_exception, asked)
    hold = HoldRow(order_id=house.order, reason="unknown_sku", text="?", exception_id=key, opened_at=NOON)
    build(database, lambda session: session.add(hold))
    process = AnswerException(actor=house.eve, at=NOON, exception=key, answer=Answer.PROCESS, text="added it")
    database.run(answer_exception, process)
    assert held(database, house.order) == [house.entry]


def change(database: Database, name: str, value: object) -> None:
    database.run(change_setting, ChangeSetting(actor=SYSTEM, at=NOON, name=name, value=value))


def test_a_deputy_may_what_the_role_may(database: Database, house: House) -> None:
    change(database, "duties", {"order_desk": {"owner": house.dan.person, "deputy": house.eve.person}})
    database.run(answer_exception, answered(house, Answer.PROCESS, house.eve))
    assert state(database, house.order) is OrderState.READY


def test_entries_go_to_the_one_who_answers_for_the_role_or_their_deputy(database: Database, house: House) -> None:
    duty = {"owner": house.dan.person, "deputy": house.eve.person, "away_until": None}
    change(database, "duties", {"order_desk": duty})
    first = database.run(open_exception, opening(subject="order:8"))
    change(database, "duties", {"order_desk": {**duty, "away_until": "2026-11-21"}})
    second = database.run(open_exception, opening(subject="order:9"))
    assert [entry(database, key).owner_id for key in (first, second)] == [house.dan.person, house.eve.person]
    database.run(escalate_exceptions, Escalate(actor=SYSTEM, at=NOON))
    assert entry(database, first).owner_id == house.eve.person
    assert notices(database, house.eve) == [(first, "handed over")]


LEFT = pytest.mark.parametrize(("how", "value"), [("active", False), ("expires_at", NOON)], ids=["disabled", "over"])


@LEFT
def test_what_belongs_to_somebody_who_has_left_goes_back_to_the_role(
    database: Database, house: House, how: str, value: object
) -> None:
    database.run(answer_exception, answered(house, Answer.FLAG, house.dan))
    build(database, lambda session: setattr(session.get_one(PersonRow, house.dan.person), how, value))
    database.run(escalate_exceptions, Escalate(actor=SYSTEM, at=NOON))
    row = entry(database, house.entry)
    assert (row.owner_id, row.owner_role) == (None, Role.ORDER_DESK)


@LEFT
def test_the_deputy_answers_for_the_role_when_its_owner_has_left(
    database: Database, house: House, how: str, value: object
) -> None:
    change(database, "duties", {"order_desk": {"owner": house.dan.person, "deputy": house.eve.person}})
    build(database, lambda session: setattr(session.get_one(PersonRow, house.dan.person), how, value))
    assert entry(database, database.run(open_exception, opening(subject="order:8"))).owner_id == house.eve.person


def test_an_order_waits_for_both_parts_of_a_split_entry(database: Database, house: House) -> None:
    asked = SplitException(
        actor=house.dan, at=NOON, exception=house.entry, text="And the address?", role=Role.ORDER_DESK
    )
    part = database.run(split_exception, asked)
    first, second = entry(database, house.entry), entry(database, part)
    assert held(database, house.order) == [house.entry, part]
    assert (second.due_at, second.opened_at, second.text) == (first.due_at, first.opened_at, "And the address?")
    database.run(answer_exception, answered(house, Answer.PROCESS, house.dan))
    assert held(database, house.order) == [part]


def test_both_parts_of_a_split_entry_are_settled_when_their_cause_is_gone(database: Database, house: House) -> None:
    asked = SplitException(actor=house.dan, at=NOON, exception=house.entry, text="And that?", role=Role.ORDER_DESK)
    part = database.run(split_exception, asked)
    about = entry(database, house.entry)
    gone = (ExceptionType(about.type), about.subject, "gone")
    build(database, lambda session: resolve_about(session, Request(actor=SYSTEM, at=NOON), *gone))
    found = [entry(database, key) for key in (house.entry, part)]
    assert [(it.state, it.resolution) for it in found] == [(ExceptionState.RESOLVED, "gone")] * 2


def test_a_merged_entry_lives_on_in_the_other(database: Database, house: House) -> None:
    asked = opening(type=ExceptionType.ADDRESS_CHECK, subject=f"order:{house.order}", order=house.order)
    other = database.run(open_exception, asked)
    merge = MergeExceptions(actor=house.dan, at=NOON, into=other, exceptions=(house.entry, other))
    assert database.run(merge_exceptions, merge) == 1
    row = entry(database, house.entry)
    assert (row.state, row.merged_into_id) == (ExceptionState.RESOLVED, other)
    assert held(database, house.order) == [other]


def test_what_is_about_different_things_is_not_merged(database: Database, house: House) -> None:
    other = database.run(open_exception, opening(subject="order:99"))
    with pytest.raises(ConflictError):
        database.run(merge_exceptions, MergeExceptions(actor=house.dan, at=NOON, into=other, exceptions=(house.entry,)))
    with pytest.raises(InvalidInputError):
        database.run(merge_exceptions, MergeExceptions(actor=house.dan, at=NOON, into=other, exceptions=(other,)))
    assert held(database, house.order) == [house.entry]


def test_a_rehearsal_says_what_would_be_and_leaves_all_as_it_was(database: Database, house: House) -> None:
    asked = ActOnOne(
        actor=house.dan, at=NOON, exception=house.entry, action=BulkAction.PROCESS, text="paid", rehearse=True
    )
    with pytest.raises(RehearsedError) as said:
        database.run(act_on_one, asked)
    assert said.value.effect.words.startswith("settled; order ")
    assert said.value.effect.words.endswith(": ready, no hold")
    assert (held(database, house.order), state(database, house.order)) == ([house.entry], OrderState.RECEIVED)
    with database.read() as session:
        query = select(ExceptionEventRow.kind).where(ExceptionEventRow.exception_id == house.entry)
        assert list(session.scalars(query)) == ["opened"]


@pytest.mark.parametrize(
    ("action", "extra", "words"),
    [
        (BulkAction.TAKE, {}, "stays open, with Dan"),
        (BulkAction.ASSIGN, {"role": Role.LEAD}, "stays open, with any lead"),
        (BulkAction.COMMENT, {"text": "asked"}, "stays open, with any order desk"),
        (BulkAction.FLAG, {"text": "asked"}, "stays open, with Dan"),
        (BulkAction.REJECT, {"text": "asked"}, "settled"),
    ],
)
def test_every_action_on_many_says_what_came_of_it(
    database: Database, house: House, action: BulkAction, extra: dict[str, object], words: str
) -> None:
    asked = ActOnOne(actor=house.dan, at=NOON, exception=house.entry, action=action, **extra)  # type: ignore[arg-type]
    assert database.run(act_on_one, asked).words.startswith(words)


def test_a_mail_goes_to_the_box_of_the_role_that_has_it_now(database: Database, house: House) -> None:
    change(database, "mailboxes", {"lead": "floor@example.org"})
    database.run(escalate_exceptions, Escalate(actor=SYSTEM, at=NOON + timedelta(hours=25)))
    with database.read() as session:
        mail = session.scalars(select(MailRow)).one()
        assert (mail.address, mail.subject) == ("floor@example.org", f"Escalated: Not paid ({house.entry})")
        assert "Due 2026-11-22 12:00" in due_mails(session, mail.next_at)[0].body


def test_a_change_of_the_calendar_counts_from_the_next_entry(database: Database) -> None:
    week = [{"weekday": day, "opens": "08:00", "closes": "17:00"} for day in range(5)]
    change(database, "calendar", {"hours": week, "holidays": [date(2026, 11, 23).isoformat()]})
    key = database.run(open_exception, opening(subject="order:7"))
    # NOON is a Saturday and Monday a holiday: 24 open hours are Tuesday, Wednesday and six hours of Thursday.
    assert entry(database, key).due_at == NOON.replace(day=26, hour=14)
