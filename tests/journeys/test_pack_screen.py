"""A packer's station in a real browser against the real server: Ben counts blind, is stopped, seals, labels."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from tests.journeys.floor import STATION, Floor
from tests.journeys.hands import Json, Labels, band, scan
from tests.journeys.robot import Robot
from warehouse.domain.codes import CartonState, OrderState
from warehouse.domain.shipping.parcels import make_sscc
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.packing import CartonRow

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Parcel:
    """One picked order: its tote, its tasks, and the labels of the batch it came with."""

    labels: Labels
    slot: Json

    @property
    def number(self) -> str:
        return str(self.slot["order"])

    @property
    def tasks(self) -> list[Json]:
        return [task for task in self.labels.snapshot["tasks"] if task["order"] == self.number]

    def units(self, task: Json) -> list[str]:
        return self.labels.units({**task, "picked": 0})

    def foreign(self) -> Json:
        own = {task["sku"] for task in self.tasks}
        return next(task for task in self.labels.snapshot["tasks"] if task["sku"] not in own)


@pytest.fixture(scope="module")
def parcels(floor: Floor) -> list[Parcel]:
    """Orders that Carl has picked, without anything that needs a serial number."""
    labels = Labels.of(floor.database, Robot(floor, "Carl").pick_next())
    found = [Parcel(labels, slot) for slot in labels.snapshot["slots"]]
    plain = [it for it in found if len(it.tasks) > 1 and all(task.get("tracking") != "serial" for task in it.tasks)]
    assert len(plain) > 1, "this demo has too few plain orders"
    return plain


@pytest.fixture(scope="module")
def page(browser: Browser, floor: Floor) -> Iterator[Page]:
    with floor.person(browser, "Ben", STATION) as context:
        yield floor.page(context, "/pack")


def step(page: Page, text: str) -> None:
    """Wait until the station says so."""
    page.wait_for_function(
        "text => document.querySelector('.station-say')?.textContent.includes(text)", arg=text, timeout=60_000
    )


def pressed(page: Page, key: str, outcome: str) -> None:
    """Press a key and wait for the band."""
    before = band(page)["count"]
    page.keyboard.press(key)
    page.wait_for_function(
        "([count, name]) => { const band = document.querySelector('.band');"
        " return band.dataset.count !== count && band.dataset.outcome === name; }",
        arg=[before, outcome],
        timeout=60_000,
    )


def count_all(page: Page, parcel: Parcel, tasks: list[Json]) -> None:
    for task in tasks:
        for code in parcel.units(task):
            scan(page, code, "accepted")


def carton_of(floor: Floor, number: str) -> tuple[CartonState, str | None]:
    with floor.database.read() as session:
        order = session.scalars(select(OrderRow.id).where(OrderRow.number == number)).one()
        carton = session.scalars(select(CartonRow).where(CartonRow.order_id == order)).one()
        return carton.state, carton.sscc


def order_state(floor: Floor, number: str) -> OrderState:
    with floor.database.read() as session:
        return session.scalars(select(OrderRow.state).where(OrderRow.number == number)).one()


def test_a_scanned_tote_opens_its_order_and_is_in(page: Page, parcels: list[Parcel]) -> None:
    scan(page, f"T:{parcels[0].slot['tote']}")
    step(page, "Scan each unit")
    assert page.inner_text("h1") == f"Order {parcels[0].number}"


def test_the_count_is_blind(page: Page) -> None:
    notes = {page.locator(".tile-foot").nth(n).inner_text() for n in range(page.locator(".pack-tile").count())}
    assert notes == {"0\nto count"}


def test_a_unit_of_another_order_is_stopped(page: Page, parcels: list[Parcel]) -> None:
    task = parcels[0].foreign()
    scan(page, parcels[0].labels.item(task["sku"]), "not_on_batch")
    assert band(page)["text"].startswith(f"{task['name']} is not in order {parcels[0].number}. Take it out.")


def test_nothing_is_sealed_while_a_unit_is_missing(page: Page, floor: Floor, parcels: list[Parcel]) -> None:
    parcel = parcels[0]
    count_all(page, parcel, parcel.tasks[:-1])
    pressed(page, "F2", "policy")
    last = parcel.tasks[-1]
    assert band(page)["text"] == f"Missing: {last['picked']} of {last['name']}. Look again, or report them."
    assert page.locator(".pack-tile[data-status=caution]").count() == 1
    assert carton_of(floor, parcel.number) == (CartonState.OPEN, None)


def test_all_counted_is_sealed_and_its_papers_are_shown(page: Page, floor: Floor, parcels: list[Parcel]) -> None:
    parcel = parcels[0]
    count_all(page, parcel, parcel.tasks[-1:])
    for _ in range(4):
        if "Stick the label" in page.inner_text(".station-say"):
            break
        pressed(page, "F2", "accepted")
    step(page, "Stick the label on carton 1")
    page.wait_for_selector("[data-job=confirmed], [data-job=sent]", timeout=60_000)
    assert carton_of(floor, parcel.number)[0] is CartonState.CLOSED


def test_a_reload_goes_on_at_the_label(page: Page) -> None:
    page.reload()
    page.wait_for_selector("body[data-ready]")
    step(page, "Stick the label on carton 1")


def test_only_the_cartons_own_label_ends_the_order(page: Page, floor: Floor, parcels: list[Parcel]) -> None:
    sscc = carton_of(floor, parcels[0].number)[1]
    scan(page, "]C100095200009999999998", "unknown_barcode")
    scan(page, f"]C100{sscc}", "complete")
    assert carton_of(floor, parcels[0].number)[0] is CartonState.LABELLED
    assert order_state(floor, parcels[0].number) is OrderState.PACKED
    step(page, "Scan the next tote")


def test_what_is_missing_is_reported_twice_and_goes_to_the_problem_shelf(page: Page, parcels: list[Parcel]) -> None:
    parcel = parcels[1]
    scan(page, f"T:{parcel.slot['tote']}")
    step(page, "Scan each unit")
    count_all(page, parcel, parcel.tasks[:1])
    pressed(page, "F4", "policy")
    pressed(page, "F4", "accepted")
    step(page, "problem shelf and scan the shelf")


def test_an_order_at_another_bench_is_taken_over_without_naming_it_again(
    browser: Browser, floor: Floor, parcels: list[Parcel]
) -> None:
    parcel = parcels[1]
    with floor.person(browser, "Lea", STATION) as context:
        page = floor.page(context, "/pack")
        scan(page, f"T:{parcel.slot['tote']}", "policy")
        assert "is taken by Ben" in page.inner_text(".station-idle")
        page.keyboard.press("F4")
        page.wait_for_selector("dialog[open]")
        page.keyboard.press("F2")
        page.wait_for_selector(".pack-tile")
        assert page.inner_text("h1") == f"Order {parcel.number}"


def test_the_bench_that_lost_the_order_says_so_by_itself(page: Page) -> None:
    page.wait_for_selector("text=Lea has this order", timeout=30_000)
    page.keyboard.press("F2")
    page.wait_for_selector("text=or the barcode of an order")


def test_the_dock_loads_what_is_labelled_and_the_carrier_leaves_with_it(
    page: Page, floor: Floor, parcels: list[Parcel]
) -> None:
    number = parcels[0].number
    sscc = carton_of(floor, number)[1]
    page.goto(f"{floor.url}/load")
    page.wait_for_selector("body[data-ready]")
    page.click("[data-list]")
    page.wait_for_selector(f"text={number}/1")
    pressed_at_dock(page, "Carrier leaves", enabled=False)
    scan(page, f"]C100{make_sscc('9520000', 999_999_999)}", "not_on_batch")
    assert band(page)["text"] == "Not on this list. Keep it off."
    scan(page, f"]C100{sscc}", "accepted")
    assert band(page)["text"] == "All 1 loaded. Confirm."
    assert carton_of(floor, number)[0] is CartonState.LOADED
    take_off(page, f"{number}/1")
    assert carton_of(floor, number)[0] is CartonState.LABELLED
    scan(page, f"]C100{sscc}", "accepted")
    scan(page, f"]C100{sscc}", "already_done")
    pressed_at_dock(page, "Carrier leaves", enabled=True)
    page.wait_for_selector("text=1 of 1 leave.")
    assert (carton_of(floor, number)[0], order_state(floor, number)) == (CartonState.SHIPPED, OrderState.SHIPPED)


def pressed_at_dock(page: Page, label: str, *, enabled: bool) -> None:
    button = page.get_by_role("button", name=label)
    assert button.is_enabled() is enabled
    if enabled:
        button.click()


def take_off(page: Page, carton: str) -> None:
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Take one off").click()
    page.get_by_role("button", name=carton).click()
    page.wait_for_selector("text=Taken off. Keep it at the dock.")
