"""Values: compared and hashed by what is in them, with room for nothing else."""

from dataclasses import field, replace

import pytest

from warehouse.domain.values import value


@value
class Place:
    code: str
    walk: int = 0


@value(kw_only=True)
class Trip:
    places: tuple[Place, ...]
    notes: dict[str, str] = field(default_factory=dict, hash=False)


def test_two_values_with_the_same_fields_are_one() -> None:
    assert Place("A-1", 3) == Place("A-1", 3)
    assert len({Place("A-1"), Place("A-1"), Place("A-2")}) == 2


def test_a_value_is_changed_by_making_another() -> None:
    before = Trip(places=(Place("A-1"),))
    after = replace(before, places=())
    assert (len(before.places), len(after.places)) == (1, 0)


def test_fields_may_be_asked_for_by_name_only() -> None:
    with pytest.raises(TypeError, match="positional"):
        Trip((Place("A-1"),))  # type: ignore[misc]  # the very mistake


def test_a_value_has_room_for_its_fields_only() -> None:
    with pytest.raises(AttributeError):
        Place("A-1").bin = "B"  # type: ignore[attr-defined]  # as above
