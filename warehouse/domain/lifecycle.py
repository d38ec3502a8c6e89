"""The legal state paths of every thing that has a state, as tables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from warehouse.domain.codes import (
    BatchState,
    CartonState,
    ExceptionState,
    LabelState,
    OrderState,
    PrintJobState,
    TaskState,
)
from warehouse.domain.errors import ConflictError
from warehouse.domain.returns.states import ReturnState
from warehouse.domain.words import sentence, word


class Kind(StrEnum):
    """Everything that has a state."""

    ORDER = "order"
    BATCH = "batch"
    TASK = "task"
    CARTON = "carton"
    LABEL = "label"
    PRINT_JOB = "print_job"
    EXCEPTION = "exception"
    RETURN = "return"


_O, _B, _T, _C = OrderState, BatchState, TaskState, CartonState
_L, _P, _E, _R = LabelState, PrintJobState, ExceptionState, ReturnState

# From each state the states that may follow. A state that ends the path has an empty row.
PATHS: Mapping[Kind, Mapping[str, frozenset[str]]] = {
    Kind.ORDER: {
        _O.RECEIVED: frozenset({_O.READY, _O.CANCELLED}),
        _O.READY: frozenset({_O.BATCHED, _O.CANCELLED}),
        _O.BATCHED: frozenset({_O.PICKING, _O.READY, _O.CANCELLED}),
        # Back to batched: what was begun of it was called off, the rest lies in a batch that nobody has begun.
        _O.PICKING: frozenset({_O.PICKED, _O.BATCHED, _O.READY, _O.CANCELLED}),
        # Back to picking: the last pick was undone, units were added, or what was lost at pack lies in reserve.
        # Back to batched: all that was picked was lost at pack, and nobody has begun to pick it again.
        _O.PICKED: frozenset({_O.PACKING, _O.PICKING, _O.BATCHED, _O.READY, _O.CANCELLED}),
        _O.PACKING: frozenset({_O.PACKED, _O.PICKED, _O.PICKING, _O.READY, _O.CANCELLED}),
        # Back to packing: a carton gets another label.
        _O.PACKED: frozenset({_O.SHIPPED, _O.PACKING, _O.PICKED, _O.PICKING, _O.CANCELLED}),
        _O.SHIPPED: frozenset(),
        _O.CANCELLED: frozenset(),
    },
    Kind.BATCH: {
        _B.PLANNED: frozenset({_B.RELEASED, _B.CANCELLED}),
        _B.RELEASED: frozenset({_B.PICKING, _B.CANCELLED}),
        _B.PICKING: frozenset({_B.PICKED, _B.RELEASED, _B.CANCELLED}),
        # Back to picking: the last pick was undone, or a short pick found stock in another bin.
        _B.PICKED: frozenset({_B.CLOSED, _B.PICKING}),
        _B.CLOSED: frozenset(),
        _B.CANCELLED: frozenset(),
    },
    Kind.TASK: {
        _T.OPEN: frozenset({_T.PICKED, _T.SHORT, _T.CANCELLED}),
        _T.PICKED: frozenset({_T.OPEN}),
        _T.SHORT: frozenset({_T.OPEN}),
        _T.CANCELLED: frozenset(),
    },
    Kind.CARTON: {
        _C.OPEN: frozenset({_C.CLOSED, _C.VOID}),
        _C.CLOSED: frozenset({_C.LABELLED, _C.VOID}),
        _C.LABELLED: frozenset({_C.LOADED, _C.CLOSED, _C.VOID}),
        # Back to labelled: the carrier did not come, or the carton is taken off the pallet again.
        _C.LOADED: frozenset({_C.SHIPPED, _C.LABELLED}),
        _C.SHIPPED: frozenset(),
        _C.VOID: frozenset(),
    },
    Kind.LABEL: {
        # A neutral label needs no carrier and is bought at once.
        _L.WANTED: frozenset({_L.BUYING, _L.BOUGHT, _L.VOIDED}),
        # Voided: its carton was opened again meanwhile; what the carrier sells now is given back.
        _L.BUYING: frozenset({_L.BOUGHT, _L.IN_DOUBT, _L.FAILED, _L.VOIDED}),
        _L.BOUGHT: frozenset({_L.VOIDED}),
        _L.IN_DOUBT: frozenset({_L.BOUGHT, _L.FAILED, _L.VOIDED}),
        _L.FAILED: frozenset({_L.WANTED, _L.VOIDED}),
        _L.VOIDED: frozenset(),
    },
    Kind.PRINT_JOB: {
        _P.QUEUED: frozenset({_P.CLAIMED, _P.CANCELLED, _P.VOIDED}),
        # Back to queued: the server stopped before the first byte went out.
        _P.CLAIMED: frozenset({_P.SENDING, _P.WAITING_PRINTER, _P.QUEUED, _P.FAILED, _P.VOIDED}),
        # Voided: the carton was opened again while its label was on the way to the printer.
        _P.SENDING: frozenset({_P.SENT, _P.CONFIRMED, _P.WAITING_PRINTER, _P.IN_DOUBT, _P.FAILED, _P.VOIDED}),
        _P.SENT: frozenset({_P.CONFIRMED, _P.IN_DOUBT, _P.VOIDED}),
        _P.CONFIRMED: frozenset({_P.VOIDED}),
        _P.WAITING_PRINTER: frozenset({_P.QUEUED, _P.CANCELLED, _P.VOIDED}),
        # Never back to queued by itself: "it did not print" is a new, marked job.
        _P.IN_DOUBT: frozenset({_P.CONFIRMED, _P.FAILED, _P.VOIDED}),
        _P.FAILED: frozenset({_P.QUEUED, _P.CANCELLED, _P.VOIDED}),
        _P.CANCELLED: frozenset(),
        _P.VOIDED: frozenset(),
    },
    Kind.EXCEPTION: {
        _E.OPEN: frozenset({_E.ACKNOWLEDGED}),
        _E.ACKNOWLEDGED: frozenset({_E.RESOLVED}),
        _E.RESOLVED: frozenset(),
    },
    Kind.RETURN: {
        _R.ANNOUNCED: frozenset({_R.RECEIVED, _R.CANCELLED}),
        _R.RECEIVED: frozenset({_R.INSPECTED}),
        # Back to received: one more piece of it has come.
        _R.INSPECTED: frozenset({_R.RECEIVED, _R.CLOSED}),
        _R.CLOSED: frozenset(),
        _R.CANCELLED: frozenset(),
    },
}


def allows(kind: Kind, source: str, target: str) -> bool:
    """Say whether a thing of this kind may go from `source` to `target`; an unknown state may go nowhere."""
    return target in PATHS[kind].get(source, frozenset())


def require(kind: Kind, source: str, target: str) -> None:
    """Raise ConflictError unless a thing of this kind may go from `source` to `target`."""
    if not allows(kind, source, target):
        thing = sentence(_words(kind).capitalize())
        form = "{thing} is {state}, it cannot become {target}."
        raise ConflictError(sentence(form, thing=thing, state=word(source), target=word(target)))


@dataclass(frozen=True, slots=True, kw_only=True)
class LineProgress:
    """How far one order line is, in eaches; `repicking` units were lost or damaged at pack and are on their way."""

    ordered: int
    picked: int = 0
    packed: int = 0
    shipped: int = 0
    backordered: int = 0
    batched: bool = False
    repicking: int = 0

    @property
    def wanted(self) -> int:
        """What is to leave now: ordered less backordered."""
        return self.ordered - self.backordered


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderProgress:
    """Everything the state of an order follows from."""

    lines: tuple[LineProgress, ...]
    releasable: bool = True
    batch_started: bool = False
    at_pack: bool = False
    cartons_labelled: bool = False


def check_line(line: LineProgress) -> None:
    """Raise ConflictError unless 0 ≤ shipped ≤ packed ≤ picked ≤ ordered and 0 ≤ backordered ≤ ordered."""
    if not 0 <= line.shipped <= line.packed <= line.picked <= line.ordered:
        raise ConflictError(
            sentence(
                "Line of {ordered}: {shipped} shipped, {packed} packed, {picked} picked do not fit.",
                ordered=line.ordered,
                shipped=line.shipped,
                packed=line.packed,
                picked=line.picked,
            )
        )
    if not 0 <= line.backordered <= line.ordered:
        raise ConflictError(
            sentence(
                "Line of {ordered}: {backordered} backordered do not fit.",
                ordered=line.ordered,
                backordered=line.backordered,
            )
        )


def order_state(order: OrderProgress) -> OrderState:
    """Derive the state of an order that is not cancelled: that of its least advanced line that is not backordered."""
    lines = [line for line in order.lines if line.wanted > 0]
    if not lines:
        return OrderState.READY if order.releasable else OrderState.RECEIVED
    if all(line.shipped >= line.wanted for line in lines):
        return OrderState.SHIPPED
    if all(line.picked + line.repicking >= line.wanted for line in lines):
        return _state_at_pack(order, lines)
    if order.batch_started or any(line.picked for line in lines):
        return OrderState.PICKING
    if any(line.batched for line in lines):
        return OrderState.BATCHED
    return OrderState.READY if order.releasable else OrderState.RECEIVED


def is_partly_shipped(lines: Iterable[LineProgress]) -> bool:
    """Say whether some, but not all, of what was ordered has left."""
    known = list(lines)
    return any(line.shipped for line in known) and any(line.shipped < line.ordered for line in known)


def _state_at_pack(order: OrderProgress, lines: list[LineProgress]) -> OrderState:
    if any(line.repicking for line in lines):
        return OrderState.PICKED
    if all(line.packed >= line.wanted for line in lines) and order.cartons_labelled:
        return OrderState.PACKED
    if order.at_pack or any(line.packed > line.shipped for line in lines):
        return OrderState.PACKING
    return OrderState.PICKED


def _words(value: str) -> str:
    return str(value).replace("_", " ")
