"""A station whose own browser prints: its page fetches the paper, prints it in the right size, and says so."""

import uuid
from collections.abc import Iterator
from contextlib import closing

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from printers import media_named
from tests.builders import build
from tests.journeys.floor import CSRF, STATION, Floor, make_floor, running
from tests.journeys.hands import Json, Labels, band, scan
from tests.journeys.robot import Robot
from tests.printers.fake_zebra import FakeZebra, Fault
from tests.printers.reading import scan as read
from tests.serving import eventually
from tests.workers.spooling import job_row
from warehouse.app import open_database
from warehouse.services.actor import SYSTEM
from warehouse.services.printing.jobs import LABEL_KINDS, QueueJob, queue_job
from warehouse.settings import read_settings
from warehouse.storage.models.orders import OrderRow
from warehouse.storage.models.printing import PrinterRow, PrintJobRow, StationPrinterRow, StationRow
from warehouse.workers import utc_now

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def zebra() -> Iterator[FakeZebra]:
    """A label printer that knows what is wrong with it."""
    with FakeZebra() as found:
        found.names_errors = True
        yield found


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory, zebra: FakeZebra) -> Iterator[Floor]:
    """A demo warehouse that may speak to that printer; station PACK1 has its labels printed there."""
    data_dir = tmp_path_factory.mktemp("station")
    make_floor(data_dir, orders=12, plain=True)
    database = open_database(read_settings({"WAREHOUSE_DATA_DIR": str(data_dir)}))
    build(database, lambda session: _set_up(session, zebra.port))
    database.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WAREHOUSE_ALLOWED_PRINTERS", f"127.0.0.1:{zebra.port}")
        with running(data_dir) as found:
            yield found


def _set_up(session: Session, port: int) -> None:
    printer = PrinterRow(name="ZD-2", transport="tcp9100", address=f"127.0.0.1:{port}", profile="zebra_203")
    session.add(printer)
    session.flush()
    session.execute(delete(StationPrinterRow).where(StationPrinterRow.role == "label"))
    station = session.scalars(select(StationRow).where(StationRow.code == "PACK1")).one()
    session.add(StationPrinterRow(station_id=station.id, role="label", rank=1, printer_id=printer.id))


@pytest.fixture(scope="module")
def page(browser: Browser, floor: Floor) -> Iterator[Page]:
    with floor.person(browser, "Ben", STATION) as context:
        yield floor.page(context, "/pack")


@pytest.fixture
def lea(browser: Browser, floor: Floor) -> Iterator[Page]:
    """Another bench, with nothing on it."""
    with floor.person(browser, "Lea", STATION) as context:
        yield floor.page(context, "/pack")


def printer_of(floor: Floor, station: str, media: str) -> int:
    """Set up the browser of a station as a label printer."""

    def add(session: Session) -> int:
        values = {"transport": "browser", "address": station, "profile": "cups_zebra_203", "media": media}
        row = PrinterRow(name=f"Bench printer of {station}", **values)
        session.add(row)
        session.flush()
        return row.id

    return build(floor.database, add)


def queued(floor: Floor, printer: int, code: str) -> uuid.UUID:
    document = {"kind": "bin", "code": code, "barcode": f"L:{code}"}
    wish = QueueJob(actor=SYSTEM, at=utc_now(), key=f"bin:{code}", document=document, printer=printer)
    return build(floor.database, lambda session: queue_job(session, wish))


def said(floor: Floor, job: uuid.UUID) -> tuple[str, str | None]:
    row: PrintJobRow = job_row(floor.database, job)
    return row.state.value, row.extension


def pack(page: Page, labels: Labels, slot: Json) -> None:
    """Pack what lies in a tote, and seal its carton."""
    scan(page, f"T:{slot['tote']}")
    page.wait_for_selector(".pack-tile")
    for task in (it for it in labels.snapshot["tasks"] if it["order"] == slot["order"]):
        for code in labels.units({**task, "picked": 0}):
            scan(page, code, "accepted")
    for _ in range(4):
        if "Stick the label" not in page.inner_text(".station-say"):
            page.keyboard.press("F2")
            page.wait_for_timeout(400)


