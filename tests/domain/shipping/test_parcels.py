from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.domain.errors import InvalidInputError
from warehouse.domain.shipping.parcels import (
    CutoffRule,
    Goods,
    Packaging,
    Packed,
    Size,
    content_hash,
    cutoff_on,
    is_sscc,
    make_sscc,
    neutral_tracking,
    suggest_packaging,
)


def test_an_sscc_is_extension_prefix_serial_and_check_digit() -> None:
    assert make_sscc("7610425", 2123456, extension=3) == "376104250021234569"
    assert neutral_tracking("376104250021234569") == "376104250021234569"


@given(st.integers(4, 12), st.integers(0, 9999), st.integers(0, 9))
def test_every_sscc_made_is_one(length: int, serial: int, extension: int) -> None:
    assert is_sscc(make_sscc("4" * length, serial, extension))


@pytest.mark.parametrize(
    ("prefix", "serial", "extension"),
    [
        ("123", 1, 0),
        ("1234567890123", 1, 0),
        ("76104x5", 1, 0),
        ("\uff17\uff16\uff11\uff10\uff14\uff12\uff15", 1, 0),
        ("7610425", 10**9, 0),
        ("7610425", -1, 0),
        ("7610425", 1, 10),
    ],
)
def test_a_serial_that_does_not_fit_is_refused(prefix: str, serial: int, extension: int) -> None:
    with pytest.raises(InvalidInputError):
        make_sscc(prefix, serial, extension)


@pytest.mark.parametrize("text", ["376104250021234560", "37610425002123456", "37610425002123456\uff19", "x", ""])
def test_other_texts_are_no_sscc(text: str) -> None:
    assert not is_sscc(text)


BERLIN = CutoffRule(at=time(16, 30), zone="Europe/Berlin")
NIGHT = CutoffRule(at=time(2, 30), zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("rule", "day", "cutoff"),
    [
        (BERLIN, date(2026, 1, 15), datetime(2026, 1, 15, 15, 30, tzinfo=UTC)),
        (BERLIN, date(2026, 7, 15), datetime(2026, 7, 15, 14, 30, tzinfo=UTC)),
        # The clock goes from 02:00 to 03:00: read with the offset before, 03:30 on the wall.
        (NIGHT, date(2026, 3, 29), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        # 02:30 comes twice: the first.
        (NIGHT, date(2026, 10, 25), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (
            CutoffRule(at=time(2, 30, fold=1), zone="Europe/Berlin"),
            date(2026, 10, 25),
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        ),
    ],
    ids=["winter", "summer", "gap", "fold", "fold asked for"],
)
def test_a_cutoff_is_local_time_resolved_on_its_day(rule: CutoffRule, day: date, cutoff: datetime) -> None:
    assert cutoff_on(rule, day) == cutoff


SMALL = Packaging(code="S", inner=Size(200, 150, 100), tare_g=80, max_weight_g=2000)
LARGE = Packaging(code="L", inner=Size(400, 300, 300), tare_g=300)
CATALOGUE = (LARGE, SMALL)


@pytest.mark.parametrize(
    ("goods", "carton"),
    [
        ([Goods(quantity=2, size=Size(100, 100, 50))], SMALL),
        ([Goods(quantity=1, size=Size(90, 140, 195))], SMALL),
        ([Goods(quantity=1, size=Size(210, 20, 20))], LARGE),
        ([Goods(quantity=6, size=Size(100, 100, 50))], LARGE),
        ([Goods(quantity=3, size=Size(50, 50, 50), weight_g=900)], LARGE),
        ([Goods(quantity=1, size=Size(50, 50, 50)), Goods(quantity=1, size=Size(50, 50, 50), weight_g=900)], SMALL),
        ([Goods(quantity=1, size=Size(500, 20, 20))], None),
        ([Goods(quantity=1, size=Size(50, 50, 50)), Goods(quantity=1)], None),
        ([], None),
    ],
    ids=[
        "volume",
        "turned",
        "too long",
        "too much",
        "too heavy",
        "weight missing",
        "fits nowhere",
        "size missing",
        "empty",
    ],
)
def test_the_smallest_carton_that_holds_all_is_suggested(goods: list[Goods], carton: Packaging | None) -> None:
    assert suggest_packaging(goods, CATALOGUE) == carton


def test_the_hash_of_a_content_does_not_depend_on_the_order_of_scans() -> None:
    one = [Packed("A", 2), Packed("B", 1, "L1", ("s1",)), Packed("A", 1), Packed("B", 1, "L1", ("s2",))]
    two = [Packed("B", 2, "L1", ("s2", "s1")), Packed("A", 3)]
    assert content_hash("1042", one) == content_hash("1042", two)


@pytest.mark.parametrize(
    ("order", "content"),
    [
        ("1043", [Packed("A", 2, "L1", ("s1", "s2"))]),
        ("1042", [Packed("A", 3, "L1", ("s1", "s2"))]),
        ("1042", [Packed("B", 2, "L1", ("s1", "s2"))]),
        ("1042", [Packed("A", 2, "L2", ("s1", "s2"))]),
        ("1042", [Packed("A", 2, "L1", ("s1", "s3"))]),
        ("1042", []),
    ],
)
def test_any_other_content_has_another_hash(order: str, content: list[Packed]) -> None:
    assert content_hash(order, content) != content_hash("1042", [Packed("A", 2, "L1", ("s1", "s2"))])
