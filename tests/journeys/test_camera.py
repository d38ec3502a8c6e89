"""A phone's camera as the scanner: a real symbol, turned and blurred, before a fake lens; no other host is asked."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageFilter
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.conftest import ARGUMENTS
from tests.journeys.floor import HANDHELD, Floor
from tests.journeys.hands import band, begin, labels_of

pytestmark = pytest.mark.browser

WIDTH, HEIGHT, FRAMES = 640, 480, 4
FAKE = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]


def film(code: str, path: Path) -> Path:
    """A film of a symbol held before the camera by an unsteady hand (YUV4MPEG2, 4:2:0)."""
    made = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.Code128)
    symbol = Image.fromarray(zxingcpp.write_barcode_to_image(made, scale=2)).convert("L")
    with path.open("wb") as out:
        out.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F5:1 Ip A1:1 C420jpeg\n".encode())
        for turn in (-8, -3, 3, 8)[:FRAMES]:
            scene = Image.new("L", (WIDTH, HEIGHT), 200)
            bigger = symbol.resize((480, 140)).rotate(turn, expand=True, fillcolor=255)
            scene.paste(bigger, ((WIDTH - bigger.width) // 2, (HEIGHT - bigger.height) // 2))
            grey = scene.filter(ImageFilter.GaussianBlur(0.8)).tobytes()
            out.write(b"FRAME\n" + grey + b"\x80" * (WIDTH * HEIGHT // 2))
    return path


@pytest.fixture(scope="module")
def lens(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the camera sees; a test films what it needs."""
    return film("NOWHERE-1", tmp_path_factory.mktemp("lens") / "lens.y4m")


@pytest.fixture(scope="module")
def browser(lens: Path) -> Iterator[Browser]:
    """A browser with a fake camera."""
    with sync_playwright() as playwright:
        arguments = [*ARGUMENTS, *FAKE, f"--use-file-for-fake-video-capture={lens}"]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def page(browser: Browser, floor: Floor) -> Iterator[Page]:
    """Ana's phone at the first bin of her list."""
    with floor.person(browser, "Ana", HANDHELD) as context:
        page = floor.page(context, "/pick")
        begin(page, floor.database)
        yield page


def look(page: Page, outcome: str) -> None:
    before = band(page)["count"]
    page.click(".camera-open")
    page.wait_for_function(
        "([count, name]) => { const band = document.querySelector('.band');"
        " return band.dataset.count !== count && band.dataset.outcome === name; }",
        arg=[before, outcome],
        timeout=20_000,
    )


def test_what_the_camera_sees_is_judged_as_a_scan(page: Page, floor: Floor, lens: Path) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    look(page, "unknown_barcode")
    film(labels_of(floor.database).bin(labels_of(floor.database).walk[0]), lens)
    look(page, "accepted")
    assert page.locator("dialog.camera").count() == 0
    assert [url for url in asked if not url.startswith((floor.url, "blob:"))] == []
