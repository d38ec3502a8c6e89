from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from warehouse.domain.codes import BatchState, OrderState, Role, Severity
from warehouse.domain.exception_queue import (
    MATRIX,
    OWNER_OF_BATCH,
    Escalation,
    ExceptionType,
    Opened,
    due_at,
    escalation,
    owner_of,
)
from warehouse.domain.exception_texts import TEXTS, describe

OPENED = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def after(hours: float) -> datetime:
    return OPENED + timedelta(hours=hours)


@pytest.mark.parametrize("kind", ExceptionType)
def test_every_type_has_a_rule_and_a_text(kind: ExceptionType) -> None:
    assert kind in MATRIX
    assert TEXTS[kind].title
    assert TEXTS[kind].advice.endswith(".")


@pytest.mark.parametrize("kind", ExceptionType)
def test_no_text_blames_a_person(kind: ExceptionType) -> None:
    words = describe(kind).casefold().split()
    assert not {"you", "your", "he", "she", "picker", "packer", "mistake", "fault", "error", "wrongly"} & set(words)


def test_no_default_only_notes_for_then_nobody_would_own_it() -> None:
    assert Severity.NOTE not in {rule.severity for rule in MATRIX.values()}


@pytest.mark.parametrize(
    ("kind", "cutoff", "due"),
    [
        (ExceptionType.CHANGED_AFTER_RELEASE, None, after(1)),
        (ExceptionType.CHANGED_AFTER_RELEASE, after(0.5), after(1)),
        (ExceptionType.BAD_BARCODE, None, after(72)),
        (ExceptionType.MISMATCH, after(3), OPENED),
        (ExceptionType.DUPLICATE_ORDER, None, after(4)),
        (ExceptionType.DUPLICATE_ORDER, after(2), after(2)),
        (ExceptionType.DUPLICATE_ORDER, after(9), after(4)),
        (ExceptionType.DUPLICATE_ORDER, after(-1), OPENED),
        (ExceptionType.DOUBLE_CHECK, after(6), after(6)),
    ],
)
def test_an_entry_is_due_by_its_hours_or_before_the_cutoff(
    kind: ExceptionType, cutoff: datetime | None, due: datetime
) -> None:
    assert due_at(MATRIX[kind], OPENED, cutoff) == due


def standing(kind: ExceptionType, hours: float) -> Escalation:
    rule = MATRIX[kind]
    return escalation(rule, Opened(opened_at=OPENED, due_at=due_at(rule, OPENED), owner=rule.owner), after(hours))


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (0, Escalation(overdue=False, level=0, role=Role.ORDER_DESK, next_at=after(24))),
        (24, Escalation(overdue=True, level=1, role=Role.LEAD, next_at=after(48))),
        (50, Escalation(overdue=True, level=2, role=Role.LEAD, next_at=after(72))),
        (72, Escalation(overdue=True, level=3, role=Role.ADMIN, next_at=None)),
    ],
)
def test_an_entry_climbs_the_ladder_at_24_48_and_72_hours(hours: float, expected: Escalation) -> None:
    assert standing(ExceptionType.BACKORDER, hours) == expected


def test_three_mismatches_are_the_leads_at_once() -> None:
    assert standing(ExceptionType.MISMATCH, 0) == Escalation(overdue=True, level=0, role=Role.LEAD, next_at=after(24))


def test_a_failed_label_goes_to_the_lead_after_an_hour() -> None:
    assert [standing(ExceptionType.LABEL_FAILED, hours).role for hours in (0.9, 1)] == [Role.PACKER, Role.LEAD]


def test_an_overdue_entry_without_a_second_owner_stays_with_the_first() -> None:
    assert standing(ExceptionType.CHANGED_AFTER_RELEASE, 2).role is Role.LEAD


def test_an_entry_that_has_72_hours_climbs_only_then() -> None:
    entry = [standing(ExceptionType.BAD_BARCODE, hours) for hours in (71, 72, 96, 120)]
    assert [(now.level, now.next_at) for now in entry] == [(0, after(72)), (1, after(96)), (2, after(120)), (3, None)]


def test_a_site_may_do_without_a_ladder() -> None:
    rule = replace(MATRIX[ExceptionType.LABEL_FAILED], ladder=())
    entry = Opened(opened_at=OPENED, due_at=after(1), owner=Role.PACKER)
    assert escalation(rule, entry, after(90)) == Escalation(overdue=True, level=0, role=Role.LEAD, next_at=None)


@pytest.mark.parametrize(
    ("kind", "state", "role"),
    [
        (ExceptionType.STALLED, OrderState.PACKING, Role.PACKER),
        (ExceptionType.STALLED, OrderState.SHIPPED, Role.LEAD),
        (ExceptionType.STALLED, None, Role.LEAD),
        (ExceptionType.DAMAGED, OrderState.PICKING, Role.INVENTORY_CONTROLLER),
    ],
)
def test_a_stalled_order_belongs_to_whoever_works_on_its_state(
    kind: ExceptionType, state: OrderState | None, role: Role
) -> None:
    assert owner_of(kind, state) is role


def test_a_sites_own_rule_names_the_owner() -> None:
    assert owner_of(ExceptionType.DAMAGED, rule=MATRIX[ExceptionType.UNPAID]) is Role.ORDER_DESK


def test_a_text_names_the_thing_and_the_next_step() -> None:
    assert describe(ExceptionType.SHORT_STOCK, "A in S1, 2 missing") == (
        "Less stock than recorded: A in S1, 2 missing. Count the bin."
    )


def test_a_thing_that_is_a_sentence_of_its_own_ends_once() -> None:
    assert describe(ExceptionType.HELP, "Nobody knows what to do.") == (
        "Help is wanted: Nobody knows what to do. Go there."
    )


def test_every_open_state_of_a_batch_has_an_owner() -> None:
    assert set(OWNER_OF_BATCH) == set(BatchState) - {BatchState.CLOSED, BatchState.CANCELLED}
