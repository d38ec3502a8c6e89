"""The one function that judges a scan at the pack station, and two decisions people make beside it: split and void.

`judge_pack` reads values and returns a value: no clock, database or session. What a verdict means for the books stands
in its effects (`packing_effects`); `packing_apply.apply` carries them into the work.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from warehouse.domain import barcodes
from warehouse.domain.codes import CartonState, Mode, OrderState, Outcome, ScanKind, Via
from warehouse.domain.packing import effects as fx
from warehouse.domain.packing.answers import Answer, Applied, PackTrigger, Refused, finish, policy
from warehouse.domain.packing.apply import apply_effects
from warehouse.domain.packing.close import judge_close_carton, judge_confirm, judge_weight
from warehouse.domain.packing.codes import judge_code, judge_shelf_code, judge_tote_code
from warehouse.domain.packing.labels import judge_label
from warehouse.domain.packing.reports import judge_help, judge_missing, judge_report_begun
from warehouse.domain.packing.texts import say
from warehouse.domain.packing.undo import judge_undo
from warehouse.domain.packing.walk import (
    begin,
    holds,
    instruction,
    must_be_voided,
    next_step,
    open_cartons,
    revealed,
    same_person,
    say_change,
    surplus,
    units,
)
from warehouse.domain.packing.work import PackPosition, PackStep, PackVerdict, PackWork, Split
from warehouse.domain.picking.arming import awake
from warehouse.domain.picking.work import Resolve, Scan
from warehouse.domain.values import value
from warehouse.domain.words import together

_SCANS = {ScanKind.SCAN, ScanKind.QUANTITY}
_OF_COMMAND = {
    "CONFIRM": ScanKind.CONFIRM,
    "UNDO": ScanKind.UNDO,
    "SHORT": ScanKind.SHORT,
    "DAMAGED": ScanKind.DAMAGED,
    "FULL": ScanKind.CLOSE_CARTON,
    "WRONG": ScanKind.WRONG_STOCK,
}
_AT_PACK = {OrderState.PICKED, OrderState.PACKING, OrderState.CANCELLED}
_ANY_TIME = {PackStep.LABEL, PackStep.SHELF}
"""A label goes on its carton, and a tote onto the shelf, also while somebody picks for the order again."""


@value(kw_only=True)
class Decision:
    """Who decided something against the rule, as lead or alone, and why."""

    person: int
    is_lead: bool
    reason: str


def judge_pack(work: PackWork, position: PackPosition, scan: Scan, resolve: Resolve, today: date) -> PackVerdict:
    """Decide about one scan at the pack station; `today` is the site's business day."""
    trigger = _trigger(work, awake(position, scan.at), scan, resolve, today)
    refusal = next(filter(None, (refuse(trigger) for refuse in _REFUSALS)), None)
    verdict = finish(trigger, refusal or _judge_kind(trigger))
    return _settle_device(trigger, verdict)


def allow_split(work: PackWork, position: PackPosition, decision: Decision) -> PackVerdict:
    """Decide whether an order may leave without what is missing; a lead's word, or one's own where the site allows."""
    missing = [(line, line.left + line.unpicked) for line in work.lines.values() if line.left or line.unpicked]
    refusal = _refuse_decision(work, decision)
    if refusal is None and surplus(work):
        refusal = Refused(outcome=Outcome.ORDER_CHANGED, text=say("take_out", units=surplus(work)))
    if refusal is None and not missing:
        refusal = policy("nothing_missing")
    if refusal is None and not any(carton.content for carton in open_cartons(work)):
        refusal = policy("nothing_packed")
    if refusal is not None:
        return _decided(work, position, refusal)
    allowed = replace(
        position,
        split=Split(decision.person, decision.reason.strip()),
        revealed=revealed(position, (line for line, _ in missing)),
    )
    effect = fx.AllowSplit(decision.person, decision.reason.strip(), not decision.is_lead)
    text = say("split_allowed", order=work.order, units=units(missing))
    return _decided(work, position, Applied(text=text, position=allowed, effects=(effect,)))


