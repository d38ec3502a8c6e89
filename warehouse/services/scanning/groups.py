"""Every scan, in groups: known ids get their stored answer, the rest is judged in order, all is written at once.

One select finds stored answers, one the devices; each kind of work has a desk that judges and keeps its books. What is
left at the end goes out as one `executemany` a table. Nothing here commits: the writer does, once for the group.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import orjson
from sqlalchemy import Connection

from warehouse.domain.codes import Outcome, ScanKind, ScanStatus, Via
from warehouse.domain.errors import WarehouseError
from warehouse.domain.picking.work import Scan
from warehouse.domain.values import value
from warehouse.domain.words import parts_of, phrase, sentence
from warehouse.services.scanning.device_numbers import Devices
from warehouse.services.scanning.late import open_late
from warehouse.services.scanning.records import ScanGroup
from warehouse.services.scanning.unknown_codes import note_unknown
from warehouse.storage.group import stir, undivided


@value(kw_only=True)
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
    local: Outcome | None
    via: Via
    fingerprint: str

    def pure(self) -> Scan:
        """Give the scan as the rules know it; no entered quantity stays none."""
        return Scan(
            id=str(self.id),
            device=self.device,
            seq=self.seq,
            person=self.person,
            epoch=self.epoch,
            at=self.at.isoformat(),
            kind=self.kind,
            code=self.code,
            quantity=self.quantity,
            reason=self.reason,
            list_version=self.list_version,
            local=self.local,
            via=self.via,
        )


@dataclass(slots=True, kw_only=True)
class ScanResult:
    """The answer to one scan, as contract and stored answer have it; `stored` is its text once it is kept."""

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
    stored: str | None = field(default=None, repr=False, compare=False)

    def to_bytes(self) -> bytes:
        """Give the acknowledgement as JSON; what has been stored is sent as it was stored."""
        return orjson.dumps(self.to_json()) if self.stored is None else self.stored.encode()

    def to_json(self) -> dict[str, Any]:
        """Give the acknowledgement's form."""
        found = {
            "id": str(self.id),
            "status": str(self.status),
            "outcome": None if self.outcome is None else str(self.outcome),
            "blocked": self.blocked,
            "text": self.text,
            "position": self.position,
            "line": self.line,
            "list_version": self.list_version,
            "follow_up": self.follow_up,
        }
        if said := parts_of(self.text):
            found["said"] = said
        if self.code:
            found["code"] = self.code
        return {**found, **self.extra} if self.extra else found


@value(kw_only=True)
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


@value(kw_only=True)
class Case:
    """A scan that was judged: `act` carries it out and gives what is answered, `refuse` what is said if it cannot be.

    `plain` says that nothing of it can be refused any more. `name` is what people call the work, `keys` where it stands
    in the tables.
    """

    name: str
    keys: Mapping[str, int]
    act: Callable[[], Judged]
    refuse: Callable[["Refusal"], Judged]
    plain: bool = False


@value
class Refusal:
    """Why the books do not allow what the rules would, and what the device's hands have left to do."""

    text: str
    follow_up: Mapping[str, Any] | None


class Desk(Protocol):
    """Judges the scans of one kind of work and keeps its books."""

    def prepare(self, connection: Connection, scans: Sequence[IncomingScan]) -> None:
        """Read what these scans will be judged by."""
        ...

    def judge(self, connection: Connection, scan: IncomingScan) -> Case:
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
        self._devices = Devices()
        self._last: Desk | None = None

    def judge(self, connection: Connection, scans: Sequence[Any]) -> list[object]:
        """Judge scans in order and store each with its answer; see the module's text."""
        group = ScanGroup(connection, scans, self._devices)
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
        self._devices = Devices()
        self._last = None
        for desk in self._desks.values():
            desk.forget()

    def failed(self, scan: Any, error: Exception) -> object:
        """Tell the device that this very scan could not be judged; it keeps it and goes on with the others."""
        return _error(scan, "internal", sentence("This scan could not be judged. Call the lead."))

    def _answer(self, connection: Connection, group: ScanGroup, scan: IncomingScan) -> ScanResult:
        known = group.stored.get(scan.id)
        if known is not None:
            return _again(scan, *known)
        refusal = group.refusal_of(scan)
        if refusal is not None:
            return _error(scan, *refusal)
        desk = self._desks.get(scan.work[0])
        if desk is None:
            return _error(scan, "not_found", sentence("There is no work of the kind {kind}.", kind=scan.work[0]))
        self._turn_to(connection, desk)
        try:
            case = desk.judge(connection, scan)
        except WarehouseError as error:
            return _error(scan, error.code, error.message)
        judged = _carried_out(connection, scan, case)
        if judged.outcome is Outcome.UNKNOWN_BARCODE:
            note_unknown(connection, scan, case)
        result = _result(scan, judged)
        group.keep(connection, scan, judged, result)
        return result

    def _turn_to(self, connection: Connection, desk: Desk) -> None:
        """Have written what another desk's scans of this group have done: a count is compared with all before it."""
        if self._last is not None and self._last is not desk:
            self._last.flush(connection)
        self._last = desk


def _carried_out(connection: Connection, scan: IncomingScan, case: Case) -> Judged:
    """Let happen what a scan does, all of it or nothing; what the books refuse is a refusal like any other."""
    if case.plain:
        return case.act()
    stir(connection)
    try:
        with undivided(connection):
            return case.act()
    except WarehouseError as error:
        return case.refuse(Refusal(error.message, open_late(connection, scan, case)))


def _again(scan: IncomingScan, fingerprint: str, answer: Mapping[str, Any]) -> ScanResult:
    """Answer an id seen before: the same again, or an error when its content differs."""
    if fingerprint != scan.fingerprint:
        return _error(scan, "id_reused", sentence("This id was used for another scan. Nothing was changed."))
    rest = {name: value for name, value in answer.items() if name not in {"id", "status", "outcome"}}
    outcome = Outcome(answer["outcome"]) if answer["outcome"] else None
    named = {name: rest.pop(name, None) for name in _NAMED}
    return ScanResult(id=scan.id, status=ScanStatus.DUPLICATE, outcome=outcome, extra=rest, **named)


_NAMED = ("blocked", "text", "position", "line", "list_version", "follow_up")


def _error(scan: IncomingScan, code: str, text: str) -> ScanResult:
    return ScanResult(id=scan.id, status=ScanStatus.ERROR, code=code, text=phrase(text))


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
