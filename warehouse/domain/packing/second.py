"""The second count: what is dear or big is scanned again by somebody else before it is sealed (domain section 6).

It is blind like the first, carton by carton, and moves nothing. What it does not find leaves the carton by the same
reports as in the first count.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from warehouse.domain.codes import Outcome
from warehouse.domain.packing import second_effects as fx
from warehouse.domain.packing.answers import Answer, Applied, PackTrigger, Refused
from warehouse.domain.packing.apply import apply_effects
from warehouse.domain.packing.texts import say
from warehouse.domain.packing.units import Units, known_units, refuse_detail, refuse_entry, times
from warehouse.domain.packing.walk import revealed, tallied, to_recount, units
from warehouse.domain.packing.work import CartonContent, PackCarton, PackLine, PackStep, PackWork, Tally


def judge_again(trigger: PackTrigger, lines: list[PackLine], found: Units) -> Answer:
    """Decide about units of a carton that are counted again."""
    answer = refuse_entry(trigger, lines[0], found) or refuse_detail(trigger, lines, found)
    carton = to_recount(trigger.work)
    if answer is not None or carton is None:
        return answer or Refused(outcome=Outcome.POLICY)
    known = known_units(lines, found)
    if known.serial in _serials(_tally(trigger.work, carton).content):
        return Refused(outcome=Outcome.ALREADY_DONE, text=say("counted_again", serial=known.serial))
    number = known.pack * times(trigger)
    effects = tuple(_shares(trigger.work, carton, lines, replace(known, pack=number)))
    if sum(effect.quantity for effect in effects) < number:
        return _refuse_more(trigger, carton, lines)
    after = apply_effects(trigger.work, effects)
    counted = sum(tallied(after, line) for line in lines)
    position = replace(trigger.position, step=PackStep.RECOUNT, held_sku=None, held=0, armed=None, armed_at=None)
    text = say("recounted", name=known.name, number=counted)
    return Applied(text=text, position=position, effects=effects, line=effects[-1].order_line)


def not_found(work: PackWork, carton: PackCarton) -> list[CartonContent]:
    """Give what the first count put into a carton and the second has not found in it."""
    counted = _tally(work, carton).content
    left = (_less(part, counted) for part in carton.content)
    return [part for part in left if part.quantity]


def named(work: PackWork, parts: Iterable[CartonContent]) -> str:
    """Name units of a carton: "2 of Red mug, 1 of Bowl"."""
    return units((work.lines[part.order_line], part.quantity) for part in parts)


def _shares(work: PackWork, carton: PackCarton, lines: list[PackLine], found: Units) -> Iterator[fx.TallyUnits]:
    own = {line.order_line for line in lines}
    number = found.pack
    for part in not_found(work, carton):
        is_it = part.order_line in own and part.lot == found.lot
        if not is_it or not (found.serial is None or found.serial in part.serials):
            continue
        quantity = min(part.quantity, number)
        number -= quantity
        if quantity:
            yield fx.TallyUnits(
                carton=carton.number,
                order_line=part.order_line,
                sku=part.sku,
                quantity=quantity,
                lot=part.lot,
                serials=(found.serial,) if found.serial else (),
            )


def _refuse_more(trigger: PackTrigger, carton: PackCarton, lines: list[PackLine]) -> Refused:
    own = {line.order_line for line in lines}
    packed = sum(part.quantity for part in carton.content if part.order_line in own)
    text = say("recount_only", carton=carton.number, packed=packed, name=lines[0].name)
    position = replace(trigger.position, revealed=revealed(trigger.position, lines))
    return Refused(outcome=Outcome.OVER_QUANTITY, text=text, position=position, then="", line=lines[0].order_line)


def _less(part: CartonContent, counted: tuple[CartonContent, ...]) -> CartonContent:
    same = [it for it in counted if (it.order_line, it.lot) == (part.order_line, part.lot)]
    seen = _serials(same)
    left = part.quantity - sum(it.quantity for it in same)
    return replace(part, quantity=left, serials=tuple(it for it in part.serials if it not in seen))


def _serials(parts: Iterable[CartonContent]) -> set[str | None]:
    return {serial for part in parts for serial in part.serials}


def _tally(work: PackWork, carton: PackCarton) -> Tally:
    return (work.second.tallies if work.second else {}).get(carton.number, Tally())
