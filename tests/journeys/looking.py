"""How a screen is looked at: one language after the other on a small handheld, and in one of them at all widths.

`JOURNEY_PICTURES` names a folder to keep a picture of each look.
"""

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from playwright.sync_api import Page, ViewportSize
from sqlalchemy import select

from tests.journeys.floor import ROOT, Floor
from tests.journeys.test_screen_sizes import FAULTS, GLOVE, WIDTHS
from warehouse.domain.words import LANGUAGES
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.packing import PackagingRow
from warehouse.storage.models.people import DeviceRow, PersonRow
from warehouse.storage.models.printing import PrinterRow
from warehouse.words import RIGHT_TO_LEFT

LONGEST = "de"
"""The language that is looked at in every width: its words are the longest."""
SMALL = ViewportSize(width=360, height=592)
WORD = re.compile(r"[a-z]{3}")
NUMBER, HOLE = re.compile(r"\d+"), re.compile(r"\{\w+\}")
COUNTED = re.compile(r"^\d+ \S ")
TEXTS = """
() => {
  const top = document.querySelector("dialog[open]") ?? document.querySelector("main") ?? document.body;
  const found = [];
  const walker = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.replace(/\\s+/g, " ").trim();
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const boxes = [...range.getClientRects()].filter((it) => it.width > 1 && it.height > 1);
    const owner = walker.currentNode.parentElement;
    if (!text || !boxes.length || owner.closest(".visually-hidden, .scan-field, select, script")) continue;
    found.push({ text, boxes, owner });
  }
  return found;
}
"""
CUT = (
    "(() => { const texts = ("
    + TEXTS
    + """)();
  const faults = [];
  const styleOf = new Map();
  const style = (it) => styleOf.get(it) ?? styleOf.set(it, getComputedStyle(it)).get(it);
  const isInside = (inner, outer, slack) => inner.left >= outer.left - slack && inner.right <= outer.right + slack;
  for (const { text, boxes, owner } of texts) {
    for (let it = owner; it && it !== document.documentElement; it = it.parentElement) {
      const { overflowX, overflowY, webkitLineClamp } = style(it);
      if (webkitLineClamp !== "none" || it === document.body) continue;
      const outer = it.getBoundingClientRect();
      const isWider = (box) => !isInside(box, outer, 1);
      if (["hidden", "clip"].includes(overflowX) && boxes.some(isWider)) faults.push(`cut off: “${text}”`);
      const isDeeper = (box) => box.bottom - box.height * 0.2 > outer.bottom || box.top + box.height * 0.2 < outer.top;
      if (["hidden", "clip"].includes(overflowY) && boxes.some(isDeeper)) faults.push(`cut off below: “${text}”`);
    }
  }
  const isIn = (one, other) => {
    const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
    const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
    return wide > 2 && high > Math.min(one.height, other.height) * 0.4;
  };
  const within = (box, { top, bottom }) => {
    const [from, to] = [Math.max(box.top, top), Math.min(box.bottom, bottom)];
    return { left: box.left, right: box.right, top: from, bottom: to, height: to - from };
  };
  const blockOf = (it) => (style(it).display === "inline" ? blockOf(it.parentElement) : it);
  const inView = texts.filter(({ owner }) => !owner.closest(".work-list, .pile-list, .stop-list, .station-body"));
  for (const one of inView) {
    one.block = blockOf(one.owner);
    one.lines = one.boxes.map((box) => within(box, one.block.getBoundingClientRect()));
  }
  for (const { text, boxes, block } of inView) {
    if (boxes.some((box) => !isInside(box, block.getBoundingClientRect(), 2))) faults.push(`out of its box: “${text}”`);
  }
  inView.forEach((one, at) => inView.slice(at + 1).forEach((other) => {
    if (one.block === other.block) return;
    const isOver = one.lines.some((line) => other.lines.some((its) => isIn(line, its)));
    if (isOver) faults.push(`“${one.text}” on “${other.text}”`);
  }));
  const { scrollHeight, clientHeight, scrollWidth, clientWidth } = document.querySelector("dialog[open]") ?? {};
  if (scrollHeight > clientHeight + 1) faults.push(`question scrolls: ${scrollHeight} of ${clientHeight}`);
  if (scrollWidth > clientWidth + 1) faults.push("question scrolls sideways");
  const task = document.querySelector(".task:not(.start)");
  for (const part of task?.children ?? []) {
    const out = part.getBoundingClientRect().bottom - task.getBoundingClientRect().bottom;
    if (out > 1) faults.push(`out of its place by ${out.toFixed()}: “${part.innerText.slice(0, 30)}”`);
  }
  return [...new Set(faults)];
})()"""
)
SAID = (
    "(() => { const said = (" + TEXTS + ")().map((it) => it.text);"
    "const labels = [...document.querySelectorAll('main [aria-label]')].map((it) => it.getAttribute('aria-label'));"
    "return [...said, ...labels]; })()"
)
SPEAK = """(language) => fetch("/language", { method: "POST", body: new URLSearchParams({
  language, csrf_token: document.querySelector('meta[name="csrf-token"]').content }) })"""

