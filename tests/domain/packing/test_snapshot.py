from dataclasses import replace
from typing import get_args

import pytest

from warehouse.domain.codes import OrderState, Outcome, ScanKind
from warehouse.domain.packing.effects import LoadEffect, PackEffect, PackUnits
from warehouse.domain.packing.snapshot import (
    EFFECTS,
    from_json,
    lots_visible,
    position_from_json,
    position_to_json,
    to_json,
    verdict_to_json,
    visible_lines,
)
from warehouse.domain.packing.work import (
    PackCount,
    PackLast,
    PackLine,
    PackLot,
    PackPolicy,
    PackPosition,
    PackStep,
    PackVerdict,
    PackWork,
    Split,
)

POSITION = PackPosition(step=PackStep.UNIT)
WORK = PackWork(
    order="1042",
    state=OrderState.PACKING,
    lines={
        1: PackLine(
            order_line=1,
            sku="A",
            name="Red mug",
            ordered=3,
            wanted=3,
            picked=2,
            packed=1,
            lots=(PackLot(code="L1", picked=2, packed=1),),
        )
    },
)


def test_every_effect_has_a_name_of_its_own() -> None:
    assert set(EFFECTS.values()) == {*get_args(PackEffect), *get_args(LoadEffect)}
    assert EFFECTS["pack_units"] is PackUnits


def test_a_position_is_stored_without_what_is_at_its_default() -> None:
    units = PackUnits(order_line=1, sku="A", quantity=2, carton=1, serials=("S1",))
    position = PackPosition(
        step=PackStep.LABEL, split=Split(1, "Wet."), last=PackLast("s1", 8, (units,), POSITION), report=ScanKind.DAMAGED
    )
    stored = position_to_json(position)
    assert stored == {
        "step": "label",
        "report": "damaged",
        "split": {"person": 1, "reason": "Wet."},
        "last": {
            "scan": "s1",
            "person": 8,
            "undo": [
                {
                    "effect": "pack_units",
                    "order_line": 1,
                    "sku": "A",
                    "quantity": 2,
                    "carton": 1,
                    "serials": ["S1"],
                }
            ],
            "before": {"step": "unit"},
        },
    }
    assert position_from_json(stored) == position


def test_a_verdict_always_says_whether_it_blocks_and_what_it_counted() -> None:
    verdict = PackVerdict(outcome=Outcome.POLICY, blocked=True, text="Scan each piece.", position=POSITION)
    assert verdict_to_json(verdict) == {
        "outcome": "policy",
        "blocked": True,
        "text": "Scan each piece.",
        "position": {"step": "unit"},
        "line": None,
    }


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"step": "nowhere"}, ValueError),
        ({"step": "unit", "speed": 3}, TypeError),
        ({"step": "unit", "held": "2"}, ValueError),
        ({"step": "unit", "held": True}, ValueError),
        ({}, TypeError),
    ],
)
def test_what_is_no_position_is_refused(data: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        position_from_json(data)


def test_a_word_outside_a_closed_list_is_refused() -> None:
    change = {"kind": "lost", "version": 1}
    with pytest.raises(ValueError, match="'lost' is none of 'cancelled', 'edited', 'held'"):
        from_json(PackWork, {**to_json(WORK), "change": change})


def test_a_blind_line_is_seen_without_figures_and_lots() -> None:
    assert visible_lines(WORK, POSITION) == [(1, "A", "Red mug", PackCount(None, None, 1))]
    assert lots_visible(WORK, POSITION) == {}


def test_of_what_comes_later_nothing_is_to_be_counted() -> None:
    later = PackLine(order_line=2, sku="B", name="Bowl", ordered=2, wanted=0, picked=0)
    work = replace(WORK, lines={**WORK.lines, 2: later})
    assert visible_lines(work, POSITION)[1] == (2, "B", "Bowl", PackCount(2, 0, 0))


def test_a_revealed_or_open_line_is_seen_whole() -> None:
    is_revealed = PackPosition(step=PackStep.UNIT, revealed=(1,))
    is_open = PackWork(order="1042", state=OrderState.PACKING, lines=WORK.lines, policy=PackPolicy(blind=False))
    for work, position in ((WORK, is_revealed), (is_open, POSITION)):
        assert visible_lines(work, position) == [(1, "A", "Red mug", PackCount(3, 2, 1))]
        assert lots_visible(work, position) == {1: ("L1",)}
