"""The scanner's field and the device's store in a real browser, under the content policy they will live under."""

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

from warehouse.web.security import HEADERS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is missing"),
]

ROOT = Path(__file__).resolve().parents[2]
EAN = "4006381333931"
GS1 = "]C10104006381333931\x1d10L1"
SLOWEST = 350
"""Milliseconds between two keys of the slowest scanner here; the reader takes 400 ms of silence for an end."""
SHIFT = 8
"""As the developer tools count the keys held down."""
PAGE = b"""<!doctype html><html lang="en"><title>Harness</title><main><button type="button">Short</button></main>
<script type="module" src="/js/harness.mjs"></script></html>"""
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


class Handler(SimpleHTTPRequestHandler):
    """Serves the harness, and the static files beside it, with the product's own headers."""

    extensions_map = {".js": "text/javascript", ".mjs": "text/javascript"}  # noqa: RUF012 - the base class has it so

    def translate_path(self, path: str) -> str:
        return str(ROOT / ("tests" if path.startswith("/js/") else ".") / path.lstrip("/"))

    def do_GET(self) -> None:
        if self.path != "/":
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE)
        return None

    def end_headers(self) -> None:
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Keep the test's output to the tests."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, address: str) -> Page:
    return _open(context, address)


def _open(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    _until(page, "Boolean(window.harness)")
    return page


def _until(page: Page, expression: str) -> None:
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"never came: {expression}")


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way a scanner delivers: what it does to the page, and what must be read."""

    name: str
    scan: Callable[[Page, CDPSession], None]
    expected: tuple[str, ...] = (EAN,)
    places: tuple[str, ...] = ()


def keys(gap: int, end: str | None, page: Page, _: CDPSession) -> None:
    page.keyboard.type(EAN, delay=gap)
    if end:
        page.keyboard.press(end)


def text(value: str, end: str | None, page: Page, _: CDPSession) -> None:
    page.keyboard.insert_text(value)
    if end:
        page.keyboard.press(end)


def input_method(_: Page, devtools: CDPSession) -> None:
    for char in EAN:
        event = {"type": "rawKeyDown", "windowsVirtualKeyCode": 229, "key": "Unidentified"}
        devtools.send("Input.dispatchKeyEvent", event)
        devtools.send("Input.insertText", {"text": char})


def composition(_: Page, devtools: CDPSession) -> None:
    for end in range(1, len(EAN) + 1):
        devtools.send("Input.imeSetComposition", {"text": EAN[:end], "selectionStart": end, "selectionEnd": end})
    devtools.send("Input.insertText", {"text": EAN})


def separator_as_control(page: Page, _: CDPSession) -> None:
    head, tail = GS1.split("\x1d")
    page.keyboard.type(head)
    page.keyboard.press("Control+BracketRight")
    page.keyboard.type(tail)
    page.keyboard.press("Enter")


def separator_as_alt_code(page: Page, _: CDPSession) -> None:
    head, tail = GS1.split("\x1d")
    page.keyboard.type(head)
    page.keyboard.down("Alt")
    for digit in "029":
        page.keyboard.press(f"Numpad{digit}")
    page.keyboard.up("Alt")
    page.keyboard.type(tail)
    page.keyboard.press("Enter")


def after_a_tap(page: Page, devtools: CDPSession) -> None:
    page.click("button")
    page.evaluate("harness.pressed.length = 0")
    text(EAN, "Enter", page, devtools)


def on_a_focused_button(page: Page, devtools: CDPSession) -> None:
    page.evaluate("document.querySelector('button').focus()")
    keys(0, "Enter", page, devtools)
    page.keyboard.press("Enter")


def with_the_field_blurred(page: Page, devtools: CDPSession) -> None:
    page.evaluate("document.activeElement.blur()")
    keys(0, "Enter", page, devtools)


def two_at_once(page: Page, devtools: CDPSession) -> None:
    text(f"{EAN}\nT:T1\n", None, page, devtools)


def noise(page: Page, _: CDPSession) -> None:
    for key in ("Shift", "F8", "Escape", "ArrowDown", "Enter"):
        page.keyboard.press(key)


def dead_key(page: Page, devtools: CDPSession) -> None:
    page.keyboard.type("a")
    event = {"type": "rawKeyDown", "key": "Dead", "code": "Equal", "windowsVirtualKeyCode": 187, "modifiers": SHIFT}
    devtools.send("Input.dispatchKeyEvent", event)
    page.keyboard.type("0")
    page.keyboard.press("Enter")


def dead_key_composed(page: Page, devtools: CDPSession) -> None:
    """Type as where the system's input method joins the accent to what follows."""
    page.keyboard.type("a")
    for key, code, modifiers, text in (("Dead", "Equal", SHIFT, "`"), ("0", "Digit0", 0, "`0")):
        event = {"type": "rawKeyDown", "key": key, "code": code, "windowsVirtualKeyCode": 229, "modifiers": modifiers}
        devtools.send("Input.dispatchKeyEvent", event)
        devtools.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
    devtools.send("Input.insertText", {"text": "`0"})
    page.keyboard.type("1")
    page.keyboard.press("Enter")


