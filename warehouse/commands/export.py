"""Writes every table to a folder, one file a table and one JSON line a row, all from one state. Only reads."""

import argparse
import os
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy.orm import Session

from warehouse.commands.opening import reading
from warehouse.domain.errors import ConflictError
from warehouse.settings import read_settings
from warehouse.storage.queries.export import TABLES, Table, rows


def build(parser: argparse.ArgumentParser) -> None:
    """Name the options."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="an empty or new folder")


def run(options: argparse.Namespace) -> int:
    """Write all tables; a line a table tells how many rows it has."""
    folder: Path = options.folder
    settings = read_settings()
    with reading(settings.database_url) as session:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise ConflictError(f"{folder} is not empty: an export never mixes with an older one.")
        for table in TABLES:
            print(f"{table.name:<18} {_write(session, table, folder)}")
    return 0


def _write(session: Session, table: Table, folder: Path) -> int:
    """Write one table whole or not at all; give the number of rows."""
    partial = folder / f"{table.name}.partial"
    count = 0
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for row in rows(session, table):
            file.write(orjson.dumps(row, default=_plain, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z))
            count += 1
    partial.replace(folder / f"{table.name}.jsonl")
    return count


def _plain(value: Any) -> str:
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} cannot be exported")
