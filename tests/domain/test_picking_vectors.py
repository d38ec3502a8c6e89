from collections import Counter

import pytest

from tests.domain.vectors import Case, judged, pick_cases, stated
from warehouse.domain.codes import Outcome
from warehouse.domain.work import Step

CASES = pick_cases()
NOT_AT_PICK = {Outcome.WRONG_LABEL, Outcome.VOID_LABEL}


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_judge_answers_as_the_case_says(case: Case) -> None:
    assert stated(judged(case), case.expected) == case.expected
