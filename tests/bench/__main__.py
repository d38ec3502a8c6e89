"""`make bench`: runs every scenario on this machine and prints the table; `--quick` a part of it in under a minute."""

import argparse
import contextlib
import os
import platform
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.bench import ground
from tests.bench.report import table
from tests.bench.run import FULL, QUICK, Run
from tests.bench.scenarios import measure


def no_postgres(name: str) -> str:
    raise RuntimeError(f"no PostgreSQL runs in a quick run, so {name} cannot be made")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="SQLite, 1 and 50 handhelds only; under a minute")
    parser.add_argument("--all", action="store_true", help="every published planning instance: some minutes more")
    asked = parser.parse_args()
    size = QUICK if asked.quick else replace(FULL, plans=1) if asked.all else FULL
    began = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))  # so that what was started is ended too

    def say(what: str) -> None:
        print(f"[{time.monotonic() - began:5.0f} s] {what}", file=sys.stderr, flush=True)

    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="warehouse-bench-")))
        new: Callable[[str], str] = no_postgres
        if "postgres" in size.kinds:
            new = stack.enter_context(ground.postgres())
        run = Run(folder, size, new, say)
        try:
            measure(run)
        finally:
            busy = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
            print(f"Python {platform.python_version()}, {busy}, {time.monotonic() - began:.0f} s\n")
            print(table(run.rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
