"""The handheld without a server: its page opens again, whole and of one version; what was scanned meanwhile arrives."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as PlaywrightError
from sqlalchemy import select

from tests.journeys.floor import HANDHELD, Floor, make_floor, running, secret_of
from tests.journeys.hands import ALL_SENT, begin, labels_of, put_off_the_test, scan
from warehouse.storage.models.picking import ScanRow

pytestmark = pytest.mark.browser

OLD = "0000000000000000"


FILES = """() => {
  const all = [...document.querySelectorAll("[href^='/static'], [src], [data-later]")];
  return [...new Set(all.flatMap((it) => [it.href || it.src, it.dataset.later]).filter(Boolean))];
}"""
"""What the page names as its own, now or later."""


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo warehouse with released batches; nobody serves it yet."""
    data_dir = tmp_path_factory.mktemp("offline")
    make_floor(data_dir, orders=12)
    return data_dir


@pytest.fixture(scope="module")
def floor(warehouse: Path) -> Iterator[Floor]:
    with running(warehouse) as floor:
        yield floor


@pytest.fixture
def page(browser: Browser, floor: Floor) -> Iterator[Page]:
    """Ana's handheld, its page kept on the device."""
    with floor.person(browser, "Ana", HANDHELD) as context:
        page = floor.page(context, "/pick")
        until_kept(page, "/pick")
        yield page


def until_kept(page: Page, path: str) -> None:
    """Wait until the page stands in a cache of its own, and in no older one."""
    for _ in range(100):
        versions = kept(page, path)
        if versions and OLD not in versions:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{path} was not kept")


def until_forgotten(page: Page) -> None:
    for _ in range(100):
        if not page.evaluate("caches.keys()"):
            return
        page.wait_for_timeout(50)
    raise AssertionError("a page is still kept")


def kept(page: Page, path: str) -> list[str]:
    names: list[str] = page.evaluate("caches.keys()")
    return [name.removeprefix(f"shell:{path}:") for name in names if name.startswith(f"shell:{path}:")]


def test_an_update_is_kept_whole_and_the_version_before_goes(page: Page) -> None:
    old = f"caches.open('shell:/pick:{OLD}').then((old) => old.put('/pick', new Response('old')))"
    page.evaluate(old)
    page.reload()
    page.wait_for_selector("body[data-ready]")
    until_kept(page, "/pick")
    version = page.evaluate("document.querySelector('script[type=module]').src.split('/')[4]")
    assert kept(page, "/pick") == [version]
    files = page.evaluate(f"caches.open('shell:/pick:{version}').then((own) => own.keys()).then((all) => all.length)")
    named = page.evaluate(FILES)
    assert (files, len([name for name in named if "floor.js" in name])) == (len(named) + 1, 1)


def test_the_installed_app_opens_without_network_at_the_page_worked_with_last(page: Page, floor: Floor) -> None:
    start = page.evaluate("fetch(document.querySelector('[rel=manifest]').href).then((it) => it.json())")["start_url"]
    page.goto(f"{floor.url}/put-backs")
    until_kept(page, "/put-backs")
    assert led_to(page, floor, start) == "/put-backs"
    page.context.set_offline(True)
    page.goto(f"{floor.url}/pick")
    page.wait_for_selector("body[data-ready]")
    assert (led_to(page, floor, start), led_to(page, floor, "/load")) == ("/pick", "/pick")
    page.context.set_offline(False)
    page.goto(f"{floor.url}{start}")
    assert (page.url, page.inner_text("h1")) == (f"{floor.url}{start}", "Hello Ana")


def led_to(page: Page, floor: Floor, path: str) -> str:
    """Open an address without network; say where that leads."""
    page.context.set_offline(True)
    page.goto(f"{floor.url}{path}")
    page.wait_for_selector("body[data-ready]")
    page.context.set_offline(False)
    return page.url.removeprefix(floor.url)


def test_where_somebody_is_asked_to_sign_in_no_page_of_who_was_before_opens(page: Page, floor: Floor) -> None:
    page.context.clear_cookies()
    page.goto(f"{floor.url}/")
    put_off_the_test(page)
    until_forgotten(page)
    page.context.set_offline(True)
    for path in ("/", "/pick"):
        with pytest.raises(PlaywrightError, match="net::ERR_"):
            page.goto(f"{floor.url}{path}")


def test_who_signs_in_finds_no_page_of_who_was_before(page: Page, floor: Floor, warehouse: Path) -> None:
    carl = next(one for one in json.loads((warehouse / "demo.json").read_text())["people"] if one["name"] == "Carl")
    page.context.clear_cookies()
    page.goto(f"{floor.url}/")
    put_off_the_test(page)
    until_forgotten(page)
    page.context.add_cookies([{"name": "warehouse", "value": secret_of("Ana"), "url": floor.url}])
    other = floor.page(page.context, "/pick")
    until_kept(other, "/pick")
    other.close()
    page.context.clear_cookies()
    scan(page, f"]C0{carl['badge']}")
    page.wait_for_selector("#door[data-step=pin]")
    page.keyboard.type(carl["pin"])
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Hello Carl')")
    until_forgotten(page)


def test_who_cannot_tell_the_server_is_not_signed_out_and_hears_so(page: Page) -> None:
    page.wait_for_selector(ALL_SENT)
    page.context.set_offline(True)
    scan(page, "C:LOGOUT")
    page.wait_for_selector("text=No answer from the server. Try again in the network.")
    page.reload()
    page.wait_for_selector("body[data-ready]")
    assert page.inner_text(".start-hello") == "Ana"


def test_who_signed_out_finds_no_page_without_network(page: Page, floor: Floor) -> None:
    scan(page, "C:LOGOUT")
    page.wait_for_url(f"{floor.url}/scanner")
    page.wait_for_selector("body[data-ready]")
    assert page.evaluate("caches.keys()") == []


def test_a_page_opened_anew_while_the_server_is_dead_goes_on_and_every_scan_arrives(
    browser: Browser, floor: Floor, warehouse: Path
) -> None:
    with floor.person(browser, "Carl", HANDHELD) as context:
        page = floor.page(context, "/pick")
        until_kept(page, "/pick")
        begin(page, floor.database)
        labels = labels_of(floor.database)
        task = labels.walk[0]
        floor.kill()
        page.reload()
        page.wait_for_selector("body[data-ready]")
        assert page.inner_text(".code-location") == task["bin"]
        scan(page, labels.bin(task), "accepted")
        scan(page, labels.item(task["sku"]), "accepted")
        with running(warehouse, port=floor.port) as again:
            page.wait_for_selector(ALL_SENT)
            with again.database.read() as session:
                stored = session.scalars(select(ScanRow.code).order_by(ScanRow.id.desc()).limit(2)).all()
    assert stored == [labels.item(task["sku"]), labels.bin(task)]
