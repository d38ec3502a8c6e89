"""The pack station over HTTP: rights, claims, decisions, the dock; in one process, on a real database."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.builders import a_person, build
from tests.services.bench import BOWL, MUG, Bench, a_bench
from warehouse.app import create_app
from warehouse.domain.codes import Outcome, Role, ScanKind
from warehouse.services.actor import Actor
from warehouse.services.packing.scans import PackDesk
from warehouse.services.scanning.groups import ScanCounter
from warehouse.services.shipping.loading import LoadingDesk
from warehouse.settings import read_settings
from warehouse.storage.database import Database
from warehouse.storage.models.people import SignInRow

HOME = "http://127.0.0.1:8000"
CSRF = "csrf-token-0123456789"


class Web:
    """The product's own HTTP interface with Ana, Ben and Lea signed in."""

    def __init__(self, bench: Bench, client: FlaskClient) -> None:
        self.bench, self.client = bench, client
        self.token = ""

    def send(self, who: str, method: str, path: str, body: object = None) -> TestResponse:
        headers = {"Authorization": "", "Cookie": f"warehouse=secret-of-{who}", "X-CSRF-Token": CSRF, "Origin": HOME}
        if self.token:
            headers["X-Device-Token"] = self.token
        return self.client.open(
            f"/api/v1{path}", method=method, base_url=HOME, headers=headers, json=body if method != "GET" else None
        )

    def claim(self, who: str = "Ben", code: str = "T:T1", device: str = "d-ben") -> TestResponse:
        answer = self.send(who, "POST", "/packs/claim", {"code": code, "device": device})
        if answer.status_code == 200:
            self.token = answer.get_json().get("device_token") or self.token
            self.bench.epoch = answer.get_json()["lease"]["epoch"]
        return answer


@pytest.fixture
def web(tmp_path: Path, sqlite_url: str) -> Iterator[Web]:
    database = Database(sqlite_url, judge=ScanCounter({"order": PackDesk(), "manifest": LoadingDesk()}))
    bench = a_bench(database)
    build(database, lambda session: sign_in(session, bench))
    settings = replace(read_settings({"WAREHOUSE_DATA_DIR": str(tmp_path)}), database_url=sqlite_url)
    client = create_app(settings, database).flask.test_client(use_cookies=False)
    yield Web(bench, client)
    database.close()


def sign_in(session: Session, bench: Bench) -> None:
    now = datetime.now(UTC)
    mia = Actor(a_person(session, "Mia", Role.MASTER_DATA_OWNER), Role.MASTER_DATA_OWNER, "Mia")
    for actor in (bench.ana, bench.ben, bench.lea, mia):
        session.add(
            SignInRow(
                token_hash=hashlib.sha256(f"secret-of-{actor.name}".encode()).hexdigest(),
                csrf_token=CSRF,
                person_id=actor.person,
                created_at=now,
                seen_at=now,
                expires_at=now + timedelta(hours=1),
            )
        )


def test_claiming_by_the_tote_gives_all_the_station_shows(web: Web) -> None:
    answer = web.claim().get_json()
    assert set(answer) >= {
        *("order", "state", "totes", "lines", "cartons", "policy", "lease", "position", "instructions", "packaging"),
        *("device_token", "instruction", "list_version", "next_carton", "change"),
    }
    assert (answer["order"], answer["totes"]) == (
        "1042",
        [{"code": "T1", "scanned_in": False, "place": "", "locked": None}],
    )
    assert [(line["sku"], line["ordered"], line["picked"]) for line in answer["lines"]] == [
        ("MUG", None, None),
        ("BOWL", None, None),
    ]
    assert (answer["instruction"], answer["lease"]["name"]) == ("Scan T1.", "Ben")


@pytest.mark.parametrize("code", ["O:1042", "1042", "t1", "T:T1"])
def test_an_order_is_found_by_its_tote_its_barcode_and_its_number(web: Web, code: str) -> None:
    assert web.claim(code=code).status_code == 200


def test_a_code_that_is_no_tote_or_order_is_not_found(web: Web) -> None:
    answer = web.claim(code="T:T9")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")


def test_a_picker_may_not_pack(web: Web) -> None:
    assert web.claim("Ana").status_code == 403


