"""Ana sees what she shall take: its picture beside its name, there without network, and never in a scan's way."""

from io import BytesIO

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from tests.journeys.floor import CSRF, HANDHELD, STATION, Floor
from tests.journeys.hands import Json, Labels, begin, go_on_here, labels_of, scan
from tests.journeys.robot import Robot
from warehouse.storage.models.catalog import ItemRow

pytestmark = pytest.mark.browser

PICTURE = ".task-picture"
SEEN = f"""() => {{
  const seen = document.querySelector("{PICTURE}");
  return seen !== null && seen.complete && seen.naturalWidth > 0;
}}"""


def mug() -> bytes:
    """A mug, roughly."""
    image = Image.new("RGB", (600, 600), "white")
    draw = ImageDraw.Draw(image)
    draw.arc((330, 200, 520, 420), 270, 90, "#b5452c", 36)
    draw.rounded_rectangle((120, 140, 430, 480), 40, "#b5452c")
    written = BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def send_pictures(floor: Floor, browser: Browser, skus: set[str]) -> None:
    """Give each of these items a picture, as an admin does on its page."""
    with floor.database.read() as session:
        items = session.scalars(select(ItemRow.id).where(ItemRow.sku.in_(skus))).all()
    with floor.person(browser, "Ada", STATION) as context:
        for item in items:
            sent: Json = {
                "csrf_token": CSRF,
                "picture": {"name": "mug.png", "mimeType": "image/png", "buffer": mug()},
            }
            answer = context.request.post(
                f"{floor.url}/admin/items/{item}/picture", multipart=sent, headers={"Origin": floor.url}
            )
            assert answer.ok, answer.status


def place(page: Page) -> tuple[float, float, float]:
    """Say where the name stands and how high the item's row is."""
    name, row = page.locator(".task-name").bounding_box(), page.locator(".task-item").bounding_box()
    assert name is not None
    assert row is not None
    return name["x"], name["y"], row["height"]


def test_a_picture_stands_beside_the_name_and_stays_without_network(browser: Browser, floor: Floor) -> None:
    with floor.person(browser, "Ana", HANDHELD) as context:
        page = floor.page(context, "/pick")
        begin(page, floor.database)
        labels = labels_of(floor.database)
        walk = labels.walk
        assert page.locator(PICTURE).count() == 0
        send_pictures(floor, browser, {walk[0]["sku"], walk[1]["sku"]})
        page.reload()
        page.wait_for_selector(PICTURE)
        page.wait_for_function(SEEN)
        before, box = place(page), page.locator(PICTURE).bounding_box()
        assert box is not None
        assert (box["width"], box["height"]) == (72, 72)
        asked: list[str] = []
        page.on("requestfailed", lambda request: asked.append(request.url))
        context.set_offline(True)
        scan(page, labels.bin(walk[0]), "accepted")
        for code in labels.units(walk[0]):
            scan(page, code, "accepted")
        scan(page, labels.tote(walk[0]), "complete")
        page.wait_for_function(SEEN)
        assert page.inner_text(".task-name") == walk[1]["name"]
        assert [url for url in asked if "/pictures/" in url] == []
        context.set_offline(False)
        assert before[0] == place(page)[0]


def test_a_picture_that_does_not_come_leaves_its_place_empty(browser: Browser, floor: Floor) -> None:
    with floor.person(browser, "Ana", HANDHELD) as context:
        page = context.new_page()
        context.route("**/pictures/*", lambda route: route.abort())
        page.goto(f"{floor.url}/pick")
        page.wait_for_selector("body[data-ready]")
        go_on_here(page)
        page.wait_for_selector(PICTURE, state="attached")
        page.wait_for_function(f"() => getComputedStyle(document.querySelector('{PICTURE}')).visibility === 'hidden'")
        box = page.locator(PICTURE).bounding_box()
        assert box is not None
        assert (box["width"], box["height"]) == (72, 72)


def test_ben_sees_it_on_the_tile(browser: Browser, floor: Floor) -> None:
    labels = Labels.of(floor.database, Robot(floor, "Carl").pick_next())
    slot = labels.snapshot["slots"][0]
    tasks = [task for task in labels.snapshot["tasks"] if task["order"] == slot["order"]]
    send_pictures(floor, browser, {task["sku"] for task in tasks})
    with floor.person(browser, "Ben", STATION) as context:
        page = floor.page(context, "/pack")
        scan(page, f"T:{slot['tote']}")
        page.wait_for_selector(".pack-tile")
        page.wait_for_function(SEEN)
        assert page.locator(PICTURE).count() == len({task["sku"] for task in tasks})
        scan(page, labels.units({**tasks[0], "picked": 0})[0], "accepted")
        assert page.locator(PICTURE).count() == len({task["sku"] for task in tasks})
