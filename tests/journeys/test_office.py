"""The office in a real browser: returns by scan, figures, going live, and a change taken over with one key."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from tests.builders import NOON, a_bin, build
from tests.services.exceptions.situations import House, a_house
from tests.services.floor_story import tell_story
from tests.serving import SECRETS, Serving, serving
from warehouse.children import Children
from warehouse.domain.codes import BatchState, BinKind
from warehouse.services.actor import SYSTEM
from warehouse.services.batches.releasing import ReleaseBatches, release_batches
from warehouse.services.planning.batching import PlanBatches, plan_batches
from warehouse.settings import read_settings
from warehouse.storage import migrate
from warehouse.storage.models.batching import BatchRow

pytestmark = pytest.mark.browser
DESK = {"width": 1280, "height": 800}
MUG, PARCEL = "4006381333931", "P-1"


def a_past(house: House) -> None:
    """Order 2001 left with three pieces of A; order 77 is released, and its shop sent it again, changed."""
    build(house.database, lambda session: tell_story(session, "Nora"))
    build(house.database, lambda session: a_bin(session, "Q9", kind=BinKind.QUARANTINE))
    house.order(("A", 1), order_no="77")
    plan_batches(house.database, PlanBatches(actor=SYSTEM, at=NOON, orders=("77",), commit=True))
    with house.database.read() as session:
        planned = tuple(session.scalars(select(BatchRow.id).where(BatchRow.state == BatchState.PLANNED)))
    house.database.run(release_batches, ReleaseBatches(actor=SYSTEM, at=NOON, batches=planned))
    house.order(("A", 3), order_no="77")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder = tmp_path_factory.mktemp("office")
    url = read_settings({"WAREHOUSE_DATA_DIR": str(folder)}).database_url
    migrate.upgrade(url)
    children = Children(1)
    with a_house(url, children) as house:
        a_past(house)
    children.close()
    with serving(folder, EVENTS_PER_SECOND=2000) as running:
        yield running


@contextmanager
def desk(browser: Browser, server: Serving, path: str, who: str = "Lea") -> Iterator[Page]:
    with browser.new_context(viewport=DESK, accept_downloads=True) as context:  # type: ignore[arg-type]  # a plain dict
        context.add_cookies([{"name": "warehouse", "value": SECRETS[who], "url": server.url}])
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{server.url}{path}")
        yield page
        assert errors == []


def scan(page: Page, code: str) -> None:
    """A wedge scanner types into the field that has the focus, once the page has given it, and presses Enter."""
    page.wait_for_function("() => document.activeElement?.matches('input[autofocus]')")
    with page.expect_navigation():
        page.keyboard.type(code)
        page.keyboard.press("Enter")


def pieces(server: Serving, place: str) -> int:
    rows = server.request("GET", f"/api/v1/stock?text={place}", who="Lea").json()["items"]
    return sum(int(row["quantity"]) for row in rows if row["place"] == place)


def test_goods_come_back_by_scan_are_looked_at_and_lie_in_stock_again(browser: Browser, server: Serving) -> None:
    before = pieces(server, "S1")
    with desk(browser, server, "/admin/returns") as page:
        scan(page, PARCEL)
        page.get_by_role("link", name="Goods of order 2001 come back").click()
        page.get_by_label("Pieces of A that come back").fill("2")
        page.get_by_role("button", name="Open the return").click()
        page.wait_for_selector("text=Take in")
        scan(page, MUG)
        scan(page, MUG)
        assert "2 of 2 announced are here, 3 sent" in " ".join(page.locator("main").inner_text().split())
        page.get_by_label("Good: scan its bin").fill("L:S1")
        page.get_by_role("button", name="Back in stock").click()
        page.wait_for_selector("text=1 back in stock.")
        page.get_by_role("button", name="Quarantine").click()
        page.wait_for_selector("text=1 in quarantine.")
        assert (pieces(server, "S1"), pieces(server, "Q9")) == (before + 1, 1)
        scan(page, MUG)
        scan(page, MUG)
        assert "Only 3 of A were sent" in page.locator("[role=alert]").first.inner_text()


def test_a_parcel_nobody_knows_becomes_somebodys_task(browser: Browser, server: Serving) -> None:
    with desk(browser, server, "/admin/returns") as page:
        scan(page, "1Z999AA10123456784")
        page.get_by_role("button", name="Take it in as an unknown return").click()
        page.wait_for_selector("text=Take in")
        scan(page, MUG)
        assert "1 here" in page.locator("main").inner_text()
        page.goto(f"{server.url}/admin/exceptions?type=unknown_return")
        page.locator("[data-row]", has_text="nobody knows from whom").get_by_role("link").first.click()
        page.locator("dl.facts").get_by_role("link", name="R-").click()
        assert page.locator("h1").inner_text().startswith("Return R-")


def test_a_figure_says_what_it_counts_and_is_held_against_the_one_from_before(
    browser: Browser, server: Serving
) -> None:
    with desk(browser, server, "/admin/figures?days=366") as page:
        rows = page.locator("table:has(caption:text-is('Figures')) tbody tr")
        assert rows.count() == 18
        page.get_by_label("Figure", exact=True).select_option(label="Shipped on time")
        for name, value in (("Cases that count", "940"), ("Of so many", "1000")):
            page.get_by_label(name).fill(value)
        page.get_by_label("First day").fill("2026-09-01")
        page.get_by_label("Last day").fill("2026-09-30")
        page.get_by_label("Where it comes from").fill("The old system")
        page.get_by_role("button", name="Keep it").click()
        page.wait_for_selector("text=940 of 1,000")
        page.get_by_role("link", name="Shipped on time").click()
        facts = page.locator("dl.facts").first.inner_text()
        assert "orders that were due, cancelled ones left out." in facts
        before = facts.partition("Before\n")[2]
        assert (before.startswith("94.0 % · 940 of 1,000 "), before.endswith("The old system")) == (True, True)
        page.get_by_role("link", name="Figures", exact=True).last.click()
        with page.expect_download() as download:
            page.get_by_role("link", name="CSV").click()
        lines = list(csv.reader(Path(download.value.path()).read_text(encoding="utf-8").splitlines()))
        assert len({line[0] for line in lines[1:]}) == 18


def test_both_systems_are_compared_answered_signed_and_the_checklist_knows(
    browser: Browser, server: Serving, tmp_path: Path
) -> None:
    old = tmp_path / "old.csv"
    old.write_text("order,sku,quantity\n2001,A,3\n4711,B,2\n", encoding="utf-8")
    with desk(browser, server, "/admin/go-live") as page:
        point = page.locator("table:has(caption:text-is('Checklist')) tr", has_text="arallel")
        assert "not yet" in point.inner_text()
        page.get_by_role("link", name="Parallel run").click()
        page.get_by_label("Name of the run").fill("Week 1")
        page.set_input_files("input[name=old_lines]", str(old))
        page.get_by_label("Days of ours that count").fill("366")
        page.get_by_role("button", name="Compare").click()
        page.wait_for_selector("text=Sign the differences")
        assert page.get_by_role("button", name="Sign the differences").is_disabled()
        while page.get_by_role("button", name="Answer the rest").count():
            section = page.locator("section:has(button:text-is('Answer the rest'))").first
            waiting = section.locator("tbody tr[data-status=caution]").count()
            if not waiting:
                break
            section.get_by_placeholder("Why all that wait differ").fill("Cancelled by telephone")
            section.get_by_role("button", name="Answer the rest").click()
            page.wait_for_load_state()
        page.get_by_role("button", name="Sign the differences").click()
        page.wait_for_selector("main .chip:text-is('signed')")
        page.goto(f"{server.url}/admin/go-live")
        assert "yes" in point.inner_text()


def test_a_change_of_the_shop_stands_beside_the_order_and_is_taken_over_with_one_key(
    browser: Browser, server: Serving
) -> None:
    found = server.request("GET", "/api/v1/exceptions?type=changed_after_release", who="Lea").json()["items"][0]["id"]
    with desk(browser, server, f"/admin/exceptions/{found}") as page:
        page.wait_for_selector("body[data-ready]")
        line = page.locator(".desk-sides tbody tr").last
        assert line.locator("th, td").all_inner_texts() == ["1 · A", "1", "3"]
        with page.expect_navigation():
            page.keyboard.press("5")
    order = server.request("GET", "/api/v1/orders/77", who="Lea").json()
    assert ([(one["sku"], one["ordered"]) for one in order["lines"]], order["holds"]) == ([("A", 3)], [])
    entry = server.request("GET", f"/api/v1/exceptions/{found}", who="Lea").json()["entry"]
    assert (entry["state"], entry["resolution"]) == ("resolved", "Taken over as the shop sent it.")
