"""Takes the README's pictures from the running product: a demo warehouse in the middle of a shift."""

import contextlib
import io
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.conftest import ARGUMENTS
from tests.journeys.floor import HANDHELD, STATION, Floor, make_floor, running
from tests.journeys.hands import ALL_SENT, Json, Labels, scan
from tests.journeys.robot import Robot

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
ORDERS = 72
LATER = 16
COLOURS = 200
TILES = 8
"""So many lines stand on the pack screen at once."""

SETTLED = 1500
"""Milliseconds until a screen has heard its last news."""

SHARES = {"Dina": 0.8, "Emil": 0.55, "Fay": 0.3, "Gus": 0.1}
"""Who is how far with a list."""

SHORT_OF = "Fay"
NOBODY_KNOWS = "4006381333931"


def main() -> int:
    """Write `docs/pictures/*.png`; says plainly when there is no browser to take them with."""
    path = shutil.which("chromium")
    if path is None:
        print("Chromium is missing: no pictures were taken.", file=sys.stderr)
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    with _warehouse() as floor, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        picked = _work(floor)
        _take_pick(browser, floor)
        _take_pack(browser, floor, picked)
        _take_board(browser, floor)
        browser.close()
    return 0


@contextlib.contextmanager
def _warehouse() -> Iterator[Floor]:
    with tempfile.TemporaryDirectory() as folder:
        make_floor(Path(folder), orders=ORDERS)
        with running(Path(folder)) as floor:
            yield floor


def _work(floor: Floor) -> int:
    """Let the shift come to its middle; the batch that is picked is given back."""
    lea = Robot(floor, "Lea")
    ready = [order["number"] for order in lea.call("GET", f"/orders?state=ready&limit={LATER}")["items"]]
    lea.call("POST", "/batches/plan", {"orders": ready, "commit": True})
    picked = Robot(floor, "Carl").pick_next()
    for name, share in SHARES.items():
        robot = Robot(floor, name)
        snapshot = robot.take_next()
        _err(robot, snapshot)
        robot.pick(snapshot, round(share * len(snapshot["tasks"])))
        if name == SHORT_OF:
            _find_too_little(robot, snapshot)
    return picked


def _err(robot: Robot, snapshot: Json) -> None:
    """What goes wrong on any floor: a wrong bin, a code that nobody knows."""
    labels = Labels.of(robot.floor.database, snapshot["id"])
    robot.scan(snapshot, [labels.bin(labels.walk[-1])], ("wrong_bin",))
    robot.scan(snapshot, [NOBODY_KNOWS], ("unknown_barcode",))


def _find_too_little(robot: Robot, snapshot: Json) -> None:
    labels = Labels.of(robot.floor.database, snapshot["id"])
    robot.scan(snapshot, [labels.bin(labels.walk[0])], ("accepted", "already_done"))
    robot.act(snapshot, {"kind": "short", "quantity": 0, "reason": "bin_empty"})


def _take_pick(browser: Browser, floor: Floor) -> None:
    with floor.person(browser, "Ana", HANDHELD) as context:
        page = floor.page(context, "/pick")
        scan(page, "C:CONFIRM")
        page.wait_for_selector(".band[data-outcome=ready]")
        ana = Robot(floor, "Ana")
        _bind(page, Labels.of(floor.database, _batch_of(ana)))
        labels = Labels.of(floor.database, _batch_of(ana))
        _pick_up_to(page, labels, next(task for task in labels.walk if _shows_a_count(task)))
        _picture(page, "pick")


def _batch_of(robot: Robot) -> int:
    found = robot.call("GET", "/batches?state=picking")["items"]
    return next(int(batch["id"]) for batch in found if batch["person_name"] == robot.name)


def _bind(page: Page, labels: Labels) -> None:
    scan(page, f"K:{labels.carts[0]}", "accepted")
    for _, tote in zip(labels.snapshot["slots"], labels.totes, strict=False):
        scan(page, f"T:{tote}", "accepted")
    page.wait_for_selector(".steps")


def _shows_a_count(task: Json) -> bool:
    return task["wanted"] > 2 and task.get("tracking") is None and len(task.get("lots", ())) < 2


def _pick_up_to(page: Page, labels: Labels, last: Json) -> None:
    """Pick the list up to a task, and all but one of its pieces."""
    here = None
    for task in labels.walk[: labels.walk.index(last) + 1]:
        codes = [*labels.units(task), labels.tote(task)] if task is not last else labels.units(task)[:-1]
        for code in codes if task["bin"] == here else [labels.bin(task), *codes]:
            scan(page, code)
            page.wait_for_selector(ALL_SENT)
        here = task["bin"]


def _take_pack(browser: Browser, floor: Floor, picked: int) -> None:
    labels = Labels.of(floor.database, picked)
    tasks = labels.snapshot["tasks"]
    orders = Counter(task["order"] for task in tasks)
    for task in tasks:
        if task.get("tracking") == "serial":
            orders.pop(task["order"], None)
    number = max((number for number, lines in orders.items() if lines <= TILES), key=orders.__getitem__)
    slot = next(slot for slot in labels.snapshot["slots"] if slot["order"] == number)
    with floor.person(browser, "Ben", STATION) as context:
        page = floor.page(context, "/pack")
        scan(page, f"T:{slot['tote']}", "accepted")
        mine = [task for task in tasks if task["order"] == number]
        for task in mine[: len(mine) // 2 + 1]:
            for code in labels.units({**task, "picked": 0}):
                scan(page, code)
                page.wait_for_selector(ALL_SENT)
        _picture(page, "pack")


def _take_board(browser: Browser, floor: Floor) -> None:
    with floor.person(browser, "Lea", STATION) as context:
        page = context.new_page()
        page.goto(f"{floor.url}/board")
        page.wait_for_selector(".ticket .progress")
        _picture(page, "board")


def _picture(page: Page, name: str) -> None:
    """Keep what the screen shows, in few enough colours to weigh little."""
    page.wait_for_timeout(SETTLED)
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    path = PICTURES / f"{name}.png"
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.name}: {image.width} x {image.height}, {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    sys.exit(main())
