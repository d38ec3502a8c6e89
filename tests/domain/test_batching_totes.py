from hypothesis import given
from hypothesis import strategies as st

from warehouse.domain.batching_totes import Load, Loading, Pick, ToteLimits, load_totes


def a_pick(quantity: int, *, sku: str = "A", weight: int | None = 100, volume: int | None = 10) -> Pick:
    return Pick(line=1, sku=sku, bin="S1", quantity=quantity, weight_g=weight, volume_mm3=volume)


def quantities(loading: Loading) -> list[list[int]]:
    return [[pick.quantity for pick in load.picks] for load in loading.loads]


def test_without_limits_all_goes_into_one_tote() -> None:
    picks = (a_pick(3), a_pick(2, sku="B"))
    assert load_totes(picks, ToteLimits()) == Loading((Load(picks, 500, 50),), frozenset(), frozenset())


def test_a_pick_that_is_too_heavy_for_one_tote_goes_into_several() -> None:
    assert quantities(load_totes([a_pick(7)], ToteLimits(weight_g=350))) == [[3], [3], [1]]


def test_a_pick_that_is_too_big_for_one_tote_goes_into_several() -> None:
    assert quantities(load_totes([a_pick(2), a_pick(2)], ToteLimits(volume_mm3=30))) == [[2, 1], [1]]


def test_a_tote_takes_so_many_lines() -> None:
    assert quantities(load_totes([a_pick(1), a_pick(2), a_pick(3)], ToteLimits(lines=2))) == [[1, 2], [3]]


def test_a_single_piece_over_the_limit_has_its_own_tote_and_is_named() -> None:
    loading = load_totes([a_pick(1, sku="B"), a_pick(2, weight=900), a_pick(1, sku="C")], ToteLimits(weight_g=500))
    assert quantities(loading) == [[1], [1], [1], [1]]
    assert loading.oversize == {"A"}


def test_an_item_nobody_has_measured_counts_as_assumed_and_is_named() -> None:
    limits = ToteLimits(weight_g=500, volume_mm3=500, assumed_weight_g=250, assumed_volume_mm3=1)
    loading = load_totes([a_pick(3, weight=None), a_pick(1, sku="B", volume=None), a_pick(1, sku="C")], limits)
    assert loading.unmeasured == {"A", "B"}
    assert [(load.weight_g, load.volume_mm3) for load in loading.loads] == [(500, 20), (450, 21)]


def test_a_measure_that_no_limit_needs_is_not_missed() -> None:
    assert load_totes([a_pick(3, weight=None, volume=None)], ToteLimits()).unmeasured == frozenset()


def test_nothing_to_pick_needs_no_tote() -> None:
    assert load_totes([a_pick(0)], ToteLimits(weight_g=1)) == Loading((), frozenset(), frozenset())


_PICKS = st.lists(
    st.builds(
        Pick,
        line=st.integers(1, 3),
        sku=st.sampled_from("ABC"),
        bin=st.just("S1"),
        quantity=st.integers(0, 12),
        weight_g=st.none() | st.integers(0, 600),
        volume_mm3=st.none() | st.integers(0, 600),
    ),
    max_size=6,
)
_LIMIT = st.none() | st.integers(1, 900)


@given(_PICKS, _LIMIT, _LIMIT, st.none() | st.integers(1, 3))
def test_every_unit_is_in_one_tote_and_no_tote_is_over_its_limits(
    picks: list[Pick], weight: int | None, volume: int | None, lines: int | None
) -> None:
    loading = load_totes(picks, ToteLimits(weight_g=weight, volume_mm3=volume, lines=lines))
    loaded = [pick.quantity for load in loading.loads for pick in load.picks]
    assert sum(loaded) == sum(pick.quantity for pick in picks)
    for load in loading.loads:
        alone = len(load.picks) == 1 and load.picks[0].quantity == 1
        assert weight is None or load.weight_g <= weight or alone
        assert volume is None or load.volume_mm3 <= volume or alone
        assert lines is None or len(load.picks) <= lines
