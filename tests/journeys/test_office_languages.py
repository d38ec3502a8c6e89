"""The office's pages in German, whose words are long, and in Arabic, which runs from the right: nothing runs out.

`JOURNEY_PICTURES` names a folder to keep a picture of each.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.journeys.floor import HANDHELD, STATION, Floor

pytestmark = pytest.mark.browser

PAGES = ("exceptions", "orders", "batches", "people", "settings", "rules", "printers", "figures", "sources", "layout")
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CUT = """
() => [...document.querySelectorAll(".btn, .chip, h1, h2, th, label")]
  .filter((it) => it.getClientRects().length && getComputedStyle(it).overflowX !== "visible")
  .filter((it) => it.scrollWidth > it.clientWidth + 2)
  .map((it) => it.innerText.slice(0, 40))
"""


@pytest.fixture(scope="module")
def desk(browser: Browser, floor: Floor) -> Iterator[Page]:
    with floor.person(browser, "Ada", STATION) as context:
        page = context.new_page()
        page.goto(f"{floor.url}/admin/orders")
        yield page


def speak(page: Page, language: str) -> None:
    page.evaluate(
        """(language) => fetch("/language", { method: "POST", body: new URLSearchParams({
          language, csrf_token: document.querySelector('meta[name="csrf-token"]').content }) })""",
        language,
    )


@pytest.mark.parametrize("language", ["de", "ar"])
def test_no_page_of_the_office_runs_out_of_the_screen(desk: Page, floor: Floor, language: str) -> None:
    speak(desk, language)
    faults = {}
    for name in PAGES:
        for size in (STATION, HANDHELD):
            desk.set_viewport_size(ViewportSize(**size))
            desk.goto(f"{floor.url}/admin/{name}")
            assert (desk.get_attribute("html", "lang"), desk.locator(".problem-page").count()) == (language, 0)
            if folder := os.environ.get("JOURNEY_PICTURES"):
                desk.screenshot(path=str(Path(folder) / f"{name}-{language}-{size['width']}.png"))
            wide, cut = desk.evaluate(WIDE), desk.evaluate(CUT)
            if wide > 0 or cut:
                faults[f"{name} at {size['width']}"] = (wide, cut)
    speak(desk, "en")
    assert faults == {}
