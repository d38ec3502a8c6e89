"""`users` beside no server and beside a running one, first start, and the demo warehouse."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from warehouse.cli import main
from warehouse.commands.demo import make_demo
from warehouse.commands.first_start import prepare
from warehouse.commands.opening import reading, seal_of
from warehouse.commands.remote import Server, Upload, running_server
from warehouse.domain.errors import ConflictError, RetryLaterError, WarehouseError
from warehouse.services.audits import examine, verify_chain
from warehouse.services.people.pins import hash_pin, pin_matches
from warehouse.services.site import load_site
from warehouse.settings import Settings, read_settings
from warehouse.storage.lock import DatabaseInUseError, lock_beside
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.printing import PrinterRow, PrintJobRow

ROOT = Path(__file__).resolve().parents[2]
Heard = list[tuple[str, str, str, bytes]]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of an empty data folder."""
    monkeypatch.setenv("WAREHOUSE_DATA_DIR", str(tmp_path / "house"))
    return read_settings()


@pytest.fixture
def clerk(settings: Settings) -> Iterator[Callable[[dict[str, Any]], Heard]]:
    """A server that holds the database and answers as told; what it heard is kept."""
    heard: Heard = []
    answers: dict[str, Any] = {}

    class Desk(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            heard.append((self.command, self.path, self.headers["Authorization"], body))
            status, said = answers.get(f"{self.command} {self.path}", (404, {"detail": "There is no such thing."}))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        do_GET = do_POST = do_PATCH = answer  # noqa: N815 - the names http.server calls

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    lock = lock_beside(settings.data_dir / "warehouse.sqlite").acquire(purpose="serve")
    address = {"url": f"http://127.0.0.1:{server.server_port}", "token": "console"}
    (settings.data_dir / "server.json").write_text(json.dumps(address))

    def tell(said: dict[str, Any]) -> Heard:
        answers.update(said)
        return heard

    yield tell
    server.shutdown()
    thread.join()
    server.server_close()
    lock.release()


def _person(settings: Settings, name: str) -> PersonRow:
    with reading(settings.database_url) as session:
        return session.scalars(select(PersonRow).where(PersonRow.name == name)).one()


def test_the_first_start_makes_an_admin_once_with_a_random_pin(settings: Settings) -> None:
    keys = prepare(settings)
    assert keys is not None
    assert prepare(settings) is None
    admin = _person(settings, "Admin")
    assert (admin.role.value, admin.badge) == ("admin", keys.badge)
    assert pin_matches(keys.pin, admin.pin_hash, settings.secret_key)
    assert keys.pin not in repr(keys)


def test_a_database_made_anew_begins_a_journal_of_its_own(settings: Settings) -> None:
    ended = []
    for _ in range(2):
        prepare(settings)
        for file in settings.data_dir.glob("warehouse.sqlite*"):
            file.unlink()
        ended.append((settings.data_dir / "audit.anchor").read_text())
    prepare(settings)
    assert (settings.data_dir / "audit.anchor.before").read_text() == ended[0]
    assert (settings.data_dir / "audit.anchor.before-2").read_text() == ended[1]
    with reading(settings.database_url) as session:
        assert verify_chain(session, seal_of(settings)).ok


def test_a_pin_hash_is_worth_nothing_without_the_secret_of_the_house() -> None:
    stored = hash_pin("123456", "a" * 40)
    assert pin_matches("123456", stored, "a" * 40)
    assert not pin_matches("123457", stored, "a" * 40)
    assert not pin_matches("123456", stored, "b" * 40)
    assert not pin_matches("123456", "unusable", "a" * 40)


def test_people_are_added_given_new_pins_and_disabled(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    prepare(settings)
    assert main(["users", "add", "Ana", "--role", "picker"]) == 0
    *_, badge, _, _, pin, _, _, _, _, _, _ = capsys.readouterr().out.replace(";", "").split()
    first = _person(settings, "Ana")
    assert (first.badge, pin_matches(pin, first.pin_hash, settings.secret_key)) == (badge, True)
    assert main(["users", "reset-pin", badge]) == 0
    assert not pin_matches(pin, _person(settings, "Ana").pin_hash, settings.secret_key)
    assert main(["users", "disable", "Ana"]) == 0
    ana = _person(settings, "Ana")
    assert (ana.active, ana.version) == (False, first.version + 2)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("disable", "Admin"), "Admin is the only admin: make another one first."),
        (("disable", "Mallory"), "Nobody here is called “Mallory”."),
        (("add", "Admin", "--role", "picker"), "Somebody called “Admin” is here already: tell them apart by name."),
        (("add", " ", "--role", "picker"), "A name has 1 to 80 readable characters."),
    ],
)
def test_users_refuses_in_a_sentence(
    settings: Settings, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], sentence: str
) -> None:
    prepare(settings)
    assert main(["users", *arguments]) == 1
    assert capsys.readouterr().err == f"warehouse: {sentence}\n"


