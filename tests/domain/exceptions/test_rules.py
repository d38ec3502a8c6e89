"""The desk's rules: who answers and stands in, who may do what, what is let pass, what customers hear."""

from datetime import date

import pytest

from tests.domain.test_order_checks import ORDER
from warehouse.domain.codes import Role, Severity
from warehouse.domain.exception_queue import MATRIX, Answer, ExceptionType, lifters
from warehouse.domain.exceptions.allowances import Allowance, AllowedBy, sift
from warehouse.domain.exceptions.duties import Duty, in_charge, stands_in, uncovered
from warehouse.domain.exceptions.matrix import weigh
from warehouse.domain.exceptions.messages import Lacking, backorder_message, delay_message
from warehouse.domain.exceptions.rights import Asker, Owned, may_lift, may_settle
from warehouse.domain.exceptions.rules import decision_rights
from warehouse.domain.order_checks import Concern
from warehouse.domain.site import Backorder, RuleChange, Site
from warehouse.domain.site_settings import NAMES, NEEDS_TWO

TODAY = date(2026, 11, 21)
DUPLICATE = Concern(type=ExceptionType.DUPLICATE_ORDER, severity=Severity.HOLD, message="Same basket")
UNUSUAL = Concern(type=ExceptionType.UNUSUAL_QUANTITY, severity=Severity.HOLD, message="Many", line_no=1)


@pytest.mark.parametrize(
    ("duty", "person"),
    [
        (None, None),
        (Duty(), None),
        (Duty(owner=1, deputy=2), 1),
        (Duty(owner=1, deputy=2, away_until=TODAY), 2),
        (Duty(owner=1, deputy=2, away_until=date(2026, 11, 20)), 1),
        (Duty(owner=9, deputy=2), 2),
        (Duty(owner=1, deputy=9, away_until=TODAY), None),
    ],
)
def test_the_owner_has_it_the_deputy_while_they_are_away(duty: Duty | None, person: int | None) -> None:
    assert in_charge(duty, TODAY, here={1, 2}) == person


def test_a_role_without_a_deputy_who_works_here_is_named() -> None:
    duties = {role.value: Duty(owner=1, deputy=2) for role in (Role.ORDER_DESK, Role.LEAD, Role.ADMIN)}
    duties["lead"] = Duty(owner=1, deputy=9)
    assert uncovered(duties, here={1, 2}) == (
        *(Role.MASTER_DATA_OWNER, Role.INVENTORY_CONTROLLER, Role.INTEGRATION_OWNER, Role.LEAD),
    )
    assert stands_in(duties, 2) == (Role.ORDER_DESK, Role.ADMIN)


def owned(kind: ExceptionType, *, about_order: bool = True, person: int | None = None) -> Owned:
    rule = MATRIX[kind]
    return Owned(rule=rule, role=rule.owner, person=person, about_order=about_order)


@pytest.mark.parametrize(
    ("asker", "entry", "may"),
    [
        (Asker(person=1, role="order_desk"), owned(ExceptionType.UNPAID), True),
        (Asker(person=1, role="order_desk"), owned(ExceptionType.BAD_BARCODE, about_order=False), False),
        (Asker(person=1, role="picker"), owned(ExceptionType.UNPAID), False),
        (Asker(person=1, role="picker"), owned(ExceptionType.UNPAID, person=1), True),
        (Asker(person=1, role="picker", stands_in=(Role.ORDER_DESK,)), owned(ExceptionType.UNPAID), True),
        (Asker(person=1, role="lead"), owned(ExceptionType.BAD_BARCODE, about_order=False), True),
        (Asker(person=None, role="system"), owned(ExceptionType.UNPAID), True),
        (Asker(person=3, role="machine"), owned(ExceptionType.UNPAID), True),
    ],
)
def test_an_entry_is_settled_by_whose_it_is_or_above(asker: Asker, entry: Owned, may: bool) -> None:  # noqa: FBT001 - a table of cases
    assert may_settle(asker, entry) is may


