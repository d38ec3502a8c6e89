"""Every state of the handheld, in every language: nothing cut, nothing on another, nothing left in English."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from tests.journeys.floor import HANDHELD, Floor
from tests.journeys.hands import ALL_SENT, Json, Labels, bind_totes, go_on_here, labels_of, scan
from tests.journeys.looking import SMALL, Eyes, ask, leave, stay
from tests.journeys.robot import Robot
from warehouse.services.actor import SYSTEM
from warehouse.services.side.counting import Adjust, adjust_stock
from warehouse.storage.models.stock import BinRow, StockRow

pytestmark = pytest.mark.browser
NOT_KNOWN = "0000000000000"
SHORT, MORE = 0, 2
"""Where the buttons of the row stand."""


@pytest.fixture(scope="module")
def ana(browser: Browser, floor: Floor) -> Iterator[Page]:
    with floor.person(browser, "Ana", HANDHELD) as context:
        page = floor.page(context, "/pick")
        page.set_viewport_size(SMALL)
        yield page


@pytest.fixture
def eyes(ana: Page, floor: Floor) -> Eyes:
    return Eyes(ana, floor)


def left(page: Page, code: str, expect: str) -> None:
    """Give an open question up, then scan."""
    leave(page)
    scan(page, code, expect)


def now(page: Page, floor: Floor) -> tuple[Labels, Json]:
    """Give the list and the task that comes next on it, once the server has heard everything."""
    page.wait_for_selector(ALL_SENT)
    labels = labels_of(floor.database)
    return labels, labels.walk[0]


def test_a_list_is_begun(ana: Page, eyes: Eyes, floor: Floor) -> None:
    eyes.tour({"start": stay, "settings": partial(ask, ana, 0)})
    leave(ana)
    scan(ana, "C:CONFIRM")
    ana.wait_for_selector(".band[data-outcome=ready]")
    eyes.tour({"cart": stay, "cart-typed": partial(ask, ana, MORE, "hand")})
    leave(ana)
    labels = labels_of(floor.database)
    scan(ana, f"K:{labels.carts[0]}", "accepted")
    eyes.tour({"bind": stay, "bind-wrong": partial(scan, ana, NOT_KNOWN, "unknown_barcode")})
    bind_totes(ana, labels)
    assert eyes.report() == ""


def test_on_the_way_and_at_the_bin(ana: Page, eyes: Eyes, floor: Floor) -> None:
    labels, task = now(ana, floor)
    other = next(it for it in labels.walk if it["bin"] != task["bin"])
    eyes.tour({"go": stay, "go-wrong": partial(scan, ana, labels.bin(other), "wrong_bin")})
    scan(ana, labels.bin(task), "accepted")
    piece = next(it["sku"] for it in labels.walk if it["sku"] != task["sku"])
    eyes.tour(
        {
            "item": stay,
            "item-other": partial(scan, ana, labels.item(piece), "other_task"),
            "more": partial(ask, ana, MORE),
            "short": partial(ask, ana, SHORT),
            "short-why": partial(ask, ana, SHORT, "ok"),
            "damaged": partial(ask, ana, MORE, "damaged"),
            "damaged-why": partial(ask, ana, MORE, "damaged", "ok"),
            "typed": partial(ask, ana, MORE, "hand"),
            "give-back": partial(ask, ana, MORE, "out"),
            "pause": partial(ask, ana, MORE, "clock"),
            "help": partial(left, ana, "C:HELP", "accepted"),
        }
    )
    assert eyes.report() == ""


def test_an_item_in_hand(ana: Page, eyes: Eyes, floor: Floor) -> None:
    labels, task = now(ana, floor)
    for code in labels.units(task):
        scan(ana, code, "accepted")
    foreign = next(slot for slot in labels.snapshot["slots"] if slot["slot"] != task["slot"])
    eyes.tour(
        {
            "tote": stay,
            "tote-over": partial(scan, ana, labels.item(task["sku"]), "over_quantity"),
            "tote-wrong": partial(scan, ana, f"T:{foreign['tote']}", "wrong_tote"),
            "tote-more": partial(ask, ana, MORE),
            "tote-typed": partial(ask, ana, MORE, "hand"),
        }
    )
    leave(ana)
    scan(ana, labels.tote(task), "complete")
    assert eyes.report() == ""


def test_a_put_back(ana: Page, eyes: Eyes, floor: Floor) -> None:
    labels = labels_of(floor.database)
    done = next(task for task in labels.snapshot["tasks"] if task["picked"])
    Robot(floor, "Lea").call("POST", f"/orders/{done['order']}/cancel", {"reason": "customer"})
    ana.goto(f"{floor.url}/put-backs")
    ana.wait_for_selector(".work-choice")
    eyes.tour(
        {
            "put-backs": partial(ana.wait_for_selector, ".work-choice"),
            "put-back": partial(ana.click, ".work-choice"),
            "put-back-wrong": partial(scan, ana, NOT_KNOWN, "unknown_barcode"),
            "put-back-short": partial(ask, ana, SHORT),
            "put-back-more": partial(ask, ana, MORE),
            "put-back-damaged": partial(ask, ana, MORE, "damaged"),
            "put-back-typed": partial(ask, ana, MORE, "hand"),
        }
    )
    assert eyes.report() == ""


def test_a_count(ana: Page, eyes: Eyes, floor: Floor) -> None:
    labels = labels_of(floor.database)
    task = labels.walk[-1]
    Robot(floor, "Lea").call("POST", "/counts", {"bin": task["bin"]})
    ana.goto(f"{floor.url}/counts")
    ana.click(".work-choice")
    scan(ana, labels.bin(task), "accepted")
    scan(ana, labels.item(task["sku"]), "accepted")
    ana.reload()
    eyes.tour(
        {
            "counts": partial(ana.wait_for_selector, ".work-choice"),
            "count": partial(ana.click, ".work-choice"),
            "count-wrong": partial(scan, ana, NOT_KNOWN, "unknown_barcode"),
            "count-more": partial(ask, ana, MORE),
            "count-typed": partial(ask, ana, MORE, "hand"),
        }
    )
    assert eyes.report() == ""


def test_the_end_of_a_list(browser: Browser, floor: Floor) -> None:
    Robot(floor, "Ada").call("PATCH", "/settings", {"settings": {"pick_default": {"zero_check": True}}})
    robot, lea = Robot(floor, "Dina"), Robot(floor, "Lea")
    snapshot = robot.take_next()
    *_, last = Labels.of(floor.database, snapshot["id"]).walk
    robot.pick(snapshot, len(Labels.of(floor.database, snapshot["id"]).walk) - 1)
    _leave_nothing_behind(floor, last["bin"])
    labels = Labels.of(floor.database, snapshot["id"])
    with floor.person(browser, "Dina", HANDHELD) as context:
        page = floor.page(context, "/pick")
        page.set_viewport_size(SMALL)
        eyes = Eyes(page, floor)
        go_on_here(page)
        page.wait_for_selector(".steps")
        for code in (labels.bin(last), *labels.units(last), labels.tote(last)):
            scan(page, code)
        page.wait_for_selector(".actions [href='#i-stock']")
        eyes.tour({"empty": stay, "empty-left": partial(ask, page, 1)})
        leave(page)
        scan(page, "C:CONFIRM")
        page.wait_for_selector(".slot-row")
        eyes.tour({"finished": stay, "finished-more": partial(ask, page, MORE)})
        lea.call("POST", f"/batches/{snapshot['id']}/take-over", {"device": lea.device})
        eyes.tour({"taken-over": partial(page.wait_for_selector, ".stop-screen")})
    assert eyes.report() == ""


def _leave_nothing_behind(floor: Floor, place: str) -> None:
    """Take out of a bin what nobody has promised to anybody."""
    with floor.database.read() as session:
        rows = session.execute(
            select(StockRow.place_id, StockRow.item_id, StockRow.lot_id, StockRow.reserved)
            .join(BinRow, BinRow.id == StockRow.place_id)
            .where(BinRow.code == place)
        ).all()
    for key, item, lot, reserved in rows:
        moment, why = datetime.now(UTC), "Looked again"
        change = Adjust(actor=SYSTEM, at=moment, bin=key, item=item, lot=lot, quantity=reserved, reason=why)
        floor.database.run(adjust_stock, change)
