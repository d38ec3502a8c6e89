"""Who is asking and what may they do: default deny, and nothing remembered for longer than a second."""

from collections.abc import Collection

import pytest

from warehouse.access import Access, Caller, Credentials, Rule, Standing, check, open_to_anyone, requires, rule_of
from warehouse.domain.codes import Role
from warehouse.domain.errors import ForbiddenError, NotSignedInError
from warehouse.domain.roles import RIGHTS, Permission, rights_named, rights_of

ANA = Caller(person=1, name="Ana", role=Role.PICKER, permissions=rights_of(Role.PICKER), sign_in=1)
SESSION = Credentials(session="ana's")


class OneSession:
    """A session book with one entry that can be torn out."""

    def __init__(self) -> None:
        self.live = True
        self.asked = 0

    def recognise(self, credentials: Credentials) -> Caller | None:
        self.asked += 1
        return ANA if self.live and credentials == SESSION else None

    def standing(self, sign_ins: Collection[int], devices: Collection[str]) -> Standing:
        return Standing({1: 0} if self.live else {})


def test_every_role_has_its_rights_and_an_admin_has_all() -> None:
    assert set(RIGHTS) == set(Role)
    assert rights_of(Role.ADMIN) == frozenset(Permission)


def test_every_right_belongs_to_somebody_besides_the_admin_or_is_the_admins_alone() -> None:
    shared = frozenset().union(*(rights for role, rights in RIGHTS.items() if role is not Role.ADMIN))
    assert frozenset(Permission) - shared == {
        Permission.EDIT_PRINTERS,
        Permission.EDIT_PEOPLE,
        Permission.EDIT_SETTINGS,
    }


def test_looking_is_all_an_auditor_may_do() -> None:
    assert all(right.startswith("see_") for right in rights_of(Role.AUDITOR))


def test_a_stored_name_that_is_no_right_any_more_gives_nothing() -> None:
    assert rights_named(["pick", "fly"]) == {Permission.PICK}


@pytest.mark.parametrize(
    ("caller", "rule", "refusal"),
    [
        (None, None, NotSignedInError),
        (ANA, None, ForbiddenError),
        (None, Rule(), NotSignedInError),
        (None, Rule((Permission.PICK,)), NotSignedInError),
        (ANA, Rule((Permission.PACK,)), ForbiddenError),
    ],
)
def test_what_is_not_allowed_is_refused(caller: Caller | None, rule: Rule | None, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        check(caller, rule)


@pytest.mark.parametrize(
    ("caller", "rule"),
    [
        (None, Rule(anonymous=True)),
        (ANA, Rule()),
        (ANA, Rule((Permission.PICK,))),
        (ANA, Rule((Permission.PACK, Permission.PICK))),
    ],
)
def test_what_is_allowed_passes(caller: Caller | None, rule: Rule) -> None:
    check(caller, rule)


def test_a_mark_stays_with_its_handler() -> None:
    @requires(Permission.PACK)
    def pack() -> None: ...

    @open_to_anyone
    def door() -> None: ...

    def forgotten() -> None: ...

    rules = [rule_of(handler) for handler in (pack, door, forgotten)]
    assert rules == [Rule((Permission.PACK,)), Rule(anonymous=True), None]


def test_a_look_up_is_remembered_for_a_second_and_no_longer() -> None:
    book, now = OneSession(), [0.0]
    access = Access(book, clock=lambda: now[0])
    assert [access.recognise(SESSION) for _ in range(3)] == [ANA, ANA, ANA]
    book.live = False
    now[0] = 0.99
    assert (access.recognise(SESSION), book.asked) == (ANA, 1)
    now[0] = 1.01
    assert (access.recognise(SESSION), book.asked) == (None, 2)


def test_forgetting_takes_effect_at_once() -> None:
    book = OneSession()
    access = Access(book)
    access.recognise(SESSION)
    book.live = False
    access.forget()
    assert access.recognise(SESSION) is None


def test_the_console_token_is_compared_whole() -> None:
    access = Access(OneSession(), console_token="console-secret")
    found = access.recognise(Credentials(token="console-secret"))
    assert found is not None
    assert found.permissions == frozenset(Permission)
    assert access.recognise(Credentials(token="console-secre")) is None
    assert Access(OneSession()).recognise(Credentials(token="")) is None


def test_a_device_alone_is_nobody() -> None:
    assert Access(OneSession()).recognise(Credentials(device="d")) is None
