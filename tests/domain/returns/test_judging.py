"""Of an order never more comes back than was sent."""

import pytest

from warehouse.domain.errors import ConflictError
from warehouse.domain.returns.judging import LineState, SentLine, share_out, state_of
from warehouse.domain.returns.states import ReturnState

FIRST = SentLine(line=1, item=1, sku="MUG", sent=3, back=2)
SECOND = SentLine(line=2, item=1, sku="MUG", sent=2, back=0)
PEN = SentLine(line=3, item=2, sku="PEN", sent=1, back=1)


def test_pieces_are_shared_out_over_the_lines_that_have_some_out() -> None:
    assert share_out([FIRST, SECOND, PEN], "MUG", 2) == [(FIRST, 1), (SECOND, 1)]
    assert share_out([SECOND, FIRST, PEN], "MUG", 2) == [(SECOND, 2)]


@pytest.mark.parametrize(
    ("sku", "quantity", "words"),
    [("MUG", 4, "Only 5 of MUG were sent, 2 came back"), ("PEN", 1, "Only 1 of PEN"), ("CUP", 1, "CUP was not sent")],
)
def test_more_than_was_sent_is_refused(sku: str, quantity: int, words: str) -> None:
    with pytest.raises(ConflictError, match=words):
        share_out([FIRST, SECOND, PEN], sku, quantity)


@pytest.mark.parametrize(
    ("lines", "state"),
    [([], "announced"), ([(0, 0)], "announced"), ([(2, 1), (0, 0)], "received"), ([(2, 2), (1, 1)], "inspected")],
)
def test_a_return_is_as_far_as_its_lines(lines: list[tuple[int, int]], state: str) -> None:
    assert state_of(LineState(received=got, decided=done) for got, done in lines) is ReturnState(state)
