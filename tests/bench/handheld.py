"""The handheld in a real browser: how long a scan takes to be green, and to be answered; what the page costs to load.

A long list of one order, no tote asked: a bin and so many pieces at each of its stops.
"""

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright
from sqlalchemy.orm import Session

from tests import builders as make
from tests.bench import ground
from tests.bench.processes import product
from tests.bench.report import Row
from tests.bench.run import Run
from warehouse.storage.database import Database
from warehouse.storage.migrate import upgrade

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
LINES = 500
FEW_LINES = 50
SCANS = 60
WARM = 8
LOOKS, LOOK_AFTER = 50, 300
"""How often, and after how many milliseconds each time, it is asked whether a scan is answered."""
SLOWED = 4
PIECES = 9
AIMS = {1: (25.0, 100.0), SLOWED: (50.0, 100.0)}
"""By how much the processor is slowed: ms at most until green, and until the answer, are painted (p95)."""
KILOBYTES, REQUESTS = 40.0, 40
WAITING = 1000
DRAINED_A_SECOND = 1000.0
FLOOR = """
async (times) => {
  const opened = indexedDB.open("floor", 1);
  opened.onupgradeneeded = () => opened.result.createObjectStore("scans", { autoIncrement: true });
  const store = await new Promise((resolve) => (opened.onsuccess = () => resolve(opened.result)));
  const found = [];
  for (let n = 0; n < times; n += 1) {
    const from = performance.now();
    const kept = store.transaction(["scans"], "readwrite", { durability: "strict" });
    kept.objectStore("scans").add({ n });
    await new Promise((resolve) => (kept.oncomplete = resolve));
    document.title = String(n);
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    found.push(performance.now() - from);
  }
  return found;
}
"""
"""What a scan costs at least in this browser: one durable write and one frame."""

WATCH = """
(() => {
  const painted = (then) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => then(performance.now());
    port2.postMessage(0);
  });
  const seen = (window.seen = { green: [], answered: [], outcomes: [] });
  const isVerdict = ({ target: it }) => (it.closest ? it : it.parentElement)?.closest(".band-place");
  const isRest = (change) => change.target !== document.body && !isVerdict(change);
  const isOnline = () => document.querySelector("[data-link=online]") && document.body.dataset.waiting === "0";
  let began = null, count = null, isSent = true;
  addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    began = event.timeStamp;
    count = document.querySelector(".band")?.dataset.count;
    isSent = false;
  }, { capture: true });
  new MutationObserver((changes) => {
    const band = document.querySelector(".band");
    if (began !== null && band && band.dataset.count !== count) {
      const from = began;
      began = null;
      seen.outcomes.push(band.dataset.outcome);
      painted((at) => seen.green.push(at - from));
      seen.from = from;
    }
    if (began === null && !isSent && changes.some(isRest) && isOnline()) {
      isSent = true;
      painted((at) => seen.answered.push(at - seen.from));
    }
  }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
})()
"""

SHOOT = """
async (codes) => {
  const band = () => document.querySelector(".band");
  const press = (key) => new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  const key = (name) => document.body.dispatchEvent(press(name));
  const green = [];
  for (const code of codes) {
    const { count } = band().dataset;
    for (const char of code) key(char);
    key("Enter");
    while (band().dataset.count === count) await new Promise((next) => setTimeout(next));
    if (!["accepted", "complete", "finished"].includes(band().dataset.outcome)) throw new Error(band().innerText);
    green.push(code);
  }
  return green.length;
}
"""
"""Pulls the trigger, waits for green, pulls again, as fast as the device is."""


DRAIN = """
async () => {
  const waiting = () => Number(/\\d+/.exec(document.querySelector("[data-link]").textContent)?.[0] ?? 0);
  const all = waiting();
  while (waiting() === all) await new Promise((next) => setTimeout(next, 1));
  const from = performance.now(), left = waiting();
  const isThrough = () => document.querySelector("[data-link]").dataset.link === "online";
  while (!isThrough()) await new Promise((next) => setTimeout(next, 1));
  return (1000 * left) / (performance.now() - from);
}
"""
"""Scans a second, from the first array that is through to the last."""
EVERY_READ_COUNTS = """
async () => {
  const { person } = JSON.parse(document.getElementById("state").textContent);
  const sheet = document.querySelector("link[rel=stylesheet]").href;
  const { openStore } = await import(new URL("../js/lib/store.js", sheet));
  await (await openStore()).write(`likes:${person.id}`, { doubles: false });
}
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
def device(browser: Browser, url: str, trip: Trip, zone: str | None = None) -> Iterator[BrowserContext]:
    """A handheld in the hands of who walks the trip; its own clock stands in this time zone."""
    context = browser.new_context(viewport={"width": 360, "height": 640}, has_touch=True, timezone_id=zone)
    name, _, value = trip.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": url}])
    yield context
    context.close()


def pull(page: Page, code: str) -> None:
    """Pull the trigger of a scanner that types and ends with Enter; text committed whole would not wait long for it."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def walk(page: Page, codes: list[str]) -> dict[str, Any]:
    """Scan one code after the other, each once the one before was answered and painted; gives the times in ms."""
    page.evaluate(WATCH)
    for number, code in enumerate(codes, start=1):
        pull(page, code)
        _await_answers(page, number)
    found: dict[str, Any] = page.evaluate("seen")
    return found


def _await_answers(page: Page, count: int) -> None:
    """Look seldom: on a slowed processor each look takes as long as a part of what is measured."""
    for _ in range(LOOKS):
        page.wait_for_timeout(LOOK_AFTER)
        if page.evaluate("seen.answered.length") >= count:
            return
    raise RuntimeError(f"scan {count} was not answered within {LOOKS * LOOK_AFTER / 1000:.0f} s")


