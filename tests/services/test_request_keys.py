"""The same creating request twice: one effect, one answer."""

import threading
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.builders import NOON
from warehouse.domain.errors import ConflictError, IdReusedError
from warehouse.services.actor import SYSTEM, Request
from warehouse.services.request_keys import KEPT, Kept, RequestKey, fingerprint, forget_old_keys, run_once
from warehouse.storage.database import Database
from warehouse.storage.models.batching import WaveRow
from warehouse.storage.models.journal import RequestKeyRow


@dataclass(frozen=True)
class Wave:
    name: str


def make_wave(session: Session, wanted: Wave) -> int:
    if not wanted.name:
        raise ConflictError("A wave needs a name.")
    row = WaveRow(name=wanted.name, created_at=NOON)
    session.add(row)
    session.flush()
    return row.id


def a_key(body: str = "body", *, key: str = "k-1", caller: str = "person:1") -> RequestKey:
    return RequestKey(caller=caller, key=key, fingerprint=fingerprint(body.encode()), at=NOON)


def once(database: Database, key: RequestKey | None, name: str = "Noon") -> Kept:
    return run_once(database, make_wave, Wave(name), (key, lambda made: {"wave": made}))


def waves(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(WaveRow)) or 0


def test_the_same_key_and_body_get_the_first_answer(database: Database) -> None:
    first, second = once(database, a_key()), once(database, a_key())
    assert (second.answer, second.again, waves(database)) == (first.answer, True, 1)


def test_the_same_key_with_another_body_is_refused(database: Database) -> None:
    once(database, a_key())
    with pytest.raises(IdReusedError):
        once(database, a_key("another"))
    assert waves(database) == 1


def test_keys_of_different_callers_never_meet(database: Database) -> None:
    once(database, a_key())
    once(database, a_key("another", caller="person:2"))
    assert waves(database) == 2


def test_without_a_key_nothing_is_promised(database: Database) -> None:
    once(database, None)
    assert once(database, None).again is False
    assert waves(database) == 2


def test_a_refused_request_may_be_mended_and_sent_again(database: Database) -> None:
    with pytest.raises(ConflictError):
        once(database, a_key("no name"), name="")
    assert once(database, a_key("with a name")).again is False


def test_many_at_once_have_one_effect_and_one_answer(database: Database) -> None:
    answers: list[object] = []
    threads = [threading.Thread(target=lambda: answers.append(once(database, a_key()).answer)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (answers, waves(database)) == ([answers[0]] * 8, 1)


def test_old_keys_are_forgotten(database: Database) -> None:
    once(database, a_key())
    for late, left in ((timedelta(0), 1), (timedelta(seconds=1), 0)):
        asked = Request(actor=SYSTEM, at=NOON + KEPT + late)
        database.run(lambda session, request: forget_old_keys(session, request, [1]), asked)
        with database.read() as session:
            assert len(session.scalars(select(RequestKeyRow)).all()) == left


def test_parts_of_a_print_do_not_run_together() -> None:
    assert fingerprint(b"ab", b"c") != fingerprint(b"a", b"bc")
