"""What goes into a box together is found by laying things, turned as needed; volume alone says nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.domain.shipping.cartonization import Edges, go_together
from warehouse.domain.shipping.parcels import Goods, Packaging, Size, suggest_packaging


@pytest.mark.parametrize(
    ("inner", "things", "fits"),
    [
        ((300, 300, 300), [((200, 200, 200), 1)], True),
        ((300, 300, 300), [((200, 200, 200), 2)], False),
        ((300, 200, 100), [((100, 200, 300), 1)], True),
        ((300, 200, 100), [((100, 100, 100), 6)], True),
        ((300, 200, 100), [((100, 100, 100), 7)], False),
        ((400, 300, 200), [((290, 190, 90), 4)], True),
        ((310, 210, 100), [((300, 100, 90), 2)], True),
        ((310, 179, 100), [((300, 100, 90), 2)], False),
        ((400, 400, 400), [((400, 400, 100), 2), ((200, 200, 200), 4)], True),
        ((400, 400, 400), [((400, 400, 100), 2), ((200, 200, 200), 5)], False),
        ((100, 100, 100), [], True),
    ],
)
def test_things_go_together_when_they_can_be_laid(inner: Edges, things: list[tuple[Edges, int]], *, fits: bool) -> None:
    assert go_together(inner, things) is fits


@given(st.lists(st.integers(1, 6), min_size=3, max_size=3), st.integers(1, 4), st.integers(1, 4), st.integers(1, 4))
def test_a_box_cut_into_equal_parts_takes_all_of_them_and_not_one_more(
    part: list[int], along: int, across: int, high: int
) -> None:
    edges: Edges = (part[0] * 10, part[1] * 10, part[2] * 10)
    inner: Edges = (edges[0] * along, edges[1] * across, edges[2] * high)
    units = along * across * high
    assert go_together(inner, [(edges, units)])
    assert not go_together(inner, [(edges, units + 1)])


@given(
    st.lists(st.tuples(st.tuples(*[st.integers(1, 60)] * 3), st.integers(1, 9)), min_size=1, max_size=6),
    st.tuples(*[st.integers(20, 120)] * 3),
)
@settings(max_examples=60)
def test_what_goes_together_never_has_more_volume_than_the_box(things: list[tuple[Edges, int]], inner: Edges) -> None:
    volume = sum(edges[0] * edges[1] * edges[2] * number for edges, number in things)
    if go_together(inner, things):
        assert volume <= inner[0] * inner[1] * inner[2]


def test_a_very_mixed_basket_is_given_up_before_it_takes_long() -> None:
    things: list[tuple[Edges, int]] = [((7 + number, 5 + number, 3), 1) for number in range(500)]
    assert go_together((3000, 3000, 3000), things) is False


def test_a_box_that_has_the_volume_but_not_the_room_is_not_suggested() -> None:
    cube = Packaging(code="CUBE", inner=Size(300, 300, 300))
    long = Packaging(code="LONG", inner=Size(450, 210, 210))
    two_blocks = [Goods(quantity=2, size=Size(200, 200, 200))]
    assert suggest_packaging(two_blocks, [cube, long]) == long
    assert suggest_packaging(two_blocks, [cube]) is None