def judge_void(work: PackWork, position: PackPosition, number: int, decision: Decision) -> PackVerdict:
    """Decide whether a carton may be voided, so that its units are packed again under a new label."""
    refusal = _refuse_decision(work, replace(decision, is_lead=True)) or _refuse_void(work, number)
    if refusal is not None:
        return _decided(work, position, refusal)
    effects = (fx.VoidCarton(number, decision.person, decision.reason.strip()),)
    after = replace(begin(apply_effects(work, effects)), seen_change=position.seen_change)
    return _decided(work, position, Applied(text=say("void", carton=number), position=after, effects=effects))


def _refuse_void(work: PackWork, number: int) -> Refused | None:
    carton = work.cartons.get(number)
    if carton is None:
        return policy("no_carton", carton=number)
    if carton.state is CartonState.VOID:
        return Refused(outcome=Outcome.ALREADY_DONE, text=say("label_void"), then="")
    return policy("carton_gone", carton=number) if carton.state in _GONE else None


_GONE = {CartonState.LOADED, CartonState.SHIPPED}


def _refuse_decision(work: PackWork, decision: Decision) -> Refused | None:
    if not decision.reason.strip():
        return policy("reason", then="")
    return None if decision.is_lead or work.policy.self_approval else policy("lead", then="")


def _decided(work: PackWork, position: PackPosition, answer: Answer) -> PackVerdict:
    if isinstance(answer, Refused):
        text = together(answer.text, answer.then)
        return PackVerdict(outcome=answer.outcome, blocked=True, text=text, position=position)
    after = replace(answer.position, last=None, asked=None)
    text = together(answer.text, instruction(apply_effects(work, answer.effects), after))
    return PackVerdict(outcome=Outcome.ACCEPTED, blocked=False, text=text, position=after, effects=answer.effects)


def _trigger(work: PackWork, position: PackPosition, scan: Scan, resolve: Resolve, today: date) -> PackTrigger:
    reading = barcodes.read(scan.code or "", scan.via, work.stand_in)
    kind, number = scan.kind, scan.quantity
    if kind is ScanKind.SCAN and reading.command in _OF_COMMAND:
        kind, number, reading = _OF_COMMAND[reading.command], None, barcodes.Reading(text="")
    return PackTrigger(work, position, scan, kind, number, reading, resolve, today)


def _refuse_state(trigger: PackTrigger) -> Refused | None:
    work = trigger.work
    if work.state in _AT_PACK or trigger.position.step in _ANY_TIME or trigger.kind is ScanKind.SCAN_BACK:
        return None
    if work.state in {OrderState.PACKED, OrderState.SHIPPED}:
        return Refused(outcome=Outcome.ALREADY_DONE, text=say("order_done", order=work.order), then="")
    return policy("not_picked", then="", order=work.order)


def _refuse_holder(trigger: PackTrigger) -> Refused | None:
    """Refuse whoever does not hold the order; a label may be scanned back by anybody."""
    lease, scan = trigger.work.lease, trigger.scan
    if _is_label(trigger) or holds(lease, epoch=scan.epoch, device=scan.device):
        return None
    text = say("taken_over", name=lease.name, since=lease.since) if lease else say("not_taken")
    return Refused(outcome=Outcome.NOT_OWNER, text=text, then="")


def _refuse_same_person(trigger: PackTrigger) -> Refused | None:
    pattern = None if _is_label(trigger) else same_person(trigger.work, trigger.scan.person)
    return policy(pattern, then="") if pattern else None


def _refuse_changed(trigger: PackTrigger) -> Refused | None:
    work, position = trigger.work, trigger.position
    change = work.change
    if change is None:
        return None
    text = say_change(work, change)
    if change.kind == "held":
        return Refused(outcome=Outcome.ORDER_CHANGED, text=text, then="")
    if must_be_voided(work):
        return Refused(outcome=Outcome.ORDER_CHANGED, text=together(text, say("void_first")), then="")
    if position.seen_change >= change.version:
        return None
    seen = PackPosition(step=next_step(work), seen_change=change.version, revealed=position.revealed)
    effects = (fx.AcknowledgeOrderChange(work.order, change.version),)
    return Refused(outcome=Outcome.ORDER_CHANGED, text=text, position=seen, effects=effects, then="")


