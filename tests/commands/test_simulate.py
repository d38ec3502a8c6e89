"""How carts are named on the command line."""

import pytest

from warehouse.commands.simulate import carts_named
from warehouse.domain.errors import InvalidInputError


@pytest.mark.parametrize(
    ("text", "carts"),
    [
        ("K01-K03", ["K01", "K02", "K03"]),
        ("k1,K7", ["K1", "K7"]),
        ("CART-9-CART-10, X", ["CART-9", "CART-10", "X"]),
    ],
)
def test_carts_are_named_one_by_one_or_as_a_series(text: str, carts: list[str]) -> None:
    assert carts_named(text) == carts


def test_a_cart_without_a_name_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="--carts"):
        carts_named("K1,,K2")
