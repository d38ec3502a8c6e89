"""What each role may do: one table."""

import pytest

from warehouse.domain.codes import Role
from warehouse.domain.roles import Permission, rights_named, rights_of


def test_an_admin_may_do_everything() -> None:
    assert rights_of(Role.ADMIN) == frozenset(Permission)


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_rights(role: Role) -> None:
    assert rights_of(role)


@pytest.mark.parametrize(
    "right",
    [
        Permission.OVERRIDE,
        Permission.VOID_CARTONS,
        Permission.EDIT_PEOPLE,
        Permission.EDIT_SETTINGS,
        Permission.ADJUST_STOCK,
        Permission.SEE_JOURNAL,
    ],
)
@pytest.mark.parametrize("role", [Role.PICKER, Role.PACKER])
def test_the_floor_has_no_right_of_a_lead(role: Role, right: Permission) -> None:
    assert right not in rights_of(role)


def test_an_auditor_only_looks() -> None:
    assert all(right.value.startswith("see_") for right in rights_of(Role.AUDITOR))


def test_a_stored_name_that_is_no_right_gives_nothing() -> None:
    assert rights_named(["pick", "fly"]) == {Permission.PICK}
