"""The load: many handhelds in one light process, over raw websockets with hand-written Socket.IO frames.

Run as `python -m tests.bench.load`: one `Order` as JSON on the first line of standard input. It connects, takes the
batches in hand, writes `ready`, waits for a second line, drives, and writes a `Result` as JSON. Nothing of the product
is imported, so that what the client costs is small and known.
"""

import contextlib
import json
import os
import selectors
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from tests.bench.websocket import Line

TICKS = os.sysconf("SC_CLK_TCK")
STUCK = 20.0


@dataclass(frozen=True, kw_only=True)
class Person:
    """One handheld and who holds it: its cookie, its batch, and the codes of the cart and totes it begins with."""

    cookie: str
    device: str
    person: int
    batch: int
    cart: str
    totes: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Order:
    """What to do: `seconds` at most, of which `warm` do not count; `rate` scans a second in all, None: at full speed.

    `kind`: `product` claims its batch over the socket, `naive` and `echo` only scan. `pid` is the server's process,
    whose processor time is read at the edges of what counts.
    """

    port: int
    pid: int
    kind: str
    people: Sequence[Person]
    codes: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 5.0
    warm: float = 1.0
    rate: float | None = None


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of it: answered scans, over how many seconds, their times in ms, the server's processor seconds."""

    scans: int
    seconds: float
    server_cpu: float
    client_cpu: float
    times: Sequence[float]
    wrong: Sequence[str]


class Handheld:
    """One virtual handheld: knows what to scan next, and times the answer."""

    def __init__(self, line: Line, person: Person, kind: str) -> None:
        self.line = line
        self.person = person
        self.kind = kind
        self.codes: list[str] = []
        self.next = 0
        self.epoch = 0
        self.list_version = 0
        self.since: float | None = None
        self.due = 0.0

    @property
    def done(self) -> bool:
        """Nothing is left to scan."""
        return self.next >= len(self.codes) and self.since is None

    def begin(self, codes: Mapping[str, str]) -> None:
        """Take the batch in hand, bind its totes, and learn the way through it."""
        if self.kind == "echo":
            self.codes = [f"L:S{number}" for number in range(200_000)]
            return
        snapshot = self.line.ask("claim" if self.kind == "product" else "list", self._work())
        if "tasks" not in snapshot:
            raise RuntimeError(f"no batch in hand: {snapshot}")
        self.epoch = snapshot["lease"]["epoch"] if snapshot["lease"] else 0
        self.list_version = snapshot["list_version"]
        self.codes = [self.person.cart, *self.person.totes]
        start = self.line.ask("scans", {"scans": [self._next_scan() for _ in self.codes]})
        if [result["status"] for result in start["results"]] != ["applied"] * len(self.codes):
            raise RuntimeError(f"the cart could not be taken: {start}")
        self.codes += self._way(snapshot, codes)

    def scan(self, now: float) -> None:
        """Pull the trigger."""
        self.since = now
        self.line.send(b'427["scans",' + orjson.dumps({"scans": [self._next_scan()]}) + b"]")

    def _next_scan(self) -> dict[str, Any]:
        code = self.codes[self.next]
        self.next += 1
        return {
            "id": _time_ordered_id(),
            "device": self.person.device,
            "seq": self.next,
            "person": self.person.person,
            "epoch": self.epoch,
            "at": datetime.now(UTC).isoformat(),
            "kind": "scan",
            "work": {"batch": self.person.batch},
            "code": code,
            "quantity": 1,
            "reason": None,
            "list_version": self.list_version,
            "local": "accepted",
            "via": "key",
        }

    def _work(self) -> dict[str, Any]:
        return {"batch": self.person.batch, "device": self.person.device}

    def _way(self, snapshot: Mapping[str, Any], codes: Mapping[str, str]) -> list[str]:
        """From the first bin to the last tote: bin, each unit, tote, stop by stop."""
        tasks = {task["id"]: task for task in snapshot["tasks"]}
        totes = dict(zip((slot["slot"] for slot in snapshot["slots"]), self.person.totes, strict=True))
        way: list[str] = []
        for stop in snapshot["stops"]:
            way.append(f"L:{stop['bin']}")
            for task in (tasks[key] for key in stop["tasks"]):
                way += [codes[task["sku"]]] * task["wanted"] + [totes[task["slot"]]]
        return way


