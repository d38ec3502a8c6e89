"""Nobody is kept out: axe finds nothing in any theme, a verdict is announced once, right and wrong need no colour."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

from tests.journeys.axe import findings
from tests.journeys.floor import HANDHELD, STATION, Floor
from tests.journeys.hands import begin, labels_of, scan

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
SETTLED = 200
"""Milliseconds until what a scan came to is painted."""
PLACES = re.compile(r'\("(/[a-z/-]+)", "[^"]+", \["[a-z_", ]+"\]\)')
OFFICE = [
    path
    for path in PLACES.findall((ROOT / "templates/_places.html").read_text("utf-8"))
    if path not in {"/pick", "/pack", "/load"}
]
assert "/admin/settings" in OFFICE, "nothing found: the search is broken"
SIGN_IN = ["/", "/?language=ar"]
"""Shown once the test of the scanner is put off."""


@pytest.fixture(scope="module")
def ana(browser: Browser, floor: Floor) -> Iterator[BrowserContext]:
    with floor.person(browser, "Ana", HANDHELD) as context:
        yield context


@pytest.fixture(scope="module")
def pick(floor: Floor, ana: BrowserContext) -> Page:
    """Ana's handheld before she takes a list."""
    return floor.page(ana, "/pick")


@pytest.fixture(scope="module")
def lea(browser: Browser, floor: Floor) -> Iterator[BrowserContext]:
    with floor.person(browser, "Ada", STATION) as context:
        yield context


