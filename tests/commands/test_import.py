"""`import` beside no server and through a running one, over HTTP, and the full real file within its bounds."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from warehouse.cli import main
from warehouse.commands.remote import Server, Upload, running_server
from warehouse.domain.errors import WarehouseError
from warehouse.settings import Settings, read_settings

ROOT = Path(__file__).resolve().parents[2]
ORDERS = "order_no,sku,quantity,ship_name,ship_line1,ship_city,ship_postcode,ship_country\n"
GOOD = "X-1,A,2,Mr Smith,12 Mill Lane,Leeds,LS1 4AP,GB\n"
BAD = "X-2,A,1e3,Mr Smith,12 Mill Lane,Leeds,LS1 4AP,GB\n"

TRADING_DAYS = 305
"""Days with orders in the real year: what is held is counted against these."""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An empty, migrated house."""
    monkeypatch.setenv("WAREHOUSE_DATA_DIR", str(tmp_path / "house"))
    monkeypatch.setenv("WAREHOUSE_PORT", "0")
    assert main(["migrate"]) == 0
    return read_settings()


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "items.csv").write_text("sku,name,barcode\nA,Mug,4006381333931\n")
    (tmp_path / "orders.csv").write_text(ORDERS + GOOD + BAD)
    return tmp_path


@contextlib.contextmanager
def serving(settings: Settings) -> Iterator[Server]:
    process = subprocess.Popen(
        [sys.executable, "-m", "warehouse.cli", "serve"],
        cwd=ROOT,
        env=os.environ.copy(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 60
        while (server := running_server(settings)) is None:
            assert time.monotonic() < until
            assert process.poll() is None
            time.sleep(0.1)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def report(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    assert main(["import", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def counted(**given: int) -> dict[str, int]:
    return dict.fromkeys(("created", "updated", "unchanged", "held", "refused", "skipped"), 0) | given


@pytest.mark.usefixtures("settings")
def test_a_report_has_exactly_the_promised_form(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert report(capsys, "items", str(files / "items.csv")) == {"rows": 1, "items": counted(created=1), "findings": []}
    said = report(capsys, "orders", str(files / "orders.csv"))
    message = "“1e3” is not a whole number; digits 0 to 9 only"
    assert said == {
        "rows": 2,
        "orders": counted(created=1, refused=1),
        "findings": [{"line": 3, "column": "quantity", "code": "bad_number", "message": message}],
    }


@pytest.mark.usefixtures("settings")
def test_a_second_run_says_that_nothing_changed(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert main(["import", "items", str(files / "items.csv")]) == 0
    said = capsys.readouterr().out
    assert "items: 1 created." in said
    assert "items: 1 unchanged.\nNothing was changed" in said


@pytest.mark.usefixtures("settings")
def test_a_file_that_is_not_there_or_not_readable_is_refused_in_a_sentence(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", "orders", str(files / "none.csv")]) == 1
    (files / "broken.csv").write_bytes(ORDERS.encode() + b"\xff\xfe\n")
    assert main(["import", "orders", str(files / "broken.csv")]) == 1
    assert main(["import", "orders", str(files / "orders.csv"), "--profile", "nobody"]) == 1
    said = capsys.readouterr().err
    assert "There is no file" in said
    assert "Line 2 is not readable as utf-8" in said
    assert "There is no profile “nobody”" in said


def test_beside_a_running_server_the_same_command_gives_the_same_report(
    settings: Settings, files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rehearsed = report(capsys, "orders", str(files / "orders.csv"), "--dry-run")
    with serving(settings) as server:
        assert report(capsys, "orders", str(files / "orders.csv"), "--dry-run") == rehearsed
        assert server.get("/imports")["items"] == []
        assert report(capsys, "orders", str(files / "orders.csv")) == rehearsed
        (run,) = server.get("/imports")["items"]
        assert (run["state"], run["rows_done"], run["has_rejected"]) == ("done", 2, True)
        rejected = _fetch(server, f"/imports/{run['id']}/rejected").decode()
        assert rejected.splitlines()[1].startswith(BAD.strip() + ",3,")
        assert list((settings.data_dir / "uploads").iterdir()) == []
        with pytest.raises(WarehouseError, match="Some fields are wrong"):
            server.upload("/imports", {"kind": "wishes"}, Upload("file", files / "orders.csv"))


def test_items_bins_stock_and_totes_over_http(settings: Settings) -> None:
    with serving(settings) as server:
        item = server.post("/items", {"sku": "A", "name": "Mug", "barcodes": [{"code": "4006381333931"}]})
        place = server.post("/bins", {"code": "S1", "zone": "A", "walk_sequence": 3})
        figure = {"bin": "S1", "sku": "A", "quantity": 7}
        assert [server.post("/stock", figure)["result"] for _ in range(2)] == ["created", "unchanged"]
        assert server.post("/totes", {"code": "T1"})["state"] == "free"
        assert server.patch(f"/items/{item['id']}", {"fragile": True, "weight_g": 300})["weight_g"] == 300
        with pytest.raises(WarehouseError, match="needs its reason"):
            server.patch(f"/bins/{place['id']}", {"pickable": False})
        closed = server.patch(f"/bins/{place['id']}", {"pickable": False, "blocked_reason": "wet"})
        assert (closed["pickable"], closed["barcodes"]) == (False, ["L:S1"])
        with pytest.raises(WarehouseError, match="already means something else"):
            server.post("/items", {"sku": "B", "name": "Cup", "barcodes": [{"code": "4006381333931"}]})
        assert [(row["sku"], row["quantity"]) for row in server.get("/stock")["items"]] == [("A", 7)]
        assert [row["sku"] for row in server.get("/items?text=4006381333931")["items"]] == ["A"]


def test_nobody_imports_without_signing_in(settings: Settings, files: Path) -> None:
    with serving(settings) as server:
        stranger = Server(server.url, "not the token")
        with pytest.raises(WarehouseError, match="Sign in first"):
            stranger.upload("/imports", {"kind": "orders"}, Upload("file", files / "orders.csv"))
        for path in ("/imports", "/imports/1", "/imports/1/rejected", "/items", "/bins", "/stock", "/totes"):
            with pytest.raises(WarehouseError, match="Sign in first"):
                stranger.get(path)


def _fetch(server: Server, path: str) -> bytes:
    request = urllib.request.Request(  # noqa: S310 - our own server
        f"{server.url}/api/v1{path}", headers={"Authorization": f"Bearer {server.token}"}
    )
    with urllib.request.urlopen(request, timeout=20) as response:  # noqa: S310 - our own server
        body: bytes = response.read()
        return body


@pytest.mark.usefixtures("settings")
def test_the_full_real_file_goes_in_and_again_changes_nothing(shared: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Prints what it took; the bounds are loose because the machine is shared."""
    file = str(shared / "data" / "online_retail.csv.gz")
    figures = []
    for expected in (counted(created=20538), counted(unchanged=20538)):
        began = time.monotonic()
        done = subprocess.run(  # noqa: S603 - our own interpreter on our own file
            [sys.executable, "-m", "warehouse.cli", "import", "orders", file, "--profile", "online-retail", "--json"],
            cwd=ROOT,
            env=os.environ.copy(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        said = json.loads(done.stdout)
        figures.append(f"{time.monotonic() - began:.1f} s {said['orders']}")
        assert {word: said["orders"][word] for word in ("created", "updated")} == {
            word: expected[word] for word in ("created", "updated")
        }
        assert said["rows"] == 541909
        assert sum(said["orders"].values()) - said["orders"]["held"] == 25900
        held_a_day = said["orders"]["held"] / TRADING_DAYS
        assert 0.4 <= held_a_day <= 0.8 if expected["created"] else held_a_day == 0
    with capfd.disabled():
        sys.stdout.write(f"\nfull file: {'; again: '.join(figures)}\n")
