"""A storm over the spool: printers that fail in every way while its server is killed again and again.

Afterwards each doubt is answered as a person would who looks at the paper, and every label is counted.
`python -m tests.workers.spool_storm --jobs 10000` runs the long one and prints what it found as JSON.
"""

import argparse
import contextlib
import itertools
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.builders import NOON, build
from tests.printers.fake_zebra import FakeZebra, Fault
from tests.serving import ROOT
from warehouse.domain.codes import PrintJobState
from warehouse.services.actor import SYSTEM
from warehouse.services.printing.answers import ConfirmJob, ReprintJob, confirm_job, reprint_job
from warehouse.services.printing.jobs import QueueJob, queue_job
from warehouse.storage import migrate
from warehouse.storage.database import Database
from warehouse.storage.models.printing import PrinterRow, PrintJobRow

_S = PrintJobState
_GOING = (_S.QUEUED, _S.CLAIMED, _S.SENDING, _S.WAITING_PRINTER)
_NAME = re.compile(rb"\^FD(J\d{5})\^FS")
_FAULTS = (Fault.STALL, Fault.RESET, Fault.PAPER_OUT, Fault.HEAD_OPEN, Fault.PAUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """How long and how hard: mean seconds between two faults, mean jobs between two kills."""

    jobs: int
    printers: int = 4
    calm: float = 1.5
    jobs_a_kill: int = 500
    patience: float = 1200.0
    seed: int = 1


@dataclass(slots=True, kw_only=True)
class Tally:
    """What came of it."""

    jobs: int
    seconds: float = 0.0
    kills: int = 0
    faults: dict[str, int] = field(default_factory=dict)
    doubts: int = 0
    reprints: int = 0
    lost: int = 0
    unmarked_duplicates: int = 0
    out_of_order: int = 0
    unfinished: int = 0


@contextlib.contextmanager
def printers(number: int) -> Iterator[list[FakeZebra]]:
    """So many printers that print each label at once."""
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(FakeZebra()) for _ in range(number)]


def run_storm(storm: Storm, url: str, folder: Path) -> Tally:
    """Queue the jobs, blow, let it calm down, answer the doubts, count."""
    dice, tally = random.Random(storm.seed), Tally(jobs=storm.jobs)  # noqa: S311 - the same storm each time
    began = time.monotonic()
    with printers(storm.printers) as zebras, contextlib.closing(Database(url)) as house:
        keys = _queue(house, zebras, storm.jobs)
        ports = [str(zebra.port) for zebra in zebras]
        _Field(storm, house, zebras, _Server(url, folder, ports), dice, tally).blow()
        unmarked = [[_name(label) for label in zebra.printed if b"REPRINT" not in label] for zebra in zebras]
        _count_unmarked(house, keys, zebras, unmarked, tally)
    tally.seconds = round(time.monotonic() - began, 1)
    return tally


class _Server:
    """The process that spools, started anew whenever it was killed."""

    def __init__(self, url: str, folder: Path, ports: list[str]) -> None:
        self._command = [sys.executable, "-m", "tests.workers.spooling", url, str(folder), *ports]
        self.process = self._start()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)

    def restart(self) -> None:
        self.kill()
        self.process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(self._command, cwd=ROOT)  # noqa: S603 - our own interpreter on our own module


def _queue(house: Database, zebras: list[FakeZebra], jobs: int) -> dict[str, int]:
    """Write the jobs, evenly over the printers; the printer of each name is given back."""

    def add(session: Session) -> list[int]:
        rows = [
            PrinterRow(name=f"ZD-{n}", transport="tcp9100", address=f"127.0.0.1:{it.port}", profile="zebra_203")
            for n, it in enumerate(zebras)
        ]
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]

    ids = build(house, add)
    places: dict[str, int] = {}
    for number in range(jobs):
        name = f"J{number:05d}"
        places[name] = number % len(ids)
        document = {"kind": "bin", "code": name, "barcode": f"L:{name}"}
        wish = QueueJob(actor=SYSTEM, at=NOON, key=name, document=document, printer=ids[places[name]])
        house.run(queue_job, wish)
    return places


