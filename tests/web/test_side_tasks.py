"""Put-backs and counts over HTTP: who may do what, what is shown to whom, a count from opening to approval."""

import itertools
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.services.floor import stock_at
from tests.services.side_floor import MUG, SideFloor, a_judge, a_put_back, a_side_floor
from tests.trial_server import CSRF, SECRETS, sign_everybody_in
from warehouse.app import create_app
from warehouse.settings import read_settings
from warehouse.storage.database import Database
from warehouse.storage.models.catalog import BarcodeRow
from warehouse.storage.models.people import PersonRow, SignInRow

BASE = "http://127.0.0.1:8000"


@dataclass
class Desk:
    """The interface with Ana (picker), Ben (packer), Lea (lead) and Ida (admin) signed in."""

    client: FlaskClient
    database: Database
    floor: SideFloor
    tokens: dict[str, str] = field(default_factory=dict)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def ask(self, who: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        headers = {"Cookie": f"warehouse={SECRETS[who]}", "X-CSRF-Token": CSRF}
        if who in self.tokens:
            headers["X-Device-Token"] = self.tokens[who]
        answer = self.client.open(f"/api/v1{path}", method=method, base_url=BASE, headers=headers, json=body)
        return answer.status_code, answer.get_json(silent=True)

    def take(self, who: str, path: str) -> tuple[int, Any]:
        status, held = self.ask(who, "POST", path, {"device": f"d-{who.lower()}"})
        if status == 200 and held.get("device_token"):
            self.tokens[who] = held["device_token"]
        return status, held

    def person(self, who: str) -> int:
        with self.database.read() as session:
            signed = select(SignInRow.person_id).join(PersonRow, PersonRow.id == SignInRow.person_id)
            return session.scalars(signed.where(PersonRow.name == who)).one()

    def scan(self, who: str, work: dict[str, int], epoch: int, **scan: Any) -> dict[str, Any]:
        wire = {
            "id": str(uuid.uuid4()),
            "device": f"d-{who.lower()}",
            "seq": next(self.numbers),
            "person": self.person(who),
            "epoch": epoch,
            "at": "2026-11-21T12:00:00Z",
            "work": work,
        }
        status, answer = self.ask(who, "POST", "/scans", {"scans": [wire | scan]})
        assert status == 200
        result: dict[str, Any] = answer["results"][0]
        return result

    def count(self, who: str, key: int, units: int) -> str:
        """Count so many mugs in S1 and confirm; what is said at the end."""
        status, held = self.take(who, f"/counts/{key}/claim")
        assert status == 200, held
        work, epoch = {"count": key}, held["epoch"]
        self.scan(who, work, epoch, code="L:S1")
        self.scan(who, work, epoch, code=MUG, kind="quantity", quantity=units)
        text: str = self.scan(who, work, epoch, code=None, kind="confirm")["text"]
        return text


@pytest.fixture
def desk(tmp_path: Path, sqlite_url: str) -> Iterator[Desk]:
    database = Database(sqlite_url, judge=a_judge())
    floor = a_side_floor_without_people(database)
    settings = replace(read_settings({"WAREHOUSE_DATA_DIR": str(tmp_path)}), database_url=sqlite_url)
    yield Desk(create_app(settings, database).flask.test_client(use_cookies=False), database, floor)
    database.close()


def a_side_floor_without_people(database: Database) -> SideFloor:
    """The floor's own people keep their names; those who are signed in carry other badges."""
    floor = a_side_floor(database)

    def rename(session: Any, _: None) -> None:
        for person in session.query(PersonRow):
            person.name, person.badge = f"{person.name} of the floor", f"{person.badge}-F"
        session.query(BarcodeRow).filter_by(kind="badge").delete()

    database.run(rename, None)
    database.run(sign_everybody_in, None)
    return floor


def test_a_bin_is_counted_blindly_by_two_and_approved_by_a_third(desk: Desk) -> None:
    status, opened = desk.ask("Lea", "POST", "/counts", {"bin": "S1", "sku": "MUG"})
    assert status == 201, opened
    assert (status, opened["state"], opened["bin"], opened["sku"]) == (201, "open", "S1", "MUG")
    key = opened["id"]
    assert desk.ask("Lea", "POST", "/counts", {"bin": "S1", "sku": "MUG"})[1]["id"] == key
    assert desk.count("Ana", key, 7) == "Counted. Somebody else counts it again."
    assert desk.take("Ana", f"/counts/{key}/claim")[1]["detail"].startswith("You counted this bin.")
    status, seen = desk.ask("Lea", "GET", f"/counts/{key}")
    assert (seen["again"], seen["differences"], seen["position"]) == (True, None, None)
    assert desk.count("Ida", key, 7) == "Counted. It waits for an approval."
    assert desk.ask("Ana", "GET", f"/counts/{key}")[1]["differences"] is None
    found = {"sku": "MUG", "lot": "", "counted": 7, "booked": 10}
    assert desk.ask("Lea", "GET", f"/counts/{key}")[1]["differences"] == [found]
    assert desk.ask("Ida", "POST", f"/counts/{key}/approve")[0] == 403
    assert desk.ask("Ana", "POST", f"/counts/{key}/approve")[0] == 403
    assert desk.ask("Lea", "POST", f"/counts/{key}/approve")[1]["state"] == "done"
    assert stock_at(desk.database, desk.floor.s1, desk.floor.mug) == (7, 0)


def test_a_count_shows_its_piles_to_nobody_but_the_one_who_counts(desk: Desk) -> None:
    key = desk.ask("Lea", "POST", "/counts", {"bin": "S1"})[1]["id"]
    held = desk.take("Ana", f"/counts/{key}/claim")[1]
    assert held["count"]["next"] == "Go to S1 and scan it."
    desk.scan("Ana", {"count": key}, held["epoch"], code="L:S1")
    desk.scan("Ana", {"count": key}, held["epoch"], code=MUG)
    assert desk.ask("Ana", "GET", f"/counts/{key}")[1]["position"]["piles"] == [["MUG", None, 1]]
    other = desk.ask("Ida", "GET", f"/counts/{key}")[1]
    assert (other["position"], other["next"], other["lease"]["name"]) == (None, "", "Ana")


def test_units_are_put_back_over_http(desk: Desk) -> None:
    key = a_put_back(desk.floor, 2)
    status, held = desk.take("Ben", f"/put-backs/{key}/claim")
    assert (status, held["put_back"]["next"]) == (200, "Take 2 of Item MUG out of T1.")
    assert desk.take("Ana", f"/put-backs/{key}/claim")[1]["code"] == "not_owner"
    assert desk.take("Ana", f"/put-backs/{key}/take-over")[1]["code"] == "not_owner"
    work, epoch = {"put_back": key}, held["epoch"]
    assert desk.scan("Ben", work, epoch, code=MUG)["text"] == "1 of 2 → S1"
    assert desk.scan("Ben", work, epoch, code="L:S1")["status"] == "applied"
    assert desk.ask("Ben", "GET", f"/put-backs/{key}")[1]["left"] == 1
    taken = desk.take("Lea", f"/put-backs/{key}/take-over")[1]
    assert taken["epoch"] == epoch + 1
    assert desk.scan("Ben", work, epoch, code=MUG)["outcome"] == "not_owner"
    assert desk.take("Lea", f"/put-backs/{key}/hand-back")[1] == {"epoch": epoch + 2}


def test_lists_show_open_tasks_first_page_by_page(desk: Desk) -> None:
    keys = [a_put_back(desk.floor, 1) for _ in range(3)]
    held = desk.take("Ana", f"/put-backs/{keys[0]}/claim")[1]
    for code in (MUG, "L:S1"):
        assert desk.scan("Ana", {"put_back": keys[0]}, held["epoch"], code=code)["status"] == "applied"
    first = desk.ask("Ana", "GET", "/put-backs?limit=2")[1]
    assert [(row["id"], row["state"]) for row in first["items"]] == [(keys[1], "open"), (keys[2], "open")]
    rest = desk.ask("Ana", "GET", f"/put-backs?limit=2&after={first['next']}")[1]
    assert ([(row["id"], row["state"]) for row in rest["items"]], rest["next"]) == ([(keys[0], "done")], None)
    assert desk.ask("Ana", "GET", "/counts")[1] == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (("Ben", "GET", "/counts", None), 403),
        (("Ben", "POST", "/counts/1/claim", {"device": "d"}), 403),
        (("Ana", "POST", "/counts", {"bin": "S1"}), 403),
        (("Ana", "POST", "/counts/1/approve", None), 403),
        (("Lea", "POST", "/counts", {"bin": "S9"}), 400),
        (("Lea", "POST", "/counts", {"bin": "S1", "sku": "OWL"}), 400),
        (("Lea", "POST", "/counts", {"bin": "S1", "expected": 3}), 400),
        (("Lea", "POST", "/counts/9/approve", None), 404),
        (("Ana", "GET", "/counts/9", None), 404),
        (("Ana", "GET", "/put-backs/9", None), 404),
        (("Ana", "POST", "/put-backs/9/claim", {"device": "d"}), 404),
        (("Ana", "POST", "/put-backs/9/claim", {"device": ""}), 400),
        (("Ana", "GET", "/put-backs?after=7", None), 400),
        (("Ana", "GET", "/counts?after=1-x", None), 400),
    ],
)
def test_what_is_not_allowed_or_not_there_is_refused(desk: Desk, asked: tuple[str, str, str, Any], status: int) -> None:
    assert desk.ask(*asked)[0] == status
