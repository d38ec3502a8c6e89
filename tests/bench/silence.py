"""A link that falls silent: how soon a handheld sees it, and how soon what waited is through once the link is back."""

import shutil
import time

from tests.bench.handheld import EVERY_READ_COUNTS, PIECES, SHOOT, begin, build_trip, chromium, device
from tests.bench.processes import product
from tests.bench.report import Row
from tests.bench.run import Run
from tests.journeys.hands import ALL_SENT
from tests.journeys.link import Link, Mode

WAITING = 100
SEEN_WITHIN, THROUGH_WITHIN = 10.0, 1.5
"""Seconds."""


def measure_silence(run: Run) -> None:
    """Let the Wi-Fi of one handheld go dead without a word, scan on, and let it come back."""
    if shutil.which("chromium") is None:
        return
    run.say("a handheld whose link falls silent")
    url = run.url("sqlite", "silence")
    trip = build_trip(url, -(-WAITING // (PIECES + 1)), PIECES)
    link = Link(0)
    with link.up():
        address = f"http://127.0.0.1:{link.port}"
        served = product(run.folder / "silence", url, ALLOWED_ORIGINS=address, INSECURE_HTTP=1)
        with served as server, chromium() as browser, device(browser, address, trip) as context:
            link.target = server.port
            page = context.new_page()
            page.goto(f"{address}/pick")
            page.wait_for_selector("body[data-ready]")
            page.evaluate(EVERY_READ_COUNTS)
            begin(page, address)
            link.set(Mode.SILENT)
            began = time.monotonic()
            page.evaluate(SHOOT, trip.codes[:WAITING])
            page.wait_for_selector("[data-link=offline]")
            seen = time.monotonic() - began
            link.set(Mode.FINE)
            began = time.monotonic()
            page.wait_for_selector(ALL_SENT)
            through = time.monotonic() - began
    run.rows += [
        _row("handheld: a silent link is seen", seen, SEEN_WITHIN),
        _row(f"handheld: {WAITING} waiting scans are through after the link's return", through, THROUGH_WITHIN),
    ]


def _row(what: str, seconds: float, aim: float) -> Row:
    return Row(what=what, measured=f"{seconds:.2f} s", against=f"aim {aim} s", ratio=seconds / aim, at_most=1)
