from hypothesis import given
from hypothesis import strategies as st

from warehouse.domain.codes import BinKind
from warehouse.domain.layout import Bin, Layout, layout_of, natural_key, walk_order


def test_numbers_in_codes_are_read_as_numbers() -> None:
    assert sorted(["A10", "A9", "B1", "A1-2", "A1-10", "A1"], key=natural_key) == [
        "A1",
        "A1-2",
        "A1-10",
        "A9",
        "A10",
        "B1",
    ]


def test_case_does_not_tear_codes_apart() -> None:
    assert sorted(["b1", "A2", "a1", "B0"], key=natural_key) == ["a1", "A2", "B0", "b1"]


@given(st.lists(st.text(max_size=6), unique=True))
def test_different_codes_always_have_different_keys(codes: list[str]) -> None:
    assert len({natural_key(code) for code in codes}) == len(codes)


def test_bins_are_walked_by_sequence_and_those_without_one_go_last() -> None:
    bins = [Bin(code="A1"), Bin(code="A2", walk_sequence=20), Bin(code="A10"), Bin(code="A3", walk_sequence=-5)]
    assert [bin_.code for bin_ in walk_order(bins)] == ["A3", "A2", "A1", "A10"]


def test_bins_of_one_sequence_are_walked_in_natural_order() -> None:
    bins = [Bin(code="A10", walk_sequence=1), Bin(code="A9", walk_sequence=1)]
    assert [bin_.code for bin_ in walk_order(bins)] == ["A9", "A10"]


@given(st.lists(st.tuples(st.text(max_size=3), st.none() | st.integers(0, 3))))
def test_no_bin_is_ever_lost(known: list[tuple[str, int | None]]) -> None:
    bins = [Bin(code=code, walk_sequence=sequence) for code, sequence in known]
    assert sorted(walk_order(bins), key=repr) == sorted(bins, key=repr)


def test_only_an_unblocked_pick_face_is_picked_from() -> None:
    kinds = {kind: Bin(code="A1", kind=kind).pickable for kind in BinKind}
    assert {kind for kind, pickable in kinds.items() if pickable} == {BinKind.PICK_FACE}
    assert not Bin(code="A1", blocked="Wrong stock in it").pickable


def test_a_layout_gives_a_bare_bin_for_a_code_it_does_not_know() -> None:
    known = Bin(code="A1", aisle="A")
    layout = layout_of([known], depot_x_mm=5)
    assert layout == Layout({"A1": known}, depot_x_mm=5, depot_y_mm=0)
    assert [layout.bin("A1"), layout.bin("Z9")] == [known, Bin(code="Z9")]
