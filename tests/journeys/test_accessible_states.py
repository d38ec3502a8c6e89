"""Nobody is kept out of a state that work brings: over, finished, stopped, an order open at pack, one thing's page."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize
from sqlalchemy import select

from tests.journeys.axe import findings
from tests.journeys.floor import HANDHELD, STATION, Floor
from tests.journeys.hands import Labels, go_on_here, scan
from tests.journeys.robot import Robot
from tests.journeys.test_accessible import OFFICE
from warehouse.domain.codes import Role
from warehouse.domain.training import GUIDES
from warehouse.storage.models.catalog import ItemRow

pytestmark = pytest.mark.browser

WALL = ViewportSize(width=1920, height=1080)
SETTLED = 200


@pytest.fixture(scope="module")
def ada(browser: Browser, floor: Floor) -> Iterator[BrowserContext]:
    with floor.person(browser, "Ada", STATION) as context:
        yield context


def test_an_order_open_at_the_station_keeps_nobody_out(browser: Browser, floor: Floor, judge: str) -> None:
    labels = Labels.of(floor.database, Robot(floor, "Carl").pick_next())
    slot = labels.snapshot["slots"][0]
    tasks = [task for task in labels.snapshot["tasks"] if task["order"] == slot["order"]]
    foreign = next(it for it in labels.snapshot["tasks"] if it["sku"] not in {task["sku"] for task in tasks})
    with floor.person(browser, "Ben", STATION) as context:
        page = floor.page(context, "/pack")
        scan(page, f"T:{slot['tote']}")
        page.wait_for_selector(".pack-tile")
        found = {"opened": findings(page, judge)}
        scan(page, labels.units({**tasks[0], "picked": 0})[0], "accepted")
        found["counting"] = findings(page, judge)
        scan(page, labels.item(foreign["sku"]), "not_on_batch")
        found["foreign"] = findings(page, judge)
        page.keyboard.press("F2")
        page.wait_for_selector(".pack-tile[data-status=caution]")
        found["missing"] = findings(page, judge)
    assert {state: broken for state, broken in found.items() if broken} == {}


def test_a_list_that_is_over_stopped_or_finished_keeps_nobody_out(browser: Browser, floor: Floor, judge: str) -> None:
    robot = Robot(floor, "Ana")
    snapshot = robot.take_next()
    walk = Labels.of(floor.database, snapshot["id"]).walk
    robot.pick(snapshot, len(walk) - 1)
    labels, found = Labels.of(floor.database, snapshot["id"]), {}
    with floor.person(browser, "Ana", HANDHELD) as context:
        page = floor.page(context, "/pick")
        go_on_here(page)
        page.wait_for_selector(".band")
        scan(page, labels.bin(walk[-1]), "accepted")
        scan(page, labels.item(walk[0]["sku"]), "already_done")
        found["over"] = findings(page, judge)
        context.set_offline(True)
        page.wait_for_selector("[data-link=offline]")
        scan(page, labels.units(walk[-1])[0], "accepted")
        found["offline"] = findings(page, judge)
        Robot(floor, "Lea").call("POST", f"/orders/{walk[-1]['order']}/cancel", {"reason": "customer"})
        context.set_offline(False)
        page.wait_for_selector(".stop-screen")
        found["stopped"] = findings(page, judge)
        scan(page, "C:CONFIRM")
        page.wait_for_selector(".slot-row")
        found["finished"] = findings(page, judge)
    assert {state: broken for state, broken in found.items() if broken} == {}


def test_a_wall_keeps_nobody_out(browser: Browser, floor: Floor, judge: str) -> None:
    made = Robot(floor, "Ada").call("POST", "/walls", {"name": "Hall"})
    context = browser.new_context(viewport=WALL, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{floor.url}{made['path']}")
    page.wait_for_selector(".wall-grid")
    page.wait_for_timeout(SETTLED)
    found = findings(page, judge)
    context.close()
    assert found == []


@pytest.mark.parametrize("role", GUIDES)
def test_a_guide_keeps_nobody_out(ada: BrowserContext, floor: Floor, judge: str, role: Role) -> None:
    page = ada.new_page()
    assert (answer := page.goto(f"{floor.url}/guides/{role}")) is not None
    assert answer.status == 200
    assert findings(page, judge) == []
    page.close()


def test_the_page_of_one_thing_keeps_nobody_out(ada: BrowserContext, floor: Floor, judge: str) -> None:
    """From every page of the office, the first link of each kind to one thing: an item, an order, an exception."""
    page = ada.new_page()
    kinds: dict[str, str] = {}
    for path in ("/", *OFFICE):
        page.goto(f"{floor.url}{path}")
        links: list[str] = page.eval_on_selector_all("main a[href^='/']", "all => all.map((it) => it.pathname)")
        for link in links:
            if link not in OFFICE and not re.search(r"\.(pdf|csv|zpl|json|png)$|^/(pick|pack|load|api|static)\b", link):
                kinds.setdefault(re.sub(r"/[^/]*\d[^/]*(?=/|$)|(?<=/figures)/.*", "/N", link), link)
    with floor.database.read() as session:
        kinds["/admin/items/N"] = f"/admin/items/{session.scalar(select(ItemRow.id).limit(1))}"
    found = {}
    for link in kinds.values():
        assert (answer := page.goto(f"{floor.url}{link}")) is not None
        assert answer.status == 200, link
        found[link] = findings(page, judge)
    page.close()
    assert {"/admin/items/N", "/admin/orders/N"} <= set(kinds), kinds
    assert {link: broken for link, broken in found.items() if broken} == {}
