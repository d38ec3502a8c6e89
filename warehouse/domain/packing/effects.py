"""The closed list of what a scan at the pack station or on the dock can do; the service carries it out.

Quantities are eaches, weights grams. Cartons are named by their number within the order, totes and bins by their codes.
"""

from typing import Literal

from warehouse.domain.codes import DamageReason, Outcome
from warehouse.domain.packing.second_effects import SecondEffect
from warehouse.domain.values import value


@value
class ScanInTote:
    """The order's tote stands at the pack station."""

    tote: str


@value
class ScanOutTote:
    """Undo of `ScanInTote`."""

    tote: str


@value
class BeginPacking:
    """All totes are in: the order is being packed."""

    order: str


@value
class OpenCarton:
    """A new, empty carton of the order."""

    carton: int


@value
class DiscardCarton:
    """The carton is empty and not used after all."""

    carton: int


@value
class FillCarton:
    """The carton takes no more; it is sealed only when nothing of the order is missing."""

    carton: int


@value
class ReopenCarton:
    """Undo of `FillCarton`."""

    carton: int


@value(kw_only=True)
class PackUnits:
    """Units go from the tote to the carton; `unverified` were never scanned, `self_packed` by who had picked them."""

    order_line: int
    sku: str
    quantity: int
    carton: int
    lot: str | None = None
    serials: tuple[str, ...] = ()
    unverified: bool = False
    self_packed: bool = False


@value(kw_only=True)
class UnpackUnits:
    """The reverse move of one `PackUnits`, value for value."""

    order_line: int
    sku: str
    quantity: int
    carton: int
    lot: str | None = None
    serials: tuple[str, ...] = ()
    unverified: bool = False
    self_packed: bool = False


@value
class AcknowledgeOrderChange:
    """The packer has been told that the order changed."""

    order: str
    version: int


@value(kw_only=True)
class ScanOut:
    """Units no longer wanted are out of tote or open carton (`carton`): unpick them, open a put-back task."""

    order_line: int
    sku: str
    quantity: int
    lot: str | None = None
    serials: tuple[str, ...] = ()
    carton: int | None = None


@value
class AllScannedOut:
    """Nothing of the cancelled order is left: discard its cartons, free its totes."""

    order: str


@value(kw_only=True)
class PutAside:
    """A unit lay in the tote that nobody had booked out of its bin: open a put-back task, move nothing."""

    sku: str
    quantity: int
    lot: str | None = None
    serials: tuple[str, ...] = ()


@value(kw_only=True)
class RepickUnits:
    """Units are missing (to lost and found) or damaged (to quarantine): unpick them, open an urgent pick task."""

    order_line: int
    sku: str
    quantity: int
    reason: Literal["missing", "damaged"]
    damage: DamageReason | None = None
    lot: str | None = None
    serials: tuple[str, ...] = ()
    carton: int | None = None


@value
class ParkTotes:
    """The order's totes wait on this problem shelf, not scanned in any more; the packer's lease ends."""

    shelf: str
    totes: tuple[str, ...]


@value
class ConfirmInstruction:
    """The packer has done what the instruction says."""

    kind: str
    text: str


@value
class WeighCarton:
    """The carton's weight on the scale fits its content."""

    carton: int
    grams: int
    expected: int


@value
class AcceptWeight:
    """A lead's badge accepted a weight that does not fit; `own` marks that the person approved it alone."""

    carton: int
    grams: int
    expected: int
    badge: str
    own: bool


@value
class AllowSplit:
    """A lead allows the order to leave without what is missing; `own` marks that the packer approved it alone."""

    person: int
    reason: str
    own: bool


@value
class SplitShipment:
    """This shipment leaves without `rest` (order line, quantity): re-pick or backorder it; the slip names it."""

    order: str
    rest: tuple[tuple[int, int], ...]
    person: int
    reason: str


@value
class CloseCarton:
    """Seal the carton: serial number, label bound to the content, packing slip and print jobs, in this transaction."""

    carton: int
    content_hash: str
    weight_g: int | None


@value
class PackingFinished:
    """Every unit of this shipment is in a sealed carton; free the empty totes. `complete`: nothing is left to come."""

    order: str
    complete: bool


@value
class LabelCarton:
    """The carton's own label was scanned back on it; its print job is confirmed.

    `number` is that of a carrier's own label, which becomes the carton's.
    """

    carton: int
    sscc: str
    number: str = ""


@value
class ShipmentLabelled:
    """All cartons carry their labels; `complete`: the order is packed."""

    order: str
    complete: bool


@value
class VoidCarton:
    """The carton's label is dead, its units are to be packed again."""

    carton: int
    person: int
    reason: str


@value
class OpenPackException:
    """An entry for the exception queue, with what it is about in words."""

    type: Literal["mismatch", "weight_mismatch", "help"]
    outcome: Outcome | None
    subject: str


@value
class LoadCarton:
    """The carton is on the carrier's pallet or trailer."""

    manifest: int
    sscc: str


@value
class CloseManifest:
    """The carrier leaves with `loaded`, which are shipped; `left` stay behind for another manifest."""

    manifest: int
    loaded: tuple[str, ...]
    left: tuple[str, ...]


PackEffect = (
    ScanInTote
    | ScanOutTote
    | BeginPacking
    | OpenCarton
    | DiscardCarton
    | FillCarton
    | ReopenCarton
    | PackUnits
    | UnpackUnits
    | AcknowledgeOrderChange
    | ScanOut
    | AllScannedOut
    | PutAside
    | RepickUnits
    | ParkTotes
    | ConfirmInstruction
    | WeighCarton
    | AcceptWeight
    | AllowSplit
    | SplitShipment
    | CloseCarton
    | PackingFinished
    | LabelCarton
    | ShipmentLabelled
    | VoidCarton
    | OpenPackException
    | SecondEffect
)
LoadEffect = LoadCarton | CloseManifest
