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

from tests.builders import build
from tests.services.bench import BOWL, MUG, Bench, a_bench
from warehouse.app import create_app
from warehouse.domain.codes import Outcome
from warehouse.services.loading import LoadingDesk
from warehouse.services.packing import PackDesk
from warehouse.services.scanning import ScanCounter
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
            f"/api/v1{path}", method=method, base_url=HOME, headers=headers, json=body if method == "POST" else None
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
    for actor in (bench.ana, bench.ben, bench.lea):
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


@pytest.mark.parametrize("path", ["/cartons/abc/void", "/cartons/999/void"])
def test_a_carton_that_is_not_there_is_not_found(web: Web, path: str) -> None:
    assert web.send("Lea", "POST", path, {"reason": "Why not"}).status_code == 404
