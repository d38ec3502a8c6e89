"""A scanner that types on another keyboard than its device expects: found at first use, named, and turned back."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.floor import HANDHELD, Floor
from tests.journeys.hands import band, put_off_the_test, scan
from warehouse.services.printing.labels import KEYBOARD_TEST

pytestmark = pytest.mark.browser

SPELLED = str.maketrans("-/+:yzYZ", "ß-`ÖzyZY")
"""German, where the system gives the accent of a dead key by itself."""
US = "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:\"ZXCVBNM<>?"
GERMAN = (
    "\u03021234567890ß\u0301qwertzuiopü+#asdfghjklöäyxcvbnm,.-°!\"§$%&/()=?\u0300QWERTZUIOPÜ*'ASDFGHJKLÖÄYXCVBNM;:_"
)
DEAD = "\u0302\u0301\u0300"
"""Accents of dead keys."""
CODES = [
    *("Backquote", *(f"Digit{digit}" for digit in "1234567890"), "Minus", "Equal"),
    *(*(f"Key{letter}" for letter in "QWERTYUIOP"), "BracketLeft", "BracketRight", "Backslash"),
    *(*(f"Key{letter}" for letter in "ASDFGHJKL"), "Semicolon", "Quote"),
    *(*(f"Key{letter}" for letter in "ZXCVBNM"), "Comma", "Period", "Slash"),
]
PRESS = """
(events) => {
  const target = document.activeElement ?? document.body;
  const press = { bubbles: true, cancelable: true };
  for (const event of events) target.dispatchEvent(new KeyboardEvent("keydown", { ...event, ...press }));
}
"""
NAMED = "Keyboard of this device: QWERTZ, as in German."
TURNED = "From now on this device turns the signs back."


def german_keys(page: Page, code: str) -> None:
    """Pull the trigger of a US scanner on a German device, whose dead keys come without a character."""
    page.wait_for_timeout(260)
    page.evaluate(PRESS, [*map(_key, code), {"key": "Enter", "code": "Enter"}])


def _key(char: str) -> dict[str, Any]:
    if char == " ":
        return {"key": " ", "code": "Space"}
    at = US.index(char)
    key = "Dead" if GERMAN[at] in DEAD else GERMAN[at]
    return {"key": key, "code": CODES[at % len(CODES)], "shiftKey": at >= len(CODES)}


@pytest.fixture(scope="module")
def page(browser: Browser, floor: Floor) -> Iterator[Page]:
    """A handheld that nobody has signed in at yet."""
    with browser.new_context(viewport=HANDHELD, has_touch=True) as context:
        yield floor.page(context, "/")


def test_a_new_device_is_led_to_the_test_and_a_wrong_keyboard_is_named_and_turned_back(page: Page) -> None:
    page.wait_for_url("**/scanner")
    page.wait_for_selector("text=First test the scanner")
    german_keys(page, KEYBOARD_TEST)
    page.wait_for_selector(".band[data-outcome=accepted]")
    assert band(page)["text"] == f"{NAMED} {TURNED}"
    page.click("text=Done")
    page.wait_for_selector("form.scripted")
    page.wait_for_function("() => document.activeElement?.matches('.scan-field')")
    german_keys(page, "U:P-10+01_z")
    page.wait_for_selector("form[data-step=pin]")
    assert page.input_value("#badge") == "U:P-10+01_z"
    assert "/scanner" not in page.url


def test_a_right_keyboard_needs_nothing_and_a_table_can_be_forgotten(page: Page, floor: Floor) -> None:
    page.goto(f"{floor.url}/scanner")
    page.wait_for_selector("body[data-ready]")
    page.click("text=Forget")
    page.wait_for_selector("text=First test the scanner")
    scan(page, KEYBOARD_TEST, "accepted")
    assert band(page)["text"] == "The keyboard is right."
    page.wait_for_selector("text=Nothing is turned back")


def test_without_the_places_of_keys_the_signs_are_turned_back_and_what_gets_lost_is_told(page: Page) -> None:
    scan(page, KEYBOARD_TEST.translate(SPELLED), "accepted")
    weak = "What stands right behind + may get lost: better set the scanner's keyboard to the one of this device."
    assert band(page)["text"] == f"{NAMED} {TURNED} {weak}"
    scan(page, KEYBOARD_TEST.translate(SPELLED).replace("`", ""), "policy")
    lost = "Too much is lost. Set the scanner's keyboard to the one of this device, then scan again."
    assert band(page)["text"] == f"{NAMED} {lost}"
    scan(page, KEYBOARD_TEST, "accepted")


def test_a_lost_separator_and_a_stand_in_are_told(page: Page) -> None:
    scan(page, "]C110TEST21GS", "policy")
    scan(page, "]C110TEST~21GS", "accepted")
    assert band(page)["text"] == "From now on this device reads that sign as the group separator."
    scan(page, "]C110TEST~21GS", "accepted")
    assert band(page)["text"] == "The group separator arrives."


def test_who_has_no_sheet_goes_on_and_is_not_led_there_again_today(browser: Browser, floor: Floor) -> None:
    with browser.new_context(viewport=HANDHELD, has_touch=True) as context:
        page = floor.page(context, "/?next=/pick")
        page.wait_for_url("**/scanner?next=/pick")
        scan(page, "U:P-1001", "unknown_barcode")
        assert band(page)["text"] == "This is not the test code. Scan “Keyboard” on the command sheet."
        put_off_the_test(page)
        assert page.input_value("[name=next]") == "/pick"
        assert _stays(page, floor)


def test_a_device_without_a_scanner_is_left_alone_until_something_is_scanned_on_it(
    browser: Browser, floor: Floor
) -> None:
    with browser.new_context(viewport=HANDHELD, has_touch=True) as context:
        page = floor.page(context, "/")
        page.click("text=No scanner here")
        page.wait_for_selector("form.scripted")
        assert _stays(page, floor)
        german_keys(page, "UP1001")
        page.wait_for_selector("form[data-step=pin]")
        page.goto(f"{floor.url}/")
        page.wait_for_url("**/scanner")


def _stays(page: Page, floor: Floor) -> bool:
    """Whether the sign-in stays when it is opened anew, and reads."""
    page.goto(f"{floor.url}/")
    page.wait_for_function("() => document.activeElement?.matches('.scan-field')")
    page.wait_for_timeout(300)
    return page.url == f"{floor.url}/"
