"""What cannot be printed is told in the reader's language: at once, on the job, in the exception and at the carrier."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders import NOON, build
from tests.wording import ROOT
from tests.workers.spooling import a_printer, become, spooling
from warehouse.children import Children
from warehouse.domain.errors import InvalidInputError
from warehouse.printing import check_carrier_label, render_documents
from warehouse.problems import problem_of
from warehouse.services.actor import SYSTEM
from warehouse.services.printing.jobs import QueueJob, queue_job
from warehouse.storage.database import Database
from warehouse.storage.queries.exception_queue import EntryFilter, list_entries
from warehouse.storage.queries.print_jobs import job_line
from warehouse.words import Words

WORDS = Words(ROOT / "static" / "words")
BIN = {"kind": "bin", "code": "S1", "barcode": "L:中"}
WHY = "ein Barcode kann '\\u4e2d' nicht enthalten; er nimmt nur druckbare ASCII-Zeichen"
SAID = f"Das lässt sich nicht drucken: barcode: {WHY}."


@pytest.fixture
def house(sqlite_url: str) -> Iterator[Database]:
    database = Database(sqlite_url)
    yield database
    database.close()


def german(text: str | None) -> str:
    return WORDS.speaker("de").put(text or "")


def refused(children: Children, *asked: Any) -> InvalidInputError:
    with pytest.raises(InvalidInputError) as error:
        children.run(*asked)
    return error.value


def test_a_refused_document_is_told_in_german_with_its_field(children: Children) -> None:
    error = refused(children, render_documents, [BIN], "zebra_203")
    assert error.message == (
        "This cannot be printed: barcode: a barcode cannot hold '\\u4e2d'; it takes printable ASCII only."
    )
    told = problem_of(error).in_words(WORDS.speaker("de").put)
    assert (told.detail, told.errors[0].field, told.errors[0].message) == (SAID, "barcode", WHY)


def test_words_among_the_values_are_told_in_german_too(children: Children) -> None:
    slip = {"kind": "gift_note", "order_number": "1042", "text": "Hallo"}
    assert german(refused(children, render_documents, [slip], "zebra_203").message) == (
        "Das lässt sich nicht drucken: kind: Grußkarte ist ein Blatt Papier; "
        "Zebra-Etikettendrucker, 203 dpi druckt nur Etiketten."
    )


def test_a_carriers_label_is_refused_in_german(children: Children) -> None:
    content = base64.b64encode(b"^XA^FO50,50^FDnothing^FS^XZ").decode()
    label = {"kind": "carrier_label", "format": "zpl", "content": content, "tracking": "TRK1"}
    assert german(refused(children, check_carrier_label, label).message) == (
        "Das Etikett des Frachtführers ist nicht verwendbar: tracking: kein Barcode trägt 'TRK1'; gelesen: keine."
    )


def test_a_failed_job_and_its_exception_are_told_in_german(house: Database, children: Children, tmp_path: Path) -> None:
    (tmp_path / "paper").mkdir()
    build(house, lambda session: a_printer(session, "Folder", "paper"))
    job = house.run(queue_job, QueueJob(actor=SYSTEM, at=NOON, key="bad", document=BIN))
    with spooling(house, children, tmp_path):
        assert become(house, [job], "failed")
    with house.read() as session:
        line, entries = job_line(session, job), list_entries(session, EntryFilter())
    assert german(line and line.error) == SAID
    assert [f"Platz zu S1: {SAID}" in german(entry.text) for entry in entries] == [True]
