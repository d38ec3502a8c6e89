"""The closed list of what a scan can do to the warehouse; a verdict names effects, the service carries them out.

Quantities are eaches, bins and totes are named by their codes, tasks by their keys. Every effect is a frozen value, so
that a verdict can be compared, stored and replayed.
"""

from typing import Literal

from warehouse.domain.codes import DamageReason, Outcome, ShortReason
from warehouse.domain.values import value


@value
class TakeCart:
    """The batch is worked with this cart."""

    cart: str


@value
class ReleaseCart:
    """Undo of `TakeCart`: the batch is back to its planned cart, if it had one."""

    cart: str
    planned: str | None


@value
class BindTote:
    """The empty tote stands on this slot and belongs to the slot's order."""

    slot: int
    tote: str
    order: str


@value
class UnbindTote:
    """Undo of `BindTote`: the tote is empty and free again."""

    slot: int
    tote: str
    order: str


@value
class ToteFull:
    """The slot's tote takes no more: it stays with the order, and the slot waits for an overflow tote."""

    slot: int
    tote: str


@value
class ReopenTote:
    """Undo of `ToteFull`: the tote is the slot's current one again."""

    slot: int
    tote: str


@value(kw_only=True)
class CommitPick:
    """Units go from the bin to the tote (or to the order, where none is used); `unverified` ones were never scanned."""

    task: int
    quantity: int
    sku: str
    bin: str
    tote: str | None
    lot: str | None = None
    serials: tuple[str, ...] = ()
    unverified: bool = False


@value(kw_only=True)
class UndoPick:
    """The reverse move of one `CommitPick`, value for value; the task is open again."""

    task: int
    quantity: int
    sku: str
    bin: str
    tote: str | None
    lot: str | None = None
    serials: tuple[str, ...] = ()
    unverified: bool = False


@value
class SwapLot:
    """The reservation of so many units of the task goes over from lot `old` to lot `new` of the same bin."""

    task: int
    quantity: int
    old: str
    new: str


@value
class ShortPick:
    """So many units of the task are not there: one count task for the bin, then other bins, then backorder."""

    task: int
    quantity: int
    reason: ShortReason


@value
class UndoShort:
    """Undo of `ShortPick` or of the short half of `WrongStock`, asked only while the task is not `settled`."""

    task: int
    quantity: int


@value
class DamagePick:
    """So many units of the task's bin go to quarantine."""

    task: int
    quantity: int
    reason: DamageReason
    lot: str | None


@value
class UndoDamage:
    """Undo of `DamagePick`: the reverse move."""

    task: int
    quantity: int
    reason: DamageReason
    lot: str | None


@value
class WrongStock:
    """A foreign item lies in the bin: block the bin for the task's SKU, open count and move tasks, pick elsewhere."""

    task: int
    bin: str
    quantity: int
    found: str | None
    code: str


@value
class ReleaseCount:
    """Counted but uncommitted units go back from the hand to the bin; no move, the count is gone."""

    task: int
    quantity: int
    bin: str


@value
class AcknowledgeChange:
    """The person has been told that the task changed; an edit is then worked as it is now."""

    task: int
    change: Literal["cancelled", "edited", "held"]


@value
class Skip:
    """The task goes to the end of the walk."""

    task: int


@value
class ZeroCheck:
    """The answer to "is the bin empty now?"; `found` above 0 opens a count task."""

    bin: str
    found: int


@value
class OpenException:
    """An entry for the exception queue: three mismatches in a row, or a call for help."""

    type: Literal["mismatch", "help"]
    task: int | None
    outcome: Outcome | None


@value
class QueueItemLabel:
    """The item's barcode could not be read: print a new label for it."""

    task: int
    sku: str
    bin: str


@value
class LeadLift:
    """A lead's badge lifted "Lead needed"; `own` marks that the person approved it alone."""

    task: int
    badge: str
    own: bool


@value(kw_only=True)
class FollowUp:
    """What the device had accepted and the server refused has physically happened: a put-back task or an exception."""

    kind: Literal["put_back", "exception"]
    task: int | None
    sku: str | None = None
    quantity: int = 0
    bin: str | None = None
    tote: str | None = None
    lot: str | None = None
    serials: tuple[str, ...] = ()


@value
class BatchPicked:
    """No task of the batch is open any more."""

    batch: int


Effect = (
    TakeCart
    | ReleaseCart
    | BindTote
    | UnbindTote
    | ToteFull
    | ReopenTote
    | CommitPick
    | UndoPick
    | SwapLot
    | ShortPick
    | UndoShort
    | DamagePick
    | UndoDamage
    | WrongStock
    | ReleaseCount
    | AcknowledgeChange
    | Skip
    | ZeroCheck
    | OpenException
    | QueueItemLabel
    | LeadLift
    | FollowUp
    | BatchPicked
)