@pytest.mark.parametrize("path", [*SIGN_IN, "/scanner", "/trust", "/nowhere"])
def test_a_page_for_anybody_keeps_nobody_out(browser: Browser, floor: Floor, judge: str, path: str) -> None:
    context = browser.new_context(viewport=HANDHELD, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{floor.url}{path}")
    page.wait_for_load_state("networkidle")
    if path in SIGN_IN:
        assert "/scanner" in page.url
        page.locator(".actions .btn").last.click()
        page.wait_for_selector("form.scripted")
    assert findings(page, judge) == []
    context.close()


@pytest.mark.parametrize("path", ["/", *OFFICE])
def test_a_page_of_the_office_keeps_nobody_out_and_nothing_to_complain_of(
    lea: BrowserContext, floor: Floor, judge: str, path: str
) -> None:
    page = lea.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    assert (answer := page.goto(f"{floor.url}{path}")) is not None
    assert answer.status == 200
    page.wait_for_timeout(SETTLED)
    assert complaints == [], "the browser has nothing to complain of"
    assert findings(page, judge) == []
    page.close()


def test_every_state_of_the_pick_screen_keeps_nobody_out(pick: Page, floor: Floor, judge: str) -> None:
    found = {"start": findings(pick, judge)}
    begin(pick, floor.database)
    labels = labels_of(floor.database)
    task = labels.walk[0]
    other = next(it for it in labels.walk if it["bin"] != task["bin"])
    found["go to the bin"] = findings(pick, judge)
    scan(pick, labels.bin(other), "wrong_bin")
    found["wrong bin"] = findings(pick, judge)
    scan(pick, labels.bin(task), "accepted")
    found["right bin"] = findings(pick, judge)
    for name, button in (("keypad", 0), ("choices", 2)):
        pick.locator(".actions .btn").nth(button).click()
        pick.wait_for_selector("dialog[open]")
        found[name] = findings(pick, judge)
        pick.keyboard.press("Escape")
        pick.wait_for_selector("dialog[open]", state="detached")
    assert {state: broken for state, broken in found.items() if broken} == {}


@pytest.mark.parametrize("path", ["/put-backs", "/counts"])
def test_side_tasks_keep_nobody_out(ana: BrowserContext, floor: Floor, judge: str, path: str) -> None:
    page = ana.new_page()
    page.goto(f"{floor.url}{path}")
    page.wait_for_selector(".work")
    assert findings(page, judge) == []
    page.close()


def test_the_pack_station_keeps_nobody_out(browser: Browser, floor: Floor, judge: str) -> None:
    with floor.person(browser, "Ben", STATION) as context:
        page = floor.page(context, "/pack")
        found = {"idle": findings(page, judge)}
        scan(page, "4006381333931")
        page.wait_for_selector(".band[data-status=stop], .band[data-status=wrong]")
        found["refused"] = findings(page, judge)
        page.keyboard.press("F9")
        page.wait_for_selector("dialog[open]")
        found["choices"] = findings(page, judge)
    assert {state: broken for state, broken in found.items() if broken} == {}


def test_a_verdict_is_announced_once(pick: Page, floor: Floor) -> None:
    """What a screen reader hears of one scan: one change in one live region, with the word and the sentence."""
    labels = labels_of(floor.database)
    task = labels.walk[0]
    other = next(it for it in labels.walk if it["bin"] != task["bin"])
    scan(pick, labels.bin(task))
    pick.wait_for_timeout(SETTLED)
    pick.evaluate(
        """() => {
          window.heard = [];
          const live = "[role=alert], [role=status], [aria-live]:not([aria-live=off])";
          const note = (nodes) => nodes.forEach((node) => {
            const region = (node.nodeType === 1 ? node : node.parentElement)?.closest(live);
            const text = region?.textContent.replace(/\\s+/g, " ").trim();
            if (text && !region.closest(".work-bar") && window.heard.at(-1) !== text) window.heard.push(text);
          });
          const nodes = (it) => (it.type === "characterData" ? [it.target] : [...it.addedNodes]);
          new MutationObserver((changes) => note(changes.flatMap(nodes)))
            .observe(document.body, { subtree: true, childList: true, characterData: true });
        }"""
    )
    scan(pick, labels.bin(other), "wrong_bin")
    pick.wait_for_timeout(SETTLED)
    heard = pick.evaluate("window.heard")
    assert len(heard) == 1, heard
    assert heard[0].startswith("Wrong bin")
    assert pick.locator("[role=alert]").count() == 1


def shown(page: Page) -> tuple[str, str]:
    """Give the sign and the word of the verdict."""
    return (
        page.locator(".band .band-icon use").get_attribute("href") or "",
        page.inner_text(".band .band-word"),
    )


def test_right_and_wrong_differ_in_sign_and_word_without_any_colour(pick: Page, floor: Floor) -> None:
    labels = labels_of(floor.database)
    task = labels.walk[0]
    other = next(it for it in labels.walk if it["bin"] != task["bin"])
    pick.emulate_media(forced_colors="active")
    scan(pick, labels.bin(other), "wrong_bin")
    wrong, frame = shown(pick), pick.evaluate("getComputedStyle(document.querySelector('.band')).borderTopStyle")
    scan(pick, labels.item(task["sku"]), "accepted")
    right = shown(pick)
    scan(pick, "C:UNDO", "accepted")
    pick.emulate_media(forced_colors="none")
    assert (wrong, right, frame) == (("#i-pin", "Wrong bin"), ("#i-check", "OK"), "double")


@pytest.mark.parametrize("deficiency", ["protanopia", "deuteranopia", "tritanopia", "achromatopsia"])
def test_right_and_wrong_differ_in_lightness_for_the_colour_blind(pick: Page, floor: Floor, deficiency: str) -> None:
    labels = labels_of(floor.database)
    task = labels.walk[0]
    other = next(it for it in labels.walk if it["bin"] != task["bin"])
    session = pick.context.new_cdp_session(pick)
    session.send("Emulation.setEmulatedVisionDeficiency", {"type": deficiency})
    scan(pick, labels.bin(other), "wrong_bin")
    wrong = lightness(pick, session)
    scan(pick, labels.item(task["sku"]), "accepted")
    right = lightness(pick, session)
    scan(pick, "C:UNDO", "accepted")
    session.send("Emulation.setEmulatedVisionDeficiency", {"type": "none"})
    session.detach()
    assert (right + 0.05) / (wrong + 0.05) >= 3, (right, wrong)


def lightness(page: Page, session: CDPSession) -> float:
    """Measure how light the band's ground is as it is painted: the median relative luminance of WCAG, 0 to 1."""
    page.wait_for_timeout(SETTLED)
    box = page.locator(".band-face").bounding_box()
    assert box is not None
    clip = {**box, "scale": 1}
    picture = session.send("Page.captureScreenshot", {"clip": clip})["data"]
    median: float = page.evaluate(
        """async (picture) => {
          const bytes = Uint8Array.from(atob(picture), (it) => it.charCodeAt(0));
          const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
          const canvas = new OffscreenCanvas(image.width, image.height);
          const context = canvas.getContext("2d");
          context.drawImage(image, 0, 0);
          const { data } = context.getImageData(0, 0, image.width, image.height);
          const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
          const found = [];
          for (let at = 0; at < data.length; at += 4) {
            const [red, green, blue] = [...data.slice(at, at + 3)].map((it) => linear(it / 255));
            found.push(0.2126 * red + 0.7152 * green + 0.0722 * blue);
          }
          return found.sort((one, other) => one - other)[Math.floor(found.length / 2)];
        }""",
        picture,
    )
    return median


def test_what_moves_stands_still_for_who_asks(pick: Page) -> None:
    assert pick.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--quick')").strip() == "0ms"


def test_paper_from_the_browser_has_no_dark_ground(lea: BrowserContext, floor: Floor) -> None:
    page = lea.new_page()
    lea.add_cookies([{"name": "theme", "value": "dark", "url": floor.url}])
    page.emulate_media(media="print")
    page.goto(f"{floor.url}/admin/orders")
    ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    hidden = page.evaluate("getComputedStyle(document.querySelector('.top')).display")
    lea.clear_cookies(name="theme")
    page.close()
    assert (ground, hidden) == ("rgb(255, 255, 255)", "none")