def _refuse_typing(trigger: PackTrigger) -> Refused | None:
    is_typed = trigger.scan.via is Via.HAND and bool(trigger.reading.keys)
    return policy("scan_it", then="") if is_typed and not trigger.work.policy.hand_entry else None


_REFUSALS: tuple[Callable[[PackTrigger], Refused | None], ...] = (
    _refuse_state,
    _refuse_holder,
    _refuse_same_person,
    _refuse_changed,
    _refuse_typing,
)


def _is_label(trigger: PackTrigger) -> bool:
    is_scan = trigger.kind in _SCANS and trigger.position.step is PackStep.LABEL
    return trigger.kind is ScanKind.SCAN_BACK or is_scan


def _judge_kind(trigger: PackTrigger) -> Answer:
    if trigger.kind is ScanKind.UNDO:
        return judge_undo(trigger)
    if trigger.reading.command and trigger.kind in _SCANS:
        return judge_help(trigger) if trigger.reading.command == "HELP" else policy("not_here")
    if _is_label(trigger):
        return judge_label(trigger)
    if trigger.kind in _SCANS:
        return _CODES.get(trigger.position.step, judge_code)(trigger)
    return _refuse_kind(trigger) or _judge_act(trigger)


def _finished(trigger: PackTrigger) -> Refused:
    pattern = "all_out" if trigger.work.state is OrderState.CANCELLED else "order_done"
    if trigger.position.step is PackStep.PARKED:
        pattern = "parked_already"
    return Refused(outcome=Outcome.ALREADY_DONE, text=say(pattern, order=trigger.work.order), then="")


_CODES: dict[PackStep, Callable[[PackTrigger], Answer]] = {
    PackStep.TOTES: judge_tote_code,
    PackStep.SHELF: judge_shelf_code,
    PackStep.PARKED: _finished,
    PackStep.FINISHED: _finished,
}


def _refuse_kind(trigger: PackTrigger) -> Refused | None:
    step = trigger.position.step
    if step in {PackStep.TOTES, PackStep.SHELF, PackStep.LABEL}:
        return Refused(outcome=Outcome.POLICY)
    if step in {PackStep.PARKED, PackStep.FINISHED}:
        return _finished(trigger)
    if surplus(trigger.work):
        return Refused(outcome=Outcome.ORDER_CHANGED, text=say("take_out", units=surplus(trigger.work)), then="")
    return None


def _judge_act(trigger: PackTrigger) -> Answer:
    if trigger.kind is ScanKind.WEIGHT:
        is_on_scale = trigger.position.step is PackStep.WEIGHT
        return judge_weight(trigger) if is_on_scale else Refused(outcome=Outcome.POLICY)
    if trigger.kind in _OF_UNITS and trigger.reading.keys:
        return judge_code(trigger)
    act = _ACTS.get(trigger.kind)
    return act(trigger) if act else policy("not_here")


_OF_UNITS = {ScanKind.SHORT, ScanKind.DAMAGED, ScanKind.WRONG_STOCK}
_ACTS: dict[ScanKind, Callable[[PackTrigger], Answer]] = {
    ScanKind.CONFIRM: judge_confirm,
    ScanKind.CLOSE_CARTON: judge_close_carton,
    ScanKind.SHORT: judge_missing,
    ScanKind.DAMAGED: judge_report_begun,
    ScanKind.WRONG_STOCK: judge_report_begun,
}


def _settle_device(trigger: PackTrigger, verdict: PackVerdict) -> PackVerdict:
    """Turn a scan the device judged red into a refused one: what it judged red can never count later (rule 12)."""
    local = trigger.scan.local
    if local in {None, Outcome.ACCEPTED} or not verdict.accepted:
        return verdict
    return PackVerdict(
        outcome=local or verdict.outcome,
        blocked=trigger.work.policy.mode is not Mode.SHADOW,
        text=say("device_refused"),
        position=trigger.position,
    )
