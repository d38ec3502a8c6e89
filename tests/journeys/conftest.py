"""Chromium, and one real warehouse for the journeys of a module."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.axe import load_judge
from tests.journeys.floor import Floor, make_floor, running

# Without a screen there is no dialog to print from; a page then hears at once that it printed, as at a kiosk.
PRINTING = "--disable-print-preview"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", PRINTING]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser; who asks for it is skipped plainly where there is none."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is missing")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def judge() -> str:
    """The judge of pages."""
    return load_judge()


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    """A demo warehouse of which a few batches are released."""
    if shutil.which("chromium") is None:
        pytest.skip("Chromium is missing")
    data_dir = tmp_path_factory.mktemp("floor")
    make_floor(data_dir, orders=24)
    with running(data_dir) as floor:
        yield floor