SITE = "Demo Warehouse"
NAMES = (PersonRow.name, ItemRow.name, PackagingRow.name, PrinterRow.name, DeviceRow.name, OrderRow.carrier)
"""What is called the same in every language."""

Reach = Callable[[], object]


def stay() -> None:
    """The state is there as it is."""


def ask(page: Page, button: int | str, *choices: str) -> None:
    """Open a question by a button of the row or a key, and go on by the signs of `choices` on it, or by its OK."""
    leave(page)
    if isinstance(button, str):
        page.keyboard.press(button)
    else:
        page.locator(".actions .btn").nth(button).click()
    page.wait_for_selector("dialog[open]")
    for sign in choices:
        before = page.inner_text("dialog .dialog-title")
        page.click("[data-key=ok]" if sign == "ok" else f"dialog .btn-choice:has(use[href='#i-{sign}']) >> nth=0")
        page.wait_for_function("was => document.querySelector('.dialog-title')?.innerText !== was", arg=before)


def leave(page: Page) -> None:
    """Give an open question up."""
    if page.locator("dialog[open]").count():
        page.keyboard.press("Escape")
        page.wait_for_selector("dialog[open]", state="detached")


def without(text: str) -> str:
    """Leave out how many there are of what is named."""
    return COUNTED.sub("", text)


def is_same(text: str, language: str) -> bool:
    """Whether a language says this number of something as English does."""
    return NUMBER.sub("{}", text.removeprefix(", ")) in {HOLE.sub("{}", pattern) for pattern in unchanged(language)}


@cache
def unchanged(language: str) -> frozenset[str]:
    """What a language says as English does."""
    catalogue = json.loads((ROOT / f"static/words/{language}.json").read_text("utf-8"))
    return frozenset(key.split("||")[0] for key, said in catalogue.items() if key.split("||")[0] == said)


@dataclass
class Eyes:
    """Somebody who looks at the screens of one page, state by state, and notes what is wrong with them.

    A `fixed` page does not scroll down either.
    """

    page: Page
    floor: Floor
    fixed: bool = True
    small: ViewportSize = field(default_factory=lambda: SMALL)
    faults: list[str] = field(default_factory=list)
    english: set[str] = field(default_factory=set)

    def tour(self, states: Mapping[str, Reach], ready: str = "body[data-ready]") -> None:
        """Reach each of these states in every language; behind the last one the first can be reached again."""
        for language in LANGUAGES:
            self.speak(language, ready)
            for state, reach in states.items():
                reach()
                self.look(state, language)

    def speak(self, language: str, ready: str = "body[data-ready]") -> None:
        """Go on in another language, as after a choice on the home page."""
        if self.page.get_attribute("html", "lang") == language:
            return
        self.page.evaluate(SPEAK, language)
        self.page.reload()
        self.page.wait_for_selector(ready)

    def look(self, state: str, language: str) -> None:
        """Note what is wrong with the screen as it stands."""
        self._look_at(f"{state}-{language}", self.small)
        said = set(self.page.evaluate(SAID))
        if language == "en":
            self.english |= said
        else:
            kept = (said & self.english) - unchanged(language)
            own = self._names
            left = [
                text for text in kept if WORD.search(text) and not is_same(text, language) and without(text) not in own
            ]
            self.faults += [f"{state}-{language}: still English “{text}”" for text in left]
        runs = (self.page.get_attribute("html", "lang"), self.page.get_attribute("html", "dir"))
        if runs != (language, "rtl" if language in RIGHT_TO_LEFT else "ltr"):
            self.faults.append(f"{state}-{language} is {runs}")
        if language == LONGEST:
            for width, height in WIDTHS.items():
                self._look_at(f"{state}-{language}", ViewportSize(width=width, height=height))
            self._resize(self.small)

    def report(self) -> str:
        """What is wrong, a line each."""
        return "\n".join(self.faults)

    @property
    def _names(self) -> set[str]:
        with self.floor.database.read() as session:
            return {SITE, *(name for column in NAMES for name in session.scalars(select(column)))}

    def _look_at(self, name: str, size: ViewportSize) -> None:
        self._resize(size)
        faults = [*self.page.evaluate(FAULTS, GLOVE), *self.page.evaluate(CUT)]
        tall = self.page.evaluate("document.documentElement.scrollHeight")
        if self.fixed and tall > size["height"]:
            faults.append(f"scrolls down: {tall} of {size['height']}")
        self.faults += [f"{name} at {size['width']}: {fault}" for fault in faults]
        if folder := os.environ.get("JOURNEY_PICTURES"):
            self.page.screenshot(path=str(Path(folder) / f"{name}-{size['width']}.png"))

    def _resize(self, size: ViewportSize) -> None:
        if self.page.viewport_size != size:
            self.page.set_viewport_size(size)
        self.page.wait_for_timeout(60)
