"""The judge of the server and the one in the browser answer alike on shifts that nobody wrote down."""

import json
import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.domain.vectors import FIXTURES, TODAY, pick_cases
from warehouse.domain.codes import Outcome
from warehouse.domain.picking.applying import apply
from warehouse.domain.picking.judging import judge
from warehouse.domain.picking.snapshot import (
    meaning_from_json,
    position_to_json,
    scan_from_json,
    verdict_to_json,
    work_from_json,
    work_to_json,
)
from warehouse.domain.picking.walk import begin
from warehouse.domain.picking.work import BatchWork, Meaning, Position, Step

REPLAY = Path(__file__).resolve().parents[3] / "tests" / "js" / "replay.mjs"
SHIFTS = 60
SCANS_A_SHIFT = 80
POLICIES: list[dict[str, Any]] = [
    {},
    {"scan_bin": False},
    {"scan_item": False},
    {"scan_tote": False},
    {"scan_tote": True},
    {"scan_lot": True},
    {"scan_each": True},
    {"enter_quantity": False},
    {"hand_entry": False},
    {"zero_check": True},
    {"allow_swap": False},
    {"new_serials": False},
    {"lead_after_misses": True},
    {"lead_after_misses": True, "self_approval": True},
    {"mode": "shadow"},
]
CHANGES: list[dict[str, Any]] = [
    {"changed": "cancelled", "state": "cancelled"},
    {"changed": "held"},
    {"changed": "edited", "wanted": 1},
    {"changed": "edited", "wanted": 6},
    {"version": 9},
    {"wanted": 1},
]


def test_both_judges_answer_alike() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed: the browser's judge was not compared")
    rng = random.Random(20261121)  # noqa: S311 - a reproducible walk, not a secret
    steps = [step for _ in range(SHIFTS) for step in _shift(rng)]
    lines = "".join(f"{json.dumps(asked)}\n" for asked, _ in steps)
    run = subprocess.run([node, REPLAY], input=lines, capture_output=True, text=True, check=True)  # noqa: S603
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(answers) == len(steps)
    for (asked, expected), answer in zip(steps, answers, strict=True):
        assert answer == expected, asked


def test_every_meeting_of_step_and_outcome_stands_in_the_vectors() -> None:
    rng = random.Random(7)  # noqa: S311
    met = {(asked["position"]["step"], found["outcome"]) for _ in range(SHIFTS) for asked, found in _shift(rng)}
    stated = {(case.values["position"]["step"], case.expected["outcome"]) for case in pick_cases()}
    assert met - stated == set()


def _shift(rng: random.Random) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Walk one batch with right and wrong scans and changes from outside.

    The work is handed over at the start and when it changes from outside; in between each judge goes on by its own
    verdicts.
    """
    name = rng.choice(sorted(FIXTURES["works"]))
    work = work_from_json({**FIXTURES["works"][name], "policy": rng.choice(POLICIES)})
    position, outside = begin(work), FIXTURES["outside"]
    codes = [*work.directory, *outside, "XYZ", "SN-77", "]C1101L1", "C:HELP", "C:QTY-2", "C:UNDO", "C:PRINT", "0001"]
    codes += ["C:FULL", "C:WRONG", "C:LEAVE"]

    def resolve(key: str) -> list[Meaning]:
        return [meaning_from_json(meaning) for meaning in outside.get(key, ())]

    news: BatchWork | None = work
    for _ in range(SCANS_A_SHIFT):
        if rng.random() < 0.02:
            news = work = _changed(rng, work)
        scan = FIXTURES["scan"] | _scan(rng, work, position, codes)
        verdict = judge(work, position, scan_from_json(scan), resolve, TODAY)
        asked = {
            "work": work_to_json(news) if news else None,
            "position": position_to_json(position),
            "scan": scan,
            "outside": outside,
            "today": TODAY.isoformat(),
        }
        yield asked, verdict_to_json(verdict)
        work, position, news = apply(work, verdict), verdict.position, None


def _changed(rng: random.Random, work: BatchWork) -> BatchWork:
    data = work_to_json(work)
    task = rng.choice(data["tasks"])
    task.update(rng.choice(CHANGES))
    task["wanted"] = max(task["wanted"], task["picked"] + task.get("short", 0))
    return work_from_json(data)


def _scan(rng: random.Random, work: BatchWork, position: Position, codes: list[str]) -> dict[str, Any]:
    if rng.random() < 0.6:
        return _helpful(rng, work, position, codes)
    kind = rng.choice(["scan"] * 5 + ["quantity", "undo", "short", "damaged", "wrong_stock", "skip", "confirm"])
    return {
        "kind": rng.choice([kind] * 9 + ["tote_full", "bind_tote", "weight"]),
        "code": rng.choice([*codes, None]),
        "quantity": rng.choice([None, 0, 1, 2, 3, 9]),
        "reason": rng.choice([None, "bin_empty", "broken", "other"]),
        "via": rng.choice(["key", "key", "hand"]),
        "list_version": rng.choice([3, 3, 3, 9]),
        "epoch": rng.choice([4] * 40 + [3]),
        "person": rng.choice([7] * 20 + [8]),
    }


def _helpful(rng: random.Random, work: BatchWork, position: Position, codes: list[str]) -> dict[str, Any]:
    """Scan what is asked for, so that the walk gets on."""
    if position.step is Step.ZERO_CHECK:
        return {"kind": "confirm", "list_version": 9}
    task = work.tasks.get(position.task or 0)
    own = [key for key, found in work.directory.items() if task and any(it.sku == task.sku for it in found)]
    slot = work.slots.get(task.slot or 0) if task else None
    asked = {
        Step.CART: ["K:K1"],
        Step.BIND: ["T:T1", "T:T2", "T:T9"],
        Step.BIN: [f"L:{task.bin}" if task else ""],
        Step.TOTE: [f"T:{slot.tote}" if slot else ""],
        Step.LOT: [(task and task.lot) or "A2"],
        Step.SERIAL: ["SN1", "SN2", "SN-NEW"],
    }
    return {"code": rng.choice(asked.get(position.step) or own or codes), "list_version": 9}


def test_a_walk_meets_every_outcome_a_pick_can_have() -> None:
    rng = random.Random(7)  # noqa: S311
    met = {found["outcome"] for _ in range(SHIFTS) for _, found in _shift(rng)}
    assert met >= {outcome.value for outcome in Outcome} - {"wrong_label", "void_label"}
