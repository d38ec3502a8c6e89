"""The values a pick scan is judged by: the batch as a handheld holds it, the position in it, the scan, the verdict.

All are frozen. `BatchWork` keeps its tasks, slots, lines and stock in dicts that nobody changes: a verdict is applied
by `applying.apply`, which replaces only the entries that changed and shares all others.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import date
from enum import StrEnum
from typing import Literal

from warehouse.domain.codes import (
    BarcodeKind,
    BatchState,
    Mode,
    Outcome,
    ScanKind,
    TaskState,
    Tracking,
    UnitLevel,
    Via,
)
from warehouse.domain.picking.effects import Effect
from warehouse.domain.values import value

Change = Literal["cancelled", "edited", "held"]


class Step(StrEnum):
    """What the person is asked to scan next."""

    CART = "cart"
    BIND = "bind"
    BIN = "bin"
    ITEM = "item"
    LOT = "lot"
    SERIAL = "serial"
    TOTE = "tote"
    ZERO_CHECK = "zero_check"
    FINISHED = "finished"


@value(kw_only=True)
class Policy:
    """Which steps are mandatory and what is allowed in a zone.

    `scan_tote` None means: yes when the batch has more than one order.
    """

    mode: Mode = Mode.ENFORCE
    scan_cart: bool = True
    scan_bin: bool = True
    scan_item: bool = True
    scan_tote: bool | None = None
    scan_lot: bool = False
    scan_each: bool = False
    enter_quantity: bool = True
    hand_entry: bool = True
    zero_check: bool = False
    allow_swap: bool = True
    new_serials: bool = True
    lead_after_misses: bool = False
    self_approval: bool = False


@value(kw_only=True)
class Lease:
    """Who holds the work; `since` is the site's local time as shown to people, `expires_at` UTC in ISO form."""

    epoch: int
    person: int
    name: str
    device: str
    since: str
    expires_at: str


@value(kw_only=True)
class ToteSlot:
    """One place on the cart for one order; `earlier` are its full totes, `tote` the one that still takes units."""

    slot: int
    order: str
    tote: str | None = None
    earlier: tuple[str, ...] = ()
    locked: str | None = None


@value
class Stop:
    """Consecutive tasks at one bin, in walk order."""

    bin: str
    zone: str
    tasks: tuple[int, ...]


@value
class LotChoice:
    """A lot of the task's SKU that lies in the task's bin; `free` eaches of it are reserved for nobody else."""

    code: str
    expires_on: date | None = None
    free: int = 0


@value(kw_only=True)
class PickTask:
    """One SKU to take from one bin for one order line.

    `short` eaches were declared missing; `version` is the list version in which the task last changed; `settled` says
    that its short has been answered elsewhere and can no longer be undone.
    """

    id: int
    order: str
    order_line: int
    slot: int | None
    stop: int
    zone: str
    bin: str
    sku: str
    name: str
    wanted: int
    picked: int = 0
    short: int = 0
    state: TaskState = TaskState.OPEN
    tracking: Tracking = Tracking.NONE
    lot: str | None = None
    expires_on: date | None = None
    lots: tuple[LotChoice, ...] = ()
    scan_each: bool = False
    changed: Change | None = None
    settled: bool = False
    version: int = 0

    @property
    def left(self) -> int:
        """Eaches still to be picked."""
        return self.wanted - self.picked - self.short


@value
class LineCount:
    """The counters of one order line, in eaches."""

    ordered: int
    picked: int
    packed: int = 0


@value(kw_only=True)
class Meaning:
    """One thing a code stands for.

    `code` is the thing's own name (SKU, bin, tote, cart, lot, serial, badge). Items, lots and serials carry `sku`; a
    serial's `bin` is where it is booked, None when it is in no bin any more; a tote's `order` is whose it is, and
    `free` says whether it is empty and unbound (None: not known here, ask the server); `lead` says whether a badge may
    approve (None: ask the server).
    """

    kind: BarcodeKind
    code: str
    sku: str | None = None
    name: str | None = None
    unit: UnitLevel = UnitLevel.EACH
    pack_quantity: int = 1
    bin: str | None = None
    expires_on: date | None = None
    order: str | None = None
    free: bool | None = None
    lead: bool | None = False


