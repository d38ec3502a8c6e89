"""Signing in: who gets in, who is kept out, and how many tries a guesser has."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import NOON, a_person, build
from warehouse.domain.codes import Role
from warehouse.domain.errors import ConflictError, LockedError, NotSignedInError, WarehouseError
from warehouse.services.actor import SYSTEM
from warehouse.services.people import pins, sign_in
from warehouse.services.people.pins import hash_pin
from warehouse.services.people.sign_in import SHIFT, Desk, SignIn, SignOut, sign_out
from warehouse.services.people.staff import (
    BadgeChange,
    NewPerson,
    PersonChange,
    create_person,
    disable_person,
    replace_badge,
    reset_pin,
    unlock_person,
)
from warehouse.storage.database import Database
from warehouse.storage.models.journal import AuditRow
from warehouse.storage.models.people import PersonRow, SignInRow
from warehouse.storage.queries.people import live_versions, person_by_key

SECRET = "a secret of the house, long enough"
PIN = "493017"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ana(database: Database) -> int:
    return build(database, lambda session: a_person(session, "Ana", pin_hash=hash_pin(PIN, SECRET)))


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, SECRET)


def refusal(
    desk: Desk, badge: str, pin: str, at: datetime = NOON, device: str | None = None
) -> tuple[type[WarehouseError], str]:
    with pytest.raises(WarehouseError) as caught:
        desk.sign_in(SignIn(badge=badge, pin=pin, at=at, device=device))
    return type(caught.value), caught.value.message


def guess(desk: Desk, times: int, at: datetime = NOON, badge: str = "U:ANA", device: str | None = None) -> None:
    for number in range(times):
        assert refusal(desk, badge, "000000", at + number * timedelta(seconds=1), device)[0] is NotSignedInError


@pytest.mark.parametrize("badge", ["U:ANA", "ANA", "u:ana", "]C0U:ANA"])
def test_a_badge_counts_with_and_without_its_prefix_or_an_identifier(desk: Desk, ana: int, badge: str) -> None:
    assert desk.sign_in(SignIn(badge=badge, pin=PIN, at=NOON)).person == ana


def test_a_session_is_kept_as_a_hash_only_and_ends_with_the_shift(database: Database, desk: Desk, ana: int) -> None:
    granted = desk.sign_in(SignIn(badge="U:ANA", pin=PIN, at=NOON))
    with database.read() as session:
        row = session.get_one(SignInRow, granted.sign_in)
        assert granted.secret not in {row.token_hash, row.csrf_token}
        assert (row.person_id, row.expires_at) == (ana, NOON + SHIFT)
        assert live_versions(session, [row.id], NOON + SHIFT) == {}


def test_an_unknown_badge_a_wrong_pin_and_a_disabled_person_get_the_same_answer(
    database: Database, desk: Desk, ana: int
) -> None:
    wrong = refusal(desk, "U:ANA", "000000")
    unknown = refusal(desk, "U:MALLORY", "000000")
    database.run(disable_person, PersonChange(actor=SYSTEM, at=NOON, person=ana))
    assert wrong == unknown == refusal(desk, "U:ANA", PIN) == (NotSignedInError, "Badge or PIN is wrong.")


@pytest.mark.usefixtures("ana")
def test_after_five_wrong_pins_the_right_one_is_refused_for_a_quarter_of_an_hour(desk: Desk) -> None:
    guess(desk, 5)
    assert refusal(desk, "U:ANA", PIN, NOON + 14 * MINUTE)[0] is LockedError
    assert desk.sign_in(SignIn(badge="U:ANA", pin=PIN, at=NOON + 15 * MINUTE))


@pytest.mark.usefixtures("ana")
def test_the_quarter_of_an_hour_slides(desk: Desk) -> None:
    guess(desk, 1)
    guess(desk, 4, NOON + 14 * MINUTE)
    assert refusal(desk, "U:ANA", PIN, NOON + 14 * MINUTE + timedelta(seconds=30))[0] is LockedError
    guess(desk, 1, NOON + 15 * MINUTE)
    assert refusal(desk, "U:ANA", PIN, NOON + 16 * MINUTE)[0] is LockedError


def test_ten_wrong_pins_in_a_day_lock_until_a_lead_unlocks(database: Database, desk: Desk, ana: int) -> None:
    guess(desk, 5)
    guess(desk, 5, NOON + 20 * MINUTE)
    expected = (LockedError, "Too many wrong PINs. A lead must unlock this badge.")
    assert refusal(desk, "U:ANA", PIN, NOON + timedelta(days=3)) == expected
    database.run(unlock_person, PersonChange(actor=SYSTEM, at=NOON, person=ana))
    assert desk.sign_in(SignIn(badge="U:ANA", pin=PIN, at=NOON + timedelta(days=3))).person == ana


def test_a_right_pin_between_does_not_give_a_guesser_more_tries(desk: Desk, ana: int) -> None:
    guess(desk, 4)
    assert desk.sign_in(SignIn(badge="U:ANA", pin=PIN, at=NOON + MINUTE)).person == ana
    guess(desk, 1, NOON + 2 * MINUTE)
    assert refusal(desk, "U:ANA", "000000", NOON + 3 * MINUTE)[0] is LockedError


@pytest.mark.usefixtures("ana")
def test_an_unknown_badge_locks_like_a_known_one(desk: Desk) -> None:
    guess(desk, 5)
    guess(desk, 5, badge="U:MALLORY")
    assert refusal(desk, "U:MALLORY", "000000", NOON + MINUTE) == refusal(desk, "U:ANA", "000000", NOON + MINUTE)


SPELLINGS = ("U:{}", "{}", " u:{}", "]C0U:{}", "U:{} ")


def tried_as(desk: Desk, name: str, device: str | None = None) -> list[str]:
    """What is answered to one wrong PIN after another, the badge spelled in another way each time."""
    spelled = [spelling.format(name) for spelling in SPELLINGS * 2]
    spelled[1], spelled[6] = spelled[1].lower(), spelled[6].lower()
    return [refusal(desk, badge, "000000", NOON + MINUTE, device)[1] for badge in spelled]


@pytest.mark.parametrize("badge", ["U:ANA", "ana"])
def test_however_a_badge_is_spelled_an_unknown_one_locks_like_a_known_one(
    database: Database, desk: Desk, badge: str
) -> None:
    asked = {"name": "Ana", "role": Role.PICKER, "badge": badge, "pin_hash": hash_pin(PIN, SECRET)}
    database.run(create_person, NewPerson(actor=SYSTEM, at=NOON, **asked))
    known, unknown = tried_as(desk, "ANA"), tried_as(desk, "MALLORY")
    assert known == unknown == ["Badge or PIN is wrong."] * 5 + [known[-1]] * 5


@pytest.mark.usefixtures("ana")
def test_on_each_device_an_unknown_badge_locks_like_a_known_one(desk: Desk) -> None:
    devices = (None, "d-1", "d-2")
    known, unknown = ([tried_as(desk, name, device) for device in devices] for name in ("ANA", "MALLORY"))
    assert known == unknown


@pytest.mark.parametrize("device", [None, "d-1"])
@pytest.mark.usefixtures("ana")
def test_the_lock_of_an_unknown_badge_lasts_as_long_as_that_of_a_known_one(desk: Desk, device: str | None) -> None:
    for badge in ("U:ANA", "U:MALLORY"):
        guess(desk, 5, badge=badge, device=device)
        guess(desk, 5, NOON + 20 * MINUTE, badge=badge, device=device)
    later = NOON + timedelta(days=3)
    unknown = refusal(desk, "U:MALLORY", "000000", later, device)
    assert unknown == refusal(desk, "U:ANA", "000000", later, device)
    assert unknown[0] is LockedError


@pytest.mark.parametrize("change", ["another badge", "disabled", "another PIN"])
def test_who_changes_while_a_pin_is_looked_at_is_not_let_in(
    database: Database, desk: Desk, ana: int, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes: dict[str, Callable[[], None]] = {
        "another badge": lambda: database.run(
            replace_badge, BadgeChange(actor=SYSTEM, at=NOON, person=ana, badge="U:ANA-2")
        ),
        "disabled": lambda: database.run(disable_person, PersonChange(actor=SYSTEM, at=NOON, person=ana)),
        "another PIN": lambda: database.run(
            reset_pin, PersonChange(actor=SYSTEM, at=NOON, person=ana, pin_hash="of another")
        ),
    }

    def meanwhile(*asked: str) -> bool:
        changes[change]()
        return pins.pin_matches(*asked)

    monkeypatch.setattr(sign_in, "pin_matches", meanwhile)
    assert refusal(desk, "U:ANA", PIN) == (NotSignedInError, "Badge or PIN is wrong.")
    with database.read() as session:
        assert session.scalars(select(SignInRow)).all() == []


@pytest.mark.parametrize(
    ("had", "wanted"), [("X7", "U:X7"), ("U:X7", "X7"), ("x7", "U:X7"), ("U:X7", "x7"), ("X7", "x7")]
)
def test_two_badges_that_nobody_can_tell_apart_at_a_sign_in_are_not_given(
    database: Database, ana: int, had: str, wanted: str
) -> None:
    new = NewPerson(actor=SYSTEM, at=NOON, name="Ben", role=Role.PACKER, badge=had, pin_hash="unusable")
    ben = database.run(create_person, new)
    with pytest.raises(ConflictError, match="already in use"):
        database.run(create_person, replace(new, name="Cem", badge=wanted))
    with pytest.raises(ConflictError, match="already in use"):
        database.run(replace_badge, BadgeChange(actor=SYSTEM, at=NOON, person=ana, badge=wanted))
    database.run(replace_badge, BadgeChange(actor=SYSTEM, at=NOON, person=ben, badge=wanted))


@pytest.mark.parametrize("number", ["12345670", "036000291452", "4006381333931", "04006381333931"])
def test_a_badge_of_digits_that_could_be_an_article_counts_as_it_was_issued(
    database: Database, desk: Desk, number: str
) -> None:
    asked = {"name": "Ben", "role": Role.PACKER, "badge": f"U:{number}", "pin_hash": hash_pin(PIN, SECRET)}
    ben = database.run(create_person, NewPerson(actor=SYSTEM, at=NOON, **asked))
    for badge in (number, f"U:{number}", f"]C0{number}"):
        assert desk.sign_in(SignIn(badge=badge, pin=PIN, at=NOON)).person == ben
    with pytest.raises(ConflictError, match="already in use"):
        database.run(create_person, NewPerson(actor=SYSTEM, at=NOON, **asked | {"name": "Cem", "badge": number}))


def test_of_two_such_badges_from_before_each_lets_its_own_person_in(database: Database, desk: Desk, ana: int) -> None:
    ben = build(database, lambda session: a_person(session, "Ben", Role.PACKER, pin_hash=hash_pin(PIN, SECRET)))

    def as_before(session: Session) -> None:
        session.get_one(PersonRow, ben).badge = "ANA"

    build(database, as_before)
    found = [desk.sign_in(SignIn(badge=badge, pin=PIN, at=NOON)).person for badge in ("ANA", "U:ANA")]
    assert found == [ben, ana]


def test_one_locked_person_keeps_nobody_else_out(database: Database, desk: Desk, ana: int) -> None:
    ben = build(database, lambda session: a_person(session, "Ben", Role.PACKER, pin_hash=hash_pin(PIN, SECRET)))
    guess(desk, 5)
    assert desk.sign_in(SignIn(badge="U:BEN", pin=PIN, at=NOON)).person == ben != ana


def test_many_guesses_at_once_are_not_more_guesses(database: Database, desk: Desk, ana: int) -> None:
    found: list[type[WarehouseError]] = []
    threads = [threading.Thread(target=lambda: found.append(refusal(desk, "U:ANA", "000000")[0])) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(kind.__name__ for kind in found) == ["LockedError"] * 7 + ["NotSignedInError"] * 5
    with database.read() as session:
        assert len(session.get_one(PersonRow, ana).failed_at) == 5


def test_a_lock_is_written_into_the_journal_without_the_pin(database: Database, desk: Desk, ana: int) -> None:
    guess(desk, 5)
    with database.read() as session:
        fact = session.scalars(select(AuditRow).where(AuditRow.action == "sign_in_locked")).one()
        assert (fact.subject, fact.details) == (f"person:{ana}", '{"hard":false}')


def test_signing_in_again_ends_the_session_before(database: Database, desk: Desk, ana: int) -> None:
    first = desk.sign_in(SignIn(badge="U:ANA", pin=PIN, at=NOON))
    second = desk.sign_in(SignIn(badge="U:ANA", pin=PIN, at=NOON, ends=first.sign_in))
    with database.read() as session:
        assert live_versions(session, [first.sign_in, second.sign_in], NOON) == {second.sign_in: 1}
    assert first.secret != second.secret
    assert second.person == ana


def test_signing_out_ends_the_session(database: Database, desk: Desk, ana: int) -> None:
    granted = desk.sign_in(SignIn(badge="U:ANA", pin=PIN, at=NOON))
    database.run(sign_out, SignOut(actor=SYSTEM, at=NOON, sign_in=granted.sign_in))
    with database.read() as session:
        assert live_versions(session, [granted.sign_in], NOON) == {}
    assert granted.person == ana


def test_a_new_pin_ends_every_session_and_takes_the_lock_off(database: Database, desk: Desk, ana: int) -> None:
    granted = desk.sign_in(SignIn(badge="U:ANA", pin=PIN, at=NOON))
    guess(desk, 5)
    asked = PersonChange(actor=SYSTEM, at=NOON, person=ana, pin_hash=hash_pin("111222", SECRET))
    database.run(reset_pin, asked)
    with database.read() as session:
        assert live_versions(session, [granted.sign_in], NOON) == {}
    assert desk.sign_in(SignIn(badge="U:ANA", pin="111222", at=NOON)).person == ana


def test_a_replaced_badge_is_dead_at_once(database: Database, desk: Desk, ana: int) -> None:
    database.run(replace_badge, BadgeChange(actor=SYSTEM, at=NOON, person=ana, badge="U:ANA-2"))
    assert refusal(desk, "U:ANA", PIN)[0] is NotSignedInError
    assert desk.sign_in(SignIn(badge="U:ANA-2", pin=PIN, at=NOON)).person == ana


def test_who_vouches_for_somebody_else_gets_no_session(database: Database, desk: Desk, ana: int) -> None:
    assert desk.vouch(SignIn(badge="U:ANA", pin=PIN, at=NOON)) == ana
    with database.read() as session:
        assert session.scalars(select(SignInRow)).all() == []


def test_wrong_pins_from_a_strange_device_do_not_lock_anybody_out_of_an_enrolled_one(desk: Desk, ana: int) -> None:
    guess(desk, 5)
    guess(desk, 5, NOON + 20 * MINUTE)
    assert refusal(desk, "U:ANA", PIN, NOON + 60 * MINUTE)[0] is LockedError
    assert desk.sign_in(SignIn(badge="U:ANA", pin=PIN, at=NOON + 60 * MINUTE, device="d-1")).person == ana


def test_wrong_pins_on_an_enrolled_device_lock_the_badge_there_until_a_lead_unlocks(
    database: Database, desk: Desk, ana: int
) -> None:
    guess(desk, 5, device="d-1")
    assert refusal(desk, "U:ANA", PIN, NOON + MINUTE, "d-1")[0] is LockedError
    assert desk.sign_in(SignIn(badge="U:ANA", pin=PIN, at=NOON + MINUTE, device="d-2")).person == ana
    guess(desk, 5, NOON + 20 * MINUTE, device="d-1")
    expected = (LockedError, "Too many wrong PINs. A lead must unlock this badge.")
    assert refusal(desk, "U:ANA", PIN, NOON + timedelta(days=3), "d-1") == expected
    assert desk.sign_in(SignIn(badge="U:ANA", pin=PIN, at=NOON + timedelta(days=3))).person == ana
    with database.read() as session:
        known = person_by_key(session, ana, NOON + timedelta(days=3))
        assert known is not None
        assert known.locked == "hard"
    database.run(unlock_person, PersonChange(actor=SYSTEM, at=NOON, person=ana))
    assert desk.sign_in(SignIn(badge="U:ANA", pin=PIN, at=NOON + timedelta(days=3), device="d-1")).person == ana


class CountingHasher:
    """The house's own hasher, watched: the hashes it looked at, and how many at once."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.now = self.most = 0
        self._lock = threading.Lock()

    def verify(self, stored: str, pin: str) -> bool:
        with self._lock:
            self.seen.append(stored.rpartition("$")[0].rpartition("$")[0])
            self.now += 1
            self.most = max(self.most, self.now)
        try:
            return bool(GENUINE.verify(stored, pin))
        finally:
            with self._lock:
                self.now -= 1


GENUINE = pins._hasher


@pytest.mark.usefixtures("ana")
def test_an_unknown_badge_costs_the_same_hash_as_a_wrong_pin(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = CountingHasher()
    monkeypatch.setattr(pins, "_hasher", watched)
    refusal(desk, "U:ANA", "000000")
    refusal(desk, "U:MALLORY", "000000")
    assert watched.seen == ["$argon2id$v=19$m=19456,t=2,p=1"] * 2


@pytest.mark.usefixtures("ana")
def test_a_storm_of_sign_ins_computes_a_few_hashes_at_a_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = CountingHasher()
    monkeypatch.setattr(pins, "_hasher", watched)
    with ThreadPoolExecutor(16) as pool:
        asked = [SignIn(badge="U:ANA", pin=PIN, at=NOON, device=f"d-{number}") for number in range(16)]
        assert len({granted.secret for granted in pool.map(desk.sign_in, asked)}) == 16
    assert (len(watched.seen), watched.most <= pins.AT_ONCE) == (16, True)