def test_a_hold_is_lifted_by_its_owners_the_desk_or_above() -> None:
    rule = MATRIX[ExceptionType.UNKNOWN_SKU]
    assert lifters(rule) == (Role.MASTER_DATA_OWNER, Role.ORDER_DESK, Role.LEAD, Role.ADMIN)
    assert [may_lift(Asker(person=1, role=role), rule) for role in ("master_data_owner", "picker")] == [True, False]


@pytest.mark.parametrize(
    ("allowance", "left"),
    [
        (Allowance(type="duplicate_order", by=AllowedBy.CUSTOMER, value=ORDER.customer, reason="weekly"), [UNUSUAL]),
        (Allowance(type="duplicate_order", by=AllowedBy.SOURCE, value=ORDER.source.upper(), reason="x"), [UNUSUAL]),
        (Allowance(type="unusual_quantity", by=AllowedBy.SKU, value=ORDER.lines[0].sku, reason="x"), [DUPLICATE]),
        (Allowance(type="unusual_quantity", by=AllowedBy.SKU, value="other", reason="x"), [DUPLICATE, UNUSUAL]),
        (Allowance(type="duplicate_order", by=AllowedBy.SKU, value="A", reason="x"), [DUPLICATE, UNUSUAL]),
    ],
)
def test_a_known_false_alarm_is_let_pass(allowance: Allowance, left: list[Concern]) -> None:
    found = sift(ORDER, (DUPLICATE, UNUSUAL), [allowance], TODAY)
    assert list(found.concerns) == left
    assert {*found.concerns, *found.allowed} == {DUPLICATE, UNUSUAL}


def test_an_allowance_ends_with_its_last_day() -> None:
    allowed = Allowance(
        type="duplicate_order", by=AllowedBy.CUSTOMER, value=ORDER.customer, reason="x", until=date(2026, 11, 20)
    )
    assert sift(ORDER, (DUPLICATE,), [allowed], TODAY).concerns == (DUPLICATE,)
    assert sift(ORDER, (), [allowed], TODAY).concerns == ()


@pytest.mark.parametrize(
    ("change", "severity"),
    [
        (RuleChange(), Severity.HOLD),
        (RuleChange(severity=Severity.FLAG), Severity.FLAG),
        (RuleChange(answer=Answer.REJECT), Severity.BLOCK),
        (RuleChange(answer=Answer.PROCESS, severity=Severity.HOLD), Severity.NOTE),
        (RuleChange(answer=Answer.ESCALATE, person=7), Severity.HOLD),
    ],
)
def test_the_matrix_of_the_site_weighs_a_finding(change: RuleChange, severity: Severity) -> None:
    site = Site(exception_rules={"duplicate_order": change})
    assert [it.severity for it in weigh((DUPLICATE, UNUSUAL), site)] == [severity, Severity.HOLD]


def test_what_cannot_be_stored_is_refused_whatever_the_matrix_says() -> None:
    broken = Concern(type=ExceptionType.INVALID_QUANTITY, severity=Severity.BLOCK, message="0 pieces")
    site = Site(exception_rules={"invalid_quantity": RuleChange(answer=Answer.PROCESS)})
    assert weigh((broken,), site) == (broken,)
    assert weigh((broken,), Site()) == (broken,)


def test_customers_hear_what_is_missing_and_what_becomes_of_it() -> None:
    lacking = Lacking(order="#1001", policy=Backorder.PARTIAL, pieces={"A": 2, "B": 1})
    assert backorder_message(lacking) == (
        "Of your order #1001 we cannot send everything yet: 2 of A, 1 of B are not in stock. "
        "The rest leaves now, and what is missing follows without further cost."
    )
    assert "1 of B is not in stock" in backorder_message(Lacking(order="1", policy=Backorder.CANCEL, pieces={"B": 1}))
    assert delay_message("#1001", TODAY).endswith("It is planned to leave on 21 November 2026.")
    assert delay_message("#1001", None).endswith("We will write again when it has left.")


def test_every_setting_and_who_may_change_it_stands_among_the_rights() -> None:
    rights = decision_rights()
    settings = {right.subject: right.two for right in rights if right.subject}
    assert settings == {f"setting:{name}": name in NEEDS_TWO for name in NAMES}
    assert all(right.roles for right in rights)
