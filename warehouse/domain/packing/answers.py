"""What every pack rule is given, what it may answer, and how an answer becomes a verdict."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

from warehouse.domain.barcodes import Reading
from warehouse.domain.codes import Mode, OrderState, Outcome, ScanKind
from warehouse.domain.packing import effects as fx
from warehouse.domain.packing import second_effects as second
from warehouse.domain.packing.apply import apply_effects
from warehouse.domain.packing.texts import named_thing, say
from warehouse.domain.packing.walk import count_of, instruction, missing_totes, stand
from warehouse.domain.packing.work import PackLast, PackPosition, PackStep, PackVerdict, PackWork
from warehouse.domain.picking.work import Meaning, Resolve, Scan
from warehouse.domain.values import value
from warehouse.domain.words import Text, sentence, together

MISSES_BEFORE_LEAD = 3

_MISMATCHES = {
    Outcome.UNKNOWN_BARCODE,
    Outcome.NOT_ON_BATCH,
    Outcome.WRONG_LOT,
    Outcome.EXPIRED,
    Outcome.WRONG_UNIT,
    Outcome.OVER_QUANTITY,
    Outcome.WRONG_TOTE,
    Outcome.WRONG_LABEL,
}


@value
class PackTrigger:
    """One scan with everything it is judged by; `number` is the entered quantity or weight, None where none counts."""

    work: PackWork
    position: PackPosition
    scan: Scan
    kind: ScanKind
    number: int | None
    reading: Reading
    resolve: Resolve
    today: date

    @property
    def is_shadow(self) -> bool:
        """Whether this station only watches."""
        return self.work.policy.mode is Mode.SHADOW

    def meanings(self) -> Sequence[Meaning]:
        """Return everything the code stands for, each thing once."""
        found = (self.work.directory.get(key) or self.resolve(key) for key in self.reading.keys)
        return list(dict.fromkeys(meaning for meanings in found for meaning in meanings))


@value(kw_only=True)
class Applied:
    """The scan counts; `line` is the order line it was about, `last` says what an undo would then meet."""

    text: str
    position: PackPosition
    effects: tuple[fx.PackEffect, ...] = ()
    then: str | None = None
    line: int | None = None
    last: Literal["this", "as_before", "nothing"] = "this"


@value(kw_only=True)
class Refused:
    """The scan moves nothing; the position may move on, and `asked` waits for the same again (rule 8)."""

    outcome: Outcome
    text: str = ""
    position: PackPosition | None = None
    effects: tuple[fx.PackEffect, ...] = ()
    then: str | None = None
    line: int | None = None
    asked: str | None = None


Answer = Applied | Refused


def finish(trigger: PackTrigger, answer: Answer) -> PackVerdict:
    """Make the verdict of an answer: begin packing, count misses, remember the way back, say what is next."""
    return _applied(trigger, answer) if isinstance(answer, Applied) else _refused(trigger, answer)


def _applied(trigger: PackTrigger, answer: Applied) -> PackVerdict:
    effects = answer.effects
    after = apply_effects(trigger.work, effects)
    is_here = answer.position.step is not PackStep.PARKED and not missing_totes(after)
    if after.state is OrderState.PICKED and is_here:
        effects = (fx.BeginPacking(after.order), *effects)
        after = replace(after, state=OrderState.PACKING)
    position = replace(stand(after, answer.position), misses=0, asked=None, last=_last(trigger, answer))
    return _verdict(after, position, answer, Outcome.ACCEPTED, effects)


def _verdict(
    work: PackWork, position: PackPosition, answer: Answer, outcome: Outcome, effects: tuple[fx.PackEffect, ...]
) -> PackVerdict:
    then = instruction(work, position) if answer.then is None else answer.then
    line = work.lines.get(answer.line or 0)
    return PackVerdict(
        outcome=outcome,
        blocked=outcome is not Outcome.ACCEPTED and work.policy.mode is not Mode.SHADOW,
        text=together(answer.text, then),
        position=position,
        effects=effects,
        line=count_of(work, position, line) if line else None,
    )


def _last(trigger: PackTrigger, answer: Applied) -> PackLast | None:
    if answer.last != "this":
        return trigger.position.last if answer.last == "as_before" else None
    is_final = any(isinstance(effect, _FINAL) for effect in answer.effects)
    before = None if is_final else replace(trigger.position, last=None, armed=None, armed_at=None, asked=None, misses=0)
    undo = (_reverse(effect) for effect in reversed(answer.effects))
    return PackLast(trigger.scan.id, trigger.scan.person, tuple(it for it in undo if it is not None), before)


_FINAL = (
    fx.ScanOut,
    fx.PutAside,
    fx.RepickUnits,
    fx.ParkTotes,
    fx.WeighCarton,
    fx.AcceptWeight,
    fx.CloseCarton,
    fx.LabelCarton,
    second.AskSecondCount,
    second.AgreeCarton,
)


def _reverse(effect: fx.PackEffect) -> fx.PackEffect | None:
    match effect:
        case fx.PackUnits(order_line=order_line, sku=sku, quantity=quantity, carton=carton):
            return fx.UnpackUnits(
                order_line=order_line,
                sku=sku,
                quantity=quantity,
                carton=carton,
                lot=effect.lot,
                serials=effect.serials,
                unverified=effect.unverified,
                self_packed=effect.self_packed,
            )
        case second.TallyUnits(carton=carton, order_line=order_line, sku=sku, quantity=quantity):
            return second.UntallyUnits(
                carton=carton,
                order_line=order_line,
                sku=sku,
                quantity=quantity,
                lot=effect.lot,
                serials=effect.serials,
            )
        case fx.OpenCarton(carton):
            return fx.DiscardCarton(carton)
        case fx.FillCarton(carton):
            return fx.ReopenCarton(carton)
        case fx.ScanInTote(tote):
            return fx.ScanOutTote(tote)
    return None


def _refused(trigger: PackTrigger, answer: Refused) -> PackVerdict:
    before = trigger.position
    is_miss = answer.outcome in _MISMATCHES
    misses = before.misses + 1 if is_miss else before.misses
    position = replace(answer.position or before, misses=misses, asked=answer.asked, armed=None, armed_at=None)
    effects = answer.effects
    if is_miss and misses == MISSES_BEFORE_LEAD:
        effects = (*effects, fx.OpenPackException("mismatch", answer.outcome, say_subject(trigger)))
    return _verdict(apply_effects(trigger.work, answer.effects), position, answer, answer.outcome, effects)


def say_subject(trigger: PackTrigger) -> Text:
    """Name what an exception of this order is about."""
    return sentence("order {order} at pack", order=trigger.work.order)


def policy(pattern: str, *, then: str | None = None, **values: object) -> Refused:
    """Refuse by policy with one sentence."""
    return Refused(outcome=Outcome.POLICY, text=say(pattern, **values), then=then)


def refuse_unsent(trigger: PackTrigger) -> Refused | None:
    """Refuse to complete anything of an order of which a device may still keep scans."""
    if trigger.is_shadow or not trigger.work.unsent:
        return None
    return policy("unsent", then="", device=trigger.work.unsent[0])


def refuse_thing(meaning: Meaning) -> Refused:
    """Say that the code is known, but of a kind that does not belong to this step."""
    return policy("wrong_thing", thing=named_thing(meaning.kind))
