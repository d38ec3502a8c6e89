"""A whole trip with a scanner and nothing else; a quantity that lapses; what plain http leaves out is said."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select

from tests import builders as make
from tests.bench.handheld import ARGUMENTS, Trip, build_trip, device
from tests.bench.processes import product
from tests.journeys.hands import ALL_SENT, band, scan
from tests.journeys.link import Link
from warehouse.domain.codes import BatchState, ScanKind, ScanStatus, TaskState
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow, PickTaskRow
from warehouse.storage.models.picking import ScanRow

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is missing"),
]

WATCHED = """
const more = (name) => sessionStorage.setItem(name, Number(sessionStorage.getItem(name)) + 1);
addEventListener("pointerdown", () => more("pointers"), true);
addEventListener("load", () => more("loads"));
"""


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[tuple[int, Trip, Database]]:
    """A warehouse with one list of four stops of two pieces, at a port that people know by two names."""
    url = f"sqlite:///{tmp_path / 'warehouse.sqlite'}"
    trip, link = build_trip(url, 4, 2), Link(0)
    empty = Database(url)
    make.build(empty, lambda session: make.a_tote(session, "T2"))
    empty.close()
    with link.up():
        names = ",".join(f"http://{name}:{link.port}" for name in ("127.0.0.1", "wms.lan"))
        with product(tmp_path, url, ALLOWED_ORIGINS=names, INSECURE_HTTP=1) as server:
            link.target = server.port
            database = Database(url)
            yield link.port, trip, database
            database.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = [*ARGUMENTS, "--host-resolver-rules=MAP wms.lan 127.0.0.1"]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        yield browser
        browser.close()


def state_of(database: Database) -> tuple[BatchState, list[TaskState]]:
    with database.read() as session:
        tasks = session.scalars(select(PickTaskRow.state).order_by(PickTaskRow.sequence)).all()
        return session.scalars(select(BatchRow.state)).one(), list(tasks)


def scans_of(database: Database, code: str | None) -> list[tuple[ScanKind, int, str | None]]:
    with database.read() as session:
        found = session.execute(select(ScanRow.kind, ScanRow.quantity, ScanRow.reason).where(ScanRow.code == code))
        return [(row.kind, row.quantity, row.reason) for row in found]


def refused(page: Page, code: str, because: str = "Answer this first, then scan.") -> None:
    """Scan into an open question what is no answer to it."""
    scan(page, code)
    page.wait_for_selector(f"dialog[open] .pad-problem:has-text('{because}')")


def say_that_one_is_not_found(page: Page, codes: list[str]) -> None:
    """Leave the question once, answer it the second time; what is no answer is refused and stays out of the work."""
    scan(page, "C:SHORT")
    page.wait_for_selector("dialog[open] .pad")
    scan(page, "C:UNDO")
    page.wait_for_selector("dialog", state="detached")
    assert (band(page)["text"], page.inner_text(".code-location")) == ("S0002. Take 2 of Item SKU-0002.", codes[0][2:])
    scan(page, "C:SHORT")
    page.wait_for_selector("dialog[open] .pad")
    refused(page, codes[1])
    refused(page, "C:QTY-7", "At most 1.")
    scan(page, "C:QTY-1")
    scan(page, "C:CONFIRM")
    page.wait_for_selector("dialog[open] .choices")
    assert page.locator("dialog[open] .btn-choice kbd:visible").all_inner_texts() == ["1", "2", "3", "4"]
    refused(page, "C:FULL")
    refused(page, codes[1])
    scan(page, "C:QTY-2")
    page.wait_for_selector("dialog", state="detached")


def start(page: Page, address: str) -> None:
    page.goto(f"{address}/pick")
    page.wait_for_selector("body[data-ready]")


def take_list(page: Page) -> None:
    """Take the list in hand, and the cart where it is asked for, and its tote."""
    scan(page, "C:CONFIRM")
    page.wait_for_selector(".band")
    page.wait_for_timeout(500)
    if page.inner_text(".task").startswith("Cart"):
        scan(page, "K:K1", "accepted")
    scan(page, "T:T1", "accepted")
    page.wait_for_selector(".steps")


def test_a_scanner_that_says_which_symbol_it_read_begins_asks_answers_and_signs_out(
    browser: Browser, hall: tuple[int, Trip, Database]
) -> None:
    port, trip, database = hall
    address = f"http://127.0.0.1:{port}"
    with device(browser, address, trip) as context:
        page = context.new_page()
        start(page, address)
        scan(page, "]C0C:CONFIRM")
        page.wait_for_selector(".band")
        scan(page, "]C0K:K1", "accepted")
        scan(page, "]C0T:T1", "accepted")
        scan(page, f"]C0{trip.codes[0]}", "accepted")
        scan(page, "]C0C:SHORT")
        page.wait_for_selector("dialog[open] .pad")
        scan(page, "]C0C:UNDO")
        page.wait_for_selector("dialog", state="detached")
        scan(page, "]C0C:WRONG")
        page.wait_for_selector(".band-text:has-text('Scan the item that lies there.')")
        for ours in ("]C0C:QTY-2", "C:MORE", trip.codes[0]):
            scan(page, ours)
        scan(page, "]C0C:UNDO")
        page.wait_for_selector(".band-text:has-text('Take 2 of')")
        page.wait_for_selector(ALL_SENT)
        scan(page, "]C0C:LOGOUT")
        page.wait_for_function("() => !location.pathname.startsWith('/pick')")
    with database.read() as session:
        assert list(session.scalars(select(ScanRow.kind).where(ScanRow.kind != ScanKind.SCAN))) == []


def test_plain_http_says_what_it_leaves_out_and_picks_all_the_same(
    browser: Browser, hall: tuple[int, Trip, Database]
) -> None:
    port, trip, database = hall
    address = f"http://wms.lan:{port}"
    with device(browser, address, trip) as context:
        page = context.new_page()
        start(page, address)
        notice = page.inner_text(".start-notice")
        assert (page.evaluate("isSecureContext"), "no camera" in notice, "no reload without network" in notice) == (
            False,
            True,
            True,
        )
        take_list(page)
        for code, expect in zip(trip.codes[:3], ("accepted", "accepted", "complete"), strict=True):
            scan(page, code, expect)
        page.wait_for_selector(ALL_SENT)
    with database.read() as session:
        heard = session.execute(select(ScanRow.code, ScanRow.status).order_by(ScanRow.seq.desc()).limit(3)).all()
    assert [tuple(row) for row in reversed(heard)] == [(code, ScanStatus.APPLIED) for code in trip.codes[:3]]
    assert state_of(database) == (BatchState.PICKING, [TaskState.PICKED, *[TaskState.OPEN] * 3])


def test_a_whole_trip_is_picked_without_a_touch_and_without_another_page(
    browser: Browser, hall: tuple[int, Trip, Database]
) -> None:
    port, trip, database = hall
    address = f"http://127.0.0.1:{port}"
    with device(browser, address, trip) as context:
        context.add_init_script(WATCHED)
        page = context.new_page()
        start(page, address)
        take_list(page)
        first, second, third, fourth = (trip.codes[at : at + 3] for at in range(0, 12, 3))
        for code in first:
            scan(page, code, "complete" if code is first[-1] and band(page)["text"].startswith("1 of 2") else None)
        scan(page, second[0], "accepted")
        scan(page, "C:QTY-2", "armed")
        page.wait_for_function("() => document.querySelector('.band').dataset.outcome === 'ready'")
        scan(page, second[1], "accepted")
        assert page.inner_text(".task-quantity b >> nth=0") == "1"
        scan(page, "C:UNDO", "accepted")
        scan(page, "C:QTY-2", "armed")
        scan(page, second[1], "complete")
        scan(page, third[0], "accepted")
        say_that_one_is_not_found(page, third)
        scan(page, third[1], "complete")
        page.wait_for_function("bin => document.querySelector('.code-location').textContent === bin", arg=fourth[0][2:])
        scan(page, fourth[0], "accepted")
        scan(page, fourth[1], "accepted")
        scan(page, "C:FULL", "accepted")
        scan(page, "T:T2", "accepted")
        scan(page, fourth[2], "finished")
        page.wait_for_selector(ALL_SENT)
        page.wait_for_timeout(500)
        assert band(page)["outcome"] == "finished", "news of one's own last scan takes nothing back"
        scan(page, "C:CONFIRM")
        page.wait_for_selector(".start-button")
        touched = page.evaluate("[sessionStorage.getItem('pointers'), sessionStorage.getItem('loads')]")
    assert touched == [None, "1"]
    picked, short = TaskState.PICKED, TaskState.SHORT
    assert state_of(database) == (BatchState.CLOSED, [picked, picked, short, picked])
    assert scans_of(database, third[1]) == [(ScanKind.SCAN, 1, None)]
    assert scans_of(database, None) == [(ScanKind.SHORT, 1, "not_found")]
    assert len(scans_of(database, "C:FULL")) == 1
