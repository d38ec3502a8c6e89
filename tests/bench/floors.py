"""Floors without a server: what the disk, the database and the CSV reader cost by themselves."""

import contextlib
import csv
import gzip
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.storage.engines import sqlite_module

TABLES = (
    "DROP TABLE IF EXISTS bench_line",
    "DROP TABLE IF EXISTS bench_scan",
    "CREATE TABLE bench_line (id INTEGER PRIMARY KEY, code TEXT, wanted INTEGER, picked INTEGER)",
    "CREATE TABLE bench_scan (id INTEGER PRIMARY KEY, line INTEGER, code TEXT, at TEXT)",
    "INSERT INTO bench_line VALUES (1, '4006381333931', 1000000000, 0)",
)
STEPS = (
    "UPDATE bench_line SET picked = picked + 1 WHERE id = 1 AND code = '4006381333931' AND picked < wanted",
    "INSERT INTO bench_scan VALUES ({number}, 1, '4006381333931', '2026-11-21T09:14:03.120Z')",
)


@dataclass(frozen=True, slots=True)
class Commits:
    """Durable commits one after the other: how many a second, and the median of one in ms."""

    rate: float
    p50: float


def sqlite_commits(folder: Path, seconds: float) -> Commits:
    """One scan-like transaction (a guarded update, an insert) per commit; the driver only, WAL, synchronous=FULL."""
    connection = sqlite_module().connect(str(folder / "floor.sqlite"), isolation_level=None)
    with contextlib.closing(connection):
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")
        return _commit(connection.execute, seconds)


def postgres_commits(url: str, seconds: float) -> Commits:
    """The same on PostgreSQL: the driver only, one connection, synchronous_commit=on."""
    import psycopg

    with psycopg.connect(url, autocommit=True, options="-c synchronous_commit=on") as connection:
        return _commit(connection.execute, seconds)


def _commit(execute: Callable[[str], Any], seconds: float) -> Commits:
    for table in TABLES:
        execute(table)
    times: list[float] = []
    start = time.perf_counter()
    while (began := time.perf_counter()) - start < seconds:
        execute("BEGIN")
        for step in STEPS:
            execute(step.format(number=len(times)))
        execute("COMMIT")
        times.append(time.perf_counter() - began)
    return Commits(len(times) / (time.perf_counter() - start), statistics.median(times) * 1000)


def csv_seconds(path: Path) -> float:
    """How long Python's own CSV reader needs for a gzipped file."""
    start = time.perf_counter()
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for _ in csv.reader(file):
            pass
    return time.perf_counter() - start
