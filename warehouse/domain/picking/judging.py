"""The one function that judges a pick scan; the handheld runs its twin `static/js/lib/judge.js` for the instant answer.

`judge` reads values and returns a value: it never looks at a clock, a database or a session. What a verdict means for
the books stands in its effects (`warehouse/domain/picking/effects.py`); `applying.apply` carries them into the work.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from warehouse.domain import barcodes
from warehouse.domain.catalog import is_reserved
from warehouse.domain.codes import BarcodeKind, Mode, Outcome, ScanKind, Via
from warehouse.domain.picking.answers import Answer, Applied, Refused, Trigger, finish
from warehouse.domain.picking.arming import awake
from warehouse.domain.picking.changes import refuse_changed
from warehouse.domain.picking.commit import Load, commit
from warehouse.domain.picking.effects import LeadLift
from warehouse.domain.picking.hands import settle_device
from warehouse.domain.picking.items import (
    is_typed_sku,
    judge_new_serial,
    judge_typed_sku,
    judge_units,
    judge_unnamed,
    refuse_foreign,
)
from warehouse.domain.picking.reports import judge_arming, judge_help, judge_report, judge_zero_check
from warehouse.domain.picking.texts import say
from warehouse.domain.picking.totes import (
    judge_bin,
    judge_bind,
    judge_cart,
    judge_confirm,
    judge_tote,
    refuse_ambiguous,
    refuse_thing,
    refuse_unknown,
)
from warehouse.domain.picking.undo import judge_undo
from warehouse.domain.picking.walk import policy_at, stand
from warehouse.domain.picking.work import BatchWork, Meaning, PickTask, Position, Resolve, Scan, Step, Verdict

_SCANS = {ScanKind.SCAN, ScanKind.QUANTITY}
_UNITS = {BarcodeKind.ITEM, BarcodeKind.LOT, BarcodeKind.SERIAL}
_OF_COMMAND = {
    "CONFIRM": ScanKind.CONFIRM,
    "UNDO": ScanKind.UNDO,
    "SHORT": ScanKind.SHORT,
    "DAMAGED": ScanKind.DAMAGED,
    "SKIP": ScanKind.SKIP,
    "FULL": ScanKind.TOTE_FULL,
    "WRONG": ScanKind.WRONG_STOCK,
}


def judge(work: BatchWork, position: Position, scan: Scan, resolve: Resolve, today: date) -> Verdict:
    """Decide about one scan.

    `resolve` gives the meanings of keys outside the batch's own directory; `today` is the site's business day.
    """
    here = stand(work, position, scan.list_version)
    trigger = _trigger(work, awake(here, scan.at), scan, resolve, today)
    answer = refuse_changed(trigger) or _refuse_typing(trigger) or _judge_kind(trigger)
    return settle_device(trigger, finish(trigger, answer))


def _trigger(work: BatchWork, position: Position, scan: Scan, resolve: Resolve, today: date) -> Trigger:
    reading = barcodes.read(scan.code or "", scan.via, work.stand_in)
    kind, number = scan.kind, scan.quantity
    if kind is ScanKind.SCAN and reading.command in _OF_COMMAND:
        kind, number = _OF_COMMAND[reading.command], None
        reading = replace(reading, text="")
    policy = policy_at(work, work.tasks.get(position.task or 0))
    return Trigger(work, position, scan, kind, number, reading, policy, resolve, today)


def _refuse_typing(trigger: Trigger) -> Refused | None:
    if trigger.scan.via is Via.HAND and trigger.reading.keys and not trigger.policy.hand_entry:
        return Refused(outcome=Outcome.POLICY, text=say("scan_it"), then="")
    return None


def _judge_kind(trigger: Trigger) -> Answer:
    if trigger.kind is ScanKind.UNDO:
        return judge_undo(trigger)
    if trigger.reading.command and trigger.kind in _SCANS:
        refusal = Refused(outcome=Outcome.POLICY, text=say("not_here"))
        return judge_help(trigger) if trigger.reading.command == "HELP" else refusal
    task = trigger.work.tasks.get(trigger.position.task or 0)
    if trigger.position.lead and task is not None and trigger.kind is not ScanKind.SKIP:
        return _judge_lead(trigger, task)
    if trigger.position.step is Step.ZERO_CHECK:
        return judge_zero_check(trigger)
    if task is None or trigger.position.step is Step.BIND:
        return _judge_around(trigger)
    return _judge_at_task(trigger, task)


def _judge_lead(trigger: Trigger, task: PickTask) -> Answer:
    badges = _badges(trigger) if trigger.kind in _SCANS else []
    if len(badges) != 1:
        return Refused(outcome=Outcome.POLICY, text=say("lead"), then="")
    if badges[0].lead is None:
        return Refused(outcome=None, text=say("asking"), then="")
    if not (badges[0].lead or trigger.policy.self_approval):
        return Refused(outcome=Outcome.POLICY, text=say("not_a_lead"), then=say("lead"))
    effects = (LeadLift(task.id, badges[0].code, own=not badges[0].lead),)
    free = replace(trigger.position, lead=False)
    return Applied(text=say("lifted"), position=free, effects=effects, last="as_before")


def _badges(trigger: Trigger) -> list[Meaning]:
    """Give the badges that the code can be: one may have been printed without our prefix."""
    meanings, text = trigger.meanings(), trigger.reading.text
    if not meanings and text and not is_reserved(text):
        meanings = trigger.look_up(barcodes.key(f"U:{text}"))
    return [it for it in meanings if it.kind is BarcodeKind.BADGE]


def _judge_around(trigger: Trigger) -> Answer:
    """Decide at the steps before the first pick and behind the last one."""
    step = trigger.position.step
    if step is Step.FINISHED and trigger.kind not in _SCANS:
        return Refused(outcome=Outcome.ALREADY_DONE)
    if trigger.kind not in _KINDS_AROUND[step]:
        return Refused(outcome=Outcome.POLICY)
    meaning = _one_meaning(trigger)
    return meaning if isinstance(meaning, Refused) else _AROUND[step](trigger, meaning)


def _judge_finished(trigger: Trigger, meaning: Meaning) -> Answer:
    if meaning.kind in _UNITS:
        return refuse_foreign(trigger, None, meaning.sku or meaning.code)
    return Refused(outcome=Outcome.ALREADY_DONE)


_AROUND: dict[Step, Callable[[Trigger, Meaning], Answer]] = {
    Step.CART: judge_cart,
    Step.BIND: judge_bind,
    Step.FINISHED: _judge_finished,
}
_KINDS_AROUND = {
    Step.CART: {ScanKind.SCAN},
    Step.BIND: {ScanKind.SCAN, ScanKind.BIND_TOTE},
    Step.FINISHED: _SCANS,
}


def _judge_at_task(trigger: Trigger, task: PickTask) -> Answer:
    if trigger.kind is ScanKind.CONFIRM:
        if trigger.policy.mode is not Mode.SHADOW:
            return judge_confirm(trigger, task)
        counted, position = trigger.position.counted, trigger.position
        unseen = task.left - counted
        load = Load(quantity=counted, lot=position.lot, serials=position.serials, unverified=unseen)
        return commit(trigger, task, load)
    if trigger.kind not in _SCANS:
        return judge_report(trigger, task)
    if trigger.reading.armed is not None:
        return judge_arming(trigger, task, trigger.reading.armed)
    if trigger.kind is ScanKind.QUANTITY and not trigger.reading.text:
        return judge_unnamed(trigger, task)
    return _judge_code(trigger, task)


def _judge_code(trigger: Trigger, task: PickTask) -> Answer:
    meanings = trigger.meanings()
    is_new_serial = trigger.position.step is Step.SERIAL and trigger.reading.keys and not meanings
    if is_new_serial:
        return judge_new_serial(trigger, task)
    if is_typed_sku(trigger, task):
        is_only_that = all(meaning.sku == task.sku for meaning in meanings)
        return judge_typed_sku(trigger, task) if is_only_that else refuse_ambiguous(list(meanings))
    meaning = _one_meaning(trigger, task)
    if isinstance(meaning, Refused):
        return meaning
    if meaning.kind in _UNITS:
        return judge_units(trigger, task, meaning)
    if meaning.kind is BarcodeKind.BIN:
        return judge_bin(trigger, task, meaning)
    return judge_tote(trigger, task, meaning) if meaning.kind is BarcodeKind.TOTE else refuse_thing(meaning)


def _one_meaning(trigger: Trigger, task: PickTask | None = None) -> Meaning | Refused:
    """Return the only thing the code can mean here; never the first of several (rule 3)."""
    meanings = list(trigger.meanings())
    if task is not None and trigger.position.step in {Step.LOT, Step.SERIAL}:
        # The item is known by now, so a lot or serial of the same name of another item is out of the question.
        is_detail = all(meaning.kind in {BarcodeKind.LOT, BarcodeKind.SERIAL} for meaning in meanings)
        own = [meaning for meaning in meanings if meaning.sku == task.sku]
        meanings = own if is_detail and own else meanings
    if len(meanings) == 1:
        return meanings[0]
    return refuse_ambiguous(meanings) if meanings else refuse_unknown(trigger)
