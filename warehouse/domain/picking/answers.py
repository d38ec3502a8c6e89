"""What every pick rule is given, what it may answer, and how an answer becomes a verdict."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

from warehouse.domain.barcodes import Reading
from warehouse.domain.codes import Mode, Outcome, ScanKind
from warehouse.domain.picking import effects as fx
from warehouse.domain.picking.applying import apply_effects
from warehouse.domain.picking.texts import say
from warehouse.domain.picking.walk import instruction
from warehouse.domain.picking.work import BatchWork, Last, LineCount, Meaning, Policy, Position, Resolve, Scan, Verdict
from warehouse.domain.values import value
from warehouse.domain.words import together

MISSES_BEFORE_LEAD = 3

_MISMATCHES = {
    Outcome.UNKNOWN_BARCODE,
    Outcome.WRONG_BIN,
    Outcome.NOT_ON_BATCH,
    Outcome.OTHER_TASK,
    Outcome.WRONG_LOT,
    Outcome.EXPIRED,
    Outcome.WRONG_UNIT,
    Outcome.OVER_QUANTITY,
    Outcome.WRONG_TOTE,
}


@value
class Trigger:
    """One scan with everything it is judged by; `number` is the entered quantity, None where none counts."""

    work: BatchWork
    position: Position
    scan: Scan
    kind: ScanKind
    number: int | None
    reading: Reading
    policy: Policy
    resolve: Resolve
    today: date

    def meanings(self) -> Sequence[Meaning]:
        """Return everything the code stands for, each thing once."""
        if len(self.reading.keys) == 1:
            return self.look_up(self.reading.keys[0])
        return list(dict.fromkeys(meaning for key in self.reading.keys for meaning in self.look_up(key)))

    def look_up(self, key: str) -> Sequence[Meaning]:
        """Return what one key stands for: by the batch's own directory, else by the site's."""
        return self.work.directory.get(key) or self.resolve(key)


@value(kw_only=True)
class Applied:
    """The scan counts.

    `then` replaces the instruction for the next step; `last` says what an undo would then meet; `after` is the work
    with the effects in it, where the rule has it at hand.
    """

    text: str
    position: Position
    effects: tuple[fx.Effect, ...] = ()
    then: str | None = None
    tote: str | None = None
    after: BatchWork | None = None
    last: Literal["this", "as_before", "nothing"] = "this"


@value(kw_only=True)
class Refused:
    """The scan moves nothing; the position may move on, and `asked` waits for the same code again (rule 8)."""

    outcome: Outcome | None
    text: str = ""
    position: Position | None = None
    effects: tuple[fx.Effect, ...] = ()
    then: str | None = None
    asked: str | None = None


Answer = Applied | Refused


def finish(trigger: Trigger, answer: Answer) -> Verdict:
    """Make the verdict of an answer: count misses, remember what an undo takes back, say what to do next."""
    return _applied(trigger, answer) if isinstance(answer, Applied) else _refused(trigger, answer)


def _applied(trigger: Trigger, answer: Applied) -> Verdict:
    onward = answer.position
    position = onward.settled(_last(trigger, answer), onward.armed, onward.armed_at if onward.armed else None)
    work = answer.after or apply_effects(trigger.work, answer.effects)
    return Verdict(
        outcome=Outcome.ACCEPTED,
        blocked=False,
        text=_sentence(work, position, answer),
        position=position,
        effects=answer.effects,
        line=_line(work, trigger, position),
    )


def _last(trigger: Trigger, answer: Applied) -> Last | None:
    if answer.last != "this":
        return trigger.position.last if answer.last == "as_before" else None
    is_final = any(isinstance(effect, fx.WrongStock | fx.ZeroCheck) for effect in answer.effects)
    before = None if is_final else trigger.position.settled(None)
    undo = tuple(_reversals(trigger.work, answer.effects))
    return Last(trigger.scan.id, trigger.scan.person, undo, before, answer.tote)


def _reversals(work: BatchWork, effects: tuple[fx.Effect, ...]) -> list[fx.Effect]:
    reversed_effects = (_reverse(work, effect) for effect in reversed(effects))
    return [effect for effect in reversed_effects if effect is not None]


def _reverse(work: BatchWork, effect: fx.Effect) -> fx.Effect | None:  # noqa: PLR0911 - one line an effect
    match effect:
        case fx.CommitPick(task=task, quantity=quantity, sku=sku, bin=code, tote=tote):
            return fx.UndoPick(
                task=task,
                quantity=quantity,
                sku=sku,
                bin=code,
                tote=tote,
                lot=effect.lot,
                serials=effect.serials,
                unverified=effect.unverified,
            )
        case fx.SwapLot(task, quantity, old, new):
            return fx.SwapLot(task, quantity, new, old)
        case fx.ShortPick(task, quantity, _):
            return fx.UndoShort(task, quantity)
        case fx.DamagePick(task, quantity, reason, lot):
            return fx.UndoDamage(task, quantity, reason, lot)
        case fx.BindTote(slot, tote, order):
            return fx.UnbindTote(slot, tote, order)
        case fx.ToteFull(slot, tote):
            return fx.ReopenTote(slot, tote)
        case fx.TakeCart(cart):
            return fx.ReleaseCart(cart, work.cart)
    return None


def _refused(trigger: Trigger, answer: Refused) -> Verdict:
    before = trigger.position
    is_miss = answer.outcome in _MISMATCHES and answer.asked is None
    misses = before.misses + 1 if is_miss else before.misses
    position = replace(answer.position or before, misses=misses, asked=answer.asked, armed=None, armed_at=None)
    if position.task != before.task:
        position = replace(position, misses=0)
    verdict = Verdict(
        outcome=answer.outcome,
        blocked=answer.outcome is not None and trigger.policy.mode is not Mode.SHADOW,
        text=_sentence(apply_effects(trigger.work, answer.effects), position, answer),
        position=position,
        effects=answer.effects,
        line=_line(trigger.work, trigger, position),
    )
    return _third_miss(trigger, verdict) if is_miss and misses == MISSES_BEFORE_LEAD else verdict


def _third_miss(trigger: Trigger, verdict: Verdict) -> Verdict:
    opened = fx.OpenException("mismatch", trigger.position.task, verdict.outcome)
    verdict = replace(verdict, effects=(*verdict.effects, opened))
    if not (trigger.policy.lead_after_misses and verdict.blocked and trigger.position.task):
        return verdict
    text = together(verdict.text, say("lead"))
    return replace(verdict, text=text, position=replace(verdict.position, lead=True))


def _sentence(work: BatchWork, position: Position, answer: Answer) -> str:
    then = instruction(work, position) if answer.then is None else answer.then
    return together(answer.text, then)


def _line(work: BatchWork, trigger: Trigger, after: Position) -> LineCount | None:
    before = trigger.position.task
    named = (after.task or before) if trigger.kind is ScanKind.UNDO else (before or after.task)
    task = work.tasks.get(named or 0)
    return work.lines.get(task.order_line) if task else None