@pytest.mark.parametrize("media", ["100x50", "57x32", "4x6in", "A6"])
def test_what_the_browser_prints_has_the_size_of_its_medium_and_reads_back(
    page: Page, floor: Floor, media: str
) -> None:
    """Chromium rounds a page to whole points, a third of a millimetre."""
    station, code = f"SIDE-{media}", f"A-01-{media[:2]}"
    job = queued(floor, printer_of(floor, station, media), code)
    api = f"{floor.url}/api/v1"
    fetched = page.context.request.post(f"{api}/stations/{station}/paper", headers={"X-CSRF-Token": CSRF}).json()
    assert fetched == {"job": str(job)}
    paper = page.context.new_page()
    paper.goto(f"{api}/print-jobs/{job}/paper")
    with closing(pypdfium2.PdfDocument(paper.pdf(prefer_css_page_size=True))) as printed:
        size = [side / 72 * 25.4 for side in printed[0].get_size()]
        dots = printed[0].render(scale=203 / 72).to_pil()
        assert len(printed) == 1
    paper.close()
    medium = media_named(media)
    assert size == pytest.approx([medium.width_mm, medium.height_mm], abs=25.4 / 72)
    assert [found.content for found in read(dots)] == [f"L:{code}".encode()]


def test_a_printer_out_of_paper_is_named_on_the_screen_of_its_station_until_it_has_some(
    page: Page, floor: Floor, zebra: FakeZebra
) -> None:
    zebra.fault = Fault.PAPER_OUT
    labels = Labels.of(floor.database, Robot(floor, "Carl").pick_next())
    slot = labels.snapshot["slots"][0]
    scan(page, "S:PACK1", "accepted")
    pack(page, labels, slot)
    page.wait_for_selector("text=paper out")
    assert "ZD-2" in page.inner_text("[data-job=waiting_printer]")
    assert zebra.printed == []
    zebra.repair()
    page.wait_for_selector("text=paper out", state="detached", timeout=70_000)
    assert len(zebra.wait_for(1)) == 1


def test_the_page_prints_its_stations_paper_in_order_and_a_scanned_printer_takes_the_station_over(
    page: Page, floor: Floor
) -> None:
    scan(page, "S:PACK1", "accepted")
    printer = printer_of(floor, "PACK1", "100x50")
    jobs = [queued(floor, printer, code) for code in ("B-1", "B-2")]
    assert eventually(lambda: [said(floor, job) for job in jobs] == [("sent", "html")] * 2, within=120)
    assert page.locator("iframe").count() == 0
    sent = [job_row(floor.database, job).sent_at or utc_now() for job in jobs]
    assert sent == sorted(sent)
    scan(page, f"P:{printer}", "accepted")
    assert "prints on Bench printer of PACK1 now" in band(page)["text"]


def test_paper_is_shown_to_nobody_but_the_page_that_prints_it(page: Page, floor: Floor) -> None:
    job = queued(floor, printer_of(floor, "SIDE-X", "100x50"), "C-1")
    answer = page.context.request.get(f"{floor.url}/api/v1/print-jobs/{job}/paper")
    assert (answer.status, answer.json()["code"]) == (409, "conflict")


def slips(floor: Floor, number: str) -> list[tuple[str, int]]:
    """What has become of an order's slips and notes, and which copy each is."""
    with floor.database.read() as session:
        query = select(PrintJobRow).join(OrderRow, OrderRow.id == PrintJobRow.order_id)
        rows = session.scalars(query.where(OrderRow.number == number, PrintJobRow.kind.not_in(LABEL_KINDS)))
        return [(row.state.value, row.reprint_no) for row in rows.all()]


def test_of_a_slip_whose_print_dialog_may_have_been_cancelled_it_is_asked_and_answered_without_a_mouse(
    lea: Page, floor: Floor
) -> None:
    build(floor.database, lambda session: _slips_at(session, "PACK2"))
    scan(lea, "S:PACK2", "accepted")
    labels = Labels.of(floor.database, Robot(floor, "Ana").pick_next())
    slot = labels.snapshot["slots"][0]
    number = slot["order"]
    pack(lea, labels, slot)
    lea.wait_for_selector("[data-job=sent] >> text=Did it come out?")
    assert eventually(lambda: set(slips(floor, number)) == {("sent", 0)}, within=120)
    assert "It came out" in lea.inner_text(".key-row")
    lea.keyboard.press("F4")
    assert eventually(lambda: ("sent", 1) in slips(floor, number), within=120)
    lea.wait_for_selector("[data-job=sent]:has-text('copy 1') >> text=Did it come out?")
    scan(lea, "C:CONFIRM", "accepted")
    assert eventually(lambda: ("confirmed", 1) in slips(floor, number), within=120)


def _slips_at(session: Session, station: str) -> None:
    found = session.scalars(select(StationRow).where(StationRow.code == station)).one()
    printer = PrinterRow(name="Slips", transport="browser", address=station, profile="a4_laser_600", media="A4")
    session.add(printer)
    session.flush()
    session.add(StationPrinterRow(station_id=found.id, role="document", rank=1, printer_id=printer.id))
