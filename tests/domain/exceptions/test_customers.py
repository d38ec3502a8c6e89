"""Two numbers that may be one customer: suggested by e-mail, phone, or nearly the same name at one postcode."""

from dataclasses import replace

import pytest

from tests.domain.test_order_checks import ORDER
from warehouse.domain.exceptions.customers import Somebody, shared, somebody, who_orders
from warehouse.domain.orders import ShipTo

ANN = somebody("K1", "Ann Smith", "Ann@Example.org", "+44 113 496 0000", "LS1 4AP")


@pytest.mark.parametrize(
    ("other", "by"),
    [
        (somebody("K2", "A. S.", "ann@example.org ", "", ""), "e-mail"),
        (somebody("K2", "A. S.", "", "0044 (113) 4960000", ""), None),
        (somebody("K2", "A. S.", "", "44-113-496-0000", ""), "phone"),
        (somebody("K2", "ann  smith", "", "", "ls14ap"), "name and postcode"),
        (somebody("K2", "Bob Jones", "", "", "LS1 4AP"), None),
        (somebody("K2", "Ann Smith", "", "123", "LS2"), None),
        (somebody("K1", "Ann Smith", "ann@example.org", "", ""), None),
        (Somebody(customer=""), None),
    ],
)
def test_two_numbers_may_be_one_customer(other: Somebody, by: str | None) -> None:
    assert shared(ANN, other) == by


def test_an_order_says_who_its_customer_is() -> None:
    draft = replace(ORDER, customer="K2", ship_to=ShipTo(company="Mill & Co", email="A@B.example", postcode="ls1 4ap"))
    assert who_orders(draft) == Somebody(customer="K2", name="mill & co", email="a@b.example", postcode="ls14ap")
