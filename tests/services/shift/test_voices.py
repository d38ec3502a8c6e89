"""Problems and ideas: told without a name unless wanted, answered by a lead, seen by everybody."""

import pytest
from sqlalchemy import select

from tests.builders import NOON, build
from tests.services.floor import Floor, a_floor
from warehouse.domain.errors import ForbiddenError, InvalidInputError
from warehouse.services.shift.voices import AnswerVoice, Tell, VoiceAbout, VoiceKind, VoiceState, answer_voice, tell
from warehouse.storage.database import Database
from warehouse.storage.models.journal import AuditRow
from warehouse.storage.queries.shift.voices import Voice, list_voices


@pytest.fixture
def floor(database: Database) -> Floor:
    return build(database, a_floor)


def told(database: Database, floor: Floor, *, named: bool = False, text: str = "") -> int:
    return database.run(
        tell,
        Tell(actor=floor.ana, at=NOON, kind=VoiceKind.PROBLEM, about=VoiceAbout.CART, text=text, named=named),
    )


def test_what_is_told_names_nobody_neither_in_the_list_nor_in_the_journal(database: Database, floor: Floor) -> None:
    key = told(database, floor, text="The wheel squeaks")
    with database.read() as session:
        assert list_voices(session) == [
            Voice(
                id=key,
                at=NOON,
                kind="problem",
                about="cart",
                text="The wheel squeaks",
                person=None,
                state="open",
                answer="",
                answered_by=None,
                answered_at=None,
            )
        ]
        assert session.scalars(select(AuditRow.actor_id).where(AuditRow.action == "voice.told")).one() is None


def test_who_wants_to_be_asked_back_is_named(database: Database, floor: Floor) -> None:
    told(database, floor, named=True)
    with database.read() as session:
        assert list_voices(session)[0].person == "Ana"


def test_a_lead_says_what_becomes_of_it_and_nobody_else(database: Database, floor: Floor) -> None:
    key = told(database, floor)
    answer = {"at": NOON, "voice": key, "state": VoiceState.DONE, "answer": "New wheels are on."}
    with pytest.raises(ForbiddenError):
        database.run(answer_voice, AnswerVoice(actor=floor.ana, **answer))
    database.run(answer_voice, AnswerVoice(actor=floor.lea, **answer))
    with database.read() as session:
        found = list_voices(session)[0]
    assert (found.state, found.answer, found.answered_by) == ("done", "New wheels are on.", "Lea")


def test_an_answer_without_a_sentence_is_none(database: Database, floor: Floor) -> None:
    key = told(database, floor)
    with pytest.raises(InvalidInputError):
        database.run(
            answer_voice, AnswerVoice(actor=floor.lea, at=NOON, voice=key, state=VoiceState.DECLINED, answer=" ")
        )
