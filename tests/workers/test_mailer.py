"""Mail about exceptions goes to a real mail server, is tried again, and is never sent twice."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.builders import NOON, build
from tests.serving import eventually
from tests.workers.post_office import Office, post_office
from warehouse.domain.exception_queue import ExceptionType
from warehouse.outbound.mail import PostOffice
from warehouse.services.actor import SYSTEM
from warehouse.services.exceptions.escalation import Escalate, escalate_exceptions
from warehouse.services.exceptions.mailing import RETRIES, due_mails
from warehouse.services.exceptions.queue import OpenEntry, open_exception
from warehouse.services.site import ChangeSetting, change_setting
from warehouse.storage.database import Database
from warehouse.storage.models.notices import MailRow
from warehouse.words import Words
from warehouse.workers.mailer import Mailer

ROOT = Path(__file__).resolve().parents[2]
WORDS = Words(ROOT / "static" / "words")
LATE = NOON + timedelta(hours=25)


@pytest.fixture
def office() -> Iterator[Office]:
    with post_office() as running:
        yield running


@pytest.fixture
def database(database: Database) -> Database:
    """A database in which one entry is about to be the lead's, whose box is known."""
    boxes = ChangeSetting(actor=SYSTEM, at=NOON, name="mailboxes", value={"lead": "lead@example.org"})
    database.run(change_setting, boxes)
    entry = OpenEntry(actor=SYSTEM, at=NOON, type=ExceptionType.BACKORDER, subject="order:1", about="order 1042")
    build(database, lambda session: open_exception(session, entry))
    return database


def mailer(database: Database, office: Office) -> Mailer:
    return Mailer(
        database, PostOffice(url=office.url, sender="warehouse@example.org"), WORDS, every=60, clock=lambda: LATE
    )


def states(database: Database) -> list[tuple[str, int, str | None]]:
    with database.read() as session:
        return [(row.state, row.attempts, row.problem) for row in session.scalars(select(MailRow))]


def test_a_mail_leaves_as_soon_as_the_ladder_is_climbed(database: Database, office: Office) -> None:
    worker = mailer(database, office)
    worker.start()
    try:
        database.run(escalate_exceptions, Escalate(actor=SYSTEM, at=LATE))
        assert eventually(lambda: states(database) == [("sent", 1, None)])
    finally:
        worker.stop()
    assert len(office.mails) == 1
    assert "To: lead@example.org" in office.mails[0]
    assert "Subject: Escalated: Not enough stock (1)" in office.mails[0]
    assert "1042" in office.mails[0]


def test_a_server_that_is_busy_is_asked_again_later(database: Database, office: Office) -> None:
    database.run(escalate_exceptions, Escalate(actor=SYSTEM, at=LATE))
    office.answers.append("451 busy, come back")
    mailer(database, office).turn()
    assert states(database) == [("queued", 1, "busy, come back")]
    with database.read() as session:
        assert (due_mails(session, LATE), len(due_mails(session, LATE + RETRIES[0]))) == ([], 1)


def test_an_address_that_there_is_not_is_not_asked_again(database: Database, office: Office) -> None:
    database.run(escalate_exceptions, Escalate(actor=SYSTEM, at=LATE))
    office.answers.append("550 no such box")
    mailer(database, office).turn()
    mailer(database, office).turn()
    assert states(database) == [("failed", 1, "no such box")]
    assert office.mails == []


def test_without_a_server_nothing_is_lost(database: Database) -> None:
    database.run(escalate_exceptions, Escalate(actor=SYSTEM, at=LATE))
    Mailer(database, PostOffice(url="smtp://127.0.0.1:9", sender="w@example.org"), WORDS, clock=lambda: LATE).turn()
    assert [state[:2] for state in states(database)] == [("queued", 1)]


def test_a_mail_is_written_in_the_language_of_the_site(database: Database, office: Office) -> None:
    database.run(change_setting, ChangeSetting(actor=SYSTEM, at=NOON, name="language", value="de"))
    database.run(escalate_exceptions, Escalate(actor=SYSTEM, at=LATE))
    mailer(database, office).turn()
    mail = message_from_bytes(office.mails[0].encode(), policy=policy.default)
    title = WORDS.catalogues["de"]["Not enough stock"]
    assert mail["Subject"] == f"Weitergereicht: {title} (1)"
    assert "Fällig 2026-11-2" in mail.get_content()


def test_a_mail_that_an_older_program_wrote_leaves_as_it_is(database: Database, office: Office) -> None:
    old = MailRow(address="lead@example.org", subject="Opened: Help (7)", body="Help.\n", made_at=NOON, next_at=NOON)
    build(database, lambda session: session.add(old))
    mailer(database, office).turn()
    mail = message_from_bytes(office.mails[0].encode(), policy=policy.default)
    assert (mail["Subject"], mail.get_content()) == ("Opened: Help (7)", "Help.")
