"""How soon a live socket feels that its session has ended (contract.md: within two seconds)."""

import contextlib
import http.client
import time

from tests.bench import ground
from tests.bench.ground import Crew
from tests.bench.load import Person
from tests.bench.processes import product
from tests.bench.report import Row
from tests.bench.run import Run
from tests.bench.websocket import Line

PEOPLE = 20
WITHIN = 2.0
"""Seconds."""


def measure_signing_out(run: Run) -> None:
    """Sign twenty people out, one after the other, each with a handheld that listens."""
    run.say("signing out")
    built = ground.build(run.url("sqlite", "signing_out"), [Crew(PEOPLE, 1, 1)])
    with product(run.folder / "signing_out", built.url) as server:
        waits = [_until_cut_off(server.port, person) for person in built.crews[0]]
    run.rows.append(
        Row(
            what=f"session ended: its live socket is cut off, the slowest of {PEOPLE}",
            measured=f"{max(waits) * 1000:.0f} ms",
            against=f"{WITHIN:.0f} s",
            ratio=max(waits) / WITHIN,
            at_most=1,
        )
    )


def _until_cut_off(port: int, person: Person) -> float:
    with contextlib.closing(Line(port, person.cookie)) as line:
        began = time.monotonic()
        _sign_out(port, person.cookie)
        with contextlib.suppress(ConnectionError):
            while True:
                for _ in line.messages():
                    pass
        return time.monotonic() - began


def _sign_out(port: int, cookie: str) -> None:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port)) as http_line:
        http_line.request("DELETE", "/api/v1/session", headers={"Cookie": cookie, "X-CSRF-Token": "bench"})
        answer = http_line.getresponse()
        if answer.status != http.HTTPStatus.NO_CONTENT:
            raise RuntimeError(f"nobody was signed out: {answer.status} {answer.read().decode()}")
