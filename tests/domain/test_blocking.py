"""A block on stock names its causes; each is lifted by itself, and a count lifts those it answers."""

from warehouse.domain.blocking import MOST, once_counted, short_of, with_cause, without_cause, wrong_stock_of


def test_each_cause_stands_once_and_is_lifted_alone() -> None:
    first = with_cause(None, short_of(7))
    both = with_cause(with_cause(first, wrong_stock_of(8)), short_of(7))
    assert (first, both) == ("short task 7", "short task 7, wrong stock task 8")
    assert without_cause(both, short_of(7)) == "wrong stock task 8"
    assert without_cause("short task 77", short_of(7)) == "short task 77"
    assert without_cause(first, short_of(7)) is None
    assert without_cause(None, short_of(7)) is None


def test_a_count_lifts_what_it_answers_and_leaves_the_rest() -> None:
    assert once_counted("short task 7, recalled by the maker, wrong stock task 8") == "recalled by the maker"
    assert once_counted("count") is None
    assert once_counted(None) is None


def test_with_no_room_left_the_count_alone_lifts_the_block() -> None:
    reason = "recalled"
    for task in range(40):
        reason = with_cause(reason, short_of(1000 + task))
    assert len(reason) <= MOST
    assert "until counted" in reason
    assert (without_cause(reason, short_of(1000)), once_counted(reason)) == (reason, "recalled")
