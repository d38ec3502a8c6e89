"""Where an order at the pack station stands: the next step, what the packer is told, what may be seen."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from warehouse.domain.codes import CartonState, Mode, OrderState
from warehouse.domain.packing.texts import say
from warehouse.domain.packing.weight import expected_weight
from warehouse.domain.packing.work import (
    LabelWait,
    OrderChange,
    PackCarton,
    PackCount,
    PackLine,
    PackPosition,
    PackStep,
    PackTote,
    PackWork,
    SecondCount,
)
from warehouse.domain.picking.work import Lease
from warehouse.domain.words import listed, sentence, together

STICK = {
    LabelWait.NONE: "stick",
    LabelWait.NUMBER: "scan_number",
    LabelWait.CARRIER: "label_wanted",
    LabelWait.HELP: "label_failed",
}
"""What is said of a sealed carton, by what its label waits for."""


def begin(work: PackWork) -> PackPosition:
    """Give the position in which an order is taken at the pack station, or taken up again."""
    return PackPosition(step=next_step(work))


def next_step(work: PackWork) -> PackStep:
    """Derive the step from the order alone: what a fresh look at it would ask for."""
    if work.state in {OrderState.PACKED, OrderState.SHIPPED}:
        return PackStep.FINISHED
    if to_label(work) is not None:
        return PackStep.LABEL
    if is_emptied(work):
        return PackStep.FINISHED
    if missing_totes(work):
        return PackStep.TOTES
    return PackStep.RECOUNT if is_recounting(work) else PackStep.UNIT


def is_emptied(work: PackWork) -> bool:
    """Whether the order is cancelled and every unit is out of its totes and cartons."""
    return work.state is OrderState.CANCELLED and not any(line.surplus for line in work.lines.values())


def must_be_voided(work: PackWork) -> bool:
    """Whether a sealed carton holds units the order no longer wants: its label is bound to them."""
    sealed: dict[int, int] = {}
    for carton in work.cartons.values():
        for part in carton.content if carton.state in {CartonState.CLOSED, CartonState.LABELLED} else ():
            sealed[part.order_line] = sealed.get(part.order_line, 0) + part.quantity
    return any(quantity > work.lines[line].wanted for line, quantity in sealed.items())


def missing_totes(work: PackWork) -> list[PackTote]:
    """Give the order's totes that are not scanned in."""
    return [tote for tote in work.totes.values() if not tote.scanned_in]


def is_recounting(work: PackWork) -> bool:
    """Whether the first count is through and a carton waits to be counted again."""
    is_asked = work.second is not None and work.second.asked
    return is_asked and not any(line.surplus for line in work.lines.values()) and to_recount(work) is not None


def stand(work: PackWork, position: PackPosition) -> PackPosition:
    """Give the position as it is now: units are counted again instead of packed while a second count is on.

    Nothing is left to do with a cancelled order whose units others took back. An instruction that is none any more is
    not waited for, nor a weight that cannot be checked since one is not known.
    """
    step = PackStep.RECOUNT if is_recounting(work) else PackStep.UNIT
    step = PackStep.FINISHED if is_emptied(work) else step
    is_told = position.step is PackStep.INSTRUCT and position.confirmed >= len(work.instructions)
    is_weighed = position.step is PackStep.WEIGHT and to_weigh(work) is None
    is_among_units = is_told or is_weighed or position.step in {PackStep.UNIT, PackStep.RECOUNT}
    return replace(position, step=step) if is_among_units else position


def to_recount(work: PackWork) -> PackCarton | None:
    """Give the first carton that two people have not agreed on yet; None where nobody has to count again."""
    if work.second is None:
        return None
    return next((it for it in open_cartons(work) if it.content and not _is_agreed(work.second, it)), None)


def same_person(work: PackWork, person: int) -> str | None:
    """Give the sentence for who may not go on here: the picker does not pack, the packer does not count again.

    A site policy may allow either, which is then marked.
    """
    if work.second is not None and is_recounting(work):
        return "packed_it" if person in work.second.packers and not work.policy.self_approval else None
    return "second_person" if person in work.pickers and not work.policy.self_pack else None


def tallied(work: PackWork, line: PackLine) -> int:
    """Give how many units of a line were counted again so far."""
    tallies = work.second.tallies.values() if work.second else ()
    return sum(it.quantity for tally in tallies for it in tally.content if it.order_line == line.order_line)


def open_carton(work: PackWork) -> PackCarton | None:
    """Give the carton that takes the next unit."""
    return next((it for it in work.cartons.values() if it.state is CartonState.OPEN and not it.full), None)


def open_cartons(work: PackWork) -> list[PackCarton]:
    """Give all cartons not sealed yet, in order."""
    return [it for _, it in sorted(work.cartons.items()) if it.state is CartonState.OPEN]


def next_carton_number(work: PackWork) -> int:
    """Give the number of the next new carton of the order; numbers of void cartons are not used again."""
    return max(work.cartons, default=0) + 1


