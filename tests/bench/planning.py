"""Scans beside planning: a wave of 500 orders is searched, then stored, while 50 handhelds scan at a big site's rate.

`python -m tests.bench.planning` runs it alone.
"""

import http.client
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders as make
from tests.bench import ground
from tests.bench.ground import Crew, Ground
from tests.bench.processes import Served, Wanted, drive, product
from tests.bench.report import Row, Times, table, times_of
from tests.bench.run import QUICK, Run
from warehouse.domain.codes import BatchState
from warehouse.domain.drafts import LayoutDraft, LayoutKind
from warehouse.services.actor import SYSTEM, Request
from warehouse.services.batches.rerouting import Reroute, number_tasks, reroute_batch
from warehouse.services.layout.floor_plan import BlockAisle, block_aisle, put_layout
from warehouse.storage.database import Database
from warehouse.storage.models.batching import BatchRow
from warehouse.storage.models.stock import BinRow
from warehouse.storage.queries.layout import load_layout

ORDERS, AISLES, BAYS = 500, 10, 40
RATE = 170.0
SECONDS = 12.0
HANDHELDS = 50
LOOKS = 5
"""Quiet and busy drives in turn, the answers of each kind together: the p99 of one drive hangs on some ten scans."""


def measure_planning(run: Run) -> None:
    """Measure scans alone, beside a search, and beside a plan being stored."""
    run.say(f"scans beside the planning of {ORDERS} orders")
    crews = [Crew(HANDHELDS, 6, 6)] * (2 * LOOKS + 1)
    built = ground.build(run.url("sqlite", "planning"), crews)
    _fill(built.url)
    with product(run.folder / "planning", built.url) as server:
        wanted = Wanted(seconds=SECONDS, warm=1, rate=RATE)
        quiet, busy = [], []
        for look in range(LOOKS):
            quiet.append(drive(server, built.crews[2 * look], built.codes, wanted))
            draft = _call(server, built, "POST", "/plans", {"limit": ORDERS, "seconds": SECONDS + 12})["draft"]
            busy.append(drive(server, built.crews[2 * look + 1], built.codes, wanted))
            found = _call(server, built, "POST", f"/plans/{draft}/stop", {})
        run.rows.append(_row("searching", times_of(*busy), times_of(*quiet), found, 1.1))
        with ThreadPoolExecutor(1) as aside:
            storing = aside.submit(_store, server, built, draft)
            last = times_of(drive(server, built.crews[-1], built.codes, wanted))
            run.rows.append(_row(f"storing it for {storing.result():.1f} s", last, times_of(*quiet), found, 2.0))
    run.rows += _rerouted(built.url)


def _row(what: str, busy: Times, quiet: Times, found: dict[str, Any], at_most: float) -> Row:
    told = f"{found['orders']} orders, {found['iterations']} tries"
    return Row(
        what=f"sqlite, {HANDHELDS} handhelds at {RATE:.0f}/s beside {what} ({told}): p99",
        measured=f"{busy.p99:.2f} ms",
        against=f"{quiet.p99:.2f} ms quiet",
        ratio=busy.p99 / quiet.p99,
        at_most=at_most,
    )


def _rerouted(url: str) -> list[Row]:
    """Time how long the way of each stored batch takes to be found anew: an aisle is closed, then a task is added."""
    database = Database(url)
    try:
        database.run(block_aisle, BlockAisle(actor=SYSTEM, at=make.NOON, code=f"{AISLES // 2:02d}", reason="a spill"))
        with database.read() as session:
            batches = list(session.scalars(select(BatchRow.id).where(BatchRow.state == BatchState.PLANNED)))
        closed = [_timed(database, _closed, batch) for batch in batches]
        added = [_timed(database, _added, batch) for batch in batches]
    finally:
        database.close()
    return [_reroute_row("an aisle closed", closed), _reroute_row("a short or a new task", added)]


def _reroute_row(what: str, times: list[float]) -> Row:
    most = max(times) * 1000
    name = f"the way found anew after {what}, worst of {len(times)} batches, the booking included"
    return Row(what=name, measured=f"{most:.1f} ms", ratio=most, at_most=100)


def _timed(database: Database, act: Callable[[Session, int], object], batch: int) -> float:
    began = time.perf_counter()
    database.run(act, batch)
    return time.perf_counter() - began


def _closed(session: Session, batch: int) -> bool:
    return reroute_batch(session, Reroute(actor=SYSTEM, at=make.NOON, batch=batch))


def _added(session: Session, batch: int) -> None:
    number_tasks(session, batch, load_layout(session))


def _store(server: Served, built: Ground, draft: int) -> float:
    """Store the plan once the handhelds are at work; gives the seconds it took."""
    time.sleep(2)
    began = time.monotonic()
    _call(server, built, "POST", f"/plans/{draft}/commit", {})
    return time.monotonic() - began


def _call(server: Served, built: Ground, method: str, path: str, body: object) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    headers = {"Cookie": built.lead, "X-CSRF-Token": "bench", "Content-Type": "application/json"}
    connection.request(method, f"/api/v1{path}", body=json.dumps(body), headers=headers)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path} was refused: {answer.status} {text[:200]!r}")
    found: dict[str, Any] = json.loads(text)
    return found


def _fill(url: str) -> None:
    """Add a floor of ten aisles and the orders to be planned."""
    database = Database(url)
    try:
        make.build(database, _floor)
        make.build(database, ground.of_today)
    finally:
        database.close()


def _floor(session: Session) -> None:
    chance = random.Random(500)  # noqa: S311 - a benchmark is to be the same each time, not secret
    parts = [LayoutDraft(kind=LayoutKind.AISLE, code=f"{n:02d}", x_mm=n * 3000) for n in range(1, AISLES + 1)]
    heights = {"FRONT": 0, "MIDDLE": 20_500, "BACK": 42_000}
    parts += [LayoutDraft(kind=LayoutKind.CROSS_AISLE, code=code, y_mm=y_mm) for code, y_mm in heights.items()]
    parts.append(LayoutDraft(kind=LayoutKind.DEPOT, code="DESK", x_mm=3000, y_mm=0))
    put_layout(session, Request(actor=SYSTEM, at=make.NOON), parts)
    items = [_shelf(session, aisle, bay) for aisle in range(1, AISLES + 1) for bay in range(1, BAYS + 1)]
    for _ in range(ORDERS):
        make.an_order(session, dict.fromkeys(chance.sample(items, chance.randint(1, 6)), 1))


def _shelf(session: Session, aisle: int, bay: int) -> int:
    key = make.a_bin(session, f"{aisle:02d}-{bay:02d}")
    row = session.get_one(BinRow, key)
    row.aisle, row.bay, row.x_mm, row.y_mm = f"{aisle:02d}", f"{bay:02d}", aisle * 3000, bay * 1000
    item = make.an_item(session, f"P-{aisle:02d}-{bay:02d}")
    make.some_stock(session, key, item, 10_000)
    return item


def main() -> int:
    """Run this scenario alone and print its rows."""
    with tempfile.TemporaryDirectory(prefix="warehouse-bench-") as folder:
        run = Run(Path(folder), QUICK, lambda _name: "", lambda what: print(what, file=sys.stderr, flush=True))
        measure_planning(run)
        print(table(run.rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
