"""A virtual handheld: numbers its scans, keeps each until it is answered, and sends again what was not."""

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

from warehouse.simulation.log import Answered, Log
from warehouse.simulation.wire import BackOff, Badge, Line, NoAnswerError, RefusalError

Json = dict[str, Any]
FINAL = {"applied", "rejected", "duplicate", "error"}
AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One pull of the trigger, or one button."""

    code: str | None = None
    kind: str = "scan"
    quantity: int | None = None
    reason: str | None = None
    via: str = "key"


class Handheld:
    """One device in one person's hand. `epoch`, `work` and `list_version` are those of the work in hand."""

    def __init__(self, url: str, badge: Badge, log: Log, random: Random) -> None:
        self.badge, self.log, self.random = badge, log, random
        self.line = Line(url, random)
        self.work: Json = {}
        self.epoch = self.list_version = 0
        self._new_device()

    def sign_in(self) -> None:
        """Sign the person in."""
        self.line.sign_in(self.badge)

    def take(self, path: str, body: Mapping[str, Any]) -> Json:
        """Take work in hand; a device whose token got lost with the answer begins again under another name."""
        try:
            answer: Json = self.line.ask("POST", path, {**body, "device": self.device})
        except RefusalError as refusal:
            if refusal.code != "forbidden" or self.line.device_token:
                raise
            self._new_device()
            answer = self.line.ask("POST", path, {**body, "device": self.device})
            self.log.trick("device token lost")
        self._keep_token(answer)
        return answer

    def send(self, shots: Sequence[Shot], way: str = "socket") -> list[Json]:
        """Send scans and give their final answers; they stay here until each has one, whatever happens on the way."""
        scans = [self._scan(shot) for shot in shots]
        if way != "socket":
            self.log.trick(way)
        results = self._deliver(scans, way)
        if way == "lost_acknowledgement":
            again = self._deliver(scans, "socket")
            for scan, result in zip(scans, again, strict=True):
                self._expect_duplicate(scan, result)
        return results

    def repeat_all(self, answers: Sequence[Answered]) -> None:
        """Send every acknowledged scan once more: each must be known, with the answer it got."""
        for first in range(0, len(answers), AT_ONCE):
            part = answers[first : first + AT_ONCE]
            for kept, result in zip(part, self._deliver([it.scan for it in part], "http"), strict=True):
                self._expect_duplicate(kept.scan, result)

    def _expect_duplicate(self, scan: Json, result: Json) -> None:
        if result["status"] != "duplicate":
            counter = "lost" if result["status"] in {"applied", "rejected"} else "errors"
            sentence = f"{self.badge.name}: acknowledged scan {scan['id']} is {result['status']} when sent again"
            self.log.surprise(counter, sentence)

    def _deliver(self, scans: list[Json], way: str) -> list[Json]:
        results: list[Json] = []
        back_off = BackOff(self.random)
        while len(results) < len(scans):
            waiting = scans[len(results) :]
            if way == "reconnect":
                self._send_into_the_void(waiting)
                way = "socket"
            fresh = self._try(waiting, way)
            results += fresh
            if not fresh:
                back_off.wait()
        for scan, result in zip(scans, results, strict=True):
            self.log.acknowledged(Answered(self.badge.name, scan, result))
        return results

    def _send_into_the_void(self, scans: list[Json]) -> None:
        try:
            self.line.emit_and_leave("scans", {"scans": scans})
        except NoAnswerError:
            self.line.leave()

    def _try(self, scans: list[Json], way: str) -> list[Json]:
        """Send once; give the final answers up to the first scan that has to wait."""
        began = time.perf_counter()
        try:
            if way == "http":
                answer = self.line.ask_once("POST", "/scans", {"scans": scans})
            else:
                answer = self.line.emit("scans", {"scans": scans})
                self.log.took(next(iter(self.work)), time.perf_counter() - began)
        except NoAnswerError:
            self.log.trick("no answer")
            return []
        except RefusalError as refusal:
            if refusal.code in {"retry_later", "not_signed_in"}:
                self.line.leave()
                return []
            raise
        return _final(answer["results"])

    def _scan(self, shot: Shot) -> Json:
        self._seq += 1
        return {
            "id": str(uuid7(self.random)),
            "device": self.device,
            "seq": self._seq,
            "person": self.line.person,
            "epoch": self.epoch,
            "at": datetime.now(UTC).isoformat(),
            "kind": shot.kind,
            "work": self.work,
            "code": shot.code,
            "quantity": shot.quantity,
            "reason": shot.reason,
            "list_version": self.list_version,
            "local": None,
            "via": shot.via,
        }

    def _new_device(self) -> None:
        self.device = f"sim-{self.badge.name.lower()}-{uuid.uuid4().hex[:8]}"
        self._seq = 0

    def _keep_token(self, answer: Json) -> None:
        token = answer.pop("device_token", None)
        if token:
            self.line.device_token = token
            self.line.leave()


def _final(results: Sequence[Json]) -> list[Json]:
    found: list[Json] = []
    for result in results:
        if result["status"] not in FINAL:
            break
        found.append(result)
    return found


def uuid7(random: Random) -> uuid.UUID:
    """Make the id of a scan: time first, the rest random (RFC 9562, section 5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    bits = (milliseconds << 80) | (7 << 76) | (random.getrandbits(12) << 64) | (2 << 62) | random.getrandbits(62)
    return uuid.UUID(int=bits)
