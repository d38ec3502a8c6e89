"""The board and its wall in a real browser: nothing runs off the side, and a wall that hears nothing turns grey."""

import os
import shutil
import signal
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.serving import SECRETS, eventually, serving

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
