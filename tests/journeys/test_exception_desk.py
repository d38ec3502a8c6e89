"""The order desk works a queue of fifty exceptions with a keyboard; no pointer touches the page."""

import itertools
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.journeys.floor import STATION, Floor, make_floor, running
from warehouse.app import open_database
from warehouse.domain.exception_queue import ExceptionType
from warehouse.services.actor import SYSTEM
from warehouse.services.exceptions.queue import OpenEntry, open_exception
from warehouse.services.orders.holds import HoldOrder, hold_order
from warehouse.settings import read_settings
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import HoldRow, OrderRow

pytestmark = pytest.mark.browser
QUEUE = 50
WATCH = """
for (const kind of ["pointerdown", "mousedown", "mousemove", "touchstart", "wheel"])
  addEventListener(kind, () => window.pointed(kind), true);
"""


def a_queue(session: Session, at: datetime) -> None:
    """Fifty held orders; every fifth looks like the one before it."""
    orders = session.scalars(select(OrderRow).order_by(OrderRow.id).limit(QUEUE + 1)).all()
    for before, order in itertools.pairwise(orders):
        twice = order.id % 5 == 0
        kind = ExceptionType.DUPLICATE_ORDER if twice else ExceptionType.UNPAID
        entry = OpenEntry(
            actor=SYSTEM,
            at=at,
            type=kind,
            subject=f"order:{order.id}",
            about=f"order {order.number}",
            data={"other": [before.source, before.external_id]} if twice else None,
            order=order.id,
            cutoff=order.cutoff_at,
        )
        key = open_exception(session, entry)
        held = HoldOrder(actor=SYSTEM, at=at, number=order.number, reason=kind, text="Held", exception=key)
        hold_order(session, held)


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Floor, Page, list[str]]]:
    """A served warehouse with fifty entries, Odile of the order desk at her screen, and what a pointer did."""
    data_dir = tmp_path_factory.mktemp("desk")
    make_floor(data_dir, orders=0)
    database = open_database(read_settings({"WAREHOUSE_DATA_DIR": str(data_dir)}))
    database.run(a_queue, datetime.now(UTC))
    database.close()
    pointed: list[str] = []
    with running(data_dir) as floor, floor.person(browser, "Odile", STATION) as context:
        context.expose_binding("pointed", lambda _page, kind: pointed.append(kind))
        context.add_init_script(WATCH)
        yield floor, floor.page(context, "/admin/exceptions?role=order_desk"), pointed


def answers(floor: Floor) -> Counter[tuple[str, str | None]]:
    with floor.database.read() as session:
        mine = ExceptionRow.type.in_([ExceptionType.UNPAID, ExceptionType.DUPLICATE_ORDER])
        rows = session.execute(select(ExceptionRow.state, ExceptionRow.answer).where(mine))
        return Counter((str(state), answer) for state, answer in rows)


def waiting(floor: Floor) -> int:
    with floor.database.read() as session:
        return len(session.scalars(select(HoldRow.id).where(HoldRow.lifted_at.is_(None))).all())


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def shown(page: Page) -> str:
    return page.locator("h1").inner_text()


def go_on(page: Page, key: str) -> None:
    """Press a key that leads to another page, and wait until that one listens."""
    with page.expect_navigation():
        page.keyboard.press(key)
    page.wait_for_selector("body[data-ready]")


def answer(page: Page, key: str, word: str) -> None:
    """Give one of the answers; the next entry comes by itself."""
    before = shown(page)
    press(page, key)
    if key == "2":
        page.keyboard.type("Lea")
        press(page, "Tab")
    page.keyboard.type(word)
    go_on(page, "Enter")
    assert shown(page) != before


def test_fifty_exceptions_are_worked_with_the_keyboard_alone(house: tuple[Floor, Page, list[str]]) -> None:
    floor, page, pointed = house
    assert (answers(floor), waiting(floor)) == ({("open", None): QUEUE}, QUEUE)
    press(page, "ArrowDown", "ArrowUp")
    go_on(page, "Enter")
    assert page.locator(".crumb").inner_text().endswith(f"1 of {QUEUE}")
    for turn in range(38):
        key = "1" if turn == 7 else "2" if turn == 8 else "3" if turn % 10 == 9 else "4"
        answer(page, key, "The customer says it is right")
    assert answers(floor) == {
        ("open", None): 12,
        ("acknowledged", "flag"): 1,
        ("open", "escalate"): 1,
        ("resolved", "reject"): 3,
        ("resolved", "process"): 33,
    }
    settle_the_rest_at_once(page)
    assert answers(floor) == {
        ("acknowledged", "flag"): 1,
        ("open", "escalate"): 1,
        ("resolved", "reject"): 3,
        ("resolved", "process"): 45,
    }
    assert (waiting(floor), pointed) == (2, [])


def settle_the_rest_at_once(page: Page) -> None:
    """Back to the queue, all chosen but what was flagged; rehearsed, done. What was given away is no longer in it."""
    go_on(page, "u")
    press(page, "a")
    row = page.locator("[data-row]:has-text('flagged for review')")
    at = page.locator("[data-row]").evaluate_all("(rows, row) => rows.indexOf(row)", row.element_handle())
    page.locator("[data-row] a").first.focus()
    press(page, *["ArrowDown"] * at, "x")
    press(page, "b")
    page.keyboard.type("Process")
    press(page, "Tab", "Tab")
    page.keyboard.type("Paid by transfer")
    go_on(page, "Enter")
    assert page.locator(".page-head .chip").inner_text() == "12 of 12 can be done"
    go_on(page, "Enter")
    assert page.locator(".page-head .chip").inner_text() == "12 of 12 done"
    go_on(page, "Enter")
    assert page.locator("[data-row]").count() == 1


def test_two_orders_stand_side_by_side(house: tuple[Floor, Page, list[str]]) -> None:
    floor, page, _ = house
    with floor.database.read() as session:
        kind = ExceptionRow.type == ExceptionType.DUPLICATE_ORDER
        key = session.scalars(select(ExceptionRow.id).where(kind)).first()
    page.goto(f"{floor.url}/admin/exceptions/{key}")
    rows = page.locator(".desk-sides tbody tr").all_inner_texts()
    assert [row.split("\t")[0] for row in rows[:6]] == [
        *("Shop's number", "Placed", "State", "Customer", "Goes to", "Value"),
    ]
    assert len(rows) > 6
