"""The board and its wall in a real browser: nothing runs off the side, and a wall that hears nothing turns grey."""

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, sync_playwright

from tests.serving import SECRETS, Serving, eventually, serving

pytestmark = pytest.mark.browser
WIDTHS = (320, 360, 768, 1280, 1920)
STALE = "document.body.hasAttribute('data-stale')"


def test_the_board_and_the_wall_fit_every_screen_and_a_silent_wall_turns_grey(tmp_path: Path) -> None:
    with serving(tmp_path) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context(base_url=server.url)
        context.add_cookies([{"name": "warehouse", "value": SECRETS["Lea"], "url": server.url}])
        page = context.new_page()
        wide = {}
        for path in ("/board", "/handover", "/voices", "/guides", "/guides/picker", "/wall"):
            page.goto(path)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 1080})
                over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                if over > 0:
                    wide[path, width] = over
        assert wide == {}
        page.wait_for_selector(".wall-totals")
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        assert not page.evaluate(STALE)
        os.kill(server.worker, signal.SIGSTOP)
        try:
            assert eventually(lambda: page.evaluate(STALE), within=30)
            assert page.inner_text("#board-time").startswith("Not live since")
        finally:
            os.kill(server.worker, signal.SIGCONT)
        browser.close()


@contextmanager
def looking(tmp_path: Path, who: str) -> Iterator[tuple[Serving, Page]]:
    with serving(tmp_path) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context(base_url=server.url, viewport={"width": 1280, "height": 900})
        context.add_cookies([{"name": "warehouse", "value": SECRETS[who], "url": server.url}])
        yield server, context.new_page()
        browser.close()


def test_a_screen_that_sets_its_clock_while_it_shows_the_board_goes_on_being_live(tmp_path: Path) -> None:
    with looking(tmp_path, "Lea") as (server, page):
        page.goto("/board")
        page.wait_for_selector(".board-grid")
        page.evaluate("() => { const real = Date.now; Date.now = () => real() + 3_600_000; }")
        server.request("POST", "/api/v1/trial/exception", who="Lea", body=b"{}", Content_Type="application/json")
        page.wait_for_timeout(2500)
        assert eventually(lambda: not page.evaluate(STALE), within=30)
        assert page.inner_text("#board-time").startswith("Updated")


def test_a_wall_says_how_many_it_has_no_room_for(tmp_path: Path) -> None:
    def many(route: Route) -> None:
        answer = route.fetch()
        board = answer.json()
        picking = next(lane for lane in board["lanes"] if lane["state"] == "picking")
        picking |= {"batches": 50, "stuck": 12}
        route.fulfill(response=answer, json=board | {"devices_unsent": 9})

    with looking(tmp_path, "Lea") as (_, page):
        page.route("**/api/v1/wall", many)
        page.goto("/wall")
        page.get_by_text("and 43 more with more time spare").wait_for()
        assert page.locator(".wall-total", has_text="Stuck").locator("dd").inner_text() == "12"
        assert page.locator(".wall-list", has_text="Devices and printers").inner_text().endswith("and 9 more")


def test_the_board_names_twelve_devices_and_says_how_many_more_have_scans_to_send(tmp_path: Path) -> None:
    def many(route: Route) -> None:
        answer = route.fetch()
        board = answer.json()
        devices = [{"name": f"d-{no}", "person": None, "seen_at": board["at"], "pending": 1} for no in range(40)]
        route.fulfill(response=answer, json=board | {"devices": devices, "devices_unsent": 55})

    with looking(tmp_path, "Lea") as (_, page):
        page.route("**/api/v1/board", many)
        page.goto("/board")
        page.get_by_role("link", name="and 43 more with scans to send").wait_for()


def test_the_dock_says_when_there_is_more_than_it_lists(tmp_path: Path) -> None:
    with looking(tmp_path, "Ben") as (_, page):
        page.route("**/api/v1/manifests?*", lambda route: route.fulfill(json={"items": [], "next": "200"}))
        page.goto("/load")
        page.get_by_text("There are more lists or cartons than fit here.").wait_for()
