"""What changes after the label, on the office's pages: another address, a stop at the carrier, a spoiled roll."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import build
from tests.web.office import Office, open_office
from warehouse.domain.codes import CartonState, LabelState, PrintJobState
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import OrderAddressRow
from warehouse.storage.models.printing import PrinterRow, PrintJobRow
from warehouse.web.asking import now


@pytest.fixture
def office(sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    with open_office(sqlite_url, tmp_path) as found:
        yield found


def test_the_office_sends_an_order_elsewhere_and_its_sealed_carton_gets_another_label(office: Office) -> None:
    page = office.house.ask("GET", "/admin/orders/1042", "Lea").text
    assert ("Send it elsewhere" in page, "Stop it with the carrier" in page) == (True, False)
    fields = {"lines": "New street 2\n", "postcode": "23552", "city": "Lübeck", "reason": "moved"}
    path = "/admin/orders/1042/redirect"
    assert office.submit(path, "Ben", **fields)[0] == 403
    assert office.submit(path, **fields) == (303, "/admin/orders/1042?did=redirected")
    address = office.bench.rows(OrderAddressRow)[0]
    assert (address.lines, address.postcode, address.city) == (["New street 2"], "23552", "Lübeck")
    assert office.bench.cartons()[0].state is CartonState.CLOSED
    assert [label.state for label in office.bench.labels()] == [LabelState.VOIDED, LabelState.BOUGHT]


def test_nothing_is_sent_elsewhere_without_a_change_and_what_was_typed_stays(office: Office) -> None:
    status, page = office.submit("/admin/orders/1042/redirect", reason="moved")
    assert (status, "Say what changes and why." in page) == (400, True)
    status, page = office.submit("/admin/orders/1042/redirect", city="Kiel")
    assert (status, "reason" in page, 'value="Kiel"' in page) == (400, True, True)


def test_what_has_left_is_stopped_with_the_carrier_from_the_orders_page(office: Office) -> None:
    office.bench.load(f"00{office.sscc}", "C:CONFIRM")
    assert "Stop it with the carrier" in office.house.ask("GET", "/admin/orders/1042", "Lea").text
    done = office.submit("/admin/orders/1042/intercept", reason="Customer called")
    assert done == (303, "/admin/orders/1042?did=intercepting")
    [entry] = office.bench.rows(ExceptionRow)
    assert (entry.type, "Customer called" in entry.text) == ("intercept", True)


def test_a_spoiled_roll_is_printed_again_from_the_printers_page(office: Office) -> None:
    build(office.bench.database, _all_came_out)
    first, *_, last = (str(job.job_id) for job in office.bench.jobs())
    page = office.house.ask("GET", "/admin/printers", "Lea").text
    assert ("A roll came out badly" in page, first in page, last in page) == (True, True, True)
    assert "A roll came out badly" not in office.house.ask("GET", "/admin/printers", "Ben").text
    fields = {"first": first, "last": last, "reason": "ribbon torn"}
    assert office.submit("/admin/printers/spoiled", **fields) == (303, "/admin/printers?did=remade")
    assert [label.state for label in office.bench.labels()] == [LabelState.VOIDED, LabelState.BOUGHT]
    assert office.bench.jobs()[0].state is PrintJobState.VOIDED


def _all_came_out(session: Session) -> None:
    printer = PrinterRow(name="ZD-1", transport="folder", address="paper", profile="a4_laser_600")
    session.add(printer)
    session.flush()
    for row in session.scalars(select(PrintJobRow)).all():
        row.printer_id, row.state, row.sent_at = printer.id, PrintJobState.CONFIRMED, now()