class Drive:
    """All handhelds through one selector."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.handhelds: list[Handheld] = []
        self.times: list[tuple[float, float]] = []
        self.wrong: list[str] = []
        self.selector = selectors.DefaultSelector()

    def add(self, handheld: Handheld) -> None:
        """Take one more in; those who are in already have their pings answered meanwhile."""
        handheld.line.socket.settimeout(0)
        self.handhelds.append(handheld)
        self.selector.register(handheld.line.socket, selectors.EVENT_READ, handheld)
        for key, _ in self.selector.select(0):
            self._hear(key.data)

    def run(self) -> Result:
        """Scan until the time is over or the first handheld has nothing left."""
        start = time.monotonic()
        counted, end = start + self.order.warm, start + self.order.seconds
        self._plan(start)
        cpu = own = 0.0
        edge = None
        while (now := time.monotonic()) < end and not any(each.done for each in self.handhelds):
            if edge is None and now >= counted:
                edge, cpu, own = now, processor_seconds(self.order.pid), time.process_time()
            self._turn(now)
        if edge is None:
            raise RuntimeError("nothing was left to scan before the counting began")
        end, since = time.monotonic(), edge
        cpu, own = processor_seconds(self.order.pid) - cpu, time.process_time() - own
        self._finish()
        times = [took * 1000 for at, took in self.times if since <= at <= end]
        return Result(
            scans=len(times),
            seconds=end - since,
            server_cpu=cpu,
            client_cpu=own,
            times=[round(took, 3) for took in times],
            wrong=self.wrong[:5],
        )

    def _plan(self, start: float) -> None:
        for number, handheld in enumerate(self.handhelds):
            if self.order.rate is None:
                handheld.scan(time.monotonic())
            else:
                handheld.due = start + number / self.order.rate

    def _turn(self, now: float) -> None:
        if self.order.rate is not None:
            gap = len(self.handhelds) / self.order.rate
            for handheld in self.handhelds:
                if handheld.due <= now and handheld.since is None and handheld.next < len(handheld.codes):
                    handheld.scan(handheld.due)  # waiting for its turn counts as well
                    handheld.due += gap
        for key, _ in self.selector.select(0.001 if self.order.rate else 0.05):
            self._hear(key.data)

    def _hear(self, handheld: Handheld, *, again: bool = True) -> None:
        for message in handheld.line.messages():
            if not message.startswith(b"437") or handheld.since is None:
                continue
            now = time.monotonic()
            self.times.append((now, now - handheld.since))
            handheld.since = None
            if b'"status":"applied"' not in message and handheld.kind != "echo":
                self.wrong.append(message.decode()[:300])
            if again and self.order.rate is None and handheld.next < len(handheld.codes):
                handheld.scan(now)

    def _finish(self) -> None:
        """Wait for what is still under way: an answer that never comes is wrong too."""
        until = time.monotonic() + STUCK
        while any(each.since is not None for each in self.handhelds) and time.monotonic() < until:
            for key, _ in self.selector.select(0.1):
                self._hear(key.data, again=False)
        lost = sum(each.since is not None for each in self.handhelds)
        if lost:
            self.wrong.append(f"{lost} scans were never answered")


def processor_seconds(pid: int) -> float:
    """What a process and all its threads have used so far; 0 for no process."""
    if not pid:
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _time_ordered_id() -> str:
    """A UUIDv7, as the handheld makes them."""
    raw = (int(time.time() * 1000) << 80) | (7 << 76) | (2 << 62)
    noise = int.from_bytes(os.urandom(10)) & ~(0xF << 76) & ~(3 << 62)
    text = f"{raw | noise:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def read_order(text: str) -> Order:
    """Read what the parent wrote."""
    values = json.loads(text)
    return Order(**{**values, "people": [Person(**person) for person in values["people"]]})


def main() -> None:
    order = read_order(sys.stdin.readline())
    with contextlib.ExitStack() as stack:
        drive = Drive(order)
        for person in order.people:
            line = stack.enter_context(contextlib.closing(Line(order.port, person.cookie)))
            handheld = Handheld(line, person, order.kind)
            handheld.begin(order.codes)
            drive.add(handheld)
        print("ready", flush=True)
        sys.stdin.readline()
        print(json.dumps(asdict(drive.run())), flush=True)


if __name__ == "__main__":
    main()
