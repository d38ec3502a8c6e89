"""Two numbers that may be one customer: suggested by e-mail, phone, or nearly the same name at one postcode."""

import pytest

from warehouse.domain.exceptions.customers import Somebody, shared, somebody

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
