"""Checks every promise of the warehouse on the live database and names the rows that break one. Only reads."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from warehouse.commands.opening import reading, seal_of, seal_of_copy
from warehouse.services.audits import Report, examine
from warehouse.settings import read_settings
from warehouse.storage.queries.invariants.all import Result


def build(parser: argparse.ArgumentParser) -> None:
    """Name the options."""
    parser.add_argument("--json", action="store_true", help="print the whole result as JSON")
    parser.add_argument("--file", type=Path, metavar="COPY", help="look at a backup instead, with the anchor beside it")


def run(options: argparse.Namespace) -> int:
    """Examine; exit 1 when a promise is broken."""
    settings = read_settings()
    seal = seal_of_copy(settings, options.file) if options.file else seal_of(settings)
    url = f"sqlite:///{options.file.absolute()}" if options.file else settings.database_url
    with reading(url) as session:
        report = examine(session, seal)
    print(_as_json(report) if options.json else _as_text(report))
    return 0 if report.ok else 1


def _as_json(report: Report) -> str:
    checks = [{"ok": result.ok, **asdict(result)} for result in report.results]
    return json.dumps({"ok": report.ok, "notes": report.notes, "checks": checks}, ensure_ascii=False, indent=2)


def _as_text(report: Report) -> str:
    lines = [line for result in report.results for line in _lines(result)]
    broken = sum(not result.ok for result in report.results)
    word = "All promises hold." if report.ok else f"{broken} of {len(report.results)} promises are broken."
    return "\n".join([*lines, *report.notes, word])


def _lines(result: Result) -> list[str]:
    if result.ok:
        return [f"ok      {result.name:<26} {result.promise}"]
    rest = result.broken - len(result.rows)
    more = [f"          … and {rest} more"] if rest else []
    return [f"BROKEN  {result.name:<26} {result.promise}", *(f"          {row}" for row in result.rows), *more]
