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


@pytest.mark.parametrize("name", ["abc", "12", "9" * 30, "a b"])
def test_a_carton_that_is_not_there_is_not_found_whatever_it_is_called(office: Office, name: str) -> None:
    answers = [
        office.house.api("POST", f"/cartons/{name}/relabel", "Lea", json={"reason": "torn"}),
        office.house.api("POST", f"/cartons/{name}/unload", "Lea", json={}),
        office.house.api("GET", f"/cartons/{name}/tracking", "Lea"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 3


@pytest.mark.parametrize(
    "path", ["/print-jobs", "/manifests", "/stock", "/batches", "/imports", "/users", "/returns", "/journal"]
)
@pytest.mark.parametrize("after", ["9" * 19, "9" * 200, "-1", "x"])
def test_a_cursor_no_key_can_be_begins_at_the_beginning(office: Office, path: str, after: str) -> None:
    answer = office.house.api("GET", f"{path}?after={after}", "Ida")
    assert (answer.status_code, answer.json["items"]) == (200, office.house.api("GET", path, "Ida").json["items"])


def test_lists_that_nothing_is_on_any_more_do_not_hide_those_that_are_loaded(office: Office) -> None:
    for day in range(1, 4):
        body = {"carrier": "Post", "cutoff": f"2026-01-0{day}T16:00:00Z"}
        assert office.house.api("POST", "/manifests", "Lea", json=body).status_code == 201
    listed = office.house.api("GET", "/manifests?state=open&limit=1", "Lea").json["items"]
    filled = office.house.api("GET", "/manifests?state=open&empty=no", "Lea").json["items"]
    assert ([it["cartons"] for it in filled], len(listed)) == ([1], 1)
    assert office.house.api("GET", "/manifests?empty=yes", "Lea").status_code == 400


def test_what_stays_behind_is_named_by_who_saw_it(office: Office) -> None:
    [listed] = office.house.api("GET", "/manifests?state=open&empty=no", "Lea").json["items"]
    path, sscc = f"/manifests/{listed['id']}/close", office.bench.cartons()[0].sscc
    assert office.house.api("POST", path, "Lea", json={"leave_rest": True}).status_code == 400
    answer = office.house.api("POST", path, "Lea", json={"leave_rest": [sscc]})
    assert (answer.status_code, answer.json["detail"]) == (409, "Scan a carton.")


def test_a_number_no_key_can_be_is_a_wrong_field(office: Office) -> None:
    answer = office.house.api("GET", f"/print-jobs?printer={'9' * 19}", "Lea")
    assert (answer.status_code, [each["field"] for each in answer.json["errors"]]) == (400, ["printer"])
    answer = office.house.api("POST", "/manifests", "Lea", json={"carrier": "x" * 41})
    assert (answer.status_code, [each["field"] for each in answer.json["errors"]]) == (400, ["carrier"])


def _all_came_out(session: Session) -> None:
    printer = PrinterRow(name="ZD-1", transport="folder", address="paper", profile="a4_laser_600")
    session.add(printer)
    session.flush()
    for row in session.scalars(select(PrintJobRow)).all():
        row.printer_id, row.state, row.sent_at = printer.id, PrintJobState.CONFIRMED, now()
