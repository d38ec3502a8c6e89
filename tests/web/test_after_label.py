"""What changes after the label, on the office's pages: another address, a stop at the carrier, a spoiled roll."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import build
from tests.services.bench import Bench, a_bench
from tests.trial_server import CSRF, SECRETS
from tests.web.test_paper import House
from warehouse.app import create_app, desks
from warehouse.domain.codes import CartonState, LabelState, PrintJobState
from warehouse.services.scanning.groups import ScanCounter
from warehouse.settings import read_settings
from warehouse.storage.database import Database
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import OrderAddressRow, OrderRow
from warehouse.storage.models.people import SignInRow
from warehouse.storage.models.printing import PrinterRow, PrintJobRow
from warehouse.web.asking import now

TOKEN = {"csrf_token": CSRF}


@dataclass(frozen=True)
class Office:
    """The pages over a bench where order 1042 is packed and labelled."""

    house: House
    bench: Bench
    sscc: str

    def submit(self, path: str, who: str = "Lea", **fields: object) -> tuple[int, str]:
        answer = self.house.ask("POST", path, who, data=TOKEN | fields)
        return answer.status_code, answer.headers.get("Location") or answer.text


@pytest.fixture
def office(sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    database = Database(sqlite_url, judge=ScanCounter(desks()))
    bench = a_bench(database)
    build(database, lambda session: _sign_in(session, bench))
    bench.pack_all()
    sscc = bench.label()
    settings = replace(read_settings({"WAREHOUSE_DATA_DIR": str(tmp_path)}), database_url=sqlite_url)
    app = create_app(settings, database)
    yield Office(House(app), bench, sscc)
    app.parts.children.close()
    database.close()


def _sign_in(session: Session, bench: Bench) -> None:
    for name, actor in (("Lea", bench.lea), ("Ben", bench.ben)):
        session.add(
            SignInRow(
                token_hash=hashlib.sha256(SECRETS[name].encode()).hexdigest(),
                csrf_token=CSRF,
                person_id=actor.person,
                created_at=now(),
                seen_at=now(),
                expires_at=now() + timedelta(hours=1),
            )
        )
    session.get_one(OrderRow, bench.order).carrier = "Post"


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
