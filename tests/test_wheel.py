"""What is installed is whole: the wheel brings pages, scripts, profiles and migrations, and serves by itself."""

import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 300.0
NEVER = ("tests/", ".venv/", ".git", "docs/")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - our own build
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        yield archive


def kept(folder: str, inside: str = "") -> set[str]:
    """Name the files git keeps below a folder, as the wheel should name them."""
    command = ["git", "ls-files", folder]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603 - our own
    return {f"{inside}{name}" for name in listed.stdout.splitlines() if (ROOT / name).exists()}


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a checkout")
def test_the_wheel_holds_everything_the_product_reads(wheel: zipfile.ZipFile) -> None:
    inside = set(wheel.namelist())
    wanted = kept("warehouse") | kept("printers") | kept("templates", "warehouse/") | kept("static", "warehouse/")
    assert wanted - inside == set()


def test_the_wheel_holds_nothing_else(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"warehouse", "printers"}
    assert [name for name in wheel.namelist() if name.startswith(NEVER)] == []


def test_the_installed_product_serves_its_demo_from_anywhere(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path / "site")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("WAREHOUSE_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "warehouse.cli", "demo", "--port", "0", "--data-dir", "data"],
        cwd=tmp_path,
        env=environ | {"PYTHONPATH": str(tmp_path / "site")},
        stdout=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + PATIENCE
        while not (tmp_path / "data" / "demo.json").exists():
            assert process.poll() is None, "the server ended"
            assert time.monotonic() < until, "the server does not get ready"
            time.sleep(0.1)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)
