"""Scans beside heavy work of the same server: sheets of 600 labels, and an import of real orders.

`python -m tests.bench.beside` runs it alone.
"""

import contextlib
import http.client
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench import ground
from tests.bench.ground import Crew, Ground
from tests.bench.importing import IMPORT_WITHIN, ORDERS, import_orders
from tests.bench.load import Result
from tests.bench.processes import Served, Wanted, drive, product
from tests.bench.report import Row, Times, table, times_of
from tests.bench.run import QUICK, SHIFT_RATE, Run

HELD_MS = 250.0
"""No scan waits longer for the writer, whatever else is written."""
LOOKS = 3
"""The answers of all looks are taken together: the p99 of one drive hangs on some ten scans."""


def measure_beside(run: Run) -> None:
    """Measure scans beside heavy work: 600 labels, and an import, both made by the running server."""
    run.say("scans beside 600 labels and an import")
    looks = [_look_beside(run, f"beside{look}") for look in range(LOOKS)]
    quiet, labels = times_of(*(look.quiet for look in looks)), times_of(*(look.labels for look in looks))
    run.rows.append(_beside(f"{sum(look.sheets for look in looks)} sheets of 600 labels", labels, quiet))
    if imports := [look.importing for look in looks if look.importing]:
        busy = times_of(*imports)
        run.rows.append(_beside("an import of real orders", busy, quiet))
        run.rows.append(_worst("an import of real orders", busy))


@dataclass(frozen=True, slots=True)
class _Look:
    """Scans alone, beside so many sheets of labels, and beside an import where there is a file."""

    quiet: Result
    labels: Result
    sheets: int
    importing: Result | None


def _look_beside(run: Run, name: str) -> _Look:
    """Drive three crews one after the other; in a warehouse of their own, for a file is imported only once."""
    built = ground.build(run.url("sqlite", name), [Crew(50, 4, 4)] * 3)
    home, importing = run.folder / name, None
    wanted = Wanted(seconds=8, warm=1, rate=SHIFT_RATE)
    with product(home, built.url) as server:
        quiet = drive(server, built.crews[0], built.codes, wanted)
        with _again_and_again(lambda: _print_labels(server, built)) as sheets:
            labels = drive(server, built.crews[1], built.codes, wanted)
        if ORDERS.is_file():
            with _again_and_again(lambda: import_orders(home, built.url)):
                importing = drive(server, built.crews[2], built.codes, wanted)
    return _Look(quiet, labels, len(sheets), importing)


def _beside(what: str, busy: Times, quiet: Times) -> Row:
    return Row(
        what=f"sqlite, 50 handhelds at {SHIFT_RATE:.0f}/s beside {what}: p99",
        measured=f"{busy.p99:.1f} ms",
        against=f"{quiet.p99:.1f} ms quiet",
        ratio=busy.p99 / quiet.p99,
        at_most=2,
    )


def _worst(what: str, busy: Times) -> Row:
    return Row(
        what=f"sqlite, 50 handhelds at {SHIFT_RATE:.0f}/s beside {what}: the longest answer",
        measured=f"{busy.worst:.1f} ms",
        against=f"{HELD_MS:.0f} ms",
        ratio=busy.worst / HELD_MS,
        at_most=1,
    )


@contextlib.contextmanager
def _again_and_again(act: Callable[[], object]) -> Iterator[list[object]]:
    """Do it in a thread until the block ends, and wait for its last time; raises what it raised."""
    done: list[object] = []
    failed: list[BaseException] = []
    over = threading.Event()

    def work() -> None:
        try:
            while not over.is_set():
                done.append(act())
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield done
    finally:
        over.set()
        thread.join(IMPORT_WITHIN)
    if failed:
        raise failed[0]


def _print_labels(server: Served, built: Ground) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    with contextlib.closing(connection):
        connection.request("GET", f"/api/v1/labels/totes.pdf?limit={ground.TOTES}", headers={"Cookie": built.lead})
        answer = connection.getresponse()
        size = len(answer.read())
        if answer.status != 200:
            raise RuntimeError(f"the labels were refused: {answer.status}")
        return size


def main() -> int:
    """Run this scenario alone and print its rows."""
    with tempfile.TemporaryDirectory(prefix="warehouse-bench-") as folder:
        run = Run(Path(folder), QUICK, lambda _name: "", lambda what: print(what, file=sys.stderr, flush=True))
        measure_beside(run)
        print(table(run.rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
