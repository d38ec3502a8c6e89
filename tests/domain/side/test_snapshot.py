"""Where a person stands in a put-back or a count comes back from its JSON unchanged."""

import json

import pytest

from warehouse.domain.side.counting import CountPosition
from warehouse.domain.side.putback import PutBackPosition
from warehouse.domain.side.snapshot import (
    count_position_from_json,
    count_position_to_json,
    put_back_position_from_json,
    put_back_position_to_json,
)

MILK = ((("MILK", "L1"), 2), (("MUG", None), 4))


@pytest.mark.parametrize(
    "position",
    [
        PutBackPosition(),
        PutBackPosition(step="bin", counted=2, serials=("SN1", "SN2"), undo=(1, ("SN1",))),
        PutBackPosition(step="finished"),
    ],
)
def test_a_put_back_goes_on_where_it_stood(position: PutBackPosition) -> None:
    stored = json.loads(json.dumps(put_back_position_to_json(position)))
    assert put_back_position_from_json(stored) == position


@pytest.mark.parametrize(
    "position",
    [
        CountPosition(),
        CountPosition(at_bin=True, asked=True),
        CountPosition(at_bin=True, piles=MILK, undo=MILK[:1]),
        CountPosition(at_bin=True, piles=MILK, finished=True),
    ],
)
def test_a_count_goes_on_where_it_stood(position: CountPosition) -> None:
    stored = json.loads(json.dumps(count_position_to_json(position)))
    assert count_position_from_json(stored) == position


def test_nothing_stored_is_the_beginning() -> None:
    assert (put_back_position_from_json(None), count_position_from_json(None)) == (PutBackPosition(), CountPosition())
