from itertools import pairwise

import pytest

from warehouse.domain import codes
from warehouse.domain.codes import OrderState
from warehouse.domain.errors import ConflictError
from warehouse.domain.lifecycle import (
    PATHS,
    Kind,
    LineProgress,
    OrderProgress,
    allows,
    check_line,
    is_partly_shipped,
    order_state,
    require,
)
from warehouse.domain.returns.states import ReturnState

STATES = {
    Kind.ORDER: codes.OrderState,
    Kind.BATCH: codes.BatchState,
    Kind.TASK: codes.TaskState,
    Kind.CARTON: codes.CartonState,
    Kind.LABEL: codes.LabelState,
    Kind.PRINT_JOB: codes.PrintJobState,
    Kind.EXCEPTION: codes.ExceptionState,
    Kind.RETURN: ReturnState,
}


@pytest.mark.parametrize("kind", Kind)
def test_every_state_has_its_row_and_every_row_leads_to_states_of_its_kind(kind: Kind) -> None:
    assert set(PATHS[kind]) == set(STATES[kind])
    assert {target for targets in PATHS[kind].values() for target in targets} <= set(STATES[kind])


@pytest.mark.parametrize("kind", Kind)
def test_every_state_can_be_reached_from_the_first(kind: Kind) -> None:
    seen: set[str] = set()
    ahead = [next(iter(STATES[kind]))]
    while ahead:
        state = ahead.pop()
        seen.add(state)
        ahead += PATHS[kind][state] - seen
    assert seen == set(STATES[kind])


def test_the_main_path_of_an_order_is_legal_in_each_step() -> None:
    path = [state for state in OrderState if state is not OrderState.CANCELLED]
    assert all(allows(Kind.ORDER, a, b) for a, b in pairwise(path))


def test_an_order_is_cancelled_from_any_state_before_shipped() -> None:
    states = set(OrderState) - {OrderState.SHIPPED, OrderState.CANCELLED}
    assert {state for state in OrderState if allows(Kind.ORDER, state, "cancelled")} == states


@pytest.mark.parametrize(
    ("kind", "source", "target"),
    [
        (Kind.ORDER, "batched", "ready"),
        (Kind.ORDER, "picked", "ready"),
        (Kind.ORDER, "packed", "picked"),
        (Kind.BATCH, "picking", "released"),
        (Kind.TASK, "short", "open"),
        (Kind.CARTON, "labelled", "closed"),
        (Kind.LABEL, "wanted", "bought"),
        (Kind.PRINT_JOB, "waiting_printer", "queued"),
    ],
)
def test_the_ways_back_are_legal(kind: Kind, source: str, target: str) -> None:
    require(kind, source, target)


@pytest.mark.parametrize(
    ("kind", "source", "target"),
    [
        (Kind.ORDER, "shipped", "cancelled"),
        (Kind.ORDER, "cancelled", "picking"),
        (Kind.CARTON, "open", "labelled"),
        (Kind.CARTON, "shipped", "void"),
        (Kind.PRINT_JOB, "in_doubt", "queued"),
        (Kind.EXCEPTION, "open", "resolved"),
        (Kind.TASK, "open", "no_such_state"),
        (Kind.TASK, "no_such_state", "open"),
    ],
)
def test_an_illegal_move_is_refused(kind: Kind, source: str, target: str) -> None:
    with pytest.raises(ConflictError):
        require(kind, source, target)


def test_the_refusal_says_what_is_and_what_was_asked() -> None:
    with pytest.raises(ConflictError, match=r"^Print job is in doubt, it cannot become queued\.$"):
        require(Kind.PRINT_JOB, "in_doubt", "queued")


def state_of(*lines: LineProgress, **order: bool) -> OrderState:
    return order_state(OrderProgress(lines=lines, **order))


FRESH = LineProgress(ordered=5)
PICKED = LineProgress(ordered=5, picked=5)
PACKED = LineProgress(ordered=5, picked=5, packed=5)
SHIPPED = LineProgress(ordered=5, picked=5, packed=5, shipped=5)
BACKORDERED = LineProgress(ordered=5, backordered=5)


@pytest.mark.parametrize(
    ("lines", "order", "state"),
    [
        ((FRESH,), {"releasable": False}, OrderState.RECEIVED),
        ((FRESH,), {}, OrderState.READY),
        ((FRESH, LineProgress(ordered=1, batched=True)), {}, OrderState.BATCHED),
        ((LineProgress(ordered=1, batched=True),), {"batch_started": True}, OrderState.PICKING),
        ((FRESH, PICKED), {}, OrderState.PICKING),
        ((PICKED, PICKED), {}, OrderState.PICKED),
        ((PICKED,), {"at_pack": True}, OrderState.PACKING),
        ((PICKED, PACKED), {}, OrderState.PACKING),
        ((PICKED, SHIPPED), {}, OrderState.PICKED),
        ((PACKED,), {"at_pack": True}, OrderState.PACKING),
        ((PACKED,), {"cartons_labelled": True}, OrderState.PACKED),
        ((SHIPPED, PACKED), {"cartons_labelled": True}, OrderState.PACKED),
        ((SHIPPED, SHIPPED), {}, OrderState.SHIPPED),
        ((SHIPPED, BACKORDERED), {}, OrderState.SHIPPED),
        ((PICKED, BACKORDERED), {}, OrderState.PICKED),
        ((LineProgress(ordered=5, picked=3, backordered=2),), {}, OrderState.PICKED),
        ((BACKORDERED,), {}, OrderState.READY),
        ((BACKORDERED,), {"releasable": False}, OrderState.RECEIVED),
        ((LineProgress(ordered=5, picked=4, repicking=1), PACKED), {"at_pack": True}, OrderState.PICKED),
    ],
)
def test_an_order_stands_where_its_least_advanced_line_stands(
    lines: tuple[LineProgress, ...], order: dict[str, bool], state: OrderState
) -> None:
    assert state_of(*lines, **order) is state


@pytest.mark.parametrize(
    "line",
    [
        LineProgress(ordered=1, picked=2),
        LineProgress(ordered=2, picked=1, packed=2),
        LineProgress(ordered=2, picked=2, packed=1, shipped=2),
        LineProgress(ordered=2, shipped=-1),
        LineProgress(ordered=2, backordered=3),
        LineProgress(ordered=2, backordered=-1),
    ],
)
def test_counters_that_do_not_fit_are_refused(line: LineProgress) -> None:
    with pytest.raises(ConflictError):
        check_line(line)


def test_counters_that_fit_pass() -> None:
    check_line(LineProgress(ordered=5, picked=4, packed=3, shipped=2, backordered=1))


def test_partly_shipped_is_some_but_not_all() -> None:
    assert [is_partly_shipped(lines) for lines in ((FRESH,), (SHIPPED, FRESH), (SHIPPED,))] == [False, True, False]