@dataclass(slots=True)
class _Field:
    """Where it blows: printers, the server, and what is counted."""

    storm: Storm
    house: Database
    zebras: list[FakeZebra]
    server: _Server
    dice: random.Random
    tally: Tally

    def blow(self) -> None:
        """Fault and kill until every job had its turn; then let it calm down and answer the doubts."""
        deadline = time.monotonic() + self.storm.patience
        faults: Counter[str] = Counter()
        next_kill = self.storm.jobs - self._jobs_to_kill()
        try:
            while (going := _going(self.house)) and time.monotonic() < deadline:
                if going <= next_kill:
                    self.server.restart()
                    self.tally.kills += 1
                    next_kill = going - self._jobs_to_kill()
                _fault(self.dice.choice(self.zebras), self.dice, faults)
                time.sleep(self.dice.expovariate(1 / self.storm.calm))
            self._calm_down(deadline)
        finally:
            self.server.kill()
        self.tally.faults, self.tally.unfinished = dict(faults), _going(self.house)

    def _calm_down(self, deadline: float) -> None:
        for zebra in self.zebras:
            zebra.repair()
        while time.monotonic() < deadline and (
            _going(self.house) or _answer_doubts(self.house, self.zebras, self.tally)
        ):
            time.sleep(0.3)

    def _jobs_to_kill(self) -> int:
        return self.dice.randint(self.storm.jobs_a_kill // 2, self.storm.jobs_a_kill * 3 // 2)


def _fault(zebra: FakeZebra, dice: random.Random, faults: Counter[str]) -> None:
    """Break one printer for a moment, then mend it; what it kept in memory comes out then."""
    kind = dice.choice((*_FAULTS, "refuse", "slow"))
    faults[str(kind)] += 1
    if kind == "refuse":
        zebra.refuse()
        time.sleep(dice.uniform(0.1, 0.6))
        zebra.accept_again()
        return
    if kind == "slow":
        zebra.delay = 0.05
        time.sleep(dice.uniform(0.1, 0.6))
        zebra.delay = 0.0
        return
    zebra.reset_after = dice.randrange(1, 700)
    zebra.fault = Fault(kind)
    time.sleep(dice.uniform(0.1, 0.6))
    zebra.repair()


def _going(house: Database) -> int:
    with house.read() as session:
        query = select(func.count()).select_from(PrintJobRow).where(PrintJobRow.state.in_(_GOING))
        return session.scalar(query) or 0


def _answer_doubts(house: Database, zebras: list[FakeZebra], tally: Tally) -> int:
    """Look at the paper: what lies there came out, what does not is printed again with a mark."""
    lying = {_name(label) for zebra in zebras for label in zebra.printed}
    with house.read() as session:
        rows = session.scalars(select(PrintJobRow).where(PrintJobRow.state == _S.IN_DOUBT)).all()
        doubts = [(row.job_id, row.document["code"], row.reprint_no) for row in rows]
    for job, name, reprint in doubts:
        tally.doubts += 1
        if name in lying and not reprint:
            house.run(confirm_job, ConfirmJob(actor=SYSTEM, at=NOON, job=job))
        else:
            tally.reprints += 1
            house.run(reprint_job, ReprintJob(actor=SYSTEM, at=NOON, job=job, reason="nothing came out"))
    return len(doubts)


def _count_unmarked(
    house: Database, keys: dict[str, int], zebras: list[FakeZebra], unmarked: list[list[str]], tally: Tally
) -> None:
    came_out = Counter(name for names in unmarked for name in names)
    marked = {_name(label) for zebra in zebras for label in zebra.printed if b"REPRINT" in label}
    tally.lost = sum(1 for name in keys if name not in came_out and name not in marked)
    tally.unmarked_duplicates = sum(number - 1 for number in came_out.values() if number > 1)
    tally.out_of_order = sum(1 for names in unmarked for before, after in itertools.pairwise(names) if after < before)
    with house.read() as session:
        stored = session.scalar(select(func.count()).select_from(PrintJobRow).where(PrintJobRow.reprint_no == 0))
    tally.lost += len(keys) - (stored or 0)


def _name(label: bytes) -> str:
    found = _NAME.search(label)
    return found[1].decode() if found else ""


def main() -> None:
    """Run the long storm."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--patience", type=float, default=3600.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="spool-storm-") as name:
        url = f"sqlite:///{name}/warehouse.db"
        migrate.upgrade(url)
        storm = Storm(jobs=options.jobs, seed=options.seed, patience=options.patience)
        found: dict[str, Any] = asdict(run_storm(storm, url, Path(name)))
    sys.stdout.write(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