def test_beside_a_server_users_goes_through_it(
    clerk: Callable[[dict[str, Any]], Heard], capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    _made(settings)
    heard = clerk({"POST /api/v1/users": (201, {"id": 3, "name": "Ana", "badge": "U:X", "pin": "123456"})})
    assert main(["users", "add", "Ana", "--role", "picker"]) == 0
    assert capsys.readouterr().out == "Ana signs in with badge U:X and PIN 123456; the PIN is shown this once.\n"
    body = b'{"name": "Ana", "role": "picker"}'
    assert heard == [("POST", "/api/v1/users", "Bearer console", body)]


def test_beside_a_server_somebody_is_found_on_a_later_page(
    clerk: Callable[[dict[str, Any]], Heard], capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    _made(settings)
    clerk(
        {
            "GET /api/v1/users": (200, {"items": [{"id": 1, "name": "Ben"}], "next": "c2"}),
            "GET /api/v1/users?after=c2": (200, {"items": [{"id": 2, "name": "Ana"}], "next": None}),
            "PATCH /api/v1/users/2": (200, {}),
        }
    )
    assert main(["users", "disable", "Ana"]) == 0
    assert main(["users", "disable", "Mallory"]) == 1
    assert capsys.readouterr().err == "warehouse: Nobody here is called “Mallory”.\n"


def _made(settings: Settings) -> None:
    (settings.data_dir / "warehouse.sqlite").touch()


def test_a_refusal_of_the_server_keeps_its_sentence(
    clerk: Callable[[dict[str, Any]], Heard], settings: Settings
) -> None:
    clerk({"POST /api/v1/users": (409, {"detail": "This name is taken."})})
    server = running_server(settings)
    assert server is not None
    with pytest.raises(WarehouseError, match=r"This name is taken\."):
        server.post("/users", {})


def test_a_file_goes_to_the_server_as_it_is(
    clerk: Callable[[dict[str, Any]], Heard], settings: Settings, tmp_path: Path
) -> None:
    heard = clerk({"POST /api/v1/imports": (200, {"rows": 1})})
    file = tmp_path / 'odd "name".csv'
    file.write_bytes(b"a,b\r\n\x00\xff")
    server = running_server(settings)
    assert server is not None
    assert server.upload("/imports", {"kind": "orders"}, Upload("file", file)) == {"rows": 1}
    body = heard[0][3]
    assert b'name="kind"\r\n\r\norders\r\n' in body
    assert b"\r\n\r\na,b\r\n\x00\xff\r\n--" in body


def test_a_server_that_is_gone_is_named(settings: Settings) -> None:
    with pytest.raises(RetryLaterError, match="does not answer"):
        Server("http://127.0.0.1:9", "t").get("/users")
    assert running_server(settings) is None


def test_a_lock_without_a_server_is_refused_by_name(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    prepare(settings)
    with lock_beside(settings.data_dir / "warehouse.sqlite").acquire(purpose="import"):
        assert main(["users", "disable", "Admin"]) == 1
        with pytest.raises(DatabaseInUseError):
            prepare(settings)
    assert "warehouse import (process" in capsys.readouterr().err


def test_the_demo_is_the_same_for_the_same_seed_but_for_its_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, again, other = (_demo(tmp_path / name, seed, monkeypatch) for name, seed in (("a", 7), ("b", 7), ("c", 8)))
    assert first[0] == again[0] != other[0]
    assert first[1] != again[1]


def _demo(folder: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> tuple[object, object]:
    monkeypatch.setenv("WAREHOUSE_DATA_DIR", str(folder))
    settings = read_settings()
    team = make_demo(settings, seed)
    with reading(settings.database_url) as session:
        items = session.execute(select(ItemRow.sku, ItemRow.name, ItemRow.weight_g)).all()
        lines = session.execute(select(OrderLineRow.order_id, OrderLineRow.sku, OrderLineRow.ordered)).all()
    return (items, lines), team


def test_the_demo_is_a_whole_warehouse_with_every_promise_kept(settings: Settings) -> None:
    team = make_demo(settings, 1)
    roles = [one["role"] for one in team]
    with reading(settings.database_url) as session:
        states = session.scalars(select(OrderRow.state)).all()
        report, site = examine(session, seal_of(settings)), load_site(session)
    assert [result for result in report.results if not result.ok] == []
    assert (len(states), {state.value for state in states}) == (500, {"ready"})
    assert site.address != ()
    assert (roles.count("picker") >= 20, roles.count("packer"), len(set(roles))) == (True, 6, 9)
    assert make_demo(settings, 1) == team
    assert (settings.data_dir / "demo-team.json").stat().st_mode & 0o077 == 0


def test_a_test_page_is_queued_for_the_named_printer(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    make_demo(settings, 1)
    assert main(["printers", "test", "office"]) == 0
    assert main(["printers", "test", "Mallory"]) == 1
    assert "there are: Labels, Office, Small labels." in capsys.readouterr().err
    with reading(settings.database_url) as session:
        jobs = session.execute(
            select(PrinterRow.name, PrintJobRow.kind).join(PrintJobRow, PrintJobRow.printer_id == PrinterRow.id)
        ).all()
    assert jobs == [("Office", "test_page")]


def test_a_real_warehouse_is_never_served_as_a_demo(settings: Settings) -> None:
    prepare(settings)
    with pytest.raises(ConflictError, match="no demo"):
        make_demo(settings, 1)


def test_warehouse_demo_listens_and_says_where_and_with_whom(tmp_path: Path) -> None:
    """From nothing to a page, in another process, as `make run` does it; SIGTERM ends it."""
    folder = tmp_path / "demo"
    command = [sys.executable, "-m", "warehouse.cli", "demo", "--port", "0", "--data-dir", str(folder)]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("WAREHOUSE_")}
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            demo = _read_when_there(folder / "demo.json", process)
            with urllib.request.urlopen(f"{demo['url']}/healthz", timeout=60) as response:  # noqa: S310 - our own
                assert response.status == 200
        finally:
            process.send_signal(signal.SIGTERM)
            said, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert (folder / "demo.json").stat().st_mode & 0o077 == 0
    assert demo["paper"] == str(folder / "paper")
    assert {"name", "role", "badge", "pin"} == set(demo["people"][0])
    assert demo["people"][0]["pin"] in said


def _read_when_there(path: Path, process: subprocess.Popen[str]) -> Any:
    until = time.monotonic() + 300
    while time.monotonic() < until and process.poll() is None:
        if path.exists():
            return json.loads(path.read_text(encoding="utf-8"))
        time.sleep(0.05)
    pytest.fail(f"warehouse demo did not listen: {process.poll()}")


def test_a_new_site_begins_in_the_zone_of_the_environment(tmp_path: Path) -> None:
    found = read_settings({"WAREHOUSE_DATA_DIR": str(tmp_path / "house"), "WAREHOUSE_TIMEZONE": "Europe/Berlin"})
    prepare(found)
    with reading(found.database_url) as session:
        assert load_site(session).time_zone == "Europe/Berlin"
