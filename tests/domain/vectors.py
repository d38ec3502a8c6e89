"""Reads the cases in `tests/vectors`, which the browser's judge must pass as well (`tests/js/judge.test.mjs`)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from warehouse.domain.picking.judging import judge
from warehouse.domain.picking.snapshot import (
    meaning_from_json,
    position_from_json,
    scan_from_json,
    verdict_to_json,
    work_from_json,
)
from warehouse.domain.picking.work import Meaning, Verdict

FOLDER = Path(__file__).resolve().parents[1] / "vectors"
FIXTURES: dict[str, Any] = json.loads((FOLDER / "fixtures.json").read_text(encoding="utf-8"))
TODAY = date.fromisoformat(FIXTURES["today"])

_KEYED = {"tasks": "id", "slots": "slot"}


@dataclass(frozen=True, slots=True)
class Case:
    """One case: a work, a position, a scan, and what must come of it."""

    file: str
    values: Mapping[str, Any]

    @property
    def name(self) -> str:
        return f"{self.file}: {self.values['name']}"

    @property
    def expected(self) -> Mapping[str, Any]:
        expected: Mapping[str, Any] = self.values["expect"]
        return expected


def pick_cases() -> list[Case]:
    """Return every case of the pick judge."""
    files = sorted(FOLDER.glob("pick_*.json"))
    return [Case(file.stem, case) for file in files for case in json.loads(file.read_text(encoding="utf-8"))["cases"]]


def judged(case: Case) -> Verdict:
    """Judge the case."""
    values = case.values
    outside = FIXTURES["outside"] | values.get("outside", {})

    def resolve(key: str) -> tuple[Meaning, ...]:
        return tuple(meaning_from_json(meaning) for meaning in outside.get(key, ()))

    work = work_from_json(patched(values["work"], values.get("patch", {})))
    scan = scan_from_json(FIXTURES["scan"] | values["scan"])
    return judge(work, position_from_json(values["position"]), scan, resolve, TODAY)


def patched(name: str, patch: Mapping[str, Any]) -> dict[str, Any]:
    """Return the named work with the case's own values put in: lists by key, objects field by field."""
    work = dict(FIXTURES["works"][name])
    for field, value in patch.items():
        if field in _KEYED:
            key = _KEYED[field]
            work[field] = [row | value.get(str(row[key]), {}) for row in work[field]]
        else:
            work[field] = work[field] | value if isinstance(work[field], dict) and value is not None else value
    return work


def stated(verdict: Verdict, expected: Mapping[str, Any]) -> dict[str, Any]:
    """Return as much of the verdict as the case states: what an undo takes back stands under `undo`."""
    found = verdict_to_json(verdict)
    last = found["position"].pop("last", None)
    found["undo"] = last["undo"] if last else None
    return {name: found[name] for name in expected}
