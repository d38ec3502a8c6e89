"""The real year of orders through the import command: how long, how much memory, and twice as much in proportion."""

import csv
import gzip
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep

from tests.bench import floors, ground
from tests.bench.processes import ROOT
from tests.bench.report import Row
from tests.bench.run import Run

ORDERS = ROOT.parent / "shared" / "data" / "online_retail.csv.gz"
IMPORT_WITHIN = 300.0
LOOK_EVERY = 0.1
MEMORY_MB = 300
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Imported:
    """What one import took: seconds, and the most memory the command's own process held, MB."""

    seconds: float
    memory: float


def measure_import(run: Run) -> None:
    """Measure the import of the whole real file against the bare reading of its rows, then of a million rows."""
    if not ORDERS.is_file():
        run.say("the real orders are not beside this checkout: no import is measured")
        return
    run.say("importing the whole file")
    bare, once = floors.csv_seconds(ORDERS), _fresh(run, "import", ORDERS)
    run.rows += [
        Row(
            what="import of online_retail.csv.gz, every check on",
            measured=f"{once.seconds:.1f} s",
            against=f"{bare:.1f} s csv.reader alone",
            ratio=once.seconds / bare,
        ),
        _memory("import of online_retail.csv.gz", once),
    ]
    run.say("importing a million rows")
    large = _fresh(run, "million", _million(run.folder / "million.csv.gz"))
    run.rows += [
        Row(
            what="import of 1,000,000 rows",
            measured=f"{large.seconds:.1f} s",
            against=f"{once.seconds:.1f} s for 541,909",
            ratio=large.seconds / once.seconds,
            at_most=2.4,
        ),
        _memory("import of 1,000,000 rows", large),
    ]


def _memory(what: str, found: Imported) -> Row:
    measured = f"{found.memory:.0f} MB"
    return Row(
        what=f"{what}: peak memory",
        measured=measured,
        against=f"{MEMORY_MB} MB",
        ratio=found.memory / MEMORY_MB,
        at_most=1,
    )


def _fresh(run: Run, name: str, file: Path) -> Imported:
    url = run.url("sqlite", name)
    ground.build(url, [])
    return import_orders(run.folder / name, url, file)


def import_orders(home: Path, url: str, file: Path = ORDERS) -> Imported:
    """Import by the command; through the server where one runs. Raises RuntimeError when it fails or takes too long."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("WAREHOUSE_")}
    began = perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "warehouse.cli", "import", "orders", str(file), "--profile", "online-retail"],
        cwd=ROOT,
        env=clean | {"WAREHOUSE_DATA_DIR": str(home), "WAREHOUSE_DATABASE_URL": url},
        stdout=subprocess.DEVNULL,
    )
    late = threading.Timer(IMPORT_WITHIN, process.send_signal, [signal.SIGTERM])
    late.start()
    memory = 0.0
    while process.poll() is None:
        memory = max(memory, _most_memory(process.pid))
        sleep(LOOK_EVERY)
    seconds = perf_counter() - began
    late.cancel()
    if process.returncode:
        raise RuntimeError(f"the import ended with {process.returncode}")
    return Imported(seconds, memory)


def _most_memory(pid: int) -> float:
    """Give the most memory a process held until now, MB; what `wait4` tells begins with that of whoever started it."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:  # it has just ended
        return 0.0
    return sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def _million(path: Path) -> Path:
    """Write the year, and most of it once more under other numbers two years later."""
    with (
        gzip.open(ORDERS, "rt", encoding="utf-8", newline="") as source,
        gzip.open(path, "wt", encoding="utf-8", newline="", compresslevel=1) as target,
    ):
        head, *rows = csv.reader(source)
        number, moment = head.index("InvoiceNo"), head.index("InvoiceDate")
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)
        for row in rows[: MILLION - len(rows)]:
            # A cancellation keeps its letter in front.
            row[number] = row[number][:1] + "9" + row[number][1:]
            row[moment] = str(int(row[moment][:4]) + 2) + row[moment][4:]
            writer.writerow(row)
    return path
