"""Ben learns to pack on the practice floor: a paper sheet for a tote, the same screens, and an entry in his record."""

import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select

from tests.journeys.floor import STATION
from tests.journeys.hands import band, press, scan
from tests.journeys.house import COMMAND, House, a_free_port
from tests.journeys.test_pack_hands_free import COUNT_POINTERS, says
from tests.printers.reading import raster, texts
from tests.printers.reading import scan as read
from tests.serving import eventually
from warehouse.app import open_database
from warehouse.commands.demo import make_demo
from warehouse.domain.codes import Role
from warehouse.domain.training import Record
from warehouse.services.printing.labels import KEYBOARD_TEST
from warehouse.services.training.totes import LEAST
from warehouse.settings import read_settings
from warehouse.storage.models.people import PersonRow
from warehouse.storage.queries.training.records import record_of
from warehouse.workers.training_clerk import TrainingClerk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is missing"),
]


@dataclass(frozen=True)
class Practice:
    """The practice floor: its address, the folder of the warehouse it stands beside, and Ben's badge and PIN."""

    url: str
    data_dir: Path
    badge: str
    pin: str


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    data_dir = tmp_path_factory.mktemp("practice")
    team = make_demo(read_settings({"WAREHOUSE_DATA_DIR": str(data_dir)}), 1)
    ben = next(one for one in team if one["name"] == "Ben")
    port = a_free_port()
    house = House(data_dir, {"PRACTICE_PORT": str(port)})
    try:
        house.serve([*COMMAND, "practice"], data_dir / "practice" / "server.json")
        yield Practice(f"http://127.0.0.1:{port}", data_dir, ben["badge"], ben["pin"])
    finally:
        house.stop()


@pytest.fixture(scope="module")
def at_the_bench(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=STATION, reduced_motion="reduce")
    context.add_init_script(COUNT_POINTERS)
    yield context
    context.close()


@pytest.fixture(scope="module")
def ben(at_the_bench: BrowserContext, practice: Practice) -> Page:
    """Ben tests the scanner of the bench and signs in with badge and PIN."""
    page = at_the_bench.new_page()
    page.goto(f"{practice.url}/?next=/pack")
    page.wait_for_url("**/scanner?next=/pack")
    page.wait_for_selector("body[data-ready]")
    scan(page, KEYBOARD_TEST, "accepted")
    page.goto(f"{practice.url}/?next=/pack")
    page.wait_for_selector("#door.scripted")
    page.keyboard.insert_text(practice.badge)
    page.keyboard.press("Enter")
    page.wait_for_selector("#door[data-step=pin]")
    page.keyboard.type(practice.pin)
    page.keyboard.press("Enter")
    page.wait_for_selector(".station")
    page.wait_for_selector("body[data-ready]")
    return page


@dataclass
class Sheet:
    """What stands on a tote's pages: the barcodes that were read, its own first, and how many pieces were printed."""

    codes: list[str]
    pieces: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether each was read: the reader takes equal barcodes one below the other for one, as no person does."""
        return len(self.codes) == 1 + self.pieces


def sheets(context: BrowserContext, practice: Practice) -> list[Sheet]:
    """Read the sheets of all totes that wait."""
    answer = context.request.get(f"{practice.url}/practice/totes.pdf")
    found: list[Sheet] = []
    if not answer.ok:
        return found
    for picture, text in zip(raster(answer.body(), 203), texts(answer.body()), strict=True):
        tote, *more = (it.content.decode() for it in read(picture))
        if tote.startswith("T:"):
            found.append(Sheet([tote]))
        else:
            found[-1].codes.append(tote)
        found[-1].codes += more
        found[-1].pieces += text.count("one piece")
    return found


def test_totes_stand_ready_and_each_has_a_sheet_with_its_pieces(
    ben: Page, at_the_bench: BrowserContext, practice: Practice
) -> None:
    assert "TRAINING" in ben.inner_text(".training-banner")
    assert eventually(lambda: len(sheets(at_the_bench, practice)) == LEAST, within=60)
    assert all(sheet.pieces > 0 for sheet in sheets(at_the_bench, practice))


def test_a_practice_order_is_packed_with_the_scanner_alone(
    ben: Page, at_the_bench: BrowserContext, practice: Practice
) -> None:
    tote, *pieces = min((sheet.codes for sheet in sheets(at_the_bench, practice) if sheet.is_whole), key=len)
    scan(ben, tote)
    says(ben, "Scan each unit")
    for code in pieces:
        scan(ben, code, "accepted")
    for _ in range(4):
        if "Stick the label" not in ben.inner_text(".station-say"):
            press(ben, "F2")
    says(ben, "Stick the label")
    ben.wait_for_selector(".practice-label")
    ben.wait_for_function("() => document.querySelector('.practice-label').naturalWidth > 0")
    scan(ben, label_on(ben), "complete")
    assert band(ben)["text"].endswith("is packed.")
    assert ben.evaluate("window.pointers ?? 0") == 0


def label_on(page: Page) -> str:
    """Read the label from the screen, as a scanner that is held to it does."""
    shot = page.locator(".practice-label").screenshot()
    (found,) = [it.content.decode() for it in read(Image.open(io.BytesIO(shot))) if it.content.startswith(b"00")]
    return f"]C1{found}"


def test_the_order_counts_in_his_record_without_a_mistake(practice: Practice) -> None:
    database = open_database(read_settings({"WAREHOUSE_DATA_DIR": str(practice.data_dir)}))
    try:
        TrainingClerk(database, practice.data_dir / "practice" / "warehouse.sqlite").turn()
        with database.read() as session:
            key = session.scalars(select(PersonRow.id).where(PersonRow.name == "Ben")).one()
            record = record_of(session, key, Role.PACKER)
    finally:
        database.close()
    assert record == Record(sessions=1, orders=1, tried=1)
