"""What may come back: of an order never more than was sent, of each line what is still out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from warehouse.domain.errors import ConflictError
from warehouse.domain.returns.states import ReturnState
from warehouse.domain.words import sentence

REASONS = {
    "not_wanted": sentence("Not wanted"),
    "wrong_item": sentence("Wrong item sent"),
    "damaged": sentence("Damaged on arrival"),
    "faulty": sentence("Does not work"),
    "wrong_papers": sentence("Wrong papers"),
    "refused": sentence("Parcel refused"),
    "not_delivered": sentence("Could not be delivered"),
    "unknown": sentence("Nobody knows"),
}
"""Why goods come back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentLine:
    """A line of an order that left: pieces sent, and those that came back already in any return."""

    line: int
    item: int
    sku: str
    sent: int
    back: int

    @property
    def out(self) -> int:
        """Pieces the customer still has."""
        return self.sent - self.back


@dataclass(frozen=True, slots=True, kw_only=True)
class LineState:
    """How far a line of a return is."""

    received: int
    decided: int


def share_out(lines: Sequence[SentLine], sku: str, quantity: int) -> list[tuple[SentLine, int]]:
    """Share pieces of an item out over the lines of its order that have some out; raises ConflictError for too many."""
    own = [line for line in lines if line.sku == sku]
    if not own:
        raise ConflictError(
            sentence("{sku} was not sent with this order. Put it aside and open a return of its own.", sku=sku)
        )
    out = sum(line.out for line in own)
    if quantity > out:
        sent, back = sum(line.sent for line in own), sum(line.back for line in own)
        raise ConflictError(
            sentence(
                "Only {sent} of {sku} were sent, {back} came back: {quantity} more cannot be from here.",
                sent=sent,
                sku=sku,
                back=back,
                quantity=quantity,
            )
        )
    parts, left = [], quantity
    for line in own:
        part = min(left, line.out)
        left -= part
        if part:
            parts.append((line, part))
    return parts


def state_of(lines: Iterable[LineState]) -> ReturnState:
    """Derive the state of a return that is neither closed nor cancelled."""
    known = list(lines)
    if not any(line.received for line in known):
        return ReturnState.ANNOUNCED
    waiting = any(line.received > line.decided for line in known)
    return ReturnState.RECEIVED if waiting else ReturnState.INSPECTED
