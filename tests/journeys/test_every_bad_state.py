"""Every state of the handheld that nobody wants, in every language: no network, stopped, not taken, elsewhere."""

from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.floor import HANDHELD, Floor
from tests.journeys.hands import ALL_SENT, begin, labels_of, scan
from tests.journeys.looking import SMALL, Eyes, leave, stay
from tests.journeys.robot import Robot
from tests.journeys.test_laid_aside import PROBLEM, SPOILING

pytestmark = pytest.mark.browser
NOT_KNOWN = "0000000000000"
OFFLINE = "[data-link=offline]"


@pytest.fixture(scope="module")
def ana(browser: Browser, floor: Floor) -> Iterator[Page]:
    with floor.person(browser, "Ana", HANDHELD) as context:
        context.add_init_script(SPOILING)
        page = floor.page(context, "/pick")
        page.set_viewport_size(SMALL)
        page.wait_for_selector(ALL_SENT)
        yield page


def cut(page: Page) -> None:
    page.context.set_offline(True)
    page.wait_for_selector(OFFLINE)


def mend(page: Page) -> None:
    page.context.set_offline(False)
    page.wait_for_selector("[data-link=online]")


def asked(page: Page, code: str) -> None:
    scan(page, code)
    page.wait_for_selector("dialog[open]")


def test_without_network(ana: Page, floor: Floor) -> None:
    eyes = Eyes(ana, floor)
    eyes.tour({"start-offline": partial(cut, ana), "start-refused": partial(_told, ana), "start": partial(mend, ana)})
    begin(ana, floor.database)
    eyes.tour(
        {
            "go-offline": partial(cut, ana),
            "go-offline-wrong": partial(scan, ana, NOT_KNOWN, "unknown_barcode"),
            "go-offline-pause": partial(scan, ana, "C:PAUSE", "offline"),
            "go-offline-out": partial(asked, ana, "C:LOGOUT"),
            "go": partial(_back, ana),
        }
    )
    assert eyes.report() == ""


def _told(page: Page) -> None:
    scan(page, "C:CONFIRM")
    page.wait_for_selector(".start-button:not([disabled])")


def _back(page: Page) -> None:
    leave(page)
    mend(page)
    page.wait_for_selector(ALL_SENT)


def test_a_scan_that_the_server_did_not_take(ana: Page, floor: Floor) -> None:
    eyes = Eyes(ana, floor)
    eyes.tour(
        {
            "problem": partial(_spoil, ana),
            "problem-asked": partial(ana.tap, PROBLEM),
            "problem-over": partial(_give_up, ana),
        }
    )
    assert eyes.report() == ""


def _spoil(page: Page) -> None:
    page.wait_for_selector(ALL_SENT)
    page.evaluate("globalThis.spoils = true")
    scan(page, NOT_KNOWN)
    page.wait_for_selector(PROBLEM)
    page.evaluate("globalThis.spoils = false")
    page.wait_for_selector(".stop-screen")


def _give_up(page: Page) -> None:
    scan(page, "C:HELP")
    page.wait_for_selector("dialog[open]", state="detached")
    _go_on(page)


def test_a_scan_that_the_server_saw_otherwise(ana: Page, floor: Floor) -> None:
    """Without network a piece goes into its tote; meanwhile its order was cancelled, another one in each language."""
    eyes = Eyes(ana, floor)
    ana.reload()
    eyes.tour({"stopped": partial(_stop, ana, floor), "stopped-over": partial(_go_on, ana)}, ready=ALL_SENT)
    assert eyes.report() == ""


def _stop(page: Page, floor: Floor) -> None:
    page.wait_for_selector(ALL_SENT)
    labels = labels_of(floor.database)
    task = labels.walk[0]
    scan(page, labels.bin(task), "accepted")
    page.wait_for_selector(ALL_SENT)
    cut(page)
    scan(page, labels.units(task)[0], "accepted")
    Robot(floor, "Lea").call("POST", f"/orders/{task['order']}/cancel", {"reason": "customer"})
    page.context.set_offline(False)
    page.wait_for_selector(".stop-screen")
    page.reload()
    page.wait_for_selector(".stop-screen")  # it stands until it was read


def _go_on(page: Page) -> None:
    scan(page, "C:CONFIRM")
    page.wait_for_selector(".stop-screen", state="detached")
    page.wait_for_selector(ALL_SENT)


def test_a_tab_that_has_not_the_turn(ana: Page, floor: Floor) -> None:
    other = ana.context.new_page()
    other.set_viewport_size(SMALL)
    other.goto(f"{floor.url}/pick")
    eyes = Eyes(other, floor)
    eyes.tour({"elsewhere": stay}, ready=".elsewhere .btn")
    other.close()
    assert eyes.report() == ""
