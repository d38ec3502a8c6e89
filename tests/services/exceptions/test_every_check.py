"""Every row of the table of checks: a real situation raises its entry, its severity, owner, hours, who may lift it.

The table is the product's promise (docs/exceptions.md); what only notes opens nothing.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

import pytest
from sqlalchemy import select

from tests.builders import CUTOFF, NOON
from tests.services.exceptions import situations as when
from tests.services.exceptions.situations import House
from warehouse.domain.codes import Role, Severity
from warehouse.domain.errors import ForbiddenError
from warehouse.domain.exception_queue import Deadline, ExceptionType
from warehouse.services.actor import Actor, Request
from warehouse.services.exceptions.rights import require_may_lift
from warehouse.services.site import load_site
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import HoldRow, OrderLineRow
from warehouse.storage.models.stock import CountTaskRow

B, H, F = Severity.BLOCK, Severity.HOLD, Severity.FLAG
DESK, DATA, STOCK, LEAD = Role.ORDER_DESK, Role.MASTER_DATA_OWNER, Role.INVENTORY_CONTROLLER, Role.LEAD
PICKER, PACKER, SHOP, ADMIN = Role.PICKER, Role.PACKER, Role.INTEGRATION_OWNER, Role.ADMIN
DESKS = {DESK, LEAD, ADMIN}
"""May lift whatever holds an order; whoever owns the entry may, too."""


class Row(NamedTuple):
    """One row of the table; `then` owns what is past due, `holds` whether the order waits for an answer."""

    type: str
    severity: Severity
    owner: Role
    hours: int
    situation: Callable[[House], None]
    holds: bool = False
    then: Role | None = None


ROWS = [
    Row("duplicate_order", H, DESK, 4, when.the_same_basket_again, holds=True, then=LEAD),
    Row("changed_after_release", B, LEAD, 1, when.other_content_after_release, holds=True),
    Row("double_check", H, LEAD, 24, when.more_than_a_person_counts_alone),
    Row("double_check", H, LEAD, 24, when.an_important_customer),
    Row("unusual_quantity", H, DESK, 24, when.more_than_the_ceiling, holds=True),
    Row("unusual_quantity", H, DESK, 24, when.more_than_99_of_100_lines, holds=True),
    Row("unusual_quantity", H, DESK, 24, when.more_than_the_customer_ever_took, holds=True),
    Row("unknown_sku", H, DATA, 24, when.a_sku_nobody_knows, holds=True),
    Row("duplicate_sku", B, DATA, 24, when.a_barcode_of_two_items),
    Row("duplicate_sku", B, DATA, 24, when.a_sku_in_another_spelling),
    Row("bad_barcode", F, DATA, 72, when.a_wrong_check_digit),
    Row("bad_barcode", F, DATA, 72, when.a_number_from_a_spreadsheet),
    Row("unknown_barcode", F, DATA, 72, when.a_barcode_nobody_knows),
    Row("short_stock", H, STOCK, 24, when.a_bin_with_too_few),
    Row("backorder", H, DESK, 24, when.goods_that_are_not_there),
    Row("invalid_quantity", H, DESK, 24, when.no_pieces_at_all),
    Row("invalid_quantity", H, DESK, 24, when.a_cancellation_of_nothing),
    Row("price_anomaly", F, DESK, 48, when.a_price_of_nothing),
    Row("price_anomaly", F, DESK, 48, when.half_the_usual_price),
    Row("address_check", H, DESK, 24, when.an_address_without_a_town, holds=True),
    Row("address_check", F, DESK, 24, when.a_postcode_of_another_country),
    Row("address_changed", F, DESK, 24, when.a_known_customer_elsewhere),
    Row("unpaid", H, DESK, 24, when.a_payment_that_is_pending, holds=True),
    Row("mismatch", B, PICKER, 0, when.three_wrong_scans_in_a_row, then=LEAD),
    Row("damaged", F, STOCK, 24, when.a_broken_mug),
    Row("weight_mismatch", B, PACKER, 0, when.a_parcel_too_heavy_for_its_content, then=LEAD),
    Row("customs_data", H, DATA, 24, when.an_order_abroad_without_customs_data, holds=True),
    Row("late_risk", F, LEAD, 1, when.a_batch_too_long_for_its_cutoff),
    Row("missed_cutoff", F, LEAD, 1, when.a_pickup_that_has_left),
    Row("label_failed", H, PACKER, 1, when.a_server_that_stopped_while_buying_a_label, then=LEAD),
    Row("stalled", F, LEAD, 24, when.an_order_nobody_touches),
    Row("cost_anomaly", F, LEAD, 72, when.a_parcel_at_twice_the_usual_price),
    Row("tracking_missing", F, SHOP, 24, when.a_shop_that_does_not_take_its_tracking_numbers),
    Row("duplicate_customer", F, DATA, 72, when.a_customer_under_another_number),
    Row("reconcile_diff", F, LEAD, 24, when.two_systems_that_differ),
    Row("wrong_site", H, DESK, 4, when.an_order_of_another_site, holds=True),
    Row("source_silent", F, LEAD, 1, when.a_shop_that_has_fallen_silent),
    Row("source_silent", F, LEAD, 1, when.a_shop_that_brings_half_of_the_usual),
    Row("anomaly", F, LEAD, 4, when.seven_unpaid_orders_in_an_hour),
]
ELSEWHERE = {"wrong_stock", "count_difference", "intercept", "lost_scans", "late_scan", "help", "unknown_return"}
"""Entries of the floor and the returns desk, which are no rows of this table."""


def entries(house: House) -> list[ExceptionRow]:
    with house.database.read() as session:
        rows = list(session.scalars(select(ExceptionRow).order_by(ExceptionRow.id)))
        session.expunge_all()
        return rows


def holds(house: House) -> list[str]:
    with house.database.read() as session:
        return list(session.scalars(select(HoldRow.reason).where(HoldRow.lifted_at.is_(None))))


def may_lift(house: House, entry: ExceptionRow) -> set[Role]:
    """Ask of each role whether it may let the order go on."""
    found = set()
    with house.database.read() as session:
        for role in Role:
            try:
                require_may_lift(session, Request(actor=Actor(None, role, ""), at=NOON), entry)
            except ForbiddenError:
                continue
            found.add(role)
    return found


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.type}-{row.situation.__name__}" for row in ROWS])
def test_the_situation_raises_its_entry_with_severity_owner_hours_and_who_may_lift_it(house: House, row: Row) -> None:
    row.situation(house)
    found = [entry for entry in entries(house) if entry.type == row.type]
    assert [(entry.severity, entry.owner_role) for entry in found] == [(row.severity, row.owner)]
    (entry,) = found
    with house.database.read() as session:
        rule = load_site(session).rule_of(ExceptionType(row.type))
    due = timedelta(hours=row.hours)
    if rule.deadline is Deadline.BEFORE_CUTOFF and house.at < CUTOFF:
        due = min(due, entry.due_at - entry.opened_at)
    assert (entry.due_at - entry.opened_at, rule.then) == (due, row.then)
    assert [(rung.hours, rung.role) for rung in rule.ladder] == [(24, LEAD), (48, LEAD), (72, ADMIN)]
    assert may_lift(house, entry) == DESKS | {row.owner}
    assert (row.type in holds(house)) is row.holds


def test_the_table_names_every_type_of_entry_there_is() -> None:
    assert {row.type for row in ROWS} | ELSEWHERE == {kind.value for kind in ExceptionType}


def nothing_new(house: House) -> None:
    house.item()
    house.order(("A", 2), order_no="1")
    assert house.order(("A", 2), order_no="1").report["orders"]["unchanged"] == 1


def a_new_customer_and_a_sku_in_small_letters(house: House) -> None:
    house.item("85123A")
    house.order(("85123a", 2))


def a_line_that_is_no_goods(house: House) -> None:
    head = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
    rows = [
        "1,POST,POSTAGE,1,2026-11-20 10:00,18.00,17850,United Kingdom",
        "1,85123A,MUG,2,2026-11-20 10:00,2.50,17850,United Kingdom",
    ]
    house.bring("\n".join([head, *rows]) + "\n", profile="online-retail")
    with house.database.read() as session:
        assert dict(session.execute(select(OrderLineRow.sku, OrderLineRow.pickable)).all()) == {
            "POST": False,
            "85123A": True,
        }


@pytest.mark.parametrize("situation", [nothing_new, a_new_customer_and_a_sku_in_small_letters, a_line_that_is_no_goods])
def test_what_is_only_noted_opens_nothing(house: House, situation: Callable[[House], None]) -> None:
    situation(house)
    assert (entries(house), holds(house)) == ([], [])


def test_a_short_bin_is_counted(house: House) -> None:
    when.a_bin_with_too_few(house)
    with house.database.read() as session:
        assert list(session.scalars(select(CountTaskRow.reason))) == ["bin_empty"]


def test_the_deadline_before_a_cutoff_is_the_cutoff(house: House) -> None:
    house.set("carriers", [{"name": "Post", "cutoff": "13:30", "pickup": "17:00", "weekdays": list(range(7))}])
    when.the_same_basket_again(house)
    (entry,) = entries(house)
    assert entry.due_at - entry.opened_at == timedelta(minutes=90)
