"""The handheld without a server: its page opens again, whole and of one version; what was scanned meanwhile arrives."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from tests.journeys.floor import HANDHELD, Floor, make_floor, running
from tests.journeys.hands import ALL_SENT, begin, labels_of, scan
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


def test_who_signed_out_finds_no_page_without_network(page: Page, floor: Floor) -> None:
    scan(page, "C:LOGOUT")
    page.wait_for_url(f"{floor.url}/")
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
            page.wait_for_selector(ALL_SENT, timeout=20_000)
            with again.database.read() as session:
                stored = session.scalars(select(ScanRow.code).order_by(ScanRow.id.desc()).limit(2)).all()
    assert stored == [labels.item(task["sku"]), labels.bin(task)]
