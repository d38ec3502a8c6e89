"""The handheld's and the station's screens at every width: nothing runs out, nothing overlaps, gloves hit everything.

`JOURNEY_PICTURES` names a folder to keep a picture of each.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.journeys.floor import HANDHELD, STATION, Floor
from tests.journeys.hands import Labels, begin, labels_of, scan
from tests.journeys.robot import Robot

pytestmark = pytest.mark.browser

WIDTHS = {320: 568, 360: 592, 411: 731, 768: 1024, 1280: 800, 1920: 1080}
GLOVE = 64
FAULTS = """
(target) => {
  const visible = (it) => it.getClientRects().length > 0;
  const box = (it) => it.getBoundingClientRect();
  const name = (it) => `${it.tagName.toLowerCase()}.${it.className} “${it.innerText?.slice(0, 20) ?? ""}”`;
  const faults = [];
  const { scrollWidth, clientWidth } = document.documentElement;
  const all = (query) => [...document.querySelectorAll(query)].filter(visible);
  const isStuck = (it) => getComputedStyle(it).position === "sticky";
  const common = (a, b) => [
    Math.min(a.right, b.right) - Math.max(a.left, b.left), Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top),
  ];
  if (scrollWidth > clientWidth) faults.push(`scrolls sideways: ${scrollWidth} of ${clientWidth}`);
  const parts = all(".work > *, .task > *, .station > *, .actions > *, .key-row > *");
  for (const one of parts) {
    if (box(one).right > clientWidth + 1 || box(one).left < -1) faults.push(`out of the screen: ${name(one)}`);
    for (const other of parts) {
      if (one === other || one.parentElement !== other.parentElement || isStuck(one) || isStuck(other)) continue;
      const [wide, high] = common(box(one), box(other));
      if (wide > 1 && high > 1) faults.push(`${name(one)} on ${name(other)}`);
    }
  }
  for (const button of all(".actions .btn, .key-row .btn, .start-button, .band-clear")) {
    const { width, height } = box(button);
    const isSmall = Math.min(width, height) < target - 0.5;
    if (isSmall) faults.push(`${width.toFixed()} by ${height.toFixed()}: ${name(button)}`);
  }
  return faults;
}
"""


@pytest.fixture(scope="module")
def ana(browser: Browser, floor: Floor) -> Iterator[Page]:
    with floor.person(browser, "Ana", HANDHELD) as context:
        yield floor.page(context, "/pick")


@pytest.fixture(scope="module")
def ben(browser: Browser, floor: Floor) -> Iterator[Page]:
    with floor.person(browser, "Ben", STATION) as context:
        yield floor.page(context, "/pack")


def faults_of(page: Page, state: str, *, fixed: bool) -> list[str]:
    """Look at every width; a `fixed` screen must not scroll down either."""
    found = []
    for width, height in WIDTHS.items():
        page.set_viewport_size(ViewportSize(width=width, height=height))
        page.wait_for_timeout(150)
        faults = page.evaluate(FAULTS, GLOVE)
        tall = page.evaluate("document.documentElement.scrollHeight")
        if fixed and tall > height:
            faults.append(f"scrolls down: {tall} of {height}")
        found += [f"{state} at {width}: {fault}" for fault in faults]
        if folder := os.environ.get("JOURNEY_PICTURES"):
            page.screenshot(path=str(Path(folder) / f"{state}-{width}.png"))
    return found


def test_the_pick_screens_fit_every_width(ana: Page, floor: Floor) -> None:
    found = faults_of(ana, "start", fixed=True)
    begin(ana, floor.database)
    labels = labels_of(floor.database)
    now, other = labels.walk[0], next(it for it in labels.walk if it["bin"] != labels.walk[0]["bin"])
    states: dict[str, Callable[[], None]] = {
        "go": lambda: None,
        "wrong": lambda: scan(ana, labels.bin(other), "wrong_bin"),
        "right": lambda: scan(ana, labels.bin(now), "accepted"),
    }
    for state, reach in states.items():
        reach()
        found += faults_of(ana, state, fixed=True)
    assert found == []


def test_the_pack_screens_fit_every_width(ben: Page, floor: Floor) -> None:
    found = faults_of(ben, "idle", fixed=False)
    labels = Labels.of(floor.database, Robot(floor, "Carl").pick_next())
    scan(ben, f"T:{labels.snapshot['slots'][0]['tote']}")
    ben.wait_for_selector(".pack-tile")
    found += faults_of(ben, "order", fixed=False)
    assert found == []
