"""What is not kept for ever goes when its time is over, and not before."""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.builders import NOON, a_person, an_item, an_order, build
from warehouse.domain.codes import OrderState, PrintJobState, Role
from warehouse.domain.errors import ConflictError
from warehouse.services.actor import SYSTEM
from warehouse.services.housekeeping import Chore, Tidy, due_keys, tidy
from warehouse.services.people.staff import (
    KEEP_NAMES,
    LastDay,
    PersonChange,
    disable_person,
    enable_person,
    set_last_day,
)
from warehouse.services.printing.answers import ReprintJob, reprint_job
from warehouse.services.printing.jobs import QueueJob, queue_job
from warehouse.storage.database import Database
from warehouse.storage.models.catalog import BarcodeRow
from warehouse.storage.models.intake import ImportRunRow
from warehouse.storage.models.journal import AuditRow
from warehouse.storage.models.orders import OrderAddressRow, OrderRow
from warehouse.storage.models.people import PersonRow, SignInRow
from warehouse.storage.models.printing import PrintJobRow

SOON, LATER = NOON + timedelta(days=89), NOON + timedelta(days=91)
UNTIL = NOON + timedelta(days=90)


def do(database: Database, chore: Chore, at: datetime) -> int:
    with database.read() as session:
        keys = tuple(due_keys(session, chore, at))
    done: int = database.run(tidy, Tidy(actor=SYSTEM, at=at, chore=chore, keys=keys))
    return done


def an_addressed_order(session: Session) -> int:
    order = an_order(session, {an_item(session, "MUG"): 1}, number="1042")
    session.execute(update(OrderAddressRow).where(OrderAddressRow.order_id == order).values(erase_after=UNTIL))
    if session.get(OrderAddressRow, order) is None:
        session.add(OrderAddressRow(order_id=order, name="Rosa Reed", lines=["1 Mill Lane"], erase_after=UNTIL))
    session.get_one(OrderRow, order).gift_note = "For Rosa"
    return order


def test_an_address_goes_with_its_notes_once_the_order_has_ended(database: Database) -> None:
    order = build(database, an_addressed_order)
    assert do(database, Chore.ADDRESSES, LATER) == 0
    shipped = update(OrderRow).values(state=OrderState.SHIPPED)
    build(database, lambda session: session.execute(shipped) and None)
    assert [do(database, Chore.ADDRESSES, at) for at in (SOON, LATER, LATER)] == [0, 1, 0]
    with database.read() as session:
        assert session.get(OrderAddressRow, order) is None
        assert session.get_one(OrderRow, order).gift_note is None


def a_job(session: Session, key: str) -> int:
    document = {"kind": "gift_note", "text": "For Rosa", "order_number": "1042", "to": "Rosa Reed"}
    queue_job(session, QueueJob(actor=SYSTEM, at=NOON, key=key, document=document, erase_after=UNTIL))
    return session.scalars(select(PrintJobRow.id).where(PrintJobRow.idempotency_key == key)).one()


def test_papers_lose_what_stood_on_them_and_are_not_printed_again(database: Database) -> None:
    waiting, sent = (build(database, lambda session, key=key: a_job(session, key)) for key in ("a", "b"))
    done = update(PrintJobRow).where(PrintJobRow.id == sent).values(state=PrintJobState.CONFIRMED, sent_at=NOON)
    build(database, lambda session: session.execute(done) and None)
    assert [do(database, Chore.PAPERS, at) for at in (SOON, LATER, LATER)] == [0, 2, 0]
    with database.read() as session:
        rows = {row.id: row for row in session.scalars(select(PrintJobRow))}
    assert [rows[key].document for key in (waiting, sent)] == [{"kind": "gift_note", "erased": True}] * 2
    assert [rows[key].state for key in (waiting, sent)] == [PrintJobState.CANCELLED, PrintJobState.CONFIRMED]
    with pytest.raises(ConflictError, match="was erased"):
        database.run(reprint_job, ReprintJob(actor=SYSTEM, at=LATER, job=rows[sent].job_id, reason="Torn"))


def a_run(session: Session) -> None:
    session.add(
        ImportRunRow(
            kind="orders",
            profile="canonical",
            file_name="orders.csv",
            sha256="0" * 64,
            rejected=b"Rosa Reed;1 Mill Lane",
            started_at=NOON,
            erase_after=UNTIL,
        )
    )


def test_refused_rows_of_a_file_go_and_the_run_stays(database: Database) -> None:
    build(database, a_run)
    assert [do(database, Chore.FILES, at) for at in (SOON, LATER, LATER)] == [0, 1, 0]
    with database.read() as session:
        assert session.scalars(select(ImportRunRow.rejected)).all() == [None]


def test_somebody_who_left_has_no_name_in_the_end(database: Database) -> None:
    mallory = build(database, lambda session: a_person(session, "Mallory", Role.PICKER))
    database.run(disable_person, PersonChange(actor=SYSTEM, at=NOON, person=mallory))
    days = (NOON + KEEP_NAMES, NOON + KEEP_NAMES + timedelta(seconds=1))
    assert [do(database, Chore.PEOPLE, at) for at in days] == [0, 1]
    with database.read() as session:
        person = session.get_one(PersonRow, mallory)
        assert (person.name, person.badge, person.pin_hash) == (
            f"Former person {mallory}",
            f"U:FORMER-{mallory}",
            "erased",
        )
        assert session.scalar(select(func.count()).select_from(BarcodeRow).where(BarcodeRow.code == "U:MALLORY")) == 0


def test_somebody_who_was_here_for_a_time_loses_the_name_after_as_long(database: Database) -> None:
    ana = build(database, lambda session: a_person(session, "Ana"))
    database.run(set_last_day, LastDay(actor=SYSTEM, at=NOON, person=ana, last_day=NOON.date()))
    with database.read() as session:
        over = session.get_one(PersonRow, ana).expires_at
    assert over is not None
    days = (over + KEEP_NAMES, over + KEEP_NAMES + timedelta(seconds=1), over + KEEP_NAMES * 2)
    assert [do(database, Chore.PEOPLE, at) for at in days] == [0, 1, 0]
    with database.read() as session:
        person = session.get_one(PersonRow, ana)
        assert (person.name, person.active) == (f"Former person {ana}", False)


def test_somebody_who_came_back_keeps_the_name(database: Database) -> None:
    ana = build(database, lambda session: a_person(session, "Ana"))
    change = PersonChange(actor=SYSTEM, at=NOON, person=ana)
    database.run(disable_person, change)
    database.run(enable_person, change)
    assert do(database, Chore.PEOPLE, NOON + KEEP_NAMES * 2) == 0


def test_a_sign_in_that_ran_out_is_ended_when_it_ran_out(database: Database) -> None:
    def signed_in(session: Session) -> None:
        ana = a_person(session, "Ana")
        session.add(
            SignInRow(token_hash="t", csrf_token="c", person_id=ana, created_at=NOON, seen_at=NOON, expires_at=UNTIL)
        )

    build(database, signed_in)
    assert [do(database, Chore.SIGN_INS, at) for at in (SOON, LATER, LATER)] == [0, 1, 0]
    with database.read() as session:
        assert session.scalars(select(SignInRow.ended_at)).all() == [UNTIL]


def test_the_journal_has_numbers_and_no_names(database: Database) -> None:
    build(database, a_run)
    do(database, Chore.FILES, LATER)
    with database.read() as session:
        facts = [(row.action, row.subject, json.loads(row.details)) for row in session.scalars(select(AuditRow))]
    assert facts == [("tidied", "housekeeping:files", {"rows": 1})]
