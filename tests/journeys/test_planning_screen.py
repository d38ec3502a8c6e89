"""Lea plans a wave, watches it get better, moves an order, releases; Ana's screen walks exactly that order of stops."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import func, select

from tests.journeys.book import open_book
from tests.journeys.floor import HANDHELD, STATION, Floor, make_floor, running
from tests.journeys.hands import ALL_SENT, Labels, begin, labels_of, scan
from tests.journeys.shop import serving
from tests.journeys.test_whole_shift import signed_in
from warehouse.domain.codes import BatchState
from warehouse.storage.models.batching import BatchRow, BatchSlotRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.queries.layout import stops_of

pytestmark = pytest.mark.browser
BUDGET = 3
STOPS = 4
"""So many stops are really picked."""


@pytest.fixture(scope="module", params=["demo", "real"])
def house(
    request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Floor, Page, Page, int]]:
    """A served warehouse, Lea at a desk, Ana with a handheld, and how many orders wait."""
    data_dir: Path = tmp_path_factory.mktemp("planning")
    if request.param == "real":
        shared: Path = request.getfixturevalue("shared")
        shop = open_book(data_dir, shared / "data" / "orders_500.csv", 200)
        with (
            serving(shop) as floor,
            browser.new_context(viewport=STATION) as desk,
            browser.new_context(viewport=HANDHELD, has_touch=True, reduced_motion="reduce") as hand,
        ):
            lea = signed_in(desk, floor, shop.people["Lea"])
            yield floor, lea, signed_in(hand, floor, shop.people["Ana"], "/pick"), 200
        return
    make_floor(data_dir, orders=0)
    with (
        running(data_dir) as floor,
        floor.person(browser, "Lea", STATION) as desk,
        floor.person(browser, "Ana", HANDHELD) as hand,
    ):
        yield floor, desk.new_page(), floor.page(hand, "/pick"), 40


def figure(page: Page, name: str) -> str:
    return page.locator(f".stat:has(dt:text-is('{name}')) dd").first.inner_text()


def metres(page: Page) -> int:
    return int(figure(page, "Walk").removesuffix(" m").replace(",", ""))


def late(page: Page) -> int:
    return int(figure(page, "Late orders").replace(",", ""))


def test_a_wave_is_planned_watched_changed_released_and_walked(house: tuple[Floor, Page, Page, int]) -> None:
    floor, lea, ana, orders = house
    first = begin_plan(lea, floor, orders)
    lea.wait_for_selector("text=Best found", timeout=60_000)
    assert value(lea) <= first
    assert metres(lea) < 0.75 * int(figure(lea, "By bin name").removesuffix(" m").replace(",", ""))
    moved = move_one(lea)
    lea.get_by_role("button", name="Release to pickers").click()
    lea.wait_for_selector("text=See the batches", timeout=60_000)
    with floor.database.read() as session:
        batches = session.scalars(select(BatchRow.state)).all()
        planned = session.scalar(select(func.count(BatchSlotRow.order_id.distinct())))
    assert (set(batches), planned) == ({BatchState.RELEASED}, orders)
    assert moved in {order for order, _ in on_batches(floor)}
    walk_first_stops(floor, ana)


def value(page: Page) -> tuple[int, int]:
    """What a plan is worth, less is better: late orders, then metres."""
    return late(page), metres(page)


def begin_plan(page: Page, floor: Floor, orders: int) -> tuple[int, int]:
    """Begin to plan; what the first plan that is shown is worth is given back."""
    page.goto(f"{floor.url}/admin/planning")
    page.fill("#f-limit", str(orders))
    page.fill("#f-seconds", str(BUDGET))
    page.fill("#f-pickers", "6")
    page.get_by_role("button", name="Plan").click()
    page.wait_for_selector("body[data-ready]")
    page.wait_for_selector(".plan-trip", timeout=60_000)
    return value(page)


def move_one(page: Page) -> str:
    """Move an order to a trip of its own, at the price that is shown."""
    before = page.locator(".plan-trip").count()
    trip = page.locator(".plan-trip:has(select:not([disabled]))").first
    trip.locator("summary").click()
    choice = trip.locator(".plan-move").first
    order = (choice.get_attribute("aria-label") or "").removeprefix("Move order ")
    choice.select_option("own")
    price = page.wait_for_selector(".plan-price")
    assert price is not None
    assert " m, " in price.inner_text()
    page.get_by_role("button", name="Move it").click()
    page.wait_for_function("count => document.querySelectorAll('.plan-trip').length === count", arg=before + 1)
    return order


def on_batches(floor: Floor) -> list[tuple[str, int]]:
    with floor.database.read() as session:
        joined = select(OrderRow.number, BatchSlotRow.batch_id).join(BatchSlotRow, BatchSlotRow.order_id == OrderRow.id)
        return [(number, batch) for number, batch in session.execute(joined)]


def walk_first_stops(floor: Floor, ana: Page) -> None:
    """Pick the first stops; the screen asks for the bins in the planned order."""
    begin(ana, floor.database)
    labels = labels_of(floor.database)
    with floor.database.read() as session:
        planned = stops_of(session, labels.snapshot["id"])
    shown: list[str] = []
    while len(shown) < min(STOPS, len(planned)):
        place = ana.inner_text(".code-location")
        labels = labels_of(floor.database)
        if place not in shown:
            shown.append(place)
            scan(ana, f"L:{place}", "accepted")
        pick_one(ana, labels, place)
    assert shown == planned[: len(shown)]


def pick_one(page: Page, labels: Labels, place: str) -> None:
    """Pick the task that the screen asks for, standing at its bin."""
    sku = page.inner_text(".task-sku").split(" ")[0]
    task = next(it for it in labels.walk if (it["bin"], it["sku"]) == (place, sku) and it["state"] == "open")
    units = labels.units(task)
    if len(units) > 1 and len(set(units)) == 1:
        scan(page, f"C:QTY-{len(units)}")
        units = units[:1]
    for code in units:
        scan(page, code, "accepted")
    scan(page, labels.tote(task), "complete")
    page.wait_for_selector(ALL_SENT)
