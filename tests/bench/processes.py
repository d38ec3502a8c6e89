"""The processes of a run: servers and the load. Each is ended by its own handle, whatever happens."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.bench.load import Order, Person, Result

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0
STOP_WITHIN = 20.0


@dataclass(frozen=True, slots=True)
class Served:
    """A server under load: where it listens, what kind it is, and the process that does the work."""

    port: int
    kind: str
    pid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How long to drive, how much of it not to count, and how many scans a second (None: as fast as it goes)."""

    seconds: float = 5.0
    warm: float = 1.0
    rate: float | None = None


@contextlib.contextmanager
def product(folder: Path, url: str, **more: object) -> Iterator[Served]:
    """Serve the warehouse as a site does, `warehouse serve`, without the pace limit that one person never reaches.

    `more` are further settings by their names.
    """
    settings = more | {
        "DATA_DIR": folder,
        "DATABASE_URL": url,
        "PORT": 0,
        "MAX_CONNECTIONS": 600,
        "EVENTS_PER_SECOND": 100000,
    }
    environ = {f"WAREHOUSE_{name}": str(value) for name, value in settings.items()}
    with _running("warehouse.cli", "serve", environ=environ) as process:
        assert process.stdout is not None
        while not (line := process.stdout.readline()).startswith("Ready"):
            if not line:
                raise RuntimeError("the server did not start")
        port = int(json.loads((folder / "server.json").read_text())["url"].rsplit(":", 1)[1])
        worker = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0]
        yield Served(port, "product", int(worker))


@contextlib.contextmanager
def side(kind: str, *arguments: str) -> Iterator[Served]:
    """Run one of our own servers, `echo` or `naive`."""
    with _running(f"tests.bench.{kind}", *arguments, environ={}) as process:
        assert process.stdout is not None
        yield Served(int(process.stdout.readline()), kind, process.pid)


def drive(server: Served, people: Sequence[Person], codes: Mapping[str, str], wanted: Wanted) -> Result:
    """Let these people scan, in a process of their own; raises RuntimeError when a scan got a wrong answer."""
    order = Order(port=server.port, pid=server.pid, kind=server.kind, people=people, codes=codes, **asdict(wanted))
    with _running("tests.bench.load", environ={}) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(asdict(order)) + "\n")
        process.stdin.flush()
        if process.stdout.readline() != "ready\n":
            raise RuntimeError("the load could not connect")
        process.stdin.write("go\n")
        process.stdin.flush()
        result = Result(**json.loads(process.stdout.readline()))
    if result.wrong:
        raise RuntimeError(f"not every scan was answered as it should be: {result.wrong}")
    return result


@contextlib.contextmanager
def _running(module: str, *arguments: str, environ: Mapping[str, str]) -> Iterator["subprocess.Popen[str]"]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("WAREHOUSE_")}
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", module, *arguments],
        cwd=ROOT,
        env=clean | dict(environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=STOP_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
