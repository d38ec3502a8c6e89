"""A column for sentences keeps their parts, so that they are told later in the language of whoever reads them."""

import pytest
from sqlalchemy import select

from tests.builders import NOON
from warehouse.domain.words import parts_of, sentence
from warehouse.storage.database import Database
from warehouse.storage.models.intake import SourceRow

MOST = 400
LONG = "x" * MOST


def stored(database: Database, text: str) -> str:
    """Store a sentence and give what comes back."""
    source = SourceRow(kind="orders", profile="canonical", way="folder", created_at=NOON, name="shop", error=text)
    database.run(lambda session, row: session.add(row), source)
    with database.read() as session:
        return session.scalars(select(SourceRow.error)).one()


def test_a_sentence_keeps_its_parts(database: Database) -> None:
    said = sentence("{name}: {why}", name="shop", why=sentence("The shop answered {status}.", status=503))
    found = stored(database, said)
    assert (found, parts_of(found)) == ("shop: The shop answered 503.", parts_of(said))


@pytest.mark.parametrize("text", ["", "refused", "[[[refused", '[[["{text}", {"text": 1}]]]', "[[[]]]", "[[[7, 7]]]"])
def test_any_other_text_comes_back_as_it_went_in(database: Database, text: str) -> None:
    assert stored(database, text) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (LONG + "y", LONG),
        (sentence("{why} is wrong", why=LONG), LONG),
        (sentence("{why} is wrong", why=LONG[:390]), f"{LONG[:390]} is wrong"),
        ("[[[" + LONG, LONG),
    ],
)
def test_what_is_too_long_with_its_parts_is_kept_as_words(database: Database, text: str, kept: str) -> None:
    found = stored(database, text)
    assert (found, parts_of(found)) == (kept, None)
