"""Every state of bench, dock and board, in every language: nothing cut, nothing on another, nothing left in English."""

from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, Page, ViewportSize
from sqlalchemy import select

from tests.journeys.floor import STATION, Floor
from tests.journeys.hands import Json, Labels, press, scan
from tests.journeys.looking import SMALL, Eyes, ask, leave, stay
from tests.journeys.robot import Robot
from warehouse.storage.models.packing import CartonRow

pytestmark = pytest.mark.browser
NOT_KNOWN = "0000000000000"
WALL = ViewportSize(width=1920, height=1080)
MORE = 2


@pytest.fixture(scope="module")
def labels(floor: Floor) -> Labels:
    """What Carl has picked."""
    return Labels.of(floor.database, Robot(floor, "Carl").pick_next())


@pytest.fixture(scope="module")
def ben(browser: Browser, floor: Floor) -> Iterator[Page]:
    with floor.person(browser, "Ben", STATION) as context:
        yield floor.page(context, "/pack")


def plain(labels: Labels) -> tuple[Json, list[Json]]:
    """A slot whose order has several lines and nothing with a serial number."""
    for slot in labels.snapshot["slots"]:
        tasks = [task for task in labels.snapshot["tasks"] if task["order"] == slot["order"]]
        if len(tasks) > 1 and all(task.get("tracking") != "serial" for task in tasks):
            return slot, tasks
    raise LookupError("this demo has no plain order")


def test_the_bench(ben: Page, floor: Floor, labels: Labels) -> None:
    eyes = Eyes(ben, floor, fixed=False, small=STATION)
    slot, tasks = plain(labels)
    own = {task["sku"] for task in tasks}
    foreign = next(task["sku"] for task in labels.snapshot["tasks"] if task["sku"] not in own)
    unknown = partial(scan, ben, NOT_KNOWN)
    eyes.tour({"pack": stay, "pack-refused": unknown, "pack-more": partial(ask, ben, "F9")})
    leave(ben)
    scan(ben, f"T:{slot['tote']}")
    ben.wait_for_selector(".pack-tile")
    eyes.tour(
        {
            "order": partial(ben.wait_for_selector, ".pack-tile"),
            "order-wrong": partial(scan, ben, labels.item(foreign), "not_on_batch"),
            "order-damaged": partial(ask, ben, "F6"),
            "order-more": partial(ask, ben, "F9"),
            "order-box": partial(ask, ben, "F9", "pack"),
            "order-leave": partial(ask, ben, "F9", "out"),
        }
    )
    leave(ben)
    for task in tasks[:-1]:
        _count(ben, labels, task)
    ben.keyboard.press("F2")
    ben.wait_for_selector(".pack-tile[data-status=caution]")
    eyes.tour({"missing": partial(ben.wait_for_selector, ".pack-tile[data-status=caution]")})
    _count(ben, labels, tasks[-1])
    for _ in range(6):
        if ben.locator(".station-body .card > p.code").count():
            break
        press(ben, "F2")
    ben.wait_for_selector("[data-job=confirmed], [data-job=sent]")
    eyes.tour(
        {
            "label": partial(ben.wait_for_selector, ".card > p.code"),
            "label-wrong": partial(scan, ben, "]C100095200009999999998", "unknown_barcode"),
            "label-more": partial(ask, ben, "F9"),
            "label-reprint": partial(ask, ben, "F9", "printer"),
        }
    )
    leave(ben)
    scan(ben, f"]C100{_sscc(floor)}", "complete")
    eyes.look("packed", str(ben.get_attribute("html", "lang")))
    assert eyes.report() == ""


def _count(page: Page, labels: Labels, task: Json) -> None:
    for code in labels.units({**task, "picked": 0}):
        scan(page, code, "accepted")


def _sscc(floor: Floor) -> str:
    with floor.database.read() as session:
        return str(session.scalars(select(CartonRow.sscc).where(CartonRow.sscc.is_not(None))).one())


def test_the_dock(ben: Page, floor: Floor) -> None:
    ben.goto(f"{floor.url}/load")
    ben.wait_for_selector("[data-list]")
    ben.set_viewport_size(SMALL)
    eyes = Eyes(ben, floor)
    eyes.tour(
        {
            "load": partial(ben.wait_for_selector, "[data-list]"),
            "load-list": partial(ben.click, "[data-list]"),
            "load-wrong": partial(scan, ben, NOT_KNOWN, "unknown_barcode"),
            "load-more": partial(ask, ben, MORE),
            "load-typed": partial(ask, ben, MORE, "hand"),
            "load-missed": partial(ask, ben, MORE, "alert"),
        }
    )
    assert eyes.report() == ""


@pytest.mark.usefixtures("labels")
def test_the_board_and_the_wall(browser: Browser, floor: Floor) -> None:
    Robot(floor, "Ana").take_next()
    made = Robot(floor, "Ada").call("POST", "/walls", {"name": "Hall"})
    with floor.person(browser, "Lea", STATION) as context:
        page = context.new_page()
        page.goto(f"{floor.url}/board")
        board = Eyes(page, floor, fixed=False, small=STATION)
        board.tour({"board": partial(page.wait_for_selector, ".lanes")}, ".lanes")
        wall = Eyes(page, floor, fixed=False, small=WALL)
        page.goto(f"{floor.url}{made['path']}")
        wall.tour({"wall": partial(page.wait_for_selector, ".wall-grid")}, ".wall-grid")
    assert board.report() + wall.report() == ""
