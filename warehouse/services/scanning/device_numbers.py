"""Who scans in a group: the people named, the devices, which numbers they used, and what is told about a gap."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, Table, bindparam, insert, select, tuple_, update
from sqlalchemy.orm import Session

from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.words import sentence
from warehouse.services.actor import SYSTEM
from warehouse.services.exceptions.queue import OpenEntry, open_exception
from warehouse.services.scanning.aside import numbers_given
from warehouse.storage.base import AnyRow
from warehouse.storage.group import calm_of
from warehouse.storage.models.people import DeviceRow, PersonRow
from warehouse.storage.models.picking import ScanRow
from warehouse.storage.prepared import Prepared, PreparedLookup


class Numbered(Protocol):
    """What of a scan matters here."""

    @property
    def device(self) -> str:
        """The device's own name."""
        ...

    @property
    def seq(self) -> int:
        """Its number on the device, from 1."""
        ...

    @property
    def sender(self) -> int | None:
        """Whose session sent it."""
        ...

    @property
    def person(self) -> int:
        """Who pulled the trigger, as the device says."""
        ...

    @property
    def proven(self) -> str | None:
        """The device whose token came along."""
        ...

    @property
    def received_at(self) -> datetime:
        """When it arrived."""
        ...


def people_named(connection: Connection, scans: Sequence[Numbered]) -> set[int]:
    """Give the people who may be named as having scanned; a sender is known, so mostly nobody is looked up."""
    senders = {scan.sender for scan in scans if scan.sender is not None}
    others = {scan.person for scan in scans} - senders
    return senders | {row.id for row in _PEOPLE.all(connection, others)}


@dataclass(slots=True)
class Device:
    """A device as the group has it; `known` says that it has a row already, a lead was given scans up to `given`."""

    known: bool
    first: int | None
    last: int
    holder: int | None = None
    enrolled: bool = False
    seen_at: datetime | None = None
    given: int = 0


KEPT = 512
_NAMED = 8


@dataclass(slots=True)
class Devices:
    """Devices by their names, as the groups of one calm stretch have left them."""

    calm: object = None
    by_name: dict[str, Device] = field(default_factory=dict)


class DeviceNumbers:
    """Numbers of the devices in one group. Within a device a number means one scan, for ever.

    `kept` are the devices of the groups before, looked up again unless nothing was written in between.
    """

    def __init__(self, connection: Connection, scans: Sequence[Numbered], kept: Devices) -> None:
        if (calm := calm_of(connection)) is not kept.calm or len(kept.by_name) > KEPT:
            kept.calm, kept.by_name = calm, {}
        self._devices = kept.by_name
        names = {scan.device for scan in scans if scan.device not in self._devices}
        self._devices.update((row.name, _device(row)) for row in _DEVICES.all(connection, names))
        self._used = self._late(connection, scans)
        self._gaps: list[tuple[str, int, int, datetime]] = []
        self._seen: dict[str, Device] = {}

    def may_speak(self, scan: Numbered) -> bool:
        """Say whether the sender may speak for the device: by its token, or as who took work in hand with it last."""
        device = self._devices.get(scan.device)
        if device is None or not device.enrolled:
            return True
        return scan.proven == scan.device or (scan.sender is not None and scan.sender == device.holder)

    def is_late(self, scan: Numbered) -> bool:
        """Say whether a number is not new: a late arrival, or a number used twice."""
        device = self._devices.get(scan.device)
        return device is not None and scan.seq <= device.last

    def may_be_given_up(self, scan: Numbered) -> bool:
        """Say whether a lead may have been given this scan: one that its device gave up, also before others of it."""
        device = self._devices.get(scan.device)
        return device is not None and scan.seq <= device.given

    def is_taken(self, device: str, seq: int) -> bool:
        """Say whether this number of the device was another scan already."""
        return (device, seq) in self._used

    def saw(self, scan: Numbered) -> None:
        """Count a scan's number; the first one of a device is its baseline, a jump is a gap."""
        fresh = Device(known=False, first=None, last=0)
        device = self._seen[scan.device] = self._devices.setdefault(scan.device, fresh)
        if device.first is None:
            device.first = scan.seq
        elif scan.seq > device.last + 1:
            self._gaps.append((scan.device, device.last + 1, scan.seq - 1, scan.received_at))
        device.last = max(device.last, scan.seq)
        device.seen_at = scan.received_at
        self._used.add((scan.device, scan.seq))

    def write(self, connection: Connection) -> None:
        """Store what was seen, and open an exception for every gap."""
        known = [_values(name, device) for name, device in self._seen.items() if device.known]
        fresh = [_new(name, device) for name, device in self._seen.items() if not device.known]
        if known:
            _UPDATE.run(connection, known)
        if fresh:
            connection.execute(insert(DeviceRow), fresh)
            for device in self._seen.values():
                device.known = True
        if self._gaps:
            with Session(connection, join_transaction_mode="rollback_only") as session:
                for gap in self._gaps:
                    self._tell(session, *gap)
                session.flush()

    def _tell(self, session: Session, device: str, first: int, last: int, at: datetime) -> None:
        """Put a gap before the lead, without the numbers that a lead was given."""
        asked = self._devices[device].given >= first
        missing = _without(first, last, numbers_given(session, device, first, last) if asked else ())
        if missing:
            open_exception(session, _lost(device, missing, at))

    def _late(self, connection: Connection, scans: Sequence[Numbered]) -> set[tuple[str, int]]:
        """Look up which of the numbers that are not new were other scans."""
        suspects = [(scan.device, scan.seq) for scan in scans if self.is_late(scan)]
        if not suspects:
            return set()
        query = select(ScanRow.device, ScanRow.seq).where(tuple_(ScanRow.device, ScanRow.seq).in_(suspects))
        return {(row.device, row.seq) for row in connection.execute(query)}


