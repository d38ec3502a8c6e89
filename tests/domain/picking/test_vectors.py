from collections import Counter

import pytest

from tests.domain.vectors import Case, judged, pick_cases, stated
from warehouse.domain.codes import Outcome

CASES = pick_cases()
NOT_AT_PICK = {Outcome.WRONG_LABEL.value, Outcome.VOID_LABEL.value}


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_judge_answers_as_the_case_says(case: Case) -> None:
    assert stated(judged(case), case.expected) == case.expected


def test_the_vectors_hold_every_outcome_a_pick_can_have() -> None:
    found = Counter(case.expected["outcome"] for case in CASES)
    assert {outcome.value for outcome in Outcome} - NOT_AT_PICK == set(found) - {None}


def test_no_two_cases_of_a_file_share_a_name() -> None:
    assert [name for name, number in Counter(case.name for case in CASES).items() if number > 1] == []


def test_a_refused_scan_carries_no_effect_that_moves_stock() -> None:
    moving = {"commit_pick", "undo_pick", "short_pick", "wrong_stock", "damage_pick", "undo_damage", "swap_lot"}
    refused = [case for case in CASES if case.expected["outcome"] != "accepted"]
    assert [case.name for case in refused if moving & {it["effect"] for it in case.expected["effects"]}] == []
