"""A demo warehouse that can be killed and started again on the same port, and the commands used beside it."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300.0


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class House:
    """One demo warehouse in `data_dir`; `settings` are `WAREHOUSE_*` variables without their prefix."""

    data_dir: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=a_free_port)
    server: "subprocess.Popen[bytes] | None" = None

    @property
    def demo_file(self) -> Path:
        return self.data_dir / "demo.json"

    def start(self) -> None:
        """Serve the demo until it says where."""
        self.serve([*COMMAND, "demo", "--port", str(self.port), "--data-dir", str(self.data_dir)], self.demo_file)
        shutil.copyfile(self.demo_file, self.people_file)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve_beside(self) -> None:
        """Serve the database that another house has made, as one more server of it."""
        self.data_dir.mkdir(exist_ok=True)
        self.serve([*COMMAND, "serve"], self.data_dir / "server.json")

    def serve(self, command: list[str], sign: Path) -> None:
        """Run a server in a process group of its own until its `sign` appears."""
        sign.unlink(missing_ok=True)
        with (self.data_dir / "server.log").open("ab") as log:
            self.server = subprocess.Popen(  # noqa: S603 - our own command
                command,
                cwd=ROOT,
                env=self._environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until = time.monotonic() + PATIENCE
        while not sign.exists():
            assert self.server.poll() is None, "the server ended"
            assert time.monotonic() < until, "the server does not get ready"
            time.sleep(0.1)

    @property
    def people_file(self) -> Path:
        """What the demo file says, kept while the server is away."""
        return self.data_dir / "people.json"

    def kill(self) -> None:
        """End the server and all its processes on the spot, as a power cut does."""
        assert self.server is not None
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()

    def stop(self) -> None:
        if self.server is not None and self.server.poll() is None:
            self.server.send_signal(signal.SIGTERM)
            try:
                self.server.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill()

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run one command beside the server."""
        return subprocess.run(  # noqa: S603 - our own command
            [*COMMAND, *arguments], cwd=ROOT, env=self._environment(), capture_output=True, text=True, check=False
        )

    def begin(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start one command beside the server."""
        return subprocess.Popen(  # noqa: S603 - our own command
            [*COMMAND, *arguments],
            cwd=ROOT,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def simulation(self, *options: str) -> list[str]:
        """The command line of a simulation of this house that writes its log to `log.jsonl`."""
        log = ["--log", str(self.data_dir / "log.jsonl")]
        return ["simulate", "--demo", str(self.people_file), "--json", *log, *options]

    def broken_promises(self) -> list[str]:
        """What `doctor` finds; empty when all is well."""
        found = self.run("doctor", "--json")
        report = json.loads(found.stdout)
        return [check["name"] for check in report["checks"] if not check["ok"]]

    def scans(self) -> Counter[tuple[str, str]]:
        """Every scan in the books as (id, outcome)."""
        folder = self.data_dir / "export"
        exported = self.run("export", str(folder))
        assert exported.returncode == 0, exported.stderr
        return Counter((row["scan_id"], row["outcome"]) for row in rows(folder / "scans.jsonl"))

    def acknowledged(self) -> Counter[tuple[str, str]]:
        """Every scan that was acknowledged, as its sender wrote it down."""
        return Counter((row["id"], row["outcome"]) for row in rows(self.data_dir / "log.jsonl"))

    def _environment(self) -> dict[str, str]:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("WAREHOUSE_")}
        environ |= {"WAREHOUSE_DATA_DIR": str(self.data_dir), "WAREHOUSE_PORT": str(self.port)}
        return environ | {f"WAREHOUSE_{name}": value for name, value in self.settings.items()}


COMMAND = [sys.executable, "-m", "warehouse.cli"]


def rows(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@contextlib.contextmanager
def open_house(data_dir: Path, **settings: str) -> Iterator[House]:
    """A served demo warehouse, ended with the block."""
    house = House(data_dir, settings)
    try:
        house.start()
        yield house
    finally:
        house.stop()