def test_a_second_packer_gets_409_with_who_and_since_when(web: Web) -> None:
    web.claim()
    answer = web.claim("Lea", device="d-lea")
    told = answer.get_json()
    assert (answer.status_code, told["code"]) == (409, "not_owner")
    assert told["detail"].startswith("Order 1042 is taken by Ben since ")
    assert (told["order"], told["holder"]) == ("1042", "Ben")


def test_the_order_is_finished_split_voided_and_reprinted_only_by_who_may(web: Web) -> None:
    web.claim()
    assert web.bench.says("T:T1", MUG, MUG) == [Outcome.ACCEPTED] * 3
    at_pack = {"device": "d-ben", "epoch": web.bench.epoch}
    refused = web.send("Ben", "POST", "/packs/1042/finish", at_pack).get_json()
    assert (refused["outcome"], refused["blocked"]) == ("policy", True)
    assert web.send("Ben", "POST", "/packs/1042/split", {"reason": "I want to"}).status_code == 403
    assert (
        web.send("Lea", "POST", "/packs/1042/split", {"reason": "Customer waits"}).get_json()["outcome"] == "accepted"
    )
    assert web.send("Ben", "POST", "/packs/1042/finish", at_pack).get_json()["outcome"] == "accepted"
    sscc = web.bench.cartons()[0].sscc
    assert web.send("Ben", "POST", f"/cartons/{sscc}/void", {"reason": "Wrong"}).status_code == 403
    assert web.send("Lea", "POST", f"/cartons/{sscc}/void", {"reason": "Wrong box"}).get_json()["outcome"] == "accepted"
    assert web.send("Lea", "GET", f"/cartons/{sscc}").get_json()["void_reason"] == "Wrong box"


def test_a_label_asked_for_twice_is_one_job(web: Web) -> None:
    web.claim()
    assert web.bench.says("T:T1", MUG, MUG, BOWL, "C:CONFIRM") == [Outcome.ACCEPTED] * 5
    sscc = web.bench.cartons()[0].sscc
    first, second = (web.send("Ben", "POST", f"/cartons/{sscc}/label").get_json() for _ in range(2))
    assert first == second


def test_the_dock_shows_its_list_and_closes_it(web: Web) -> None:
    web.claim()
    web.bench.says("T:T1", MUG, MUG, BOWL, "C:CONFIRM")
    sscc = web.bench.label()
    listed = web.send("Ben", "GET", "/manifests?state=open").get_json()["items"]
    assert [(it["carrier"], it["cartons"], it["loaded"]) for it in listed] == [("Post", 1, 0)]
    path = f"/manifests/{listed[0]['id']}"
    assert [it["sscc"] for it in web.send("Ben", "GET", path).get_json()["entries"]] == [sscc]
    assert web.send("Ben", "POST", f"{path}/close", {}).status_code == 409
    web.bench.load(f"00{sscc}")
    closed = web.send("Ben", "POST", f"{path}/close", {}).get_json()
    assert (closed["text"], closed["manifest"]["state"]) == ("1 of 1 leave.", "closed")
    shipments = web.send("Ben", "GET", "/shipments?order=1042").get_json()["items"]
    assert [(it["number"], it["state"], it["cartons"]) for it in shipments] == [(1, "shipped", 1)]


def test_another_carton_is_started_in_a_box_of_the_catalogue(web: Web) -> None:
    web.claim()
    web.bench.says("T:T1", MUG)
    body = {"device": "d-ben", "epoch": web.bench.epoch}
    made = web.send("Ben", "POST", "/packs/1042/cartons", body)
    assert (made.status_code, made.get_json()["number"]) == (201, 2)
    assert [(it["number"], it["full"]) for it in made.get_json()["view"]["cartons"]] == [(1, True), (2, False)]
    unknown: Any = body | {"packaging": "XXL"}
    assert web.send("Ben", "POST", "/packs/1042/cartons", unknown).status_code == 404
    assert web.send("Ben", "GET", "/packaging").get_json() == []


BOX = {"code": "BOX-M", "name": "Medium", "length_mm": 300, "width_mm": 200, "height_mm": 150, "tare_g": 90}


