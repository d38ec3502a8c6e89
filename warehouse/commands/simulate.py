"""Lets virtual people work the floor and make mistakes; fails when one gets through or a scan is lost."""

import argparse
import json
import os
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from warehouse.domain.errors import InvalidInputError
from warehouse.simulation.log import Log
from warehouse.simulation.report import as_text, report_of
from warehouse.simulation.shift import Say, Shift, work_shift
from warehouse.simulation.wire import Badge
from warehouse.simulation.worker import Habits

DEMO_FILE = "demo.json"
SAY_EVERY = 5.0
CARTS = re.compile(r"([A-Z0-9-]*?)([0-9]+)-\1([0-9]+)")


def build(parser: argparse.ArgumentParser) -> None:
    """Name the options."""
    parser.add_argument("--pickers", type=_number, default=20, help="how many pick (20)")
    parser.add_argument("--packers", type=_number, default=6, help="how many pack (6)")
    parser.add_argument("--error-rate", type=_rate, default=0.05, help="chance that something goes wrong a scan (0.05)")
    parser.add_argument(
        "--events", type=_times, default=1.0, help="how much more often than usual odd things happen (1)"
    )
    parser.add_argument("--minutes", type=float, help="go home after so long; otherwise when all is packed")
    parser.add_argument("--seed", type=int, default=1, help="what chance is drawn from (1)")
    parser.add_argument("--orders", type=_number, help="plan at most so many of the ready orders (all)")
    parser.add_argument("--think", type=float, default=20, metavar="MS", help="milliseconds between two scans (20)")
    parser.add_argument("--url", help="where the server is, or several: A,B (from the file of --demo)")
    parser.add_argument("--demo", type=Path, metavar="FILE", help="people with badge and PIN (DATA_DIR/demo.json)")
    parser.add_argument("--carts", default="K01-K24", help="carts that may be taken, as K01-K24 or K1,K2 (K01-K24)")
    parser.add_argument("--log", type=Path, metavar="FILE", help="write every acknowledged scan, one JSON line each")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")


def run(options: argparse.Namespace) -> int:
    """Work one shift; exit 1 when a promise was broken."""
    demo = _demo(options.demo)
    habits = Habits(
        urls=[url.rstrip("/") for url in (options.url or demo["url"]).split(",")],
        error_rate=options.error_rate,
        think=options.think / 1000,
        seed=options.seed,
    )
    shift = Shift(
        people=[Badge(it["name"], it["role"], it["badge"], it["pin"]) for it in demo["people"]],
        habits=habits,
        pickers=options.pickers,
        packers=options.packers,
        orders=options.orders,
        minutes=options.minutes,
        carts=carts_named(options.carts),
        events=options.events,
    )
    worked = work_shift(shift, _narrator(quiet=options.json))
    if options.log:
        _write_log(options.log, worked.log)
    report = report_of(worked)
    problems = {"ok": report.ok, "problems": list(report.problems)}
    print(json.dumps(report.figures | problems, ensure_ascii=False, indent=2) if options.json else as_text(report))
    return 0 if report.ok else 1


def carts_named(text: str) -> Sequence[str]:
    """Read `K01-K24` or `K1,K7`; raises InvalidInputError."""
    found: list[str] = []
    for part in text.upper().split(","):
        series = CARTS.fullmatch(part.strip())
        if series is None:
            found.append(part.strip())
            continue
        prefix, first, last = series.groups()
        found += [f"{prefix}{number:0{len(first)}d}" for number in range(int(first), int(last) + 1)]
    if not all(found):
        raise InvalidInputError("--carts: write K01-K24 or K1,K2.")
    return found


def _demo(given: Path | None) -> dict[str, Any]:
    file = given or Path(os.environ.get("WAREHOUSE_DATA_DIR", "warehouse-demo")) / DEMO_FILE
    if not file.is_file():
        raise InvalidInputError(f"{file} does not exist: start `warehouse demo`, or name its file with --demo.")
    demo = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(demo, dict) or not {"url", "people"} <= demo.keys():
        raise InvalidInputError(f"{file} names no url and people.")
    return demo


def _narrator(*, quiet: bool) -> Say:
    """Say how far things are, on one line of a terminal, every few seconds elsewhere, or not at all."""
    is_terminal = sys.stderr.isatty()
    said = [time.monotonic()]

    def say(log: Log) -> None:
        if quiet or (not is_terminal and time.monotonic() - said[0] < SAY_EVERY):
            return
        said[0] = time.monotonic()
        done = f"{log.done['batches picked']} batches picked, {log.done['orders packed']} orders packed"
        line = f"{len(log.answers)} scans, {done}, {log.made.total()} mistakes"
        print(f"\r{line}" if is_terminal else line, end="" if is_terminal else "\n", file=sys.stderr, flush=True)

    return say


def _write_log(path: Path, log: Log) -> None:
    with path.open("w", encoding="utf-8") as file:
        for kept in log.answers.values():
            line = {name: kept.scan[name] for name in ("id", "device", "seq", "kind", "code")}
            json.dump(line | {"outcome": kept.result["outcome"], "status": kept.result["status"]}, file)
            file.write("\n")


def _number(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("write a number from 1")
    return number


def _rate(text: str) -> float:
    rate = float(text)
    if not 0 <= rate <= 1:
        raise argparse.ArgumentTypeError("write a rate from 0 to 1")
    return rate


def _times(text: str) -> float:
    times = float(text)
    if not 0 <= times <= 100:  # noqa: PLR2004 - said in the sentence
        raise argparse.ArgumentTypeError("write a number from 0 to 100")
    return times
