"""The shared pack cases, each a story of scans on one order, and what no story may ever do."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from warehouse.domain.codes import Outcome
from warehouse.domain.packing.apply import apply
from warehouse.domain.packing.judging import judge_pack
from warehouse.domain.packing.snapshot import from_json, to_json
from warehouse.domain.packing.walk import begin
from warehouse.domain.packing.work import PackVerdict, PackWork
from warehouse.domain.picking.work import Meaning, Scan

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "pack.json").read_text("utf-8"))
CASES = VECTORS["cases"]
TODAY = date.fromisoformat(VECTORS["today"])
DIRECTORY = {key: tuple(from_json(Meaning, it) for it in found) for key, found in VECTORS["directory"].items()}
WORKS = {name: from_json(PackWork, work) for name, work in VECTORS["works"].items()}
PACK_OUTCOMES = set(Outcome) - {Outcome.OTHER_TASK, Outcome.STALE}


def resolve(key: str) -> tuple[Meaning, ...]:
    return DIRECTORY.get(key, ())


def a_scan(number: int, values: dict[str, Any]) -> Scan:
    known = {"id": f"s{number}", "device": "d-1", "seq": number, "person": 8, "epoch": 4, "at": "2026-11-21T09:20:00Z"}
    return from_json(Scan, known | values)


def story(case: dict[str, Any]) -> list[tuple[PackWork, PackVerdict]]:
    """Judge the scans of a case one after the other; each verdict with the work it was judged by."""
    work = WORKS[case["work"]]
    position = begin(work)
    told: list[tuple[PackWork, PackVerdict]] = []
    for number, step in enumerate(case["scans"], start=1):
        verdict = judge_pack(work, position, a_scan(number, step["scan"]), resolve, TODAY)
        told.append((work, verdict))
        work, position = apply(work, verdict), verdict.position
    return told


def as_told(verdict: PackVerdict) -> dict[str, Any]:
    told: dict[str, Any] = {"outcome": verdict.outcome.value, "text": verdict.text, "step": verdict.position.step.value}
    told |= {"blocked": True} if verdict.blocked else {}
    told |= {"effects": to_json(verdict.effects)} if verdict.effects else {}
    return told | ({"line": to_json(verdict.line)} if verdict.line else {})


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_story_goes_as_told(case: dict[str, Any]) -> None:
    assert [as_told(verdict) for _, verdict in story(case)] == [step["expect"] for step in case["scans"]]


def test_the_stories_have_names_of_their_own_and_meet_every_outcome_of_packing() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES) >= 60
    met = {Outcome(step["expect"]["outcome"]) for case in CASES for step in case["scans"]}
    assert met == PACK_OUTCOMES


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_refused_scan_changes_no_counter(case: dict[str, Any]) -> None:
    for work, verdict in story(case):
        if not verdict.accepted:
            after = apply(work, verdict)
            assert (after.lines, after.cartons, after.totes) == (work.lines, work.cartons, work.totes)


@pytest.mark.parametrize("case", [it for it in CASES if it["work"] in {"blind", "fresh"}], ids=lambda it: it["name"])
def test_a_blind_count_shows_no_figure_of_a_line_that_is_not_revealed(case: dict[str, Any]) -> None:
    for _, verdict in story(case):
        if verdict.line is not None and not verdict.position.revealed:
            assert (verdict.line.ordered, verdict.line.picked) == (None, None)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_every_position_and_work_survives_being_stored(case: dict[str, Any]) -> None:
    for work, verdict in story(case):
        for value in (work, apply(work, verdict), verdict.position, verdict):
            assert from_json(type(value), json.loads(json.dumps(to_json(value)))) == value
