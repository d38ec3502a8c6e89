"""Every scan, in groups: known ids get their stored answer, the rest is judged in order, all is written at once.

One select finds stored answers, one the devices; each kind of work has a desk that judges and keeps its books. What is
left at the end goes out as one `executemany` a table. Nothing here commits: the writer does, once for the group.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import orjson
from sqlalchemy import Connection, bindparam, insert, select

from warehouse.domain.codes import Outcome, ScanKind, ScanStatus
from warehouse.domain.errors import WarehouseError
from warehouse.domain.journal import AuditFact
from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.services.device_numbers import DeviceNumbers, people_named
from warehouse.storage.group import announce, record
from warehouse.storage.models.picking import ScanRow


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingScan:
    """A scan as it arrived. `person` pulled the trigger, `sender` sent it, `received_at` is our clock.

    `proven` is the device whose token came along; `quantity` is None where none was entered.

    `work` names the work as `("batch", 12)`, `("order", "1042")`, `("count", 5)`, `("put_back", 9)`, `("manifest", 3)`.
    """

    id: uuid.UUID
    device: str
    seq: int
    person: int
    sender: int | None
    proven: str | None
    role: str
    epoch: int
    at: datetime
    received_at: datetime
    kind: ScanKind
    work: tuple[str, int | str]
    code: str | None
    quantity: int | None
    reason: str | None
    list_version: int
    local: str | None
    via: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanResult:
    """The answer to one scan, as contract and stored answer have it."""

    id: uuid.UUID
    status: ScanStatus
    outcome: Outcome | None = None
    blocked: bool = False
    text: str = ""
    position: Any = None
    line: Any = None
    list_version: int | None = None
    follow_up: Any = None
    code: str | None = None
    extra: Mapping[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        """Give the acknowledgement's form."""
        found = {
            "id": str(self.id),
            "status": self.status.value,
            "outcome": self.outcome.value if self.outcome else None,
            "blocked": self.blocked,
            "text": self.text,
            "position": self.position,
            "line": self.line,
            "list_version": self.list_version,
            "follow_up": self.follow_up,
        }
        if self.code:
            found["code"] = self.code
        return found | dict(self.extra or {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a desk says of one scan: the answer's parts, and what the record keeps beside them."""

    outcome: Outcome
    blocked: bool
    text: str
    position: Any = None
    line: Any = None
    list_version: int | None = None
    follow_up: Any = None
    extra: Mapping[str, Any] | None = None
    symbology: str | None = None
    holder: int | None = None
    mode: str = "enforce"
    step: str | None = None
    task: int | None = None
    order_line: int | None = None
    counted: int = 0
    keys: Mapping[str, int] = field(default_factory=dict)


class Desk(Protocol):
    """Judges the scans of one kind of work and keeps its books."""

    def prepare(self, connection: Connection, scans: Sequence[IncomingScan]) -> None:
        """Read what these scans will be judged by."""
        ...

    def judge(self, connection: Connection, scan: IncomingScan) -> Judged:
        """Judge one scan; its effects may wait for `flush`. Raises `WarehouseError` when there is no such work."""
        ...

    def flush(self, connection: Connection) -> None:
        """Write what waits."""
        ...

    def forget(self) -> None:
        """Drop everything remembered."""
        ...


class ScanCounter:
    """The judge that the database's writer calls; `desks` by the word of their work."""

    def __init__(self, desks: Mapping[str, Desk]) -> None:
        self._desks = desks

    def judge(self, connection: Connection, scans: Sequence[Any]) -> list[object]:
        """Judge scans in order and store each with its answer; see the module's text."""
        group = _Group(connection, scans)
        fresh = [scan for scan in scans if scan.id not in group.stored]
        for word, desk in self._desks.items():
            own = [scan for scan in fresh if scan.work[0] == word]
            if own:
                desk.prepare(connection, own)
        results = [self._answer(connection, group, scan) for scan in scans]
        for desk in self._desks.values():
            desk.flush(connection)
        group.write(connection)
        return list(results)

    def forget(self) -> None:
        """Drop everything remembered: the transaction it came from was rolled back."""
        for desk in self._desks.values():
            desk.forget()

    def failed(self, scan: Any, error: Exception) -> object:
        """Tell the device that this very scan could not be judged; it keeps it and goes on with the others."""
        return _error(scan, "internal", "This scan could not be judged. Call the lead.")

    def _answer(self, connection: Connection, group: "_Group", scan: IncomingScan) -> ScanResult:
        known = group.stored.get(scan.id)
        if known is not None:
            return _again(scan, *known)
        refusal = group.refusal_of(scan)
        if refusal is not None:
            return _error(scan, *refusal)
        desk = self._desks.get(scan.work[0])
        if desk is None:
            return _error(scan, "not_found", f"There is no work of the kind {scan.work[0]}.")
        try:
            judged = desk.judge(connection, scan)
        except WarehouseError as error:
            return _error(scan, error.code, error.message)
        result = _result(scan, judged)
        group.keep(connection, scan, judged, result)
        return result


class _Group:
    """What one group gathers: answers already stored, devices, rows to write."""

    def __init__(self, connection: Connection, scans: Sequence[IncomingScan]) -> None:
        self.stored = _stored(connection, [scan.id for scan in scans])
        self.devices = DeviceNumbers(connection, scans)
        self._people = people_named(connection, scans)
        self._rows: list[dict[str, Any]] = []

    def refusal_of(self, scan: IncomingScan) -> tuple[str, str] | None:
        """Give code and text where it is unclear who scanned: such a scan is not judged and not stored."""
        if not self.devices.may_speak(scan):
            return "device_unknown", "This device's token is missing. Take the work in hand again."
        if self.devices.is_taken(scan.device, scan.seq):
            return "seq_reused", f"Number {scan.seq} of this device was another scan."
        return None if scan.person in self._people else ("not_found", f"There is no person {scan.person}.")

    def keep(self, connection: Connection, scan: IncomingScan, judged: Judged, result: ScanResult) -> None:
        """Note a judged scan with its answer, and its fact for the audit chain."""
        answer = result.to_json()
        self.stored[scan.id] = (scan.fingerprint, answer)
        self.devices.saw(scan)
        self._rows.append(_row(scan, judged, result.status, answer))
        word, ref = scan.work
        details = {"scan": str(scan.id), "kind": scan.kind.value, "outcome": judged.outcome.value}
        fact = AuditFact(
            at=scan.received_at,
            actor=scan.person,
            role=scan.role,
            action="scan",
            subject=f"{word}:{ref}",
            details=orjson.dumps(details).decode(),
        )
        record(connection, fact)

    def write(self, connection: Connection) -> None:
        """Write the scans and what became of their devices."""
        if self._rows:
            connection.execute(_INSERT, self._rows)
            announce(connection, BoardChanged(BoardKind.SCANS))
        self.devices.write(connection)


def _stored(connection: Connection, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[str, Any]]:
    rows = connection.execute(_STORED, {"ids": list(ids)})
    return {row.scan_id: (row.fingerprint, row.answer) for row in rows}


_INSERT = insert(ScanRow)
_STORED = select(ScanRow.scan_id, ScanRow.fingerprint, ScanRow.answer).where(
    ScanRow.scan_id.in_(bindparam("ids", expanding=True))
)


def _again(scan: IncomingScan, fingerprint: str, answer: Mapping[str, Any]) -> ScanResult:
    """Answer an id seen before: the same again, or an error when its content differs."""
    if fingerprint != scan.fingerprint:
        return _error(scan, "id_reused", "This id was used for another scan. Nothing was changed.")
    rest = {name: value for name, value in answer.items() if name not in {"id", "status", "outcome"}}
    outcome = Outcome(answer["outcome"]) if answer["outcome"] else None
    named = {name: rest.pop(name, None) for name in _NAMED}
    return ScanResult(id=scan.id, status=ScanStatus.DUPLICATE, outcome=outcome, extra=rest, **named)


_NAMED = ("blocked", "text", "position", "line", "list_version", "follow_up")


def _error(scan: IncomingScan, code: str, text: str) -> ScanResult:
    return ScanResult(id=scan.id, status=ScanStatus.ERROR, code=code, text=text)


def _result(scan: IncomingScan, judged: Judged) -> ScanResult:
    is_applied = judged.outcome is Outcome.ACCEPTED
    return ScanResult(
        id=scan.id,
        status=ScanStatus.APPLIED if is_applied else ScanStatus.REJECTED,
        outcome=judged.outcome,
        blocked=judged.blocked,
        text=judged.text,
        position=judged.position,
        line=judged.line,
        list_version=judged.list_version,
        follow_up=judged.follow_up,
        extra=judged.extra,
    )


def _row(scan: IncomingScan, judged: Judged, status: ScanStatus, answer: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "scan_id": scan.id,
        "device": scan.device,
        "seq": scan.seq,
        "person_id": scan.person,
        "holder_id": judged.holder,
        "sender_id": scan.sender,
        "epoch": scan.epoch,
        "at": scan.at,
        "received_at": scan.received_at,
        "kind": scan.kind,
        "batch_id": judged.keys.get("batch"),
        "order_id": judged.keys.get("order"),
        "count_id": judged.keys.get("count"),
        "put_back_id": judged.keys.get("put_back"),
        "manifest_id": judged.keys.get("manifest"),
        "code": scan.code,
        "symbology": judged.symbology,
        "quantity": 1 if scan.quantity is None else scan.quantity,
        "reason": scan.reason,
        "list_version": scan.list_version,
        "local": scan.local,
        "via": scan.via,
        "mode": judged.mode,
        "step": judged.step,
        "task_id": judged.task,
        "order_line_id": judged.order_line,
        "status": status,
        "outcome": judged.outcome,
        "counted": judged.counted,
        "fingerprint": scan.fingerprint,
        "answer": answer,
    }
