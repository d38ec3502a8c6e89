"""A picker without a screen: works the next batch over HTTP, so that a journey can begin at the pack station."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.request import Request, urlopen

from tests.journeys.floor import CSRF, Floor, secret_of
from tests.journeys.hands import Json, Labels

COUNTED = ("accepted", "ambiguous")


@dataclass
class Robot:
    """Somebody signed in, with a device of their own."""

    floor: Floor
    name: str
    token: str | None = None
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def device(self) -> str:
        return f"robot-{self.name}"

    def call(self, method: str, path: str, body: Json | None = None) -> Any:
        """Call the interface; a refusal raises."""
        headers = {
            "Cookie": f"warehouse={secret_of(self.name)}",
            "X-CSRF-Token": CSRF,
            "Content-Type": "application/json",
            "Accept": "application/json",
        }
        if self.token:
            headers["X-Device-Token"] = self.token
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(f"{self.floor.url}/api/v1{path}", data, headers, method=method)) as answer:  # noqa: S310 - our own server
            text = answer.read()
        return json.loads(text) if text else None

    def pick_next(self) -> int:
        """Pick the next batch whole and close it; its key is given back."""
        snapshot = self.take_next()
        self.pick(snapshot)
        self.call("POST", f"/batches/{snapshot['id']}/close", {"device": self.device})
        return int(snapshot["id"])

    def take_next(self) -> Json:
        """Take the next batch and put a tote on every slot of a cart; its list is given back."""
        snapshot: Json = self.call("POST", "/batches/next", {"device": self.device})
        self.token = snapshot.get("device_token", self.token)
        labels = Labels.of(self.floor.database, snapshot["id"])
        totes = [f"T:{tote}" for _, tote in zip(snapshot["slots"], labels.totes, strict=False)]
        self.scan(snapshot, [f"K:{self._free_cart(labels)}", *totes])
        return snapshot

    def pick(self, snapshot: Json, most: int | None = None) -> None:
        """Pick the next `most` tasks of a list, all of them without a number."""
        labels = Labels.of(self.floor.database, snapshot["id"])
        here = None
        for task in labels.walk[:most]:
            way = [] if task["bin"] == here else [labels.bin(task)]
            self.scan(snapshot, [*way, *labels.units(task), labels.tote(task)])
            here = task["bin"]

    def _free_cart(self, labels: Labels) -> str:
        return labels.snapshot["cart"] or labels.carts[-1]

    def scan(self, snapshot: Json, codes: list[str], outcomes: tuple[str, ...] = COUNTED) -> None:
        """Pull the trigger on each code and look that it comes to one of these outcomes."""
        for code in codes:
            self.act(snapshot, {"kind": "scan", "code": code}, outcomes)

    def act(self, snapshot: Json, act: Json, outcomes: tuple[str, ...] = COUNTED) -> None:
        """Send one scan or tap, and look that it comes to one of these outcomes."""
        lease = snapshot["lease"]
        scan = {
            "id": str(uuid.uuid4()),
            "device": self.device,
            "seq": next(self.numbers),
            "person": lease["person"],
            "epoch": lease["epoch"],
            "at": datetime.now(UTC).isoformat(),
            "work": {"batch": snapshot["id"]},
            "list_version": snapshot["list_version"],
        }
        (result,) = self.call("POST", "/scans", {"scans": [scan | act]})["results"]
        assert result["outcome"] in outcomes, (act, result)
