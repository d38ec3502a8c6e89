"""The handheld in a real browser: how long a scan takes to be green, and to be answered; what the page costs to load.

A long list of one order, no tote asked: a bin and so many pieces at each of its stops.
"""

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy.orm import Session

from tests import builders as make
from tests.bench import ground
from warehouse.storage.database import Database
from warehouse.storage.migrate import upgrade

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
LINES = 500
SCANS = 60
WARM = 8
SLOWED = 4

WATCH = """
(() => {
  const painted = (then) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => then(performance.now());
    port2.postMessage(0);
  });
  const seen = (window.seen = { green: [], answered: [], outcomes: [] });
  let began = null, count = null, isSent = true;
  addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    began = event.timeStamp;
    count = document.querySelector(".band")?.dataset.count;
    isSent = false;
  }, { capture: true });
  new MutationObserver(() => {
    const band = document.querySelector(".band"), link = document.querySelector("[data-link]")?.dataset.link;
    if (began !== null && band && band.dataset.count !== count) {
      const from = began;
      began = null;
      seen.outcomes.push(band.dataset.outcome);
      painted((at) => seen.green.push(at - from));
      seen.from = from;
    }
    if (began === null && !isSent && link === "online") {
      isSent = true;
      painted((at) => seen.answered.push(at - seen.from));
    }
  }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
})()
"""


@dataclass(frozen=True, slots=True)
class Trip:
    """A list to walk: the barcodes to scan, in walk order, and the cookie of who walks it."""

    codes: list[str]
    cookie: str


def build_trip(url: str, lines: int, pieces: int = 1, name: str = "Ana") -> Trip:
    """Make a warehouse with one released batch of so many stops of so many pieces."""
    upgrade(url)
    database = Database(url)
    try:
        return make.build(database, lambda session: _trip(session, lines, pieces, name))
    finally:
        database.close()


def _trip(session: Session, lines: int, pieces: int, name: str) -> Trip:
    wanted, codes = {}, []
    for number in range(lines):
        item = make.an_item(session, f"SKU-{number:04}", ground.code_of(number))
        place = make.a_bin(session, f"S{number:04}", walk=number)
        make.some_stock(session, place, item, pieces)
        wanted[item] = pieces
        codes += [f"L:S{number:04}", *[ground.code_of(number)] * pieces]
    make.a_cart(session, "K1")
    make.a_tote(session, "T1")
    make.a_batch(session, [make.an_order(session, wanted)])
    return Trip(codes, ground.sign_in(session, make.a_person(session, name)))


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        yield browser
        browser.close()


@contextlib.contextmanager
def device(browser: Browser, url: str, trip: Trip) -> Iterator[BrowserContext]:
    """A handheld in the hands of who walks the trip."""
    context = browser.new_context(viewport={"width": 360, "height": 640}, has_touch=True)
    name, _, value = trip.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": url}])
    yield context
    context.close()


def pull(page: Page, code: str) -> None:
    """Pull the trigger of a scanner that commits text and ends with Enter."""
    page.keyboard.insert_text(code)
    page.keyboard.press("Enter")


def walk(page: Page, codes: list[str]) -> dict[str, Any]:
    """Scan one code after the other, each once the one before was answered and painted; gives the times in ms."""
    page.evaluate(WATCH)
    for number, code in enumerate(codes, start=1):
        pull(page, code)
        page.wait_for_function("count => seen.answered.length >= count", arg=number, polling=10)
        page.wait_for_timeout(30)
    found: dict[str, Any] = page.evaluate("seen")
    return found


def begin(page: Page, url: str) -> None:
    """Open the pick page, take the list in hand, the cart and its tote."""
    page.goto(f"{url}/pick")
    page.wait_for_selector("body[data-ready]")
    page.click(".start-button")
    page.wait_for_selector(".band")
    page.wait_for_selector("[data-link=online]")
    page.wait_for_timeout(500)
    for code, place in (("K:K1", ".slot-number"), ("T:T1", ".steps")):
        pull(page, code)
        page.wait_for_selector(place)
