"""A station whose own browser prints: its page fetches the paper, prints it in the right size, and says so."""

import uuid
from collections.abc import Iterator
from contextlib import closing

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

from printers import media_named
from tests.builders import build
from tests.journeys.floor import CSRF, STATION, Floor
from tests.journeys.hands import band, scan
from tests.printers.reading import scan as read
from tests.serving import eventually
from tests.workers.spooling import job_row
from warehouse.services.actor import SYSTEM
from warehouse.services.printing.jobs import QueueJob, queue_job
from warehouse.storage.models.printing import PrinterRow, PrintJobRow
from warehouse.workers import utc_now

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(browser: Browser, floor: Floor) -> Iterator[Page]:
    with floor.person(browser, "Ben", STATION) as context:
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


def test_the_page_prints_its_stations_paper_in_order_and_a_scanned_printer_takes_the_station_over(
    page: Page, floor: Floor
) -> None:
    scan(page, "S:PACK1", "accepted")
    printer = printer_of(floor, "PACK1", "100x50")
    jobs = [queued(floor, printer, code) for code in ("B-1", "B-2")]
    assert eventually(lambda: [said(floor, job) for job in jobs] == [("sent", "html")] * 2, within=40)
    assert page.locator("iframe").count() == 0
    rows = [job_row(floor.database, job).sent_at for job in jobs]
    assert rows == sorted(rows)
    scan(page, f"P:{printer}", "accepted")
    assert "prints on Bench printer of PACK1 now" in band(page)["text"]


def test_paper_is_shown_to_nobody_but_the_page_that_prints_it(page: Page, floor: Floor) -> None:
    job = queued(floor, printer_of(floor, "SIDE-X", "100x50"), "C-1")
    answer = page.context.request.get(f"{floor.url}/api/v1/print-jobs/{job}/paper")
    assert (answer.status, answer.json()["code"]) == (409, "conflict")