def test_a_box_is_added_corrected_retired_and_brought_back_by_who_may(web: Web) -> None:
    assert web.send("Ben", "POST", "/packaging", BOX).status_code == 403
    made = web.send("Mia", "POST", "/packaging", BOX)
    box = made.get_json()
    assert (made.status_code, box) == (201, BOX | {"id": box["id"], "max_weight_g": None, "active": True})
    again = web.send("Mia", "POST", "/packaging", BOX)
    assert (again.status_code, again.get_json()["detail"]) == (409, "Box BOX-M is there already.")
    path = f"/packaging/{box['id']}"
    changed = web.send("Mia", "PATCH", path, {"tare_g": 95, "max_weight_g": 5000}).get_json()
    assert changed == box | {"tare_g": 95, "max_weight_g": 5000}
    assert web.send("Mia", "PATCH", path, {"active": False}).get_json() == changed | {"active": False}
    assert web.send("Ben", "GET", "/packaging").get_json() == []
    assert web.send("Ben", "GET", "/packaging?retired=true").get_json() == [changed | {"active": False}]
    assert web.send("Mia", "POST", "/packaging", BOX).get_json()["detail"] == (
        "Box BOX-M was retired: bring it back instead."
    )
    assert web.send("Mia", "PATCH", path, {"active": True}).get_json() == changed
    assert web.send("Mia", "PATCH", "/packaging/999", {"tare_g": 1}).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"length_mm": 0}, "length_mm"), ({"tare_g": -1}, "tare_g"), ({"code": "box m"}, "code"), ({"size": 3}, "size")],
)
def test_a_box_of_impossible_figures_is_refused_by_field(web: Web, wrong: dict[str, Any], field: str) -> None:
    answer = web.send("Mia", "POST", "/packaging", BOX | wrong)
    assert (answer.status_code, [it["field"] for it in answer.get_json()["errors"]]) == (400, [field])


def test_the_box_of_the_carton_on_the_table_is_chosen_and_its_weight_counts_even_corrected_later(web: Web) -> None:
    box = web.send("Mia", "POST", "/packaging", BOX).get_json()["id"]
    web.claim()
    assert web.bench.says("T:T1", MUG, MUG, BOWL) == [Outcome.ACCEPTED] * 4
    body = {"device": "d-ben", "epoch": web.bench.epoch, "packaging": "BOX-M"}
    chosen = web.send("Ben", "POST", "/packs/1042/box", body).get_json()
    assert (chosen["number"], chosen["view"]["unweighed"]) == (1, [])
    assert web.send("Ben", "POST", "/packs/1042/box", body | {"epoch": 99}).status_code == 409
    assert web.bench.confirm().text == "Put carton 1 on the scale."
    web.send("Mia", "PATCH", f"/packaging/{box}", {"tare_g": 200})
    weighed = [web.bench.scan(None, kind=ScanKind.WEIGHT, quantity=grams)[0].outcome for grams in (390, 500)]
    assert weighed == [Outcome.POLICY, Outcome.ACCEPTED]


def test_a_box_chosen_before_the_first_unit_is_the_first_carton(web: Web) -> None:
    web.send("Mia", "POST", "/packaging", BOX)
    web.claim()
    web.bench.says("T:T1")
    body = {"device": "d-ben", "epoch": web.bench.epoch, "packaging": "BOX-M"}
    chosen = web.send("Ben", "POST", "/packs/1042/box", body).get_json()
    assert [(it["number"], it["content"]) for it in chosen["view"]["cartons"]] == [(1, [])]


def test_the_page_of_boxes_adds_changes_and_retires(web: Web) -> None:
    headers = {"Cookie": "warehouse=secret-of-Mia", "Origin": HOME}

    def post(path: str, **sent: object) -> TestResponse:
        form = {"csrf_token": CSRF} | {name: str(value) for name, value in sent.items()}
        return web.client.post(path, base_url=HOME, headers=headers, data=form)

    assert post("/admin/packaging", **BOX).status_code == 303
    refused = post("/admin/packaging", **BOX)
    assert (refused.status_code, "Box BOX-M is there already." in refused.get_data(as_text=True)) == (409, True)
    box = web.send("Mia", "GET", "/packaging").get_json()[0]["id"]
    kept = {name: value for name, value in BOX.items() if name != "code"}
    assert post(f"/admin/packaging/{box}", **kept | {"tare_g": 101}).status_code == 303
    shown = web.client.get("/admin/packaging", base_url=HOME, headers=headers).get_data(as_text=True)
    assert ("retired" in shown, "101" in shown) == (True, True)


@pytest.mark.parametrize("path", ["/cartons/abc/void", "/cartons/999/void"])
def test_a_carton_that_is_not_there_is_not_found(web: Web, path: str) -> None:
    assert web.send("Lea", "POST", path, {"reason": "Why not"}).status_code == 404