_PEOPLE = PreparedLookup(select(PersonRow.id), PersonRow.id)
_TABLE: Table = DeviceRow.__table__  # type: ignore[assignment]  # declared tables are tables
_DEVICES = PreparedLookup(
    select(
        *(DeviceRow.name, DeviceRow.first_seq, DeviceRow.last_seq, DeviceRow.given_seq, DeviceRow.person_id),
        DeviceRow.token_hash.is_not(None).label("enrolled"),
    ),
    DeviceRow.name,
)
_UPDATE = Prepared(
    update(_TABLE)
    .where(_TABLE.c.name == bindparam("of"))
    .values(
        first_seq=bindparam("first"),
        last_seq=bindparam("last"),
        seen_at=bindparam("seen"),
    )
)


def _device(row: AnyRow) -> Device:
    return Device(
        known=True,
        first=row.first_seq,
        last=row.last_seq,
        holder=row.person_id,
        enrolled=bool(row.enrolled),
        given=row.given_seq,
    )


def _values(name: str, device: Device) -> dict[str, Any]:
    return {"of": name, "first": device.first, "last": device.last, "seen": device.seen_at}


def _new(name: str, device: Device) -> dict[str, Any]:
    return {
        "name": name,
        "first_seq": device.first,
        "last_seq": device.last,
        "seen_at": device.seen_at,
        "first_seen_at": device.seen_at,
    }


def _without(first: int, last: int, known: Iterable[int]) -> list[tuple[int, int]]:
    """Give the stretches of numbers between that are not known; there may be very many numbers in one."""
    stretches = []
    for number in sorted(known):
        if number > first:
            stretches.append((first, number - 1))
        first = number + 1
    return [*stretches, (first, last)] if first <= last else stretches


def _lost(device: str, missing: Sequence[tuple[int, int]], at: datetime) -> OpenEntry:
    named = [f"#{a}" if a == b else f"#{a}-{b}" for a, b in missing]
    if len(named) > _NAMED:
        named[_NAMED - 1 : -1] = ["…"]
    return OpenEntry(
        actor=SYSTEM,
        at=at,
        type=ExceptionType.LOST_SCANS,
        subject=f"device:{device}",
        text=sentence(
            "Device {device} lost scans {numbers}. Count what it worked on again.",
            device=device,
            numbers=", ".join(named),
        ),
        data={"first": missing[0][0], "last": missing[-1][1]},
    )