def to_weigh(work: PackWork) -> tuple[PackCarton, int] | None:
    """Give the first carton that has to go on the scale, and what it should weigh."""
    if not work.policy.weigh:
        return None
    for carton in open_cartons(work):
        expected = expected_weight(work, carton)
        if carton.content and carton.weight_g is None and expected is not None:
            return carton, expected
    return None


def to_label(work: PackWork) -> PackCarton | None:
    """Give the first sealed carton that waits for its label."""
    return next((it for _, it in sorted(work.cartons.items()) if it.state is CartonState.CLOSED), None)


def is_visible(work: PackWork, position: PackPosition, line: PackLine) -> bool:
    """Whether the packer may see how many are expected of this line (domain rule 10): of what comes later, none are."""
    comes_later = not line.wanted and not line.picked and work.state is not OrderState.CANCELLED
    is_blind = work.policy.blind and work.policy.mode is not Mode.SHADOW
    return not is_blind or comes_later or line.order_line in position.revealed


def count_of(work: PackWork, position: PackPosition, line: PackLine) -> PackCount:
    """Give the counters of a line as the packer may see them."""
    counted = tallied(work, line) if is_recounting(work) else line.packed
    if is_visible(work, position, line):
        return PackCount(line.ordered, line.picked, counted)
    return PackCount(None, None, counted)


def revealed(position: PackPosition, lines: Iterable[PackLine]) -> tuple[int, ...]:
    """Give the revealed lines of the position with these added, each once."""
    return tuple(dict.fromkeys([*position.revealed, *(line.order_line for line in lines)]))


def instruction(work: PackWork, position: PackPosition) -> str:
    """Say what to do next."""
    tell = _INSTRUCTIONS.get(position.step)
    return tell(work, position) if tell else ""


def places(totes: Iterable[PackTote]) -> str:
    """Name totes and where they are: "T2 (problem shelf P1), T3"."""
    named = (sentence("{tote} ({place})", tote=it.code, place=it.place) if it.place else it.code for it in totes)
    return listed(named)


def units(parts: Iterable[tuple[PackLine, int]]) -> str:
    """Name units: "2 of Red mug, 1 of Bowl"; lines of one item are added up."""
    totals: dict[tuple[str, str], int] = {}
    for line, quantity in parts:
        totals[line.sku, line.name] = totals.get((line.sku, line.name), 0) + quantity
    return listed(sentence("{number} of {name}", number=total, name=name) for (_, name), total in totals.items())


def surplus(work: PackWork) -> str:
    """Name the units that have to come out."""
    return units((line, line.surplus) for line in work.lines.values() if line.surplus)


def say_change(work: PackWork, change: OrderChange) -> str:
    """Say what happened to the order, and which units have to come out."""
    out = surplus(work) if change.kind != "held" else ""
    text = say(change.kind, order=work.order)
    return together(text, say("take_out", units=out)) if out else text


def holds(lease: Lease | None, *, epoch: int, device: str) -> bool:
    """Whether this device holds the order under this epoch."""
    return lease is not None and (lease.epoch, lease.device) == (epoch, device)


def _at_unit(work: PackWork, position: PackPosition) -> str:
    lines = work.lines.values()
    if any(line.surplus for line in lines):
        return say("take_out", units=surplus(work))
    is_open = all(is_visible(work, position, line) for line in lines)
    return say("all_in") if is_open and not any(line.left for line in lines) else say("scan_unit")


def _at_recount(work: PackWork, _: PackPosition) -> str:
    carton = to_recount(work)
    if work.lease is None or carton is None:
        return say("second_waits", order=work.order)
    return say("recount", carton=carton.number)


def _is_agreed(second: SecondCount, carton: PackCarton) -> bool:
    tally = second.tallies.get(carton.number)
    return tally is not None and tally.agreed


def _at_shelf(work: PackWork, _: PackPosition) -> str:
    return say("scan_shelf", totes=", ".join(work.totes)) if work.totes else say("park_order")


def _at_weight(work: PackWork, _: PackPosition) -> str:
    waiting = to_weigh(work)
    return say("weigh", carton=waiting[0].number) if waiting else ""


def _at_label(work: PackWork, _: PackPosition) -> str:
    carton = to_label(work)
    return say(STICK[carton.label], carton=carton.number) if carton else ""


_INSTRUCTIONS: Mapping[PackStep, Callable[[PackWork, PackPosition], str]] = {
    PackStep.TOTES: lambda work, _: say("scan_totes", totes=places(missing_totes(work))),
    PackStep.UNIT: _at_unit,
    PackStep.LOT: lambda *_: say("scan_lot"),
    PackStep.SERIAL: lambda *_: say("scan_serial"),
    PackStep.RECOUNT: _at_recount,
    PackStep.INSTRUCT: lambda work, position: say("instruct", text=work.instructions[position.confirmed].text),
    PackStep.WEIGHT: _at_weight,
    PackStep.SHELF: _at_shelf,
    PackStep.LABEL: _at_label,
}
