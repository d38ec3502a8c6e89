import json
from dataclasses import replace
from typing import Any, get_args

import pytest

from tests.domain.vectors import FIXTURES, judged, pick_cases
from warehouse.domain.codes import BatchState, DamageReason, Outcome, ShortReason, TaskState
from warehouse.domain.picking import effects as fx
from warehouse.domain.picking.applying import apply_effects
from warehouse.domain.picking.snapshot import (
    effect_from_json,
    effect_to_json,
    meaning_from_json,
    meaning_to_json,
    position_from_json,
    position_to_json,
    scan_from_json,
    work_from_json,
    work_to_json,
)
from warehouse.domain.picking.walk import begin, handed_over
from warehouse.domain.picking.work import BatchWork, Position, Step

EFFECTS = [
    fx.TakeCart("K1"),
    fx.ReleaseCart("K1", None),
    fx.BindTote(1, "T1", "1041"),
    fx.UnbindTote(1, "T1", "1041"),
    fx.ToteFull(1, "T1"),
    fx.ReopenTote(1, "T1"),
    fx.CommitPick(task=71, quantity=2, sku="MUG", bin="S1", tote="T1", lot="L1", serials=("SN1",)),
    fx.UndoPick(task=71, quantity=2, sku="MUG", bin="S1", tote=None, unverified=True),
    fx.SwapLot(81, 2, "L1", "L2"),
    fx.ShortPick(71, 1, ShortReason.BIN_EMPTY),
    fx.UndoShort(71, 1),
    fx.DamagePick(71, 1, DamageReason.WET, None),
    fx.UndoDamage(71, 1, DamageReason.WET, "L1"),
    fx.WrongStock(71, "S1", 3, None, "???"),
    fx.ReleaseCount(71, 2, "S1"),
    fx.AcknowledgeChange(71, "edited"),
    fx.Skip(71),
    fx.ZeroCheck("S1", 2),
    fx.OpenException("mismatch", 71, Outcome.WRONG_TOTE),
    fx.QueueItemLabel(71, "MUG", "S1"),
    fx.LeadLift(71, "U:LEA", own=False),
    fx.FollowUp(kind="put_back", task=None, sku="MUG", quantity=1),
    fx.BatchPicked(12),
]


def works() -> list[BatchWork]:
    return [work_from_json(work) for work in FIXTURES["works"].values()]


@pytest.mark.parametrize("effect", EFFECTS, ids=[type(effect).__name__ for effect in EFFECTS])
def test_an_effect_survives_json(effect: fx.Effect) -> None:
    assert effect_from_json(json.loads(json.dumps(effect_to_json(effect)))) == effect


def test_every_effect_there_is_was_tried() -> None:
    assert {type(effect) for effect in EFFECTS} == set(get_args(fx.Effect))


@pytest.mark.parametrize("work", works(), ids=list(FIXTURES["works"]))
def test_a_work_survives_json(work: BatchWork) -> None:
    assert work_from_json(json.loads(json.dumps(work_to_json(work)))) == work
    free = replace(work, lease=None, zones={"A": work.policy})
    assert work_from_json(json.loads(json.dumps(work_to_json(free)))) == free


def test_every_position_a_case_leads_to_survives_json() -> None:
    for case in pick_cases():
        position = judged(case).position
        assert position_from_json(json.loads(json.dumps(position_to_json(position)))) == position


def test_a_meaning_survives_json() -> None:
    for found in FIXTURES["outside"].values():
        assert [meaning_to_json(meaning_from_json(meaning)) for meaning in found] == found


@pytest.mark.parametrize("wrong", [{"kind": "explode"}, {"via": "air"}, {"local": "fine"}])
def test_a_scan_with_a_wrong_word_is_no_scan(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="is not a valid"):
        scan_from_json(FIXTURES["scan"] | wrong)


def test_a_scan_with_an_unknown_field_is_no_scan() -> None:
    with pytest.raises(TypeError):
        scan_from_json(FIXTURES["scan"] | {"force": True})


def test_applying_nothing_gives_the_same_work() -> None:
    work = works()[0]
    assert apply_effects(work, [fx.Skip(71), fx.ZeroCheck("S1", 0)]) is work


def test_applying_shares_all_tasks_but_the_changed_one() -> None:
    work = work_from_json(FIXTURES["works"]["cluster"])
    after = apply_effects(work, [fx.ShortPick(71, 3, ShortReason.NOT_FOUND)])
    assert [task for task in work.tasks if after.tasks[task] is not work.tasks[task]] == [71]
    assert after.tasks[71].state is TaskState.SHORT


def test_a_task_taken_back_reopens_a_picked_batch() -> None:
    work = replace(work_from_json(FIXTURES["works"]["cluster"]), state=BatchState.PICKED)
    picked = fx.CommitPick(task=71, quantity=3, sku="MUG-0001", bin="S1", tote="T1")
    undone = fx.UndoPick(task=71, quantity=3, sku="MUG-0001", bin="S1", tote="T1")
    assert apply_effects(work, [picked]).state is BatchState.PICKED
    assert apply_effects(work, [picked, undone]).state is BatchState.PICKING


def test_who_takes_over_scans_the_bin_anew_and_holds_nothing() -> None:
    work = work_from_json(FIXTURES["works"]["cluster"])
    before = Position(task=72, step=Step.ITEM, counted=1, at_bin="S1", slot=2, skipped=(71,), misses=2)
    assert handed_over(work, before) == Position(task=72, step=Step.BIN, slot=2, skipped=(71,))


@pytest.mark.parametrize(
    "before",
    [
        Position(task=99, step=Step.ITEM, counted=1),
        Position(task=None, step=Step.FINISHED, at_bin="S4"),
        Position(task=None, step=Step.ZERO_CHECK, at_bin="S4"),
    ],
)
def test_who_takes_over_elsewhere_goes_to_the_first_open_task(before: Position) -> None:
    work = work_from_json(FIXTURES["works"]["cluster"])
    assert handed_over(work, before) == Position(task=71, step=Step.BIN, slot=1)


def test_who_takes_over_at_the_cart_starts_at_the_cart() -> None:
    work = work_from_json(FIXTURES["works"]["start"])
    assert handed_over(work, begin(work)) == begin(work) == Position(task=None, step=Step.CART)
