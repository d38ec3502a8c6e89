"""Nothing that was green is lost or counted twice: no network, reloads, kills on both sides, answers that never come.

`JOURNEY_SCANS` says how many scans a device makes without network: 5000 is the full size.
"""

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright
from sqlalchemy import select

from tests.bench.handheld import ARGUMENTS, EVERY_READ_COUNTS, SHOOT, Trip, begin, build_trip
from tests.bench.processes import Served, product
from tests.journeys.hands import ALL_SENT
from tests.journeys.link import Link, Mode
from warehouse.storage.database import Database
from warehouse.storage.models.batching import PickTaskRow
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.picking import ScanRow

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is missing"),
]

SCANS = int(os.environ.get("JOURNEY_SCANS", "300"))
PIECES = 9
PATIENCE = 60_000 + 60 * SCANS


@dataclass
class House:
    """A warehouse behind a Wi-Fi, with one long list."""

    url: str
    trip: Trip
    link: Link
    server: Served

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.link.port}"

    def kill(self) -> None:
        """The process that serves dies; the house starts another."""
        watch = Path(f"/proc/{self.server.pid}/stat").read_text().rsplit(")", 1)[1].split()[1]
        os.kill(self.server.pid, signal.SIGKILL)
        children = Path(f"/proc/{watch}/task/{watch}/children")
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            alive = [int(pid) for pid in children.read_text().split() if int(pid) != self.server.pid]
            if alive:
                self.server = Served(self.server.port, self.server.kind, alive[0])
                return
            time.sleep(0.05)
        raise AssertionError("nobody started the server again")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    url = f"sqlite:///{tmp_path / 'warehouse.sqlite'}"
    trip = build_trip(url, -(-SCANS // (PIECES + 1)), PIECES)
    link = Link(0)
    with link.up(), product(tmp_path, url, ALLOWED_ORIGINS=f"http://127.0.0.1:{link.port}", INSECURE_HTTP=1) as server:
        link.target = server.port
        yield House(url, trip, link, server)


@pytest.fixture
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@contextlib.contextmanager
def handheld(playwright: Playwright, house: House, profile: Path) -> Iterator[BrowserContext]:
    """A browser whose store is on the disk, as on a device; it may have been killed in the meantime."""
    context = playwright.chromium.launch_persistent_context(
        str(profile),
        executable_path=shutil.which("chromium"),
        args=ARGUMENTS,
        has_touch=True,
        viewport={"width": 360, "height": 640},
    )
    name, _, value = house.trip.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": house.address}])
    yield context
    with contextlib.suppress(Exception):  # a browser that was killed cannot be closed
        context.close()


def kill_browser(profile: Path) -> None:
    """The battery falls out."""
    for process in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            words = (process / "cmdline").read_bytes().split(b"\0")
            if f"--user-data-dir={profile}".encode() in words and not any(it.startswith(b"--type=") for it in words):
                os.kill(int(process.name), signal.SIGKILL)


def open_page(context: BrowserContext, house: House) -> Page:
    page = context.pages[0]
    page.set_default_timeout(30_000)
    page.goto(f"{house.address}/pick")
    page.wait_for_selector("body[data-ready]")
    return page


def take_list(page: Page, house: House) -> None:
    """Every read counts on this device, and its page is kept."""
    open_page(page.context, house)
    page.evaluate(EVERY_READ_COUNTS)
    begin(page, house.address)
    page.wait_for_function("async () => (await caches.keys()).length > 0", timeout=30_000)


def until_sent(page: Page) -> float:
    """Wait until nothing waits; gives the seconds it took."""
    began = time.monotonic()
    page.wait_for_selector(ALL_SENT, timeout=PATIENCE)
    return time.monotonic() - began


def stored(house: House) -> tuple[list[int], list[str | None], set[str]]:
    """Numbers and codes of the device's scans in the order in which they were judged, and what came of them."""
    database = Database(house.url)
    with database.read() as session:
        rows = session.execute(select(ScanRow.seq, ScanRow.code, ScanRow.outcome).order_by(ScanRow.id)).all()
    database.close()
    return [row.seq for row in rows], [row.code for row in rows], {str(row.outcome.value) for row in rows}


def note(text: str) -> None:
    """Keep a figure in the file that `JOURNEY_REPORT` names."""
    if report := os.environ.get("JOURNEY_REPORT"):
        with Path(report).open("a") as out:
            print(text, file=out)


def test_every_green_scan_is_on_the_server_once_and_in_order(
    playwright: Playwright, house: House, tmp_path: Path
) -> None:
    profile, codes = tmp_path / "profile", house.trip.codes[:SCANS]
    quarter = len(codes) // 4
    with handheld(playwright, house, profile) as context:
        page = context.pages[0]
        take_list(page, house)
        house.link.set(Mode.GONE)
        page.wait_for_selector("[data-link=offline]")
        for part in range(3):
            assert page.evaluate(SHOOT, codes[part * quarter : (part + 1) * quarter]) == quarter
            if part < 2:
                open_page(context, house)
        kill_browser(profile)
    with handheld(playwright, house, profile) as context:
        page = open_page(context, house)
        page.evaluate(SHOOT, codes[3 * quarter :])
        page = open_page(context, house)
        house.link.set(Mode.LOSSY)
        began = time.monotonic()
        for _ in range(2):
            page.wait_for_timeout(1500)
            house.kill()
        until_sent(page)
        took = time.monotonic() - began
    note(f"{SCANS} scans through {took:.1f} s after the link was back, with two kills and 30 % of the answers lost")
    numbers, kept, outcomes = stored(house)
    assert numbers == list(range(1, len(codes) + 3))
    assert kept[2:] == codes
    assert outcomes == {"accepted"}
    database = Database(house.url)
    with database.read() as session:
        picked = sum(session.scalars(select(PickTaskRow.picked)))
        assert "lost_scans" not in session.scalars(select(ExceptionRow.type)).all()
    database.close()
    assert picked == sum(1 for code in codes if not code.startswith("L:"))


def test_a_silent_link_is_seen_while_scanning_goes_on_and_all_is_through_soon_after_it_is_back(
    playwright: Playwright, house: House, tmp_path: Path
) -> None:
    with handheld(playwright, house, tmp_path / "profile") as context:
        page = context.pages[0]
        take_list(page, house)
        house.link.set(Mode.SILENT)
        began = time.monotonic()
        page.evaluate(SHOOT, house.trip.codes[:100])
        page.wait_for_selector("[data-link=offline]", timeout=30_000)
        noticed = time.monotonic() - began
        page.get_by_text("Offline, 100 to send", exact=True).wait_for(timeout=30_000)
        house.link.set(Mode.FINE)
        through = until_sent(page)
    assert stored(house)[1][2:] == house.trip.codes[:100]
    note(f"silent link seen after {noticed:.1f} s; 100 scans through {through:.2f} s after its return")
