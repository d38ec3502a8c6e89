"""What a file says about the floor plan, and the site's travel model, as they are named and refused."""

import pytest

from warehouse.domain.drafts import LayoutDraft, LayoutKind
from warehouse.domain.errors import InvalidInputError
from warehouse.domain.site import TravelModel
from warehouse.domain.site_settings import read_setting


def test_a_part_is_named_as_a_person_would() -> None:
    assert LayoutDraft(kind=LayoutKind.CROSS_AISLE, code="C1").key == "cross aisle C1"
    assert LayoutDraft(kind=LayoutKind.WAY, code="A", to="B").key == "way A to B"


def test_nobody_walks_at_no_speed() -> None:
    assert read_setting("travel", {"speed_mm_s": 1200}) == TravelModel(speed_mm_s=1200)
    with pytest.raises(InvalidInputError, match=r"travel\.speed_mm_s must be at least 1"):
        read_setting("travel", {"speed_mm_s": 0})
