"""A phone's camera as the scanner: a real symbol, turned and blurred, before a fake lens; no other host is asked."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageFilter
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from zxingcpp import BarcodeFormat

from tests.journeys.conftest import ARGUMENTS
from tests.journeys.floor import HANDHELD, Floor, make_floor, running
from tests.journeys.hands import band, begin, labels_of, scan

pytestmark = pytest.mark.browser

WIDTH, HEIGHT, FRAMES = 640, 480, 4
FAKE = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]


LABEL = "010400638133393110L1"
IN_BRACKETS = "(01)04006381333931(10)L1"

OWN_READER = """
globalThis.held = null;
globalThis.BarcodeDetector = class {
  static getSupportedFormats = async () => ["code_128", "ean_13", "ean_8", "upc_a", "itf", "qr_code", "data_matrix"];
  detect = async () => (globalThis.held ? [globalThis.held] : []);
};
"""
"""A browser that reads barcodes itself, as phones do; `held` is what lies before the camera."""

LAMP = """
globalThis.lit = [];
MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true });
MediaStreamTrack.prototype.applyConstraints = async ({ advanced }) => void globalThis.lit.push(advanced[0].torch);
"""
"""A camera with a lamp; `lit` is what it was told."""

READ = """
async () => {
  const sheet = document.querySelector("link[rel=stylesheet]").href;
  const { readWithCamera } = await import(new URL("../js/ui/camera.js", sheet));
  return (await readWithCamera()).code;
}
"""
"""What the camera makes of what it sees, as a scanner would send it."""


def film(code: str, path: Path, kind: BarcodeFormat = BarcodeFormat.Code128, *, gs1: bool = False) -> Path:
    """A film of a symbol held before the camera by an unsteady hand (YUV4MPEG2, 4:2:0)."""
    made = zxingcpp.create_barcode(code, kind, **({"gs1": True} if gs1 else {}))
    symbol = Image.fromarray(zxingcpp.write_barcode_to_image(made, scale=2)).convert("L")
    size = (480, 140) if symbol.width > 2 * symbol.height else (170, 170)
    with path.open("wb") as out:
        out.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F5:1 Ip A1:1 C420jpeg\n".encode())
        for turn in (-8, -3, 3, 8)[:FRAMES]:
            scene = Image.new("L", (WIDTH, HEIGHT), 200)
            bigger = symbol.resize(size).rotate(turn, expand=True, fillcolor=255)
            scene.paste(bigger, ((WIDTH - bigger.width) // 2, (HEIGHT - bigger.height) // 2))
            grey = scene.filter(ImageFilter.GaussianBlur(0.8)).tobytes()
            out.write(b"FRAME\n" + grey + b"\x80" * (WIDTH * HEIGHT // 2))
    return path


@pytest.fixture(scope="module")
def lens(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the camera sees; a test films what it needs."""
    return film("NOWHERE-1", tmp_path_factory.mktemp("lens") / "lens.y4m")


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    """A demo warehouse with a list of which no item has a lot or a serial."""
    data_dir = tmp_path_factory.mktemp("floor")
    make_floor(data_dir, orders=24, plain=True)
    with running(data_dir) as floor:
        yield floor


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


def look(page: Page, *outcomes: str) -> None:
    before = band(page)["count"]
    page.click(".camera-open")
    page.wait_for_function(
        "([count, names]) => { const band = document.querySelector('.band');"
        " return band.dataset.count !== count && names.includes(band.dataset.outcome); }",
        arg=[before, outcomes],
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


@pytest.mark.parametrize(
    ("kind", "held", "read"),
    [
        (BarcodeFormat.EAN13, "4006381333931", "]E04006381333931"),
        (BarcodeFormat.DataMatrix, IN_BRACKETS, f"]d2{LABEL}"),
        (BarcodeFormat.QRCode, IN_BRACKETS, f"]Q3{LABEL}"),
    ],
    ids=["EAN-13", "GS1 DataMatrix", "GS1 QR"],
)
def test_other_symbols_are_read_too(page: Page, lens: Path, kind: BarcodeFormat, held: str, read: str) -> None:
    film(held, lens, kind, gs1=held == IN_BRACKETS)
    assert page.evaluate(READ) == read


@pytest.mark.parametrize("part", ["camera_worker.js", "zxing_reader.wasm"])
def test_a_reader_that_could_not_be_loaded_is_loaded_anew_the_next_time(page: Page, lens: Path, part: str) -> None:
    page.reload()
    page.wait_for_selector(".camera-open")
    film("4006381333931", lens, BarcodeFormat.EAN13)
    page.context.route(f"**/{part}", lambda route: route.abort())
    with pytest.raises(PlaywrightError, match="could not be loaded"):
        page.evaluate(READ)
    page.context.unroute(f"**/{part}")
    assert page.evaluate(READ) == "]E04006381333931"


@pytest.fixture(scope="module")
def own_reader(page: Page) -> Page:
    """Ana's phone with a browser that reads barcodes itself, and a lamp."""
    page.add_init_script(OWN_READER + LAMP)
    page.reload()
    page.wait_for_selector(".camera-open")
    return page


def test_a_browser_that_reads_barcodes_itself_does_not_hide_that_a_label_is_gs1(own_reader: Page, floor: Floor) -> None:
    page, labels = own_reader, labels_of(floor.database)
    task = labels.walk[0]
    scan(page, labels.bin(task))
    hold(page, "code_128", "NOWHERE-1")
    look(page, "unknown_barcode")
    hold(page, "data_matrix", f"01{labels.item(task['sku'])}10L1")
    look(page, "accepted", "complete")


def test_the_lamp_goes_on_and_off_and_closing_reads_nothing(own_reader: Page) -> None:
    page, before = own_reader, band(own_reader)
    hold(page, "code_128", "")
    page.click(".camera-open")
    for _ in range(2):
        page.click("dialog.camera button:has-text('Light')")
    page.click("dialog.camera button:has-text('Close')")
    page.wait_for_selector("dialog.camera", state="detached")
    assert (page.evaluate("lit"), band(page)) == ([True, False], before)


def hold(page: Page, kind: str, code: str) -> None:
    """Put a symbol before the camera of a browser that reads itself, or nothing."""
    page.evaluate("held => (globalThis.held = held)", {"format": kind, "rawValue": code} if code else None)