Resolve = Callable[[str], Sequence[Meaning]]


@value(kw_only=True)
class BatchWork:
    """The work of one picker's trip, as server and handheld both hold it.

    `stock` is what the books say lies in each bin of the walk, by SKU. `directory` holds every accepted barcode of the
    batch by its normalised key (`barcodes.key`), each with all its meanings in the whole site. `stand_in` is what the
    site's scanners send for the GS1 group separator.
    """

    id: int
    number: str
    state: BatchState
    list_version: int
    lease: Lease | None
    policy: Policy
    cart: str | None
    stops: tuple[Stop, ...]
    tasks: Mapping[int, PickTask]
    slots: Mapping[int, ToteSlot] = field(default_factory=dict)
    lines: Mapping[int, LineCount] = field(default_factory=dict)
    stock: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    zones: Mapping[str, Policy] = field(default_factory=dict)
    directory: Mapping[str, tuple[Meaning, ...]] = field(default_factory=dict)
    cart_taken: bool = False
    stand_in: str = "{GS}"


@value(kw_only=True)
class Position:
    """Where the person stands in the work.

    `counted` eaches are in the hand, not yet committed; `held` is the size of an item scan that waits for its lot or
    serial; `armed` multiplies the next scan, until ten seconds after `armed_at` (ms); `asked` is the key that must come
    again (rule 8); `lead` says that a lead is needed; `last` is what an undo would take back.
    """

    task: int | None
    step: Step
    counted: int = 0
    at_bin: str | None = None
    slot: int | None = None
    lot: str | None = None
    serials: tuple[str, ...] = ()
    held: int = 0
    armed: int | None = None
    armed_at: int | None = None
    asked: str | None = None
    misses: int = 0
    lead: bool = False
    skipped: tuple[int, ...] = ()
    last: "Last | None" = None

    def settled(self, last: "Last | None", armed: int | None = None, armed_at: int | None = None) -> "Position":
        """Return the position after an applied scan: no miss, no question, this to undo (quicker than `replace`)."""
        return Position(
            task=self.task,
            step=self.step,
            counted=self.counted,
            at_bin=self.at_bin,
            slot=self.slot,
            lot=self.lot,
            serials=self.serials,
            held=self.held,
            armed=armed,
            armed_at=armed_at,
            lead=self.lead,
            skipped=self.skipped,
            last=last,
        )


@value
class Last:
    """The last applied scan: whose it was, what undoes it, and the position before it (None: cannot be undone)."""

    scan: str
    person: int
    undo: tuple[Effect, ...]
    before: Position | None
    tote: str | None = None


@value(kw_only=True)
class Scan:
    """One trigger pull or tap, as the device recorded it; `local` is the device's own verdict."""

    id: str
    device: str
    seq: int
    person: int
    epoch: int
    at: str
    kind: ScanKind = ScanKind.SCAN
    code: str | None = None
    quantity: int | None = None
    reason: str | None = None
    list_version: int = 0
    local: Outcome | None = None
    via: Via = Via.KEY


@value(kw_only=True)
class Verdict:
    """What a scan comes to: outcome, whether the person is stopped, what to do with the hands, and what happens.

    `outcome` is None only on a device that cannot know (a tote or badge outside its directory) and must ask the server.
    """

    outcome: Outcome | None
    blocked: bool
    text: str
    position: Position
    effects: tuple[Effect, ...] = ()
    line: LineCount | None = None

    @property
    def accepted(self) -> bool:
        """Whether the scan was applied."""
        return self.outcome is Outcome.ACCEPTED
