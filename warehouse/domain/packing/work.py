"""The values a pack scan is judged by: one order at the station, the position in it, the verdict.

All are frozen. `PackWork` keeps its lines, totes and cartons in dicts that nobody changes: effects are carried over by
`packing.apply.apply`.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from enum import StrEnum
from typing import Literal

from warehouse.domain.codes import CartonState, DamageReason, Mode, OrderState, Outcome, ScanKind, Tracking
from warehouse.domain.packing.effects import PackEffect
from warehouse.domain.picking.work import Lease, Meaning
from warehouse.domain.values import value


class PackStep(StrEnum):
    """What the packer is asked to do next."""

    TOTES = "totes"
    UNIT = "unit"
    RECOUNT = "recount"
    LOT = "lot"
    SERIAL = "serial"
    SHELF = "shelf"
    PARKED = "parked"
    INSTRUCT = "instruct"
    WEIGHT = "weight"
    LABEL = "label"
    FINISHED = "finished"


@value(kw_only=True)
class PackPolicy:
    """What is asked at this station: a blind count, by a second person, on a scale.

    A carton may weigh `weight_g` grams, or `weight_percent` of it, more or less than expected; the larger counts.
    """

    mode: Mode = Mode.ENFORCE
    blind: bool = True
    self_pack: bool = False
    self_approval: bool = False
    scan_each: bool = False
    enter_quantity: bool = True
    hand_entry: bool = True
    weigh: bool = True
    weight_g: int = 30
    weight_percent: int = 3


@value(kw_only=True)
class PackTote:
    """A tote of the order: at the station or not, where it is else, and why it may not be packed from."""

    code: str
    scanned_in: bool = False
    place: str = ""
    locked: str | None = None


@value(kw_only=True)
class PackLot:
    """What was picked of one lot for a line, and how much of that is packed."""

    code: str
    picked: int
    packed: int = 0
    expires_on: date | None = None


@value(kw_only=True)
class PackLine:
    """One order line at the pack station, in eaches.

    `wanted` is what is to leave now (ordered less backordered, 0 when cancelled); `repicking` was lost or damaged here
    and is being picked again; `lots` are kept for items tracked by lot or expiry, `serials` (picked) for serials.
    """

    order_line: int
    sku: str
    name: str
    ordered: int
    wanted: int
    picked: int
    packed: int = 0
    repicking: int = 0
    tracking: Tracking = Tracking.NONE
    lots: tuple[PackLot, ...] = ()
    serials: tuple[str, ...] = ()
    packed_serials: tuple[str, ...] = ()
    weight_g: int | None = None
    scan_each: bool = False

    @property
    def left(self) -> int:
        """Picked units still to be packed."""
        return max(min(self.wanted, self.picked) - self.packed, 0)

    @property
    def unpicked(self) -> int:
        """Units that have yet to come from the floor."""
        return max(self.wanted - self.picked, 0)

    @property
    def surplus(self) -> int:
        """Units in tote or carton that the order no longer wants."""
        return max(self.picked - self.wanted, 0)


@value(kw_only=True)
class CartonContent:
    """Units of one order line and lot in a carton."""

    order_line: int
    sku: str
    quantity: int
    lot: str | None = None
    serials: tuple[str, ...] = ()


class LabelWait(StrEnum):
    """What a sealed carton's label waits for before it can be scanned back."""

    NONE = "none"
    NUMBER = "number"
    """The carrier's own label is stuck on; its number is scanned or typed."""
    CARRIER = "carrier"
    """It is being bought."""
    HELP = "help"
    """Buying went wrong; a person decides."""


@value(kw_only=True)
class PackCarton:
    """One parcel: `full` takes no more units, `tare_g` is its own weight when the packaging is known."""

    number: int
    state: CartonState = CartonState.OPEN
    content: tuple[CartonContent, ...] = ()
    full: bool = False
    sscc: str | None = None
    weight_g: int | None = None
    tare_g: int | None = None
    label: LabelWait = LabelWait.NONE


@value(kw_only=True)
class Tally:
    """What the second person has counted of a carton so far; `agreed` once that was confirmed to be its content."""

    content: tuple[CartonContent, ...] = ()
    agreed: bool = False


@value(kw_only=True)
class SecondCount:
    """That the order is counted again, carton by carton, by somebody else than its `packers`.

    `asked` says that the first count is through. A carton whose content changes loses its tally.
    """

    packers: frozenset[int] = frozenset()
    asked: bool = False
    tallies: Mapping[int, Tally] = field(default_factory=dict)


@value
class OrderChange:
    """What happened to the order since it was picked; `version` rises with each change."""

    kind: Literal["cancelled", "edited", "held"]
    version: int


@value
class Instruction:
    """What the packer has to do and confirm before closing: gift note, no prices, fragile, insert."""

    kind: str
    text: str


@value(kw_only=True)
class PackWork:
    """One order at the pack station.

    `pickers` have picked it, `second` is set where two people count it, `shelves` are the site's problem shelves,
    `void_labels` the dead serial numbers of its cartons, `unsent` the devices that may still keep scans of it.
    `directory` holds barcodes by normalised key as far as known here; `resolve` is asked for all others.
    """

    order: str
    state: OrderState
    lines: Mapping[int, PackLine]
    totes: Mapping[str, PackTote] = field(default_factory=dict)
    cartons: Mapping[int, PackCarton] = field(default_factory=dict)
    policy: PackPolicy = field(default_factory=PackPolicy)
    lease: Lease | None = None
    pickers: frozenset[int] = frozenset()
    second: SecondCount | None = None
    change: OrderChange | None = None
    instructions: tuple[Instruction, ...] = ()
    shelves: frozenset[str] = frozenset()
    void_labels: frozenset[str] = frozenset()
    unsent: tuple[str, ...] = ()
    directory: Mapping[str, tuple[Meaning, ...]] = field(default_factory=dict)
    stand_in: str = "{GS}"


@value
class Split:
    """A lead's leave to ship without what is missing."""

    person: int
    reason: str


@value(kw_only=True)
class PackPosition:
    """Where the packer stands in the order.

    `held_sku` and `held` are an item scan that waits for its lot or serial; `report` says that the next unit is
    damaged or foreign; `revealed` lines have lost their blindness; `confirmed` instructions are done; `weight_off` is
    the last weight that did not fit; `asked` is what must come again (rule 8).
    """

    step: PackStep
    held_sku: str | None = None
    held: int = 0
    armed: int | None = None
    armed_at: int | None = None
    asked: str | None = None
    report: ScanKind | None = None
    damage: DamageReason | None = None
    revealed: tuple[int, ...] = ()
    confirmed: int = 0
    weight_off: int | None = None
    seen_change: int = 0
    misses: int = 0
    split: Split | None = None
    last: "PackLast | None" = None


@value
class PackLast:
    """The last applied scan: whose it was, what undoes it, and the position before it (None: cannot be undone)."""

    scan: str
    person: int
    undo: tuple[PackEffect, ...]
    before: PackPosition | None


@value
class PackCount:
    """The counters of one order line as the packer may see them: None while the count is blind."""

    ordered: int | None
    picked: int | None
    packed: int


@value(kw_only=True)
class PackVerdict:
    """What a scan comes to: outcome, whether the packer is stopped, what to do with the hands, and what happens."""

    outcome: Outcome
    blocked: bool
    text: str
    position: PackPosition
    effects: tuple[PackEffect, ...] = ()
    line: PackCount | None = None

    @property
    def accepted(self) -> bool:
        """Whether the scan was applied."""
        return self.outcome is Outcome.ACCEPTED
