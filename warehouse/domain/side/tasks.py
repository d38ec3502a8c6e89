"""What put-back and count tasks share: how one scan of theirs is read, and the verdict it comes to.

They are judged by the server alone: nobody works them offline, so a device waits for the answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from warehouse.domain import barcodes
from warehouse.domain.codes import BarcodeKind, Outcome, ScanKind
from warehouse.domain.picking.texts import say
from warehouse.domain.picking.work import Lease, Meaning, Resolve, Scan

PositionT = TypeVar("PositionT")
EffectT = TypeVar("EffectT")

UNITS = {BarcodeKind.ITEM, BarcodeKind.LOT, BarcodeKind.SERIAL}
SCANS = {ScanKind.SCAN, ScanKind.QUANTITY}
_OF_COMMAND = {
    "CONFIRM": ScanKind.CONFIRM,
    "UNDO": ScanKind.UNDO,
    "SHORT": ScanKind.SHORT,
    "DAMAGED": ScanKind.DAMAGED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskVerdict(Generic[PositionT, EffectT]):
    """What a scan of a put-back or count task comes to; shaped like the `Verdict` of a pick."""

    outcome: Outcome
    text: str
    position: PositionT
    effects: tuple[EffectT, ...] = ()

    @property
    def blocked(self) -> bool:
        """Whether the person is stopped; these tasks know no shadow mode."""
        return self.outcome is not Outcome.ACCEPTED


@dataclass(frozen=True, slots=True)
class Read:
    """A scan with what it can mean: kind, entered number, the code's text, lot and serial from a GS1 label."""

    kind: ScanKind
    number: int | None
    text: str
    lot: str | None
    serial: str | None
    count: int
    meanings: Sequence[Meaning] = field(default=())

    @property
    def times(self) -> int:
        """How many times the scanned unit is meant."""
        return max(self.number or 1, 1) if self.kind is ScanKind.QUANTITY else 1

    def units_of(self, meaning: Meaning) -> int:
        """Return the eaches that this scan of `meaning` stands for."""
        return meaning.pack_quantity * self.count * self.times

    def lot_of(self, meaning: Meaning) -> str | None:
        """Return the lot the label names."""
        return meaning.code if meaning.kind is BarcodeKind.LOT else self.lot

    def serial_of(self, meaning: Meaning) -> str | None:
        """Return the serial the label names."""
        return meaning.code if meaning.kind is BarcodeKind.SERIAL else self.serial


def read_scan(scan: Scan, resolve: Resolve) -> Read:
    """Read a scan; a command barcode becomes its kind."""
    reading = barcodes.read(scan.code or "", scan.via)
    gs1 = reading.gs1
    if scan.kind is ScanKind.SCAN and reading.command in _OF_COMMAND:
        return Read(_OF_COMMAND[reading.command], None, "", None, None, 1)
    found = list(dict.fromkeys(meaning for key in reading.keys for meaning in resolve(key)))
    return Read(scan.kind, scan.quantity, reading.text, gs1.lot, gs1.serial, gs1.count, found)


def one_meaning(read: Read) -> Meaning | tuple[Outcome, str]:
    """Return the only meaning of the code, else the outcome and the text that say why there is none."""
    if not read.meanings:
        return Outcome.UNKNOWN_BARCODE, say("unknown", code=read.text)
    if len(read.meanings) > 1:
        return Outcome.AMBIGUOUS, say("ambiguous")
    return read.meanings[0]


def holder_refusal(lease: Lease | None, scan: Scan) -> str | None:
    """Say who works on the task when it is not this device under this epoch; None when it is."""
    if lease is not None and lease.epoch == scan.epoch and lease.device == scan.device:
        return None
    return say("taken_by", name=lease.name, since=lease.since) if lease else say("handed_back")
