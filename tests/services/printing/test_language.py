"""Which language paper speaks: the asker's badge, the site where it leaves the house, and the first print's again."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.builders import NOON, build
from tests.services.printing.test_events import Bench, a_bench
from warehouse.domain.codes import PrintJobState
from warehouse.domain.words import sentence
from warehouse.printing.speech import in_words
from warehouse.services.actor import SYSTEM, Request
from warehouse.services.printing.answers import ReprintJob, reprint_job
from warehouse.services.printing.events import queue_packing_slip, queue_pick_list
from warehouse.services.printing.jobs import QueueJob, get_job, queue_job
from warehouse.services.printing.labels import command_sheet, printer_labels
from warehouse.services.printing.language import in_language
from warehouse.services.site import ChangeSetting, change_setting
from warehouse.storage.database import Database
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.printing import PrinterRow


@pytest.fixture
def bench(database: Database) -> Bench:
    return build(database, _in_german)


def _in_german(session: Session) -> Bench:
    """A site in German where the lead reads Arabic."""
    bench = a_bench(session)
    speak(session, "de")
    session.get_one(PersonRow, bench.lea.person).language = "ar"
    return bench


def speak(session: Session, language: str) -> None:
    change_setting(session, ChangeSetting(actor=SYSTEM, at=NOON, name="language", value=language))


def document(database: Database, key: Any) -> dict[str, Any]:
    with database.read() as session:
        found: dict[str, Any] = get_job(session, key).document
        return found


def test_what_leaves_the_house_speaks_the_sites_language_and_other_paper_the_askers(
    database: Database, bench: Bench
) -> None:
    asked = Request(actor=bench.lea, at=NOON)
    slip = database.run(lambda session, it: queue_packing_slip(session, it, bench.carton), asked)
    listed = database.run(lambda session, it: queue_pick_list(session, it, bench.batch), asked)
    assert [document(database, key).get("language") for key in (slip, listed)] == ["de", "ar"]


def test_paper_that_nobody_asked_for_speaks_the_sites_language(database: Database, bench: Bench) -> None:
    asked = Request(actor=SYSTEM, at=NOON)
    key = database.run(lambda session, it: queue_pick_list(session, it, bench.batch), asked)
    assert document(database, key)["language"] == "de"


def test_a_reprint_speaks_the_language_of_the_first_print(database: Database, bench: Bench) -> None:
    asked = Request(actor=bench.lea, at=NOON)
    key = database.run(lambda session, it: queue_packing_slip(session, it, bench.carton), asked)

    def out(session: Session, _: None) -> None:
        speak(session, "pl")
        row = get_job(session, key)
        row.state, row.sent_at = PrintJobState.SENT, NOON

    database.run(out, None)
    again = database.run(reprint_job, ReprintJob(actor=SYSTEM, at=NOON, job=key, reason="smeared"))
    assert document(database, again) == document(database, key) | {"reprint": 1}


def test_asking_again_in_another_language_is_the_same_job(database: Database, bench: Bench) -> None:
    sheet = command_sheet()
    jobs = [
        database.run(queue_job, QueueJob(actor=actor, at=NOON, key="sheet", document=sheet))
        for actor in (bench.lea, SYSTEM)
    ]
    assert (len(set(jobs)), document(database, jobs[0])["language"]) == (1, "ar")


def test_sentences_in_a_document_are_said_in_its_language(database: Database, bench: Bench) -> None:
    sheet = command_sheet()
    with database.read() as session:
        [german] = in_language(session, [sheet], "de")
        [english] = in_language(session, [sheet], "en")
    first = [in_words(it)["commands"][0] for it in (german, english)]
    assert [(it["title"], it["hint"]) for it in first] == [
        ("Bestätigen", "diesen Schritt abschließen"),
        ("Confirm", "finish this step"),
    ]
    assert (in_words(german)["title"], in_words(english) == sheet) == ("Befehle", True), bench


def test_what_people_wrote_is_never_taken_for_words(database: Database, bench: Bench) -> None:
    written = {
        "kind": "packing_slip",
        "order_number": "7",
        "to_lines": ["Printer", "Order 7", sentence("Unknown sender")],
    }
    with database.read() as session:
        [german] = in_language(session, [written], None)
    assert in_words(german)["to_lines"] == ["Printer", "Order 7", "Absender unbekannt"], bench


def test_a_name_that_is_also_one_of_our_words_stays_a_name(database: Database, bench: Bench) -> None:
    labels = printer_labels([PrinterRow(id=7, name="Printer")])
    with database.read() as session:
        [german] = in_language(session, labels, "de")
    assert [in_words(german)[field] for field in ("code", "name")] == ["Printer", "Drucker"], bench
