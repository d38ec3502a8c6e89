"""A shift's report: it fails for each promise that was broken, and for nothing else."""

from collections import Counter

import pytest

from warehouse.simulation.log import Answered, Log
from warehouse.simulation.reckoning import Reckoning
from warehouse.simulation.report import as_text, percentiles, report_of
from warehouse.simulation.shift import Worked

ANSWER = {"status": "applied", "outcome": "accepted", "blocked": False, "text": "1 of 2", "position": {"counted": 1}}


def a_shift(**log: object) -> Worked:
    """A shift in which two orders with three pieces were worked and one mistake was blocked."""
    done = Counter({"orders packed": 2, "units picked": 3, "units packed": 3})
    good = {"done": done, "made": Counter({"wrong_bin": 1}), "blocked": Counter({"wrong_bin": 1})}
    return Worked(Log(**(good | log)), seconds=2.0, wanted=2)  # type: ignore[arg-type]  # a log made from parts


def test_a_shift_in_which_all_was_kept_has_no_problem() -> None:
    report = report_of(a_shift())
    assert (report.ok, report.problems) == (True, ())
    assert as_text(report).endswith("nothing lost, nothing doubled.")


@pytest.mark.parametrize(
    ("log", "problem"),
    [
        ({"blocked": Counter()}, "1 mistakes were not blocked as they should be."),
        ({"refused": 2}, "2 right scans were refused."),
        ({"errors": 1}, "1 scans could not be judged."),
        ({"lost": 1}, "1 acknowledged scans were lost."),
        ({"doubled": 1}, "1 scans were answered twice, differently."),
        ({"broken_off": 1}, "1 times somebody could not go on."),
    ],
)
def test_each_broken_promise_is_a_problem(log: dict[str, object], problem: str) -> None:
    report = report_of(a_shift(**log))
    assert (report.ok, report.problems) == (False, (problem,))


def test_what_books_and_hands_do_not_agree_on_is_a_problem() -> None:
    worked = a_shift()
    worked.reckoning = Reckoning(complete=1, unfinished={"1002": "packing"}, differences=["1 pieces still lie in T1."])
    assert report_of(worked).problems == ("Order 1002 is not finished: packing.", "1 pieces still lie in T1.")


def test_every_order_that_is_not_whole_is_told_by_name() -> None:
    worked = a_shift()
    worked.reckoning = Reckoning(complete=7, cancelled=["1003"], in_part={"1004": {"MUG": 2}})
    report = report_of(worked)
    assert report.ok
    told = as_text(report).splitlines()
    assert [line for line in told if line.startswith(("orders:", "  100"))] == [
        "orders: 2 wanted, 7 shipped complete",
        "  1004 owes 2 x MUG",
        "  1003 was cancelled",
    ]


def test_going_home_on_time_leaves_nothing_to_reckon() -> None:
    worked = a_shift(done=Counter({"orders packed": 1}))
    worked.on_time = False
    assert report_of(worked).problems == ()


def test_a_scan_that_gets_another_answer_the_second_time_is_doubled() -> None:
    log = Log()
    scan = {"id": "0198", "device": "d-ana"}
    log.acknowledged(Answered("Ana", scan, ANSWER))
    log.acknowledged(Answered("Ana", scan, ANSWER | {"status": "duplicate"}))
    assert log.doubled == 0
    log.acknowledged(Answered("Ana", scan, ANSWER | {"text": "2 of 2"}))
    assert (log.doubled, log.surprises) == (1, ["Ana: a repeated scan got another answer: 2 of 2"])


def test_a_scan_in_error_is_counted_and_not_asked_for_again() -> None:
    log = Log()
    log.acknowledged(
        Answered("Ana", {"id": "0198", "device": "d-ana"}, ANSWER | {"status": "error", "text": "There is no batch 9."})
    )
    assert (log.errors, list(log.by_device())) == (1, [])


def test_percentiles_are_of_the_nearest_rank() -> None:
    assert percentiles([each / 1000 for each in range(1, 101)]) == {"p50": 50.0, "p95": 95.0, "p99": 99.0}
    assert percentiles([0.004]) == {"p50": 4.0, "p95": 4.0, "p99": 4.0}
    assert percentiles([]) == {}
