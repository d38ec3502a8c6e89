"""What is stored of scans: the answers already given, one row and one fact of the journal for each that is judged."""

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Connection, insert, select

from warehouse.domain.codes import ScanStatus
from warehouse.domain.journal import AuditFact
from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.domain.words import sentence
from warehouse.services.scanning.aside import given_up
from warehouse.services.scanning.device_numbers import DeviceNumbers, Devices, people_named
from warehouse.storage.base import JsonText
from warehouse.storage.group import announce, record
from warehouse.storage.models.picking import ScanRow
from warehouse.storage.prepared import Prepared, PreparedLookup

if TYPE_CHECKING:
    from warehouse.services.scanning.groups import IncomingScan, Judged, ScanResult


class ScanGroup:
    """What one group gathers: answers already stored, devices, rows to write."""

    def __init__(self, connection: Connection, scans: Sequence["IncomingScan"], devices: Devices) -> None:
        answered = _STORED.ask(connection, {scan.id for scan in scans})
        self.devices = DeviceNumbers(connection, scans, devices)
        self.stored: dict[uuid.UUID, tuple[str, Any]] = {
            row.scan_id: (row.fingerprint, row.answer) for row in answered()
        }
        self._given_up = given_up(
            connection, [scan.id for scan in scans if self.devices.may_be_given_up(scan) and scan.id not in self.stored]
        )
        self._people = people_named(connection, scans)
        self._rows: list[dict[str, Any]] = []

    def refusal_of(self, scan: "IncomingScan") -> tuple[str, str] | None:
        """Give code and text where it is unclear who scanned: such a scan is not judged and not stored."""
        if not self.devices.may_speak(scan):
            return "device_unknown", sentence("This device's token is missing. Take the work in hand again.")
        if self.devices.is_taken(scan.device, scan.seq):
            return "seq_reused", sentence("Number {number} of this device was another scan.", number=scan.seq)
        if scan.id in self._given_up:
            return "id_reused", sentence("The shift lead has this scan already. It counts for nothing.")
        if scan.person not in self._people:
            return "not_found", sentence("There is no person {person}.", person=scan.person)
        return None

    def keep(self, connection: Connection, scan: "IncomingScan", judged: "Judged", result: "ScanResult") -> None:
        """Note a judged scan with its answer, which gets its stored form, and its fact for the audit chain."""
        answer = result.to_json()
        text = result.stored = JsonText(orjson.dumps(answer, option=orjson.OPT_NON_STR_KEYS).decode())
        self.stored[scan.id] = (scan.fingerprint, answer)
        self.devices.saw(scan)
        self._rows.append(_row(scan, judged, result.status, text))
        word, ref = scan.work
        fact = AuditFact(
            at=scan.received_at,
            actor=scan.person,
            role=scan.role,
            action="scan",
            subject=f"{word}:{ref}",
            # Plain words all three, written as any JSON writer would.
            details=f'{{"scan":"{answer["id"]}","kind":"{scan.kind}","outcome":"{judged.outcome}"}}',
        )
        record(connection, fact)

    def write(self, connection: Connection) -> None:
        """Write the scans and what became of their devices."""
        if self._rows:
            _INSERT.run(connection, self._rows)
            announce(connection, BoardChanged(BoardKind.SCANS))
        self.devices.write(connection)


_COLUMNS = [column.key for column in ScanRow.__table__.columns if column.key != "id"]
_INSERT = Prepared(insert(ScanRow), _COLUMNS)
_STORED = PreparedLookup(select(ScanRow.scan_id, ScanRow.fingerprint, ScanRow.answer), ScanRow.scan_id)


def _row(scan: "IncomingScan", judged: "Judged", status: ScanStatus, answer: JsonText) -> dict[str, Any]:
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
        "local": None if scan.local is None else str(scan.local),
        "via": str(scan.via),
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
