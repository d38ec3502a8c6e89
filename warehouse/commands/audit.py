"""Only reads: `audit verify` walks the chain of entries, `audit data` looks through shop files before they go in."""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import Session

from warehouse.auditing import TITLES, Asked, Audit, audit_file
from warehouse.auditing.report import write_problem, write_report
from warehouse.commands.opening import now, reading, seal_of
from warehouse.domain.errors import NotFoundError, WarehouseError
from warehouse.services.audits import verify_chain
from warehouse.settings import read_settings
from warehouse.storage.migrate import upgrade
from warehouse.storage.opening import sqlite_file

SHOWN = 5


def build(parser: argparse.ArgumentParser) -> None:
    """Name the options."""
    parts = parser.add_subparsers(dest="what", required=True, metavar="{verify,data}")
    parts.add_parser("verify", help="walk the whole journal; exit 1 naming the first entry that does not hold")
    data = parts.add_parser("data", help="say what is wrong with files of orders or items; stores nothing")
    data.add_argument("files", type=Path, nargs="+", metavar="FILE", help="CSV, JSON or XML, also packed with gzip")
    data.add_argument("--profile", metavar="NAME", help="how they are read; else the profile that fits best")
    data.add_argument("--out", type=Path, metavar="DIR", help="write report.html and a CSV for each kind of finding")
    data.add_argument("--json", action="store_true", help="print figures and counts as JSON")


def run(options: argparse.Namespace) -> int:
    """Verify or look through; exit 1 when an entry of the journal does not hold or its end is missing."""
    return _data(options) if options.what == "data" else _verify()


def _data(options: argparse.Namespace) -> int:
    for file in options.files:
        if not file.is_file():
            raise NotFoundError(f"There is no file {file}.")
    try:
        with _house() as session:
            audits = [
                audit_file(session, Asked(origin=file, name=file.name, profile=options.profile, at=now()))
                for file in options.files
            ]
    except WarehouseError as error:
        if options.out:
            write_problem(options.out, error.message)
        raise
    written = write_report(options.out, audits) if options.out else []
    print(json.dumps([_as_json(audit) for audit in audits], indent=2) if options.json else _as_text(audits))
    for path in written:
        print(f"Written: {path}", file=sys.stderr)
    return 0


@contextmanager
def _house() -> Iterator[Session]:
    """Open the house to look at; before there is one, an empty one that is gone afterwards."""
    settings = read_settings()
    file = sqlite_file(settings.database_url)
    if file is None or file.exists():
        with reading(settings.database_url) as session:
            yield session
        return
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/empty.sqlite"
        upgrade(url)
        with reading(url) as session:
            yield session


def _as_json(audit: Audit) -> dict[str, object]:
    return {"file": audit.name, "profile": audit.profile, "figures": audit.figures, "findings": audit.counts()}


def _as_text(audits: list[Audit]) -> str:
    lines = []
    for audit in audits:
        lines += [f"{audit.name}, read as {audit.profile}"]
        lines += [f"  {name.replace('_', ' ')}: {count}" for name, count in audit.figures.items()]
        for kind, count in audit.counts().items():
            lines += [f"{TITLES[kind]}: {count}"]
            lines += [f"  {it.about}: {it.message}" for it in audit.findings[kind][:SHOWN]]
            lines += ["  …"] if count > SHOWN else []
    return "\n".join(lines)


def _verify() -> int:
    settings = read_settings()
    seal = seal_of(settings)
    with reading(settings.database_url) as session:
        found = verify_chain(session, seal)
    if not found.ok:
        print(f"warehouse: {found}", file=sys.stderr)
        return 1
    print(found)
    if seal.anchor is None and found.checked:
        print("There is no anchor beside the database: a missing end would not be noticed.")
    return 0
