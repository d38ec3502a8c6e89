"""Reads a file of items, bins, stock, orders or users. Whole orders go in or none; what is there already stays."""

import argparse
import gc
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tqdm import tqdm

from warehouse.children import Children
from warehouse.commands.opening import now
from warehouse.commands.remote import Server, Upload, house
from warehouse.domain.errors import NotFoundError
from warehouse.exchange.targets import Kind
from warehouse.importing import Job, Surroundings, import_file
from warehouse.services.actor import SYSTEM
from warehouse.services.people.pins import hash_pin
from warehouse.settings import Settings, read_settings
from warehouse.storage.database import Database

SHOWN_FINDINGS = 20
STEP_SECONDS = 0.2
"""Nobody else waits for the writer here: steps may be larger than in a server."""

READ_AT_ONCE = 500
"""What is known is looked up once for so many orders."""

COLLECT_AFTER = (200_000, 50, 1000)
"""An import makes millions of values that soon die by themselves: looking for cycles as usual costs a tenth."""

PLAIN_EVERY = 2.0
"""Seconds between two plain lines of progress."""

Report = dict[str, Any]


def build(parser: argparse.ArgumentParser) -> None:
    """Name the options."""
    parser.add_argument("kind", choices=[kind.value for kind in Kind], help="what the file brings")
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV or JSON, also packed with gzip")
    parser.add_argument("--profile", default="canonical", metavar="NAME", help="how it is read (see: profiles)")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, store nothing")
    parser.add_argument("--all-or-nothing", action="store_true", help="refuse the whole file for one refused record")
    parser.add_argument("--json", action="store_true", help="print the whole report as JSON")


def run(options: argparse.Namespace) -> int:
    """Import; exit 0 when the file could be read, even with refused rows."""
    settings = read_settings()
    if not options.file.is_file():
        raise NotFoundError(f"There is no file {options.file}.")
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    with house(settings, "import") as place:
        if isinstance(place, Server):
            report = _through_server(place, options)
        else:
            report = _in_database(place, settings, options)
    print(json.dumps(report, ensure_ascii=False, indent=2) if options.json else _as_text(report, options))
    return 0


def _through_server(server: Server, options: argparse.Namespace) -> Report:
    fields = {"kind": options.kind, "profile": options.profile, "dry_run": _word(options.dry_run)}
    fields["all_or_nothing"] = _word(options.all_or_nothing)
    report: Report = server.upload("/imports", fields, Upload("file", options.file))
    report.pop("id", None)
    return report


def _word(said: bool) -> str:  # noqa: FBT001 - one switch of the command line
    return "true" if said else "false"


def _in_database(database: Database, settings: Settings, options: argparse.Namespace) -> Report:
    children = Children(1)
    around = Surroundings(
        database=database,
        children=children,
        now=now,
        hash_pin=lambda pin: hash_pin(pin, settings.secret_key),
        alone=STEP_SECONDS,
        at_once=READ_AT_ONCE,
    )
    job = Job(
        kind=Kind(options.kind),
        origin=options.file,
        file_name=options.file.name,
        actor=SYSTEM,
        profile=options.profile,
        dry_run=options.dry_run,
        all_or_nothing=options.all_or_nothing,
    )
    progress = _Bar() if sys.stderr.isatty() else _Lines()
    try:
        outcome = import_file(around, job, progress)
    finally:
        progress.close()
        children.close()
    people = {"people": [asdict(person) for person in outcome.people]} if outcome.people else {}
    return {**outcome.report, **people}


class _Bar:
    """A bar on a terminal."""

    def __init__(self) -> None:
        self._bar: Any = tqdm(unit=" rows", unit_scale=True, leave=False)

    def __call__(self, done: int, rows: int) -> None:
        """Show how far it is."""
        self._bar.total = rows
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """Take the bar away."""
        self._bar.close()


class _Lines:
    """Plain lines elsewhere, not too many."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._next = clock() + PLAIN_EVERY

    def __call__(self, done: int, rows: int) -> None:
        """Say how far it is, now and then."""
        if self._clock() >= self._next:
            print(f"{done} of {rows} rows", file=sys.stderr, flush=True)
            self._next = self._clock() + PLAIN_EVERY

    def close(self) -> None:
        """Nothing to take away."""


def _as_text(report: Report, options: argparse.Namespace) -> str:
    counts: dict[str, int] = report[options.kind]
    said = ", ".join(f"{count} {word}" for word, count in counts.items() if count) or "nothing"
    lines = [f"{report['rows']} rows read; {options.kind}: {said}."]
    if options.dry_run:
        lines.append("This was a dry run: nothing was stored.")
    elif not counts["created"] and not counts["updated"]:
        lines.append("Nothing was changed: all of it is here already or was refused.")
    lines += [_finding(finding) for finding in report["findings"][:SHOWN_FINDINGS]]
    if rest := len(report["findings"]) - SHOWN_FINDINGS:
        lines += [f"… and {rest} more; --json shows all."] if rest > 0 else []
    lines += [f"{it['name']} signs in with badge {it['badge']} and PIN {it['pin']}." for it in report.get("people", ())]
    return "\n".join(lines)


def _finding(finding: dict[str, Any]) -> str:
    where = f"line {finding['line']}" if finding["line"] else "file"
    column = f", {finding['column']}" if finding["column"] else ""
    return f"  {where}{column}: {finding['message']}"