WAYS = [
    *(
        Way(name=f"keys every {gap} ms, {end or 'no'} end", scan=partial(keys, gap, end))
        for gap in (0, 20, 100, 250)
        for end in ("Enter", "Tab", None)
    ),
    Way(name="text and an Enter key", scan=partial(text, EAN, "Enter")),
    Way(name="text with a line end", scan=partial(text, EAN + "\n", None)),
    Way(name="text without an end", scan=partial(text, EAN, None)),
    Way(name="text with a separator", scan=partial(text, GS1, None), expected=(GS1,)),
    Way(name="input method, a key at a time", scan=input_method),
    Way(name="composition", scan=composition),
    Way(name="separator as Ctrl+]", scan=separator_as_control, expected=(GS1,)),
    Way(name="separator as Alt code", scan=separator_as_alt_code, expected=(GS1,)),
    Way(name="a dead key", scan=dead_key, expected=("a0",), places=("a+0",)),
    Way(name="a dead key, composed", scan=dead_key_composed, expected=("a`01",), places=("a+01",)),
    Way(name="two at once", scan=two_at_once, expected=(EAN, "T:T1")),
    Way(name="after a tap on a button", scan=after_a_tap),
    Way(name="on a focused button", scan=on_a_focused_button),
    Way(name="field blurred", scan=with_the_field_blurred),
    Way(name="noise", scan=noise, expected=()),
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_every_way_a_scanner_delivers_is_one_read_and_presses_nothing(
    way: Way, context: BrowserContext, address: str
) -> None:
    page = _delivered(way, context, address)
    page.wait_for_timeout(300)
    _until(page, "harness.reader.field.value === '' && harness.reader.waiting() === null")
    assert page.evaluate("[harness.reads.map((read) => read.code), harness.pressed]") == [list(way.expected), []]
    if way.places:
        assert page.evaluate("harness.reads.map((read) => read.places)") == list(way.places)


def _delivered(way: Way, context: BrowserContext, address: str) -> Page:
    """Scan until the events came as fast as the way says: a busy machine may hold its own keyboard up for a second."""
    for _ in range(20):
        page = _open(context, address)
        way.scan(page, context.new_cdp_session(page))
        if page.evaluate("harness.longest()") < SLOWEST:
            return page
        page.close()
    raise AssertionError("this machine never types as fast as a scanner")


BUSY = """(announces) => {
  const { field } = harness.reader;
  const commit = (data) => {
    field.value += data;
    field.dispatchEvent(new InputEvent("input", { data, inputType: "insertText" }));
  };
  commit("AAA1");
  for (const end = performance.now() + 250; performance.now() < end; );
  if (announces) window.dispatchEvent(new KeyboardEvent("keydown", { key: "Unidentified", keyCode: 229 }));
  commit("BBB2");
}"""
"""Two codes without an end mark on a page too busy to run its timers; before a text some devices announce a key."""


@pytest.mark.parametrize("announces", [False, True])
def test_two_texts_without_an_end_are_two_reads_on_a_busy_page(page: Page, announces: bool) -> None:  # noqa: FBT001
    page.evaluate(BUSY, announces)
    _until(page, "harness.reader.field.value === '' && harness.reader.waiting() === null")
    assert page.evaluate("harness.reads.map((read) => read.code)") == ["AAA1", "BBB2"]


def test_somebody_without_a_mouse_reaches_a_button(page: Page) -> None:
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("harness.pressed") == ["button"]


def test_two_tabs_number_their_scans_without_a_gap(context: BrowserContext, address: str) -> None:
    tabs = [_open(context, address) for _ in range(2)]
    for tab in tabs:
        tab.evaluate("harness.openStore('shared').then((store) => (harness.store = store))")
    for name, tab in zip("ab", tabs, strict=True):
        tab.evaluate("(name) => void (harness.filled = harness.fill(harness.store, name))", name)
    for tab in tabs:
        tab.evaluate("harness.filled")
    assert _seqs(tabs[0]) == list(range(1, 41))
    assert tabs[0].evaluate("harness.store.device") == tabs[1].evaluate("harness.store.device")


def test_the_store_keeps_scans_numbers_and_the_device_over_a_reload(page: Page) -> None:
    first = page.evaluate(
        OPEN + "store.append({ id: 'a', at: 't1' }).then(() => store.append({ id: 'b' })).then(() => store.device))"
    )
    page.reload()
    _until(page, "Boolean(window.harness)")
    assert page.evaluate(OPEN + "store.device)") == first
    assert page.evaluate(OPEN + "store.counts())") == {"pending": 2, "stuck": 0, "oldest": "t1", "lastSeq": 2}


def test_a_tab_that_lost_its_turn_cannot_keep_a_scan(context: BrowserContext, address: str) -> None:
    first, second = (_open(context, address) for _ in range(2))
    for tab, name in ((first, "a"), (second, "b")):
        tab.evaluate(
            "(name) => harness.openStore('turns').then((store) => { harness.store = store; return store.take(name); })",
            name,
        )
    keep = "harness.store.append({ id: 'x' }).then((kept) => kept.seq, (error) => error.message)"
    assert [first.evaluate(keep), second.evaluate(keep)] == ["another tab works now", 1]
    first.evaluate("harness.store.release('a')")
    assert second.evaluate("harness.store.read('tab')") == "b"


def test_a_last_word_and_a_refusal_leave_the_queue_in_one_step(page: Page) -> None:
    page.evaluate(
        OPEN + "harness.fill(store, 'x').then(() => store.settle([1, 2], [{ id: 'x-2', seq: 3, refusal: 'no' }])))"
    )
    assert page.evaluate(OPEN + "store.counts())") == {"pending": 17, "stuck": 1, "oldest": None, "lastSeq": 20}
    page.evaluate(OPEN + "store.unstick())")
    assert page.evaluate(
        OPEN + "store.head(2).then((all) => all.map(({ seq, refusal }) => [seq, refusal ?? null])))"
    ) == [[3, None], [4, None]]


def test_a_record_that_cannot_be_kept_takes_no_number(page: Page) -> None:
    refused = page.evaluate(OPEN + "store.append({ id: 'f', bad: () => 1 }).catch((error) => error.name))")
    assert refused == "DataCloneError"
    assert page.evaluate(OPEN + "store.append({ id: 'g' }).then((kept) => kept.seq))") == 1


OPEN = "harness.openStore().then((store) => "


def _seqs(page: Page) -> Any:
    return page.evaluate("harness.store.head(100).then((all) => all.map((record) => record.seq))")
