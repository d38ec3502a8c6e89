"""A quick guide fills one page of paper and no more than the screen is wide, in every language.

`JOURNEY_PICTURES` names a folder to keep each as it is printed.
"""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.floor import HANDHELD, Floor
from tests.journeys.test_office_languages import CUT, WIDE, speak
from warehouse.domain.codes import Role
from warehouse.domain.training import GUIDES
from warehouse.domain.words import LANGUAGES

pytestmark = pytest.mark.browser

A4 = (210, 297)


@pytest.fixture(scope="module")
def reader(browser: Browser, floor: Floor) -> Iterator[Page]:
    with floor.person(browser, "Ada", HANDHELD) as context:
        page = context.new_page()
        page.goto(f"{floor.url}/guides")
        yield page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", GUIDES)
def test_a_guide_fills_one_page_and_no_more_than_the_screen(
    reader: Page, floor: Floor, role: Role, language: str
) -> None:
    speak(reader, language)
    reader.goto(f"{floor.url}/guides/{role}")
    assert reader.get_attribute("html", "lang") == language
    assert (reader.evaluate(WIDE), reader.evaluate(CUT)) == (0, [])
    with closing(pypdfium2.PdfDocument(reader.pdf(prefer_css_page_size=True))) as printed:
        size = [side / 72 * 25.4 for side in printed[0].get_size()]
        if folder := os.environ.get("JOURNEY_PICTURES"):
            printed[0].render(scale=1.5).to_pil().save(Path(folder) / f"guide-{role}-{language}.png")
        assert len(printed) == 1
    assert size == pytest.approx(A4, abs=25.4 / 72)


@pytest.mark.parametrize(
    ("name", "places"), [("Ines", ("/counts", "/put-backs", "/admin/imports")), ("Mats", ("/admin/imports",))]
)
def test_the_start_page_leads_where_the_guide_of_the_office_says(
    browser: Browser, floor: Floor, name: str, places: tuple[str, ...]
) -> None:
    with floor.person(browser, name, HANDHELD) as context:
        page = context.new_page()
        for place in places:
            page.goto(floor.url)
            page.click(f".tile[href='{place}']")
            page.wait_for_url(f"**{place}")
            assert page.locator(".problem-page").count() == 0
