"""When a carton is weighed, how far it may be off, and what the station says when it is not weighed."""

from dataclasses import replace

import pytest

from warehouse.domain.codes import OrderState
from warehouse.domain.packing.weight import fits, without_weight
from warehouse.domain.packing.work import CartonContent, PackCarton, PackLine, PackPolicy, PackWork

MUG = PackLine(order_line=1, sku="A", name="Red mug", ordered=2, wanted=2, picked=2, packed=2, weight_g=200)
CARTON = PackCarton(number=1, content=(CartonContent(order_line=1, sku="A", quantity=2),), tare_g=50)
WORK = PackWork(order="1042", state=OrderState.PACKING, lines={1: MUG}, cartons={1: CARTON})


@pytest.mark.parametrize(
    ("policy", "expected", "off", "passes"),
    [
        (PackPolicy(), 450, 30, True),
        (PackPolicy(), 450, 31, False),
        (PackPolicy(), 2000, 60, True),
        (PackPolicy(), 2000, 61, False),
        (PackPolicy(weight_g=0, weight_percent=0), 450, 0, True),
        (PackPolicy(weight_g=0, weight_percent=0), 450, 1, False),
        (PackPolicy(weight_g=5, weight_percent=50), 100, 50, True),
    ],
)
def test_the_larger_of_grams_and_share_is_let_pass_either_way(
    policy: PackPolicy, expected: int, off: int, *, passes: bool
) -> None:
    assert (fits(policy, expected + off, expected), fits(policy, expected - off, expected)) == (passes, passes)


@pytest.mark.parametrize(
    ("work", "carton", "text"),
    [
        (WORK, CARTON, None),
        (WORK, replace(CARTON, content=()), None),
        (replace(WORK, policy=PackPolicy(weigh=False)), replace(CARTON, tare_g=None), None),
        (WORK, replace(CARTON, tare_g=None), "Carton 1 is not weighed: choose its box first."),
        (
            replace(WORK, lines={1: replace(MUG, weight_g=None)}),
            CARTON,
            "Carton 1 is not weighed: the weight of Red mug is not known.",
        ),
    ],
)
def test_a_carton_that_is_not_weighed_has_its_reason(work: PackWork, carton: PackCarton, text: str | None) -> None:
    assert without_weight(work, carton) == text
