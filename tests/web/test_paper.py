"""Paper over HTTP: print jobs, label sheets, printers and stations, and who may do what."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.builders import a_bin, build
from tests.printers.reading import texts
from tests.services.printing.test_events import Bench, a_bench, set_state
from tests.trial_server import CSRF, SECRETS, sign_everybody_in
from warehouse.app import App, create_app
from warehouse.children import Children
from warehouse.domain.codes import PrintJobState
from warehouse.domain.shipping.parcels import make_sscc
from warehouse.services.actor import SYSTEM, Request
from warehouse.services.printing.events import queue_packing_slip, queue_shipping_label
from warehouse.services.site import ChangeSetting, change_setting
from warehouse.settings import read_settings
from warehouse.storage.database import Database
from warehouse.storage.models.packing import CartonRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.printing import PrinterRow
from warehouse.web.asking import now

SSCC = make_sscc("9520000", 1)


class House:
    """The product over one database, asked as Ana, Ben, Lea or Ida."""

    def __init__(self, app: App) -> None:
        self.database = app.parts.database
        self._client = app.flask.test_client(use_cookies=False)

    def ask(self, method: str, path: str, who: str | None = "Ida", **more: Any) -> TestResponse:
        headers = {"X-CSRF-Token": CSRF} | more.pop("headers", {})
        if who is not None:
            headers["Cookie"] = f"warehouse={SECRETS[who]}"
        return self._client.open(path, method=method, base_url="http://127.0.0.1:8000", headers=headers, **more)

    def api(self, method: str, path: str, who: str | None = "Ida", **more: Any) -> TestResponse:
        return self.ask(method, f"/api/v1{path}", who, **more)


@pytest.fixture
def house(tmp_path: Path, sqlite_url: str) -> Iterator[House]:
    database = Database(sqlite_url)
    settings = replace(read_settings({"WAREHOUSE_DATA_DIR": str(tmp_path)}), database_url=sqlite_url)
    app = create_app(settings, database)
    database.run(sign_everybody_in, None)
    yield House(app)
    app.parts.children.close()
    database.close()


@pytest.fixture
def bench(house: House) -> Bench:
    def without_lea(session: Session) -> Bench:
        lea = session.scalars(select(PersonRow).where(PersonRow.name == "Lea")).one()
        lea.badge = "U:LEA2"
        from warehouse.storage.models.catalog import BarcodeRow

        session.scalars(select(BarcodeRow).where(BarcodeRow.person_id == lea.id)).one().code = lea.badge
        session.flush()
        return a_bench(session)

    return build(house.database, without_lea)


def a_label(house: House, bench: Bench) -> uuid.UUID:
    asked = Request(actor=SYSTEM, at=now())
    return house.database.run(lambda session, it: queue_shipping_label(session, it, bench.carton), asked)


def codes_in(picture: Image.Image) -> set[str]:
    return {found.text for found in zxingcpp.read_barcodes(picture)}


def pages_of(pdf: bytes) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.render(scale=300 / 72).to_pil() for page in document]
    finally:
        document.close()


def test_600_bin_labels_come_as_one_file_and_every_one_can_be_scanned(house: House) -> None:
    build(house.database, lambda session: [a_bin(session, f"A-{number:03d}") for number in range(601)] and None)
    answer = house.api("GET", "/labels/bins.pdf?zone=A")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    document = pypdfium2.PdfDocument(answer.data)
    assert len(document) >= 60
    document.close()
    few = house.api("GET", "/labels/bins.pdf?codes=A-000,A-599&limit=2", "Lea")
    assert codes_in(pages_of(few.data)[0]) == {"L:A-000", "L:A-599"}


@pytest.mark.parametrize("what", ["items", "bins", "totes", "carts", "stations", "commands", "badges"])
def test_every_sheet_comes_as_pdf(house: House, bench: Bench, what: str) -> None:
    answer = house.api("GET", f"/labels/{what}.pdf")
    assert (answer.status_code, answer.data[:5]) == (200, b"%PDF-"), bench


def test_bin_labels_come_as_zpl_for_the_labels_loaded(house: House, bench: Bench) -> None:
    answer = house.api("GET", "/labels/bins.zpl?media=4x2in")
    assert (answer.content_type, answer.data.count(b"^XA"), bench.batch) == ("application/vnd.zebra-zpl", 2, 1)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/labels/bins.pdf?zone=Z", 404),
        ("/labels/bins.png", 404),
        ("/labels/orders.pdf", 404),
        ("/labels/bins.pdf?limit=601", 400),
        ("/labels/bins.pdf?limit=1e3", 400),
        ("/labels/bins.pdf?colour=red", 400),
        ("/labels/bins.pdf?profile=../etc", 400),
        ("/labels/bins.pdf?profile=zebra_203", 400),
        ("/labels/bins.pdf?media=A0", 400),
        ("/labels/commands.zpl", 400),
        ("/batches/99/pick-list.pdf", 404),
        ("/cartons/123/label.pdf", 404),
        (f"/cartons/{SSCC}/label.exe", 404),
        ("/shipments/9/packing-slip.pdf", 404),
        (f"/cartons/{SSCC}/papers/poster.pdf", 404),
        (f"/cartons/{SSCC}/papers/contents.exe", 404),
        ("/cartons/123/papers/contents.pdf", 404),
        (f"/cartons/{SSCC}/papers/invoice.pdf", 409),
        (f"/cartons/{SSCC}/papers/contents.zpl", 400),
        ("/manifests/9.pdf", 404),
        ("/print-jobs/not-a-job", 404),
        (f"/print-jobs/{uuid.UUID(int=1)}", 404),
        ("/print-jobs?state=lost", 400),
    ],
)
def test_what_cannot_be_given_is_refused_plainly(house: House, bench: Bench, path: str, status: int) -> None:
    answer = house.api("GET", path)
    assert (answer.status_code, answer.content_type, bench.carton > 0) == (status, "application/problem+json", True)


@pytest.mark.parametrize(
    ("who", "method", "path"),
    [
        ("Ana", "GET", "/labels/bins.pdf"),
        ("Lea", "GET", "/labels/badges.pdf"),
        ("Lea", "POST", "/printers"),
        ("Lea", "POST", "/printers/1/test"),
        ("Ben", "PATCH", "/stations/1"),
        ("Ana", "GET", f"/cartons/{SSCC}/label.pdf"),
        ("Ana", "GET", f"/cartons/{SSCC}/papers/contents.pdf"),
        ("Ana", "POST", f"/print-jobs/{uuid.UUID(int=1)}/reprint"),
    ],
)
def test_who_has_not_the_right_is_kept_out(house: House, who: str, method: str, path: str) -> None:
    assert house.api(method, path, who, json={}).status_code == 403


def test_a_cartons_label_reads_back_its_serial_as_pdf_and_as_picture(house: House, bench: Bench) -> None:
    a_label(house, bench)
    wanted = f"(00){SSCC}"
    pdf = house.api("GET", f"/cartons/{SSCC}/label.pdf", "Ben")
    (tmp := Path(house.database.url.removeprefix("sqlite:///")).parent / "label.png").write_bytes(
        house.api("GET", f"/cartons/{SSCC}/label.png", "Ben").data
    )
    assert wanted in codes_in(pages_of(pdf.data)[0])
    assert wanted in codes_in(Image.open(tmp))
    assert SSCC.encode() in house.api("GET", f"/cartons/{SSCC}/label.zpl", "Ben").data.replace(b" ", b"")


def test_a_void_label_is_not_given_out(house: House, bench: Bench) -> None:
    set_state(house.database, a_label(house, bench), PrintJobState.VOIDED)
    assert house.api("GET", f"/cartons/{SSCC}/label.pdf").status_code == 404


def test_pick_list_slip_and_manifest_come_as_pdf(house: House, bench: Bench) -> None:
    asked = Request(actor=SYSTEM, at=now())
    house.database.run(lambda session, it: queue_packing_slip(session, it, bench.carton), asked)
    with house.database.read() as session:
        shipment = session.get_one(CartonRow, bench.carton).shipment_id
    paths = (
        f"/batches/{bench.batch}/pick-list.pdf",
        f"/shipments/{shipment}/packing-slip.pdf",
        f"/manifests/{bench.manifest}.pdf",
    )
    answers = [house.api("GET", path, "Lea") for path in paths]
    assert [(answer.status_code, answer.data[:5]) for answer in answers] == [(200, b"%PDF-")] * 3
    assert "B:B-1" in codes_in(pages_of(answers[0].data)[0])


def test_a_pick_list_speaks_the_language_of_who_asks_and_a_manifest_that_of_the_site(
    house: House, bench: Bench
) -> None:
    def set_languages(session: Session, _: None) -> None:
        for lea in session.scalars(select(PersonRow).where(PersonRow.name == "Lea")):
            lea.language = "pl"
        change_setting(session, ChangeSetting(actor=SYSTEM, at=now(), name="language", value="de"))

    house.database.run(set_languages, None)
    paths = (f"/batches/{bench.batch}/pick-list.pdf", f"/manifests/{bench.manifest}.pdf", "/labels/commands.pdf")
    pages = [texts(house.api("GET", path, "Lea").data)[0] for path in paths]
    words = ("Lista zbierania", "Ladeliste", "Potwierdź")
    assert [word in page for word, page in zip(words, pages, strict=True)] == [True] * 3


def test_the_sheet_of_a_practice_tote_speaks_the_language_of_who_asks(
    house: House, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_german(session: Session) -> None:
        for ben in session.scalars(select(PersonRow).where(PersonRow.name == "Ben")):
            ben.language = "de"

    build(house.database, in_german)
    waiting = [SimpleNamespace(id=bench.order, number="1042", tote="T1")]
    goods = [SimpleNamespace(order=bench.order, item=bench.a, picked=1)]
    monkeypatch.setattr("warehouse.services.training.sheets.orders_picked_by", lambda *_: waiting)
    monkeypatch.setattr("warehouse.services.training.sheets.goods_in_totes", lambda *_: goods)
    [page] = texts(house.ask("GET", "/practice/totes.pdf", "Ben").data)
    words = ("Übungsbehälter T1", "Behälter T1", "Auftrag 1042", "A, ein Stück")
    assert [word for word in words if word not in page] == []


def test_the_content_list_of_a_carton_comes_as_pdf_and_its_logistic_label_as_zpl(house: House, bench: Bench) -> None:
    papers = [
        house.api("GET", f"/cartons/{SSCC}/papers/{name}", "Ben") for name in ("contents.pdf", "logistic-label.zpl")
    ]
    assert [paper.status_code for paper in papers] == [200, 200], bench
    assert f"(00){SSCC}" in codes_in(pages_of(papers[0].data)[0])
    assert SSCC.encode() in papers[1].data.replace(b" ", b"")


def test_print_jobs_are_listed_the_newest_first_by_pages(house: House, bench: Bench) -> None:
    label = a_label(house, bench)
    asked = Request(actor=SYSTEM, at=now())
    slip = house.database.run(lambda session, it: queue_packing_slip(session, it, bench.carton), asked)
    first = house.api("GET", "/print-jobs?limit=1", "Ben").json
    second = house.api("GET", f"/print-jobs?limit=1&after={first['next']}", "Ben").json
    assert [page["items"][0]["id"] for page in (first, second)] == [str(slip), str(label)]
    assert second["items"][0] | {"created_at": None} == {
        "id": str(label),
        "kind": "shipping_label",
        "state": "queued",
        "printer": bench.labels,
        "printer_name": "Labels",
        "attention": None,
        "said": None,
        "by_page": False,
        "station": "PACK1",
        "order": "1042",
        "sscc": SSCC,
        "attempt": 0,
        "left": False,
        "extension": None,
        "reprint_of": None,
        "reprint_no": 0,
        "reason": None,
        "error": None,
        "how_confirmed": None,
        "created_at": None,
        "sent_at": None,
        "confirmed_at": None,
    }


def test_a_job_in_doubt_is_confirmed_or_printed_again_once(house: House, bench: Bench) -> None:
    label = a_label(house, bench)
    set_state(house.database, label, PrintJobState.IN_DOUBT, left=True)
    assert house.api("POST", f"/print-jobs/{label}/retry", "Ben").status_code == 409
    key = {"Idempotency-Key": "press-1"}
    asked = {"json": {"reason": "torn"}, "headers": key}
    made = [house.api("POST", f"/print-jobs/{label}/reprint", "Ben", **asked) for _ in range(2)]
    assert [(answer.status_code, answer.json["reprint_no"]) for answer in made] == [(201, 1), (201, 1)]
    assert made[0].json["id"] == made[1].json["id"]
    assert house.api("GET", f"/print-jobs/{label}").json["state"] == "failed"
    set_state(house.database, uuid.UUID(made[0].json["id"]), PrintJobState.IN_DOUBT, left=True)
    done = house.api("POST", f"/print-jobs/{made[0].json['id']}/confirm", "Ben").json
    assert (done["state"], done["how_confirmed"]) == ("confirmed", "human")


def test_a_job_that_breaks_the_renderer_fails_and_the_stations_page_gets_the_next_one(
    house: House, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def by_page(session: Session) -> None:
        for printer in session.scalars(select(PrinterRow)):
            printer.transport, printer.address, printer.profile, printer.media = "browser", "P9", "a4_laser_600", ""

    build(house.database, by_page)
    bad = a_label(house, bench)
    asked = Request(actor=SYSTEM, at=now())
    good = house.database.run(lambda session, it: queue_packing_slip(session, it, bench.carton), asked)

    def broken(*_: object) -> None:
        raise KeyError("lines")

    with monkeypatch.context() as patched:
        patched.setattr(Children, "run", broken)
        assert house.api("POST", "/stations/P9/paper", "Ben", json={}).json == {"job": None}
    failed = house.api("GET", f"/print-jobs/{bad}").json
    assert (failed["state"], failed["error"]) == ("failed", "the server's log says why")
    assert house.api("POST", "/stations/P9/paper", "Ben", json={}).json == {"job": str(good)}


def test_a_waiting_job_is_cancelled(house: House, bench: Bench) -> None:
    label = a_label(house, bench)
    assert house.api("POST", f"/print-jobs/{label}/cancel", "Ben").json["state"] == "cancelled"
    assert house.api("POST", f"/print-jobs/{label}/cancel", "Ben").status_code == 409


PRINTER = {"name": "ZD-2", "transport": "tcp9100", "address": "127.0.0.1:9100", "profile": "zebra_203"}


def test_a_printer_is_added_changed_and_tried(house: House) -> None:
    added = house.api("POST", "/printers", json=PRINTER)
    assert (added.status_code, added.json["name"], added.json["media"]) == (201, "ZD-2", "")
    key = added.json["id"]
    changed = house.api("PATCH", f"/printers/{key}", json={"media": "4x2in", "active": False}).json
    assert (changed["media"], changed["active"], changed["address"]) == ("4x2in", False, "127.0.0.1:9100")
    job = house.api("POST", f"/printers/{key}/test", json={}).json["job"]
    assert house.api("GET", f"/print-jobs/{job}").json["kind"] == "test_page"
    assert house.api("POST", "/printers", json=PRINTER).status_code == 409


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "127.0.0.1:22"},
        {"address": "203.0.113.9"},
        {"address": "169.254.169.254:9100"},
        {"address": "127.0.0.1:99999"},
        {"transport": "shell"},
        {"profile": "a4_laser_600"},
        {"profile": "none"},
        {"media": "A0"},
        {"transport": "folder", "address": "/etc"},
        {"transport": "folder", "address": "../outside"},
        {"transport": "folder", "address": "."},
        {"transport": "folder", "address": "tls"},
        {"transport": "folder", "address": "paper/not-there"},
        {"transport": "folder", "address": "paper/../tls"},
        {"transport": "folder", "address": "paper/a/b"},
        {"name": "a\nb"},
        {"colour": "red"},
    ],
)
def test_a_printer_that_could_not_or_must_not_be_used_is_refused(house: House, wrong: dict[str, str]) -> None:
    answer = house.api("POST", "/printers", json=PRINTER | wrong)
    assert (answer.status_code, house.api("GET", "/printers").json["items"]) == (400, [])


def test_stations_choose_their_printers_in_order(house: House, bench: Bench) -> None:
    made = house.api("POST", "/stations", json={"code": "PACK9", "name": "Pack bench 9"})
    assert (made.status_code, made.json["printers"]) == (201, {})
    choices = {"label": [bench.spare, bench.labels]}
    path = f"/stations/{made.json['id']}"
    assert house.api("PATCH", path, json={"printers": choices, "name": "Bench 9"}).json == {
        "id": made.json["id"],
        "code": "PACK9",
        "name": "Bench 9",
        "kind": "pack",
        "printers": choices,
    }
    twice = {"label": [bench.spare, bench.spare]}
    assert house.api("PATCH", path, json={"printers": twice}).status_code == 400
    assert house.api("PATCH", path, json={"printers": {"label": [99]}}).status_code == 404
    assert house.api("POST", "/printers/site", json={"printers": {"label": [bench.spare]}}).status_code == 200
    assert "PACK9" in [row["code"] for row in house.api("GET", "/stations").json["items"]]


def test_the_printers_page_shows_what_waits_and_takes_the_answer(house: House, bench: Bench) -> None:
    label = a_label(house, bench)
    set_state(house.database, label, PrintJobState.IN_DOUBT, left=True)
    shown = house.ask("GET", "/admin/printers", "Ben").text
    assert ("Did it print?" in shown, "It came out" in shown, "Add a printer" in shown) == (True, True, False)
    answer = house.ask("POST", f"/admin/printers/jobs/{label}/confirm", "Ben", data={"csrf_token": CSRF})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/printers?did=came_out")
    assert house.api("GET", f"/print-jobs/{label}").json["state"] == "confirmed"


def test_pressing_reprint_twice_on_the_page_prints_once(house: House, bench: Bench) -> None:
    label = a_label(house, bench)
    set_state(house.database, label, PrintJobState.SENT, left=True)
    sent = {"csrf_token": CSRF, "reason": "torn", "key": "press-1"}
    for _ in range(2):
        assert house.ask("POST", f"/admin/printers/jobs/{label}/reprint", "Ben", data=sent).status_code == 303
    jobs = house.api("GET", "/print-jobs").json["items"]
    assert [job["reprint_no"] for job in jobs] == [1, 0]
    without = house.ask("POST", f"/admin/printers/jobs/{label}/reprint", "Ben", data=sent | {"reason": " "})
    assert (without.status_code, "reason" in without.text) == (400, True)


def test_an_admin_sets_up_printers_and_stations_on_the_page(house: House) -> None:
    token = {"csrf_token": CSRF}
    assert house.ask("POST", "/admin/printers", data=token | PRINTER).status_code == 303
    refused = house.ask("POST", "/admin/printers", data=token | PRINTER | {"name": "X", "address": "203.0.113.9"})
    assert (refused.status_code, "not on the list of allowed printers" in refused.text) == (400, True)
    assert (
        house.ask("POST", "/admin/printers/stations", data=token | {"code": "P1", "name": "Bench"}).status_code == 303
    )
    key = house.api("GET", "/printers").json["items"][0]["id"]
    station = house.api("GET", "/stations").json["items"][0]["id"]
    choice = token | {"station": str(station), "role": "label", "first": str(key)}
    assert house.ask("POST", "/admin/printers/choices", data=choice).status_code == 303
    assert (
        house.ask("POST", "/admin/printers/choices", data=token | {"role": "document", "first": str(key)}).status_code
        == 303
    )
    assert house.api("GET", "/stations").json["items"][0]["printers"] == {"label": [key]}
    assert house.ask("POST", f"/admin/printers/{key}/test", data=token).status_code == 303
    assert house.ask("POST", f"/admin/printers/{key}", data=token | {"active": "false"}).status_code == 303
    page = house.ask("GET", "/admin/printers").text
    assert ("Switched off" in page, "Test page" in page, "Whole site" in page) == (True, True, True)


def test_a_picker_gets_no_setup_and_a_stranger_no_page(house: House) -> None:
    assert house.ask("POST", "/admin/printers", "Ana", data={"csrf_token": CSRF} | PRINTER).status_code == 403
    assert house.ask("GET", "/admin/printers", None).status_code in {303, 401}
