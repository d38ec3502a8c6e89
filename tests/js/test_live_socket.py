"""The browser's socket against the real server: online, no answer, server gone and back, signed out."""

import contextlib
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.serving import Serving, serving, speaking
from tests.trial_server import SECRETS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is missing"),
]

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
LISTEN = """(version) => import(`/static/${version}/js/live.js`).then(({ Live }) => {
  window.seen = { connects: 0, signedOut: 0, states: [] };
  window.live = new Live({ onConnect: () => seen.connects++, onSignedOut: () => seen.signedOut++ });
  live.state.subscribe((state) => seen.states.push(state));
})"""


@contextlib.contextmanager
def browsing(server: Serving) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        context = browser.new_context()
        context.add_cookies([{"name": "warehouse", "value": SECRETS["Ana"], "url": server.url}])
        page = context.new_page()
        page.goto(f"{server.url}/nothing-here", wait_until="load")
        sheet = page.locator("link[rel=stylesheet]").get_attribute("href")
        assert sheet is not None
        page.evaluate(LISTEN, sheet.split("/")[2])
        yield page
        browser.close()


ATTEMPTS = 5
"""The line may be given up before the question is, where the machine kept the page waiting for long before it asked."""


def until(page: Page, expression: str, seconds: float = 10) -> None:
    for _ in range(int(seconds * 40)):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"never came: {expression}; {page.evaluate('seen')}")


def ask_while_silent(server: Serving, page: Page) -> None:
    """Ask a server that stands still, until the question has an end and the line is given up; then let it go on."""
    os.kill(server.worker, signal.SIGSTOP)
    try:
        page.evaluate("void live.ask('echo', 4).catch((error) => (seen.refusal = error.constructor.name))")
        until(page, "seen.refusal", 30)
        until(page, "live.state.value === 'offline'", 30)
    finally:
        os.kill(server.worker, signal.SIGCONT)
    until(page, "live.state.value === 'online'", 30)


def test_it_asks_is_answered_and_is_told_when_the_person_is_signed_out(tmp_path: Path) -> None:
    with serving(tmp_path) as server, browsing(server) as page:
        until(page, "live.state.value === 'online'")
        assert page.evaluate("live.ask('echo', 'hello')") == {"value": "hello", "by": "Ana"}
        with speaking(server, "Lea") as lea:
            lea.call("sign_out", "Ana")
            until(page, "live.state.value === 'signed_out'")
        page.wait_for_timeout(1500)
        assert page.evaluate("seen") == {
            "connects": 1,
            "signedOut": 1,
            "states": ["connecting", "online", "signed_out"],
        }
        refused = page.evaluate("live.ask('echo', 1).catch((error) => error.message)")
        assert refused == "no connection"


def test_it_comes_back_by_itself_when_the_server_does(tmp_path: Path) -> None:
    with serving(tmp_path) as server, browsing(server) as page:
        until(page, "live.state.value === 'online'")
        port = server.port
        server.stop()
        until(page, "live.state.value === 'offline'")
        with serving(tmp_path, PORT=port):
            until(page, "live.state.value === 'online'")
            assert page.evaluate("live.ask('echo', 2)") == {"value": 2, "by": "Ana"}
        assert page.evaluate("seen.connects") == 2


def test_a_silent_server_is_slow_then_gives_no_answer_then_counts_as_lost_until_it_speaks(tmp_path: Path) -> None:
    with serving(tmp_path) as server, browsing(server) as page:
        for _ in range(ATTEMPTS):
            until(page, "live.state.value === 'online'")
            page.evaluate("void Object.assign(seen, { refusal: '', states: [] })")
            ask_while_silent(server, page)
            if page.evaluate("seen.refusal") == "NoAnswer":
                break
        assert (page.evaluate("seen.refusal"), page.evaluate("seen.states")[:2]) == ("NoAnswer", ["slow", "offline"])
        assert page.evaluate("live.ask('echo', 5)") == {"value": 5, "by": "Ana"}
