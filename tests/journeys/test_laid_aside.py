"""A scan that the server will not judge holds the list up until it is settled; a list elsewhere is asked for first."""

import contextlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders as make
from tests.bench import ground
from tests.bench.handheld import Trip, build_trip, device
from tests.bench.processes import product
from tests.journeys.hands import ALL_SENT, go_on_here, scan
from tests.serving import eventually
from warehouse.domain.codes import BatchState, Role
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow
from warehouse.storage.models.people import DeviceRow

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is missing"),
]

SPOILING = """
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (data) {
  return send.call(this, globalThis.spoils ? data.replace(/"via":"[a-z]+"/g, '"via":"smoke"') : data);
};
"""
"""While `spoils` is set, what leaves the device has a field that the server does not know."""
PROBLEM = "[data-link=problem]"
ELSEWHERE = "L:S0001"
"""The bin of the second stop, scanned at the first."""


@dataclass(frozen=True)
class Hall:
    """A warehouse with one list of two stops, and Lea, who leads."""

    url: str
    trip: Trip
    lea: Trip
    database: Database
    browser: Browser

    @contextlib.contextmanager
    def open(self, path: str = "/pick", who: Trip | None = None) -> Iterator[Page]:
        """A device of its own in somebody's hands, Ana's unless told."""
        with device(self.browser, self.url, who or self.trip, "Asia/Tokyo") as context:
            context.add_init_script(SPOILING)
            page = context.new_page()
            page.goto(f"{self.url}{path}")
            yield page

    def read(self, look: Callable[[Session], object]) -> object:
        with self.database.read() as session:
            return look(session)

    def state(self) -> object:
        return self.read(lambda session: session.scalars(select(BatchRow.state)).one())

    def holder(self) -> object:
        return self.read(lambda session: session.scalars(select(BatchRow.device)).one())

    def unsent(self) -> object:
        return self.read(lambda session: session.scalars(select(DeviceRow.pending).order_by(DeviceRow.id)).first())


@pytest.fixture
def hall(tmp_path: Path, browser: Browser) -> Iterator[Hall]:
    url = f"sqlite:///{tmp_path / 'warehouse.sqlite'}"
    trip = build_trip(url, 2)
    database = Database(url)
    lea = database.run(lambda session, name: ground.sign_in(session, make.a_person(session, name, Role.LEAD)), "Lea")
    with product(tmp_path, url) as server:
        yield Hall(f"http://127.0.0.1:{server.port}", trip, replace(trip, cookie=lea), database, browser)
    database.close()


def begin(page: Page) -> None:
    page.wait_for_selector("body[data-ready]")
    page.wait_for_selector(ALL_SENT)
    scan(page, "C:CONFIRM")
    page.wait_for_selector(".band[data-outcome=ready]")
    scan(page, "K:K1", "accepted")
    scan(page, "T:T1", "accepted")
    page.wait_for_selector(".steps")


def spoil(page: Page) -> None:
    """Scan the wrong bin, in a way that the server refuses to judge; then the person has read what stands there."""
    page.wait_for_selector(ALL_SENT)
    page.evaluate("globalThis.spoils = true")
    scan(page, ELSEWHERE)
    page.wait_for_selector(PROBLEM)
    page.evaluate("globalThis.spoils = false")
    scan(page, "C:CONFIRM")
    page.wait_for_selector(".steps")


def last_minutes() -> list[str]:
    """The last minutes by the site's clock, which is UTC."""
    return [f"{datetime.now(UTC) - timedelta(minutes=ago):%H:%M}" for ago in range(5)]


def test_a_list_does_not_close_over_a_scan_that_was_never_judged_until_it_is_sent_again(hall: Hall) -> None:
    with hall.open() as page:
        begin(page)
        spoil(page)
        assert eventually(lambda: hall.unsent() == 1, within=60)
        *rest, last = hall.trip.codes
        for code in rest:
            scan(page, code)
        scan(page, last, "finished")
        scan(page, "C:CONFIRM")
        page.wait_for_selector("dialog[open] .choices")
        told = page.inner_text("dialog[open]")
        assert ("1 scan was not taken" in told, "via:" in told) == (True, True)
        assert any(f"{ELSEWHERE} at {time}:" in told for time in last_minutes()), "told in another zone than the site's"
        assert hall.state() is BatchState.PICKED
        scan(page, "C:CONFIRM")
        page.wait_for_selector(ALL_SENT)
        page.wait_for_selector(".stop-screen")
        scan(page, "C:CONFIRM")
        page.wait_for_selector(".stop-screen", state="detached")
        scan(page, "C:CONFIRM")
        page.wait_for_selector(".start-button")
        assert hall.state() is BatchState.CLOSED
        assert eventually(lambda: hall.unsent() == 0, within=60)


def test_a_scan_given_to_the_lead_leaves_the_device_and_stands_among_the_exceptions(hall: Hall) -> None:
    with hall.open() as page:
        begin(page)
        spoil(page)
        page.tap(PROBLEM)
        page.wait_for_selector("dialog[open] .choices")
        scan(page, "C:UNDO")
        page.wait_for_selector("dialog", state="detached")
        scan(page, "C:HELP")
        page.wait_for_selector("dialog[open] .choices")
        scan(page, "C:HELP")
        page.wait_for_selector(ALL_SENT)
    with hall.open("/admin/exceptions", hall.lea) as desk:
        page_text = desk.inner_text("main")
    assert f"gave up a scan of batch B-1 that was never judged: {ELSEWHERE} at" in page_text


def test_ones_own_list_is_taken_to_another_handheld_on_a_yes_only(hall: Hall) -> None:
    with hall.open() as old, hall.open() as new:
        begin(old)
        spoil(old)
        assert eventually(lambda: hall.unsent() == 1, within=60)
        first = hall.holder()
        new.wait_for_selector("body[data-ready]")
        scan(new, "C:CONFIRM")
        new.wait_for_selector("dialog[open] .choices")
        assert "in hand on another handheld, 1 scan not sent yet." in new.inner_text("dialog[open]")
        scan(new, "C:UNDO")
        new.wait_for_selector("text=The list stays on the other handheld.")
        assert hall.holder() == first
        go_on_here(new)
        new.wait_for_selector(".steps")
        old.wait_for_selector(".stop-screen")
        assert hall.holder() != first
