"""Files into the database and back out as a report: orders, cancellations, master data; on both kinds of database."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.builders import NOON, a_bin, a_person, an_item, build, some_stock
from warehouse.children import Children
from warehouse.domain.codes import ExceptionState, MoveReason, OrderState, Role
from warehouse.domain.errors import ConflictError
from warehouse.exchange.limits import UnreadableFileError
from warehouse.exchange.targets import Kind
from warehouse.importing import Job, Outcome, Surroundings, import_file
from warehouse.services.actor import SYSTEM
from warehouse.services.intake.runs import ImportRunningError, StartImport, start_import
from warehouse.services.orders.changes import ChangeOrder, change_order
from warehouse.services.orders.holds import HoldOrder, LiftHold, hold_order, lift_hold
from warehouse.services.orders.taking_over import TakeOver, take_over
from warehouse.services.people.staff import NewPerson, create_person
from warehouse.services.shipping.after_label import Redirect, redirect_order
from warehouse.storage.database import Database
from warehouse.storage.models.catalog import BarcodeRow, ItemRow
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.intake import CancellationRow, ImportRunRow
from warehouse.storage.models.orders import HoldRow, OrderAddressRow, OrderLineRow, OrderRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.stock import BinRow, MoveRow, StockRow
from warehouse.storage.queries.exceptions.sides import sides_of

HEAD = "order_no,customer,ship_name,ship_line1,ship_city,ship_postcode,ship_country,sku,quantity,unit_price,payment\n"
RETAIL = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
Bring = Callable[..., Outcome]


@pytest.fixture
def bring(database: Database, children: Children) -> Bring:
    """Import a text; times are NOON unless `at` says otherwise."""

    def act(text: str, kind: str = "orders", *, profile: str = "canonical", **options: bool) -> Outcome:
        around = Surroundings(
            database=database, children=children, now=lambda: NOON, hash_pin=lambda pin: f"hash {pin}"
        )
        job = Job(
            kind=Kind(kind),
            origin=text.encode(),
            file_name="file.csv",
            actor=SYSTEM,
            profile=profile,
            **options,
        )
        return import_file(around, job)

    return act


def line(order: str, sku: str, quantity: int, *, customer: str = "C1", payment: str = "") -> str:
    return f"{order},{customer},Mr Smith,12 Mill Lane,Leeds,LS1 4AP,GB,{sku},{quantity},2.50,{payment}\n"


def counts(outcome: Outcome) -> dict[str, int]:
    kind = next(key for key in outcome.report if key not in {"rows", "findings"})
    return {word: number for word, number in outcome.report[kind].items() if number}


def codes(outcome: Outcome) -> list[tuple[Any, str]]:
    return [(finding["line"], finding["code"]) for finding in outcome.report["findings"]]


def test_new_orders_are_ready_with_lines_address_and_number(database: Database, bring: Bring) -> None:
    item = build(database, lambda session: an_item(session, "85123A"))
    outcome = bring(HEAD + line("D-1", "85123a", 2) + line("d 2", "85123A", 1))
    assert (counts(outcome), outcome.report["rows"]) == ({"created": 2}, 2)
    with database.read() as session:
        first, second = session.scalars(select(OrderRow).order_by(OrderRow.id))
        assert (first.number, first.state, first.value_cents) == ("D-1", OrderState.READY, 500)
        assert second.number.startswith("W-")
        stored = session.scalars(select(OrderLineRow).where(OrderLineRow.order_id == first.id)).one()
        assert (stored.item_id, stored.sku, stored.ordered, stored.backordered) == (item, "85123A", 2, 0)
        address = session.get_one(OrderAddressRow, first.id)
        assert address.lines == ["Mr Smith", "12 Mill Lane", "Leeds", "LS1 4AP", "GB"]
        assert address.erase_after == NOON + timedelta(days=90)


def test_the_same_file_again_changes_nothing(database: Database, bring: Bring) -> None:
    build(database, lambda session: an_item(session, "A"))
    text = HEAD + line("1", "A", 2) + line("2", "A", 3)
    bring(text)
    assert counts(bring(text)) == {"unchanged": 2}
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(OrderRow)) == 2


def test_an_import_cut_off_goes_on_where_it_was(database: Database, bring: Bring) -> None:
    build(database, lambda session: an_item(session, "A"))
    bring(HEAD + line("1", "A", 2))
    build(
        database,
        lambda session: session.execute(
            update(ImportRunRow).values(state="running", seen_at=NOON - timedelta(minutes=3))
        ),
    )
    assert counts(bring(HEAD + line("1", "A", 2) + line("2", "A", 3))) == {"created": 1, "unchanged": 1}
    with database.read() as session:
        assert list(session.scalars(select(ImportRunRow.state).order_by(ImportRunRow.id))) == ["cut_off", "done"]


def test_a_second_import_of_the_same_source_waits(database: Database, bring: Bring) -> None:
    request = StartImport(
        actor=SYSTEM, at=NOON, kind="orders", profile="canonical", source="canonical", file_name="f", sha256="0"
    )
    database.run(start_import, request)
    with pytest.raises(ImportRunningError):
        bring(HEAD + line("1", "A", 2))


def test_a_dry_run_counts_alike_and_stores_nothing(database: Database, bring: Bring) -> None:
    build(database, lambda session: an_item(session, "A"))
    text = HEAD + line("1", "A", 2) + line("2", "B", 3) + line("3", "A", 0)
    rehearsed = bring(text, dry_run=True)
    with database.read() as session:
        for table in (OrderRow, OrderLineRow, ImportRunRow, ExceptionRow, HoldRow):
            assert session.scalar(select(func.count()).select_from(table)) == 0
    assert rehearsed.run is None
    assert rehearsed.report == bring(text).report


def test_an_unknown_sku_holds_its_order_with_near_names(database: Database, bring: Bring) -> None:
    build(database, lambda session: an_item(session, "85123A"))
    outcome = bring(HEAD + line("1", "85123B", 2))
    assert (counts(outcome), codes(outcome)) == ({"created": 1, "held": 1}, [(2, "unknown_sku")])
    with database.read() as session:
        order = session.scalars(select(OrderRow)).one()
        hold = session.scalars(select(HoldRow)).one()
        entry = session.scalars(select(ExceptionRow)).one()
        assert (order.state, hold.reason, hold.exception_id) == (OrderState.RECEIVED, "unknown_sku", entry.id)
        assert hold.text == "SKU 85123B is not known; is it 85123A?"
        assert (entry.subject, entry.owner_role) == (f"order:{order.id}", "master_data_owner")


def test_the_same_basket_under_another_number_is_held(database: Database, bring: Bring) -> None:
    build(database, lambda session: an_item(session, "A"))
    outcome = bring(HEAD + line("1", "A", 2) + line("2", "A", 2))
    assert (counts(outcome), codes(outcome)) == ({"created": 2, "held": 1}, [(3, "duplicate_order")])


def test_a_big_order_is_not_held_but_counted_twice_at_pack(database: Database, bring: Bring) -> None:
    build(database, lambda session: an_item(session, "A"))
    outcome = bring(HEAD + line("1", "A", 9000))
    assert (counts(outcome), codes(outcome)) == ({"created": 1}, [(2, "double_check")])
    with database.read() as session:
        order = session.scalars(select(OrderRow)).one()
        assert [each["kind"] for each in order.instructions] == ["double_check"]
        assert order.state is OrderState.READY


def test_an_order_that_is_big_no_longer_is_not_counted_twice(database: Database, bring: Bring) -> None:
    build(database, lambda session: an_item(session, "A"))
    bring(HEAD + line("1", "A", 9000))
    assert stopped(database) == (0, 1)
    bring(HEAD + line("1", "A", 8900))
    assert stopped(database) == (0, 1)
    bring(HEAD + line("1", "A", 5))
    assert stopped(database) == (0, 0)


def test_a_change_before_release_is_taken_over(database: Database, bring: Bring) -> None:
    build(database, lambda session: (an_item(session, "A"), an_item(session, "B")))
    bring(HEAD + line("1", "A", 2, payment="pending") + line("1", "B", 1, payment="pending"))
    outcome = bring(HEAD + line("1", "A", 5, payment="paid"))
    assert (counts(outcome), codes(outcome)) == ({"updated": 1}, [(2, "order_changed")])
    with database.read() as session:
        order = session.scalars(select(OrderRow)).one()
        assert order.state is OrderState.READY
        stored = session.execute(select(OrderLineRow.sku, OrderLineRow.ordered, OrderLineRow.cancelled_at.is_(None)))
        assert [tuple(row) for row in stored] == [("A", 5, True), ("B", 1, False)]
        assert session.scalar(select(func.count()).where(HoldRow.lifted_at.is_(None))) == 0


def test_a_change_after_release_is_never_taken_over_and_told_once(database: Database, bring: Bring) -> None:
    build(database, lambda session: an_item(session, "A"))
    bring(HEAD + line("1", "A", 2))
    build(database, lambda session: session.execute(update(OrderRow).values(state=OrderState.BATCHED)))
    changed = HEAD + line("1", "A", 5)
    first, again = bring(changed), bring(changed)
    assert (counts(first), codes(first)) == ({"skipped": 1}, [(2, "changed_after_release")])
    assert counts(again) == {"skipped": 1}
    with database.read() as session:
        assert session.scalars(select(OrderLineRow.ordered)).one() == 2
        assert list(session.scalars(select(ExceptionRow.type))) == ["changed_after_release"]
        assert list(session.scalars(select(HoldRow.reason))) == ["changed_after_release"]


def at_work(database: Database, bring: Bring) -> None:
    """Order 1 asks for 2 of A, and 1 of them is picked."""
    build(database, lambda session: an_item(session, "A"))
    bring(HEAD + line("1", "A", 2))
    build(database, lambda session: session.execute(update(OrderLineRow).values(picked=1)))
    build(database, lambda session: session.execute(update(OrderRow).values(state=OrderState.PICKING)))


def taken_over(database: Database) -> int:
    """Take over what the open entry shows; gives the pieces that are ordered then."""
    with database.read() as session:
        entry = session.scalars(select(ExceptionRow.id).where(ExceptionRow.state != ExceptionState.RESOLVED)).one()
    database.run(take_over, TakeOver(actor=SYSTEM, at=NOON, exception=entry))
    with database.read() as session:
        return session.scalars(select(OrderLineRow.ordered)).one()


def stopped(database: Database) -> tuple[int, int]:
    """Count the holds that stand and the entries that are open."""
    with database.read() as session:
        holds = select(func.count()).select_from(HoldRow).where(HoldRow.lifted_at.is_(None))
        entries = select(func.count()).select_from(ExceptionRow).where(ExceptionRow.state != ExceptionState.RESOLVED)
        return session.scalar(holds) or 0, session.scalar(entries) or 0


def test_of_two_changes_after_release_the_last_one_is_taken_over(database: Database, bring: Bring) -> None:
    at_work(database, bring)
    for pieces in (5, 3, 3):
        assert counts(bring(HEAD + line("1", "A", pieces))) == {"skipped": 1}
    assert taken_over(database) == 3
    assert counts(bring(HEAD + line("1", "A", 3))) == {"unchanged": 1}
    assert stopped(database) == (0, 0)


def test_a_shop_that_changes_back_after_its_change_was_taken_over_is_heard(database: Database, bring: Bring) -> None:
    at_work(database, bring)
    bring(HEAD + line("1", "A", 5))
    assert taken_over(database) == 5
    assert counts(bring(HEAD + line("1", "A", 2))) == {"skipped": 1}
    assert stopped(database) == (1, 1)
    assert taken_over(database) == 2


def test_a_shop_that_changes_back_before_anybody_looked_lets_the_order_go_on(database: Database, bring: Bring) -> None:
    at_work(database, bring)
    bring(HEAD + line("1", "A", 5))
    assert stopped(database) == (1, 1)
    assert counts(bring(HEAD + line("1", "A", 2))) == {"unchanged": 1}
    assert stopped(database) == (0, 0)
    bring(HEAD + line("1", "A", 5))
    assert stopped(database) == (1, 1)


def test_a_change_is_not_taken_over_into_lines_that_were_changed_here(database: Database, bring: Bring) -> None:
    at_work(database, bring)
    build(database, lambda session: an_item(session, "B"))
    bring(HEAD + line("1", "A", 2) + line("1", "B", 2))
    by_hand = {"number": "1", "reason": "telephone", "quantities": {}, "added": {"B": 2}}
    database.run(change_order, ChangeOrder(actor=SYSTEM, at=NOON, **by_hand))
    with pytest.raises(ConflictError, match="by hand"):
        taken_over(database)


def changed_here(database: Database, quantities: dict[int, int], added: dict[str, int]) -> None:
    asked = {"number": "1", "reason": "telephone", "quantities": quantities, "added": added}
    database.run(change_order, ChangeOrder(actor=SYSTEM, at=NOON, **asked))  # type: ignore[arg-type]


def wanted(database: Database) -> list[tuple[str, int]]:
    """Give the lines that stand, and where they go."""
    with database.read() as session:
        stored = select(OrderLineRow.sku, OrderLineRow.ordered).where(OrderLineRow.cancelled_at.is_(None))
        return [(sku, ordered) for sku, ordered in session.execute(stored.order_by(OrderLineRow.line_no))]


def test_an_order_of_which_its_shop_leaves_only_the_postage_is_stopped_and_asked_about(
    database: Database, bring: Bring
) -> None:
    whole = retail("1", "85123A", 2, 1) + retail("1", "POST", 1, 1)
    postage = retail("1", "POST", 1, 1)
    bring(RETAIL + whole, profile="online-retail")
    rehearsed = bring(RETAIL + postage, profile="online-retail", dry_run=True)
    for _ in range(2):
        first = bring(RETAIL + postage, profile="online-retail")
        assert (counts(first), stopped(database)) == ({"skipped": 1}, (1, 1))
    assert codes(rehearsed) == [(2, "no_pickable_line"), (2, "changed_after_release")]
    with pytest.raises(ConflictError, match="cancel it"):
        taken_over(database)
    assert counts(bring(RETAIL + whole, profile="online-retail")) == {"updated": 1}
    assert stopped(database) == (0, 0)


def test_lines_changed_here_before_release_stay_when_the_shop_changes_something_else(
    database: Database, bring: Bring
) -> None:
    build(database, lambda session: (an_item(session, "A"), an_item(session, "B")))
    first = HEAD + line("1", "A", 2) + line("1", "B", 1)
    bring(first)
    changed_here(database, {1: 5, 2: 0}, {})
    assert counts(bring(first.replace("12 Mill Lane", "13 Mill Lane"))) == {"updated": 1}
    assert wanted(database) == [("A", 5)]
    with database.read() as session:
        assert "13 Mill Lane" in session.scalars(select(OrderAddressRow)).one().lines
    assert stopped(database) == (0, 0)


def test_lines_changed_here_get_their_new_prices_also_when_the_shop_lists_them_in_another_order(
    database: Database, bring: Bring
) -> None:
    def names(session: Session) -> None:
        for sku in ("A", "B"):
            an_item(session, sku)

    build(database, names)
    first, second, again = line("1", "A", 2), line("1", "B", 1), line("1", "A", 1)
    bring(HEAD + first + second + again)
    changed_here(database, {1: 5}, {})
    dearer = [second.replace("2.50", "4.00"), again.replace("2.50", "5.00"), first.replace("2.50", "3.00")]
    assert counts(bring(HEAD + "".join([dearer[0], dearer[2], dearer[1]]))) == {"updated": 1}
    stored = select(OrderLineRow.sku, OrderLineRow.ordered, OrderLineRow.unit_price_cents)
    with database.read() as session:
        lines = [tuple(row) for row in session.execute(stored.order_by(OrderLineRow.line_no))]
    assert lines == [("A", 5, 300), ("B", 1, 400), ("A", 1, 500)]


def test_a_line_changed_here_is_known_by_its_shops_own_name_for_it(database: Database, bring: Bring) -> None:
    head = HEAD.replace("sku,", "line_no,sku,")

    def named(name: str, price: str) -> str:
        return line("1", f"{name},A", 1).replace("2.50", price)

    build(database, lambda session: an_item(session, "A"))
    bring(head + named("10", "1.00") + named("20", "2.00"))
    changed_here(database, {1: 5}, {})
    assert counts(bring(head + named("20", "2.20") + named("10", "1.10"))) == {"updated": 1}
    stored = select(OrderLineRow.external_line, OrderLineRow.ordered, OrderLineRow.unit_price_cents)
    with database.read() as session:
        lines = [tuple(row) for row in session.execute(stored.order_by(OrderLineRow.line_no))]
    assert lines == [("10", 5, 110), ("20", 1, 220)]


def test_lines_changed_here_and_by_the_shop_are_asked_about_and_taken_over_on_a_word(
    database: Database, bring: Bring
) -> None:
    build(database, lambda session: an_item(session, "A"))
    bring(HEAD + line("1", "A", 2))
    changed_here(database, {1: 5}, {})
    for _ in range(2):
        assert counts(bring(HEAD + line("1", "A", 3))) == {"skipped": 1}
    assert (wanted(database), stopped(database)) == ([("A", 5)], (1, 1))
    assert taken_over(database) == 3
    assert stopped(database) == (0, 0)
    assert counts(bring(HEAD + line("1", "A", 3))) == {"unchanged": 1}
    assert counts(bring(HEAD + line("1", "A", 4))) == {"updated": 1}


def test_a_shop_that_wants_again_what_it_wanted_before_leaves_lines_changed_here(
    database: Database, bring: Bring
) -> None:
    build(database, lambda session: an_item(session, "A"))
    bring(HEAD + line("1", "A", 2))
    changed_here(database, {1: 5}, {})
    bring(HEAD + line("1", "A", 3))
    assert counts(bring(HEAD + line("1", "A", 2))) == {"updated": 1}
    assert (wanted(database), stopped(database)) == ([("A", 5)], (0, 0))
    assert counts(bring(HEAD + line("1", "A", 5))) == {"updated": 1}
    assert (wanted(database), stopped(database)) == ([("A", 5)], (0, 0))
    assert counts(bring(HEAD + line("1", "A", 4))) == {"updated": 1}
    assert wanted(database) == [("A", 4)]


def put_to_work(database: Database) -> None:
    """Its order is on a batch."""
    build(database, lambda session: session.execute(update(OrderRow).values(state=OrderState.BATCHED)))


def test_what_the_shop_changes_is_held_against_what_was_taken_over_last(database: Database, bring: Bring) -> None:
    build(database, lambda session: an_item(session, "A"))
    bring(HEAD + line("1", "A", 2))
    changed_here(database, {1: 5}, {})
    bring(HEAD + line("1", "A", 3))
    assert taken_over(database) == 3
    changed_here(database, {1: 4}, {})
    assert counts(bring(HEAD + line("1", "A", 2))) == {"skipped": 1}
    assert (wanted(database), stopped(database)) == ([("A", 4)], (1, 1))


def test_lines_that_the_shop_wants_as_they_are_here_are_the_shops_again(database: Database, bring: Bring) -> None:
    at_work(database, bring)
    changed_here(database, {1: 5}, {})
    bring(HEAD + line("1", "A", 3))
    assert counts(bring(HEAD + line("1", "A", 5))) == {"unchanged": 1}
    assert stopped(database) == (0, 0)
    build(database, lambda session: session.execute(update(OrderLineRow).values(picked=0)))
    build(database, lambda session: session.execute(update(OrderRow).values(state=OrderState.READY)))
    assert counts(bring(HEAD + line("1", "A", 2))) == {"updated": 1}
    assert wanted(database) == [("A", 2)]


def test_a_payment_taken_back_after_release_stops_the_order_until_somebody_looked(
    database: Database, bring: Bring
) -> None:
    build(database, lambda session: an_item(session, "A"))
    bring(HEAD + line("1", "A", 2, payment="paid"))
    put_to_work(database)
    for _ in range(2):
        assert counts(bring(HEAD + line("1", "A", 2, payment="pending"))) == {"skipped": 1}
        assert stopped(database) == (1, 1)
    assert counts(bring(HEAD + line("1", "A", 2, payment="paid"))) == {"unchanged": 1}
    assert stopped(database) == (0, 0)


def test_lines_changed_by_hand_as_the_shop_wants_them_do_not_hide_that_it_is_not_paid(
    database: Database, bring: Bring
) -> None:
    at_work(database, bring)
    bring(HEAD + line("1", "A", 5, payment="pending"))
    changed_here(database, {1: 5}, {})
    assert counts(bring(HEAD + line("1", "A", 5, payment="pending"))) == {"skipped": 1}
    assert stopped(database) == (1, 1)
    assert counts(bring(HEAD + line("1", "A", 5, payment="paid"))) == {"unchanged": 1}
    assert stopped(database) == (0, 0)


def test_what_a_document_takes_back_is_still_asked_when_the_shop_takes_another_change_back(
    database: Database, bring: Bring
) -> None:
    order = retail("2", "11111", 4, 2) + retail("2", "22222", 5, 2)
    bring(RETAIL + order, profile="online-retail")
    put_to_work(database)
    bring(RETAIL + retail("C2", "22222", -2, 3), profile="online-retail")
    bring(RETAIL + order + retail("2", "33333", 1, 2), profile="online-retail")
    assert stopped(database) == (1, 1)
    with database.read() as session:
        sides = sides_of(session, session.scalars(select(ExceptionRow.id)).one())
        assert sides is not None
        assert ([pair.name for pair in sides.lines if pair.differs], sides.takes_over) == (["3 · 33333"], False)
    with pytest.raises(ConflictError, match="taken back"):
        taken_over(database)
    assert counts(bring(RETAIL + order, profile="online-retail")) == {"unchanged": 1}
    assert stopped(database) == (1, 1)
    with pytest.raises(ConflictError, match="no change to take over"):
        taken_over(database)


def test_a_price_that_the_shop_changes_reaches_lines_that_were_changed_here(database: Database, bring: Bring) -> None:
    build(database, lambda session: an_item(session, "A"))
    bring(HEAD + line("1", "A", 2))
    changed_here(database, {1: 5}, {})
    assert counts(bring(HEAD + line("1", "A", 2).replace("2.50", "3.00"))) == {"updated": 1}
    with database.read() as session:
        assert session.scalars(select(OrderLineRow.unit_price_cents)).one() == 300
    assert wanted(database) == [("A", 5)]


def sent_elsewhere(database: Database) -> None:
    address = {"lines": ["Mr Smith", "7 Hill Road", "York"], "city": "York", "postcode": "YO1 7HH"}
    asked = Redirect(actor=SYSTEM, at=NOON, number="1", reason="telephone", address=address, service="Express")
    database.run(redirect_order, asked)


def goes_to(database: Database) -> tuple[str, str]:
    with database.read() as session:
        return session.scalars(select(OrderAddressRow.city)).one(), session.scalars(select(OrderRow.service)).one()


def test_an_order_sent_elsewhere_by_a_person_stays_so_when_the_shop_changes_something_else(
    database: Database, bring: Bring
) -> None:
    build(database, lambda session: an_item(session, "A"))
    bring(HEAD + line("1", "A", 2, payment="pending"))
    sent_elsewhere(database)
    assert counts(bring(HEAD + line("1", "A", 2, payment="paid"))) == {"updated": 1}
    assert (goes_to(database), stopped(database)) == (("York", "Express"), (0, 0))
    assert counts(bring(HEAD + line("1", "A", 3, payment="paid"))) == {"updated": 1}
    assert (goes_to(database), wanted(database)) == (("York", "Express"), [("A", 3)])


def test_an_order_sent_elsewhere_by_a_person_and_by_the_shop_is_asked_about(database: Database, bring: Bring) -> None:
    build(database, lambda session: an_item(session, "A"))
    bring(HEAD + line("1", "A", 2))
    sent_elsewhere(database)
    moved = HEAD + line("1", "A", 2).replace("12 Mill Lane", "9 Mill Lane")
    assert counts(bring(moved)) == {"skipped": 1}
    assert (goes_to(database), stopped(database)) == (("York", "Express"), (1, 1))
    assert counts(bring(HEAD + line("1", "A", 2))) == {"updated": 1}
    assert (goes_to(database), stopped(database)) == (("York", "Express"), (0, 0))


def test_lines_are_taken_over_into_an_order_that_a_person_sent_elsewhere(database: Database, bring: Bring) -> None:
    at_work(database, bring)
    sent_elsewhere(database)
    assert counts(bring(HEAD + line("1", "A", 3))) == {"skipped": 1}
    assert taken_over(database) == 3
    assert (goes_to(database), stopped(database)) == (("York", "Express"), (0, 0))


def test_a_hold_that_a_person_put_on_is_not_lifted_by_the_shops_next_file(database: Database, bring: Bring) -> None:
    build(database, lambda session: an_item(session, "A"))
    bring(HEAD + line("1", "A", 2, payment="pending"))
    asked = HoldOrder(actor=SYSTEM, at=NOON, number="1", reason="unpaid", text="Wait for the cheque, too.")
    database.run(hold_order, asked)
    assert stopped(database) == (2, 1)
    bring(HEAD + line("1", "A", 2, payment="paid"))
    assert stopped(database) == (1, 0)


def test_what_a_person_let_pass_is_not_held_again_when_the_shop_changes_something_else(
    database: Database, bring: Bring
) -> None:
    build(database, lambda session: an_item(session, "A"))
    bring(HEAD + line("1", "A", 2) + line("2", "A", 2, payment="pending"))
    assert stopped(database) == (2, 2)
    with database.read() as session:
        twice = session.scalars(select(HoldRow.id).where(HoldRow.reason == "duplicate_order")).one()
    lift = LiftHold(actor=SYSTEM, at=NOON, number="2", reason="They want two.", hold=twice)
    database.run(lift_hold, lift)
    bring(HEAD + line("2", "A", 2, payment="paid"))
    assert stopped(database) == (0, 0)
    bring(HEAD + line("2", "A", 2, payment="pending"))
    assert stopped(database) == (1, 1)
    lift = LiftHold(actor=SYSTEM, at=NOON, number="2", reason="They pay later.")
    database.run(lift_hold, lift)
    bring(HEAD + line("2", "A", 2, payment="voided"))
    assert stopped(database) == (1, 1)


def test_refused_rows_come_back_as_a_file_with_line_and_reason(database: Database, bring: Bring) -> None:
    build(database, lambda session: an_item(session, "A"))
    outcome = bring(HEAD + line("1", "A", 2) + line("2", "A", 0).replace(",0,", ",1e3,"))
    assert counts(outcome) == {"created": 1, "refused": 1}
    header, row = (outcome.rejected or b"").decode().splitlines()
    assert header == HEAD.strip() + ",line,reason"
    assert row.startswith("2,C1,Mr Smith")
    assert ",3," in row
    with database.read() as session:
        run = session.scalars(select(ImportRunRow)).one()
        assert (run.rejected, run.erase_after) == (outcome.rejected, NOON + timedelta(days=30))


def test_a_file_that_breaks_off_is_refused_whole(database: Database, bring: Bring) -> None:
    with pytest.raises(UnreadableFileError):
        bring(HEAD + line("1", "A", 2) + '2,"open')
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(OrderRow)) == 0


def retail(order: str, sku: str, quantity: int, day: int, customer: str = "17850") -> str:
    return f"{order},{sku},MUG,{quantity},2010-12-{day:02d} 08:26,2.55,{customer},United Kingdom\n"


def test_a_source_without_item_master_makes_its_items(database: Database, bring: Bring) -> None:
    outcome = bring(RETAIL + retail("536365", "85123A", 6, 1) + retail("536365", "POST", 1, 1), profile="online-retail")
    assert counts(outcome) == {"created": 1}
    with database.read() as session:
        item = session.scalars(select(ItemRow)).one()
        assert (item.sku, item.name) == ("85123A", "MUG")
        assert session.scalars(select(BarcodeRow.code)).one() == "85123A"
        pickable = dict(session.execute(select(OrderLineRow.sku, OrderLineRow.pickable)).all())
        assert pickable == {"85123A": True, "POST": False}


def test_cancellations_take_back_once_and_unmatched_ones_are_refused(database: Database, bring: Bring) -> None:
    text = RETAIL + "".join(
        [
            *(retail("1", "11111", 6, 1), retail("2", "11111", 4, 2), retail("2", "22222", 5, 2)),
            *(retail("C1", "11111", -6, 3), retail("C2", "22222", -2, 3), retail("C3", "33333", -1, 3)),
        ]
    )
    first, again = bring(text, profile="online-retail"), bring(text, profile="online-retail")
    assert counts(first) == {"created": 2, "skipped": 2, "refused": 1}
    assert counts(again) == {"unchanged": 4, "refused": 1}
    assert b"C3,33333" in (first.rejected or b"")
    with database.read() as session:
        assert list(session.scalars(select(OrderRow.state).order_by(OrderRow.id))) == [
            OrderState.CANCELLED,
            OrderState.READY,
        ]
        left = session.execute(select(OrderLineRow.sku, OrderLineRow.ordered).where(OrderLineRow.order_id == 2))
        assert dict(left.all()) == {"11111": 4, "22222": 3}
        assert session.scalar(select(func.count()).select_from(CancellationRow)) == 2


def test_what_was_taken_back_does_not_return_with_another_change(database: Database, bring: Bring) -> None:
    order = retail("2", "11111", 4, 2) + retail("2", "22222", 5, 2)
    bring(RETAIL + order + retail("C2", "22222", -2, 3), profile="online-retail")
    again = bring(RETAIL + order + retail("2", "33333", 1, 2) + retail("C2", "22222", -2, 3), profile="online-retail")
    assert counts(again) == {"skipped": 1, "unchanged": 1}
    assert stopped(database) == (1, 1)
    with database.read() as session:
        lines = session.execute(select(OrderLineRow.sku, OrderLineRow.ordered))
        assert dict(lines.all()) == {"11111": 4, "22222": 3}


def test_backordered_units_are_taken_back_like_others(database: Database, bring: Bring) -> None:
    bring(RETAIL + retail("1", "11111", 5, 1) + retail("1", "22222", 1, 1), profile="online-retail")
    build(
        database,
        lambda session: session.execute(update(OrderLineRow).where(OrderLineRow.ordered == 5).values(backordered=4)),
    )
    assert counts(bring(RETAIL + retail("C1", "11111", -3, 3), profile="online-retail")) == {"skipped": 1}
    with database.read() as session:
        lines = select(OrderLineRow.ordered, OrderLineRow.backordered).order_by(OrderLineRow.line_no)
        assert list(map(tuple, session.execute(lines))) == [(2, 2), (1, 0)]


@pytest.mark.parametrize("files", [1, 2])
def test_a_line_taken_back_bit_by_bit_is_the_same_in_one_file_or_in_two(
    database: Database, bring: Bring, files: int
) -> None:
    first, rest = retail("C2", "22222", -2, 3), retail("C3", "22222", -3, 4)
    text = RETAIL + retail("2", "11111", 4, 2) + retail("2", "22222", 5, 2)
    for part in [text + first + rest] if files == 1 else [text + first, RETAIL + rest]:
        bring(part, profile="online-retail")
    with database.read() as session:
        order = session.scalars(select(OrderRow)).one()
        lines = select(OrderLineRow.sku, OrderLineRow.ordered, OrderLineRow.cancelled_at).order_by(OrderLineRow.line_no)
        assert list(map(tuple, session.execute(lines))) == [("11111", 4, None), ("22222", 3, NOON)]
        assert (order.state, order.list_version) == (OrderState.READY, 3)


def test_a_dry_run_knows_what_its_own_file_takes_back(bring: Bring) -> None:
    bring(RETAIL + retail("0", "11111", 3, 1), profile="online-retail")
    text = RETAIL + "".join(
        [
            *(retail("1", "11111", 6, 1), retail("2", "22222", 5, 2), retail("0", "11111", 3, 1)),
            *(retail("C1", "11111", -6, 3), retail("C2", "22222", -2, 3), retail("C3", "22222", -4, 3)),
            *(retail("C0", "11111", -3, 3), retail("C4", "11111", -3, 3)),
        ]
    )
    rehearsed = bring(text, profile="online-retail", dry_run=True)
    assert counts(rehearsed) == {"created": 2, "unchanged": 1, "skipped": 3, "refused": 2}
    assert counts(bring(text, profile="online-retail")) == counts(rehearsed)


def test_all_or_nothing_refuses_a_file_for_what_only_storing_finds(database: Database, bring: Bring) -> None:
    text = RETAIL + retail("1", "11111", 6, 1) + retail("C9", "33333", -1, 3)
    outcome = bring(text, profile="online-retail", all_or_nothing=True)
    assert counts(outcome) == {"refused": 2}
    assert codes(outcome) == [(2, "all_or_nothing"), (3, "invalid_quantity")]
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(OrderRow)) == 0
    assert counts(
        bring(text.replace(",-1,", ",1,").replace("C9", "9"), profile="online-retail", all_or_nothing=True)
    ) == {"created": 2}


def test_a_price_far_below_the_usual_one_is_flagged(database: Database, bring: Bring) -> None:
    build(database, lambda session: an_item(session, "A"))
    bring(HEAD + "".join(line(str(n), "A", n) for n in range(1, 5)))
    assert codes(bring(HEAD + line("9", "A", 9).replace("2.50", "1.20"))) == [(2, "price_anomaly")]


def test_a_known_customer_who_has_it_sent_elsewhere_is_flagged(database: Database, bring: Bring) -> None:
    build(database, lambda session: an_item(session, "A"))
    bring(HEAD + line("1", "A", 1))
    moved = line("2", "A", 2).replace("LS1 4AP", "YO1 7HH") + line("3", "A", 3).replace("LS1 4AP", "ls14ap")
    assert codes(bring(HEAD + moved)) == [(2, "address_changed")]


SHOPIFY = (
    "Name,Financial Status,Created at,Lineitem quantity,Lineitem sku,Shipping Name,Shipping Address1,Shipping City,"
)
SHOPIFY += "Shipping Zip,Shipping Country\n"


def shop(payment: str) -> str:
    return f"{SHOPIFY}#1,{payment},2026-03-02 09:14:05 +0000,2,A,Mr Smith,1 Mill Lane,Leeds,LS1 4AP,GB\n"


def test_an_order_its_shop_has_cancelled_ends_wherever_it_is(database: Database, bring: Bring) -> None:
    build(database, lambda session: an_item(session, "A"))
    never = bring(shop("voided"), profile="shopify-orders")
    assert (counts(never), codes(never)) == ({"refused": 1}, [(2, "cancelled_upstream")])
    bring(shop("paid"), profile="shopify-orders")
    ended, again = bring(shop("voided"), profile="shopify-orders"), bring(shop("voided"), profile="shopify-orders")
    assert (counts(ended), counts(again)) == ({"updated": 1}, {"unchanged": 1})
    with database.read() as session:
        assert session.scalars(select(OrderRow.state)).one() is OrderState.CANCELLED


def test_an_order_its_shop_has_cancelled_ends_also_when_no_line_of_it_is_to_be_picked_any_more(
    database: Database, bring: Bring
) -> None:
    def without_goods(payment: str) -> str:
        return (
            shop(payment).replace("Lineitem sku", "Lineitem requires shipping,Lineitem sku").replace(",A,", ",false,A,")
        )

    build(database, lambda session: an_item(session, "A"))
    never = bring(without_goods("voided"), profile="shopify-orders")
    assert (counts(never), codes(never)) == ({"skipped": 1}, [(2, "no_pickable_line")])
    bring(shop("paid"), profile="shopify-orders")
    bring(without_goods("paid"), profile="shopify-orders")
    assert stopped(database) == (1, 1)
    rehearsed = bring(without_goods("voided"), profile="shopify-orders", dry_run=True)
    ended = bring(without_goods("voided"), profile="shopify-orders")
    assert (counts(ended), codes(ended), rehearsed.report) == (
        {"updated": 1},
        [(2, "cancelled_upstream")],
        ended.report,
    )
    assert counts(bring(without_goods("voided"), profile="shopify-orders")) == {"unchanged": 1}
    with database.read() as session:
        assert session.scalars(select(OrderRow.state)).one() is OrderState.CANCELLED
    assert stopped(database) == (0, 0)


def test_an_order_cancelled_by_its_shop_that_has_left_is_put_before_a_lead(database: Database, bring: Bring) -> None:
    build(database, lambda session: an_item(session, "A"))
    bring(shop("paid"), profile="shopify-orders")
    build(database, lambda session: session.execute(update(OrderRow).values(state=OrderState.SHIPPED)))
    assert counts(bring(shop("voided"), profile="shopify-orders")) == {"skipped": 1}
    with database.read() as session:
        assert list(session.scalars(select(ExceptionRow.type))) == ["changed_after_release"]


def test_an_order_whose_payment_is_at_risk_is_held(database: Database, bring: Bring) -> None:
    build(database, lambda session: an_item(session, "A"))
    text = shop("paid").replace("Name,Fin", "Name,Risk Level,Fin", 1).replace("#1,", "#1,High,")
    assert codes(bring(text, profile="shopify-orders")) == [(2, "unpaid")]


def test_a_cancellation_of_an_order_in_work_stops_it_and_asks_a_lead(database: Database, bring: Bring) -> None:
    order = RETAIL + retail("1", "11111", 6, 1)
    bring(order, profile="online-retail")
    build(database, lambda session: session.execute(update(OrderRow).values(state=OrderState.PICKING)))
    outcome = bring(RETAIL + retail("C1", "11111", -6, 3), profile="online-retail")
    assert counts(outcome) == {"skipped": 1}
    with database.read() as session:
        assert session.scalars(select(OrderRow.state)).one() is OrderState.PICKING
        assert list(session.scalars(select(HoldRow.reason))) == ["changed_after_release"]


ITEMS = "sku,name,unit,barcode,pack_quantity,weight_g,tracking,flags\n"


def test_items_come_in_with_barcodes_and_again_only_what_differs(database: Database, bring: Bring) -> None:
    text = ITEMS + "A,Mug,each,4006381333931,1,300,none,fragile\nA,Mug,case,14006381333938,6,,,\nB,Cup,,,,,,\n"
    assert counts(bring(text, "items")) == {"created": 2}
    assert counts(bring(text, "items")) == {"unchanged": 2}
    assert counts(bring(text.replace("300", "310"), "items")) == {"updated": 1, "unchanged": 1}
    with database.read() as session:
        item = session.scalars(select(ItemRow).where(ItemRow.sku == "A")).one()
        assert (item.weight_g, item.fragile) == (310, True)
        stored = session.execute(select(BarcodeRow.code, BarcodeRow.pack_quantity).order_by(BarcodeRow.id)).all()
        assert [tuple(row) for row in stored] == [("04006381333931", 1), ("14006381333938", 6)]


def test_a_barcode_of_another_item_is_left_out_and_told(database: Database, bring: Bring) -> None:
    build(database, lambda session: an_item(session, "OLD", "4006381333931"))
    outcome = bring(ITEMS + "NEW,Mug,each,4006381333931,1,,,\n", "items")
    assert (counts(outcome), codes(outcome)) == ({"created": 1}, [(2, "duplicate_barcode")])
    with database.read() as session:
        assert list(session.scalars(select(ExceptionRow.type))) == ["duplicate_sku"]


def test_another_spelling_of_a_sku_is_refused_never_merged(database: Database, bring: Bring) -> None:
    build(database, lambda session: an_item(session, "85123A"))
    outcome = bring(ITEMS + "85123a,Mug,,,,,,\n", "items")
    assert (counts(outcome), codes(outcome)) == ({"refused": 1}, [(2, "duplicate_sku")])


def test_bins_come_in_with_our_label_and_their_own(database: Database, bring: Bring) -> None:
    text = "code,zone,walk_sequence,kind,barcode\nS1,A,1,pick_face,OLD-1\n"
    assert [counts(bring(text, "bins")), counts(bring(text, "bins"))] == [{"created": 1}, {"unchanged": 1}]
    with database.read() as session:
        row = session.scalars(select(BinRow)).one()
        assert (row.code, row.zone, row.walk_sequence) == ("S1", "A", 1)
        assert set(session.scalars(select(BarcodeRow.code))) == {"L:S1", "OLD-1"}


def test_stock_figures_become_moves_and_only_differences_are_booked(database: Database, bring: Bring) -> None:
    build(database, lambda session: (a_bin(session, "S1"), an_item(session, "A")))
    head = "bin,sku,lot,expires_on,quantity\n"
    texts = [f"{head}S1,A,,,20\n", f"{head}S1,A,,,20\n", f"{head}S1,A,,,17\n", f"{head}S1,A,,,18\n"]
    assert [counts(bring(text, "stock")) for text in texts] == [
        {"created": 1},
        {"unchanged": 1},
        {"updated": 1},
        {"updated": 1},
    ]
    with database.read() as session:
        assert session.scalars(select(StockRow.quantity)).one() == 18
        moves = session.execute(select(MoveRow.reason, MoveRow.quantity).order_by(MoveRow.id)).all()
        assert [tuple(move) for move in moves] == [
            (MoveReason.RECEIPT, 20),
            (MoveReason.ADJUSTMENT, 3),
            (MoveReason.ADJUSTMENT, 1),
        ]


def test_stock_that_is_promised_or_of_nothing_known_is_refused_by_its_row(database: Database, bring: Bring) -> None:
    def recipe(session: Session) -> None:
        some_stock(session, a_bin(session, "S1"), an_item(session, "A"), 5)
        session.execute(update(StockRow).values(reserved=4))

    build(database, recipe)
    outcome = bring("bin,sku,lot,expires_on,quantity\nS1,A,,,2\nS1,B,,,1\nS9,A,,,1\n", "stock")
    assert counts(outcome) == {"refused": 3}
    assert codes(outcome) == [(2, "conflict"), (3, "unknown_sku"), (4, "unknown_bin")]
    assert (outcome.rejected or b"").count(b"\r\n") == 4
    with database.read() as session:
        assert session.scalars(select(StockRow.quantity)).one() == 5


def test_a_file_of_people_demotes_no_last_admin_and_gives_no_name_twice(database: Database, bring: Bring) -> None:
    def recipe(session: Session) -> None:
        a_person(session, "Ida", Role.ADMIN)
        a_person(session, "Ana")

    build(database, recipe)
    outcome = bring("name,role,badge\nIda,picker,U:IDA\nIda,picker,U:ANA\n", "users")
    assert (counts(outcome), codes(outcome)) == ({"refused": 2}, [(2, "conflict"), (3, "conflict")])
    with database.read() as session:
        people = session.execute(select(PersonRow.name, PersonRow.role).order_by(PersonRow.id)).all()
        assert [tuple(one) for one in people] == [("Ida", "admin"), ("Ana", "picker")]


def test_a_file_of_people_knows_a_badge_of_the_sites_own(database: Database, bring: Bring) -> None:
    new = NewPerson(actor=SYSTEM, at=NOON, name="Ana", role=Role.PICKER, badge="x7", pin_hash="unusable")
    database.run(create_person, new)
    outcome = bring("name,role,badge\nAna,lead,x7\n", "users")
    assert (counts(outcome), outcome.people) == ({"updated": 1}, ())


def test_people_get_a_pin_that_is_told_once(database: Database, bring: Bring) -> None:
    text = "name,role,badge,language\nAna,picker,U:ANA,en\n"
    first, again = bring(text, "users"), bring(text.replace("picker", "lead"), "users")
    assert (counts(first), counts(again), again.people) == ({"created": 1}, {"updated": 1}, ())
    (ana,) = first.people
    with database.read() as session:
        row = session.scalars(select(PersonRow)).one()
        assert (row.name, row.role, row.pin_hash) == ("Ana", "lead", f"hash {ana.pin}")
