"""A scanner that types on another keyboard than its device expects: found, named, and turned back from then on."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.floor import HANDHELD, Floor
from tests.journeys.hands import band, scan
from warehouse.services.printing.labels import KEYBOARD_TEST

pytestmark = pytest.mark.browser

GERMAN = str.maketrans("-/+:yzYZ", "ß-`ÖzyZY")


@pytest.fixture(scope="module")
def page(browser: Browser, floor: Floor) -> Iterator[Page]:
    """A handheld that nobody has signed in at yet."""
    with browser.new_context(viewport=HANDHELD, has_touch=True) as context:
        yield floor.page(context, "/scanner")


def test_a_wrong_keyboard_is_named_and_its_badge_scan_is_turned_back(page: Page) -> None:
    scan(page, KEYBOARD_TEST.translate(GERMAN), "accepted")
    assert band(page)["text"] == "QWERTZ, as in German. From now on this device turns the signs back."
    page.click("text=Done")
    page.wait_for_selector("form.scripted")
    page.wait_for_timeout(100)
    page.keyboard.insert_text("U:P-1001".translate(GERMAN))
    page.keyboard.press("Enter")
    page.wait_for_selector("form[data-step=pin]")
    assert page.input_value("#badge") == "U:P-1001"


def test_a_right_keyboard_needs_nothing_and_a_table_can_be_forgotten(page: Page, floor: Floor) -> None:
    page.goto(f"{floor.url}/scanner")
    page.wait_for_selector("body[data-ready]")
    page.click("text=Forget")
    page.wait_for_selector("text=Nothing is turned back")
    scan(page, KEYBOARD_TEST, "accepted")
    assert band(page)["text"] == "The keyboard is right."


def test_a_lost_separator_and_a_stand_in_are_told(page: Page) -> None:
    scan(page, "]C110TEST21GS", "policy")
    scan(page, "]C110TEST~21GS", "accepted")
    assert band(page)["text"] == "From now on this device reads that sign as the group separator."
    scan(page, "]C110TEST~21GS", "accepted")
    assert band(page)["text"] == "The group separator arrives."