def begin(page: Page, url: str) -> None:
    """Open the pick page, take the list in hand, the cart and its tote; no mouse has ever been over a handheld."""
    page.goto(f"{url}/pick")
    page.wait_for_selector("body[data-ready]")
    page.tap(".start-button")
    page.wait_for_selector(".band")
    page.wait_for_selector("[data-link=online]")
    page.wait_for_timeout(500)
    for code, place in (("K:K1", ".slot-number"), ("T:T1", ".steps")):
        pull(page, code)
        page.wait_for_selector(place)


def measure_handheld(run: Run) -> None:
    """Measure the pick page in a browser, where there is one."""
    if shutil.which("chromium") is None:
        run.say("no Chromium: the handheld is not measured")
        return
    with chromium() as browser:
        for lines in (LINES, FEW_LINES):
            _measure_scans(run, browser, lines)
        _measure_drain(run, browser)


def _measure_scans(run: Run, browser: Browser, lines: int) -> None:
    run.say(f"a handheld with a list of {lines} lines")
    url = run.url("sqlite", f"handheld_{lines}")
    trip = build_trip(url, lines)
    with product(run.folder / f"handheld_{lines}", url) as server:
        address = f"http://127.0.0.1:{server.port}"
        with device(browser, address, trip) as context:
            page = context.new_page()
            devtools = context.new_cdp_session(page)
            if lines == LINES:
                run.rows += _rows_of_load(page, devtools, address)
            begin(page, address)
            codes = iter(trip.codes)
            for slowed, aims in AIMS.items():
                devtools.send("Emulation.setCPUThrottlingRate", {"rate": slowed})
                floor = page.evaluate(FLOOR, SCANS // 2)
                some = min(SCANS, lines) // 2 * 2
                found = walk(page, [next(codes) for _ in range(some if lines == LINES else some // 2)])
                run.rows += _rows_of_scans(f"{lines} lines, CPU / {slowed}", found, floor, aims)


def _rows_of_scans(name: str, found: dict[str, Any], floor: list[float], aims: tuple[float, float]) -> list[Row]:
    rows = []
    for what, times, aim in (("green", found["green"], aims[0]), ("answered", found["answered"], aims[1])):
        p50, p95 = _part(times[WARM:], 0.5), _part(times[WARM:], 0.95)
        against = f"aim {aim:.0f} ms (bare write and frame: p50 {_part(floor, 0.5):.1f} p95 {_part(floor, 0.95):.1f})"
        measured = f"p50 {p50:.1f} p95 {p95:.1f} ms"
        rows.append(
            Row(
                what=f"handheld, {name}: Enter to {what}",
                measured=measured,
                against=against,
                ratio=p95 / aim,
                at_most=1,
            )
        )
    return rows


def _part(times: list[float], part: float) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def _rows_of_load(page: Page, devtools: CDPSession, address: str) -> list[Row]:
    """What a device that was never here loads before it can be worked with, and what one loads whose page is kept."""
    rows = []
    for name, most in (("first load", REQUESTS), ("installed", 3)):
        loaded = _load(page, devtools, f"{address}/pick")
        later = page.evaluate("document.querySelector('[data-later]').dataset.later")
        first = {url: size for url, size in loaded.items() if not url.endswith(later)}
        kilobytes, all_of_it = sum(first.values()) / 1000, sum(loaded.values()) / 1000
        what = f"handheld, {name} of the pick page"
        measured = f"{len(first)} requests"
        rows.append(Row(what=what, measured=measured, against=f"aim {most}", ratio=len(first) / most, at_most=1))
        if name == "first load":
            measured = f"{kilobytes:.1f} kB on the wire until it is ready, {all_of_it:.1f} kB with what comes behind"
            against = f"aim {KILOBYTES:.0f} kB"
            rows.append(Row(what=what, measured=measured, against=against, ratio=kilobytes / KILOBYTES, at_most=1))
    return rows


def _load(page: Page, devtools: CDPSession, address: str) -> dict[str, float]:
    """Open a page; give the bytes that came over the wire for each address."""
    asked: dict[str, str] = {}
    sizes: dict[str, float] = {}
    devtools.send("Network.enable")
    devtools.on("Network.requestWillBeSent", lambda it: asked.update({it["requestId"]: it["request"]["url"]}))
    devtools.on("Network.loadingFinished", lambda it: sizes.update({it["requestId"]: it["encodedDataLength"]}))
    page.goto(address)
    page.wait_for_selector("body[data-ready]")
    page.wait_for_timeout(1500)
    return {asked[key]: size for key, size in sizes.items() if size and key in asked}


def _measure_drain(run: Run, browser: Browser) -> None:
    run.say(f"a handheld with {WAITING} scans that wait")
    url = run.url("sqlite", "handheld_drain")
    trip = build_trip(url, -(-WAITING // (PIECES + 1)), PIECES)
    with product(run.folder / "handheld_drain", url) as server:
        address = f"http://127.0.0.1:{server.port}"
        with device(browser, address, trip) as context:
            page = context.new_page()
            page.goto(f"{address}/pick")
            page.wait_for_selector("body[data-ready]")
            page.evaluate(EVERY_READ_COUNTS)
            begin(page, address)
            context.set_offline(True)
            page.wait_for_selector("[data-link=offline]")
            page.evaluate(SHOOT, trip.codes[:WAITING])
            context.set_offline(False)
            rate = page.evaluate(DRAIN)
    run.rows.append(
        Row(
            what=f"handheld: {WAITING} waiting scans sent, judged, forgotten",
            measured=f"{rate:.0f}/s",
            against=f"aim {DRAINED_A_SECOND:.0f}/s",
            ratio=rate / DRAINED_A_SECOND,
            at_least=1,
        )
    )
