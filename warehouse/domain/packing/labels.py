"""The label on the carton: it is scanned back, and a wrong, second or void one is blocked."""

import re
from dataclasses import replace

from warehouse.domain.codes import BarcodeKind, CartonState, Outcome
from warehouse.domain.packing import effects as fx
from warehouse.domain.packing.answers import Answer, Applied, PackTrigger, Refused, policy, refuse_unsent
from warehouse.domain.packing.apply import apply_effects
from warehouse.domain.packing.texts import say
from warehouse.domain.packing.walk import STICK, open_cartons, to_label
from warehouse.domain.packing.work import LabelWait, PackCarton, PackStep
from warehouse.domain.picking.work import Meaning
from warehouse.domain.shipping.parcels import sscc_in

_NUMBER = re.compile(r"[A-Z0-9]{8,40}", re.ASCII)


def judge_label(trigger: PackTrigger) -> Answer:
    """Decide about the label scanned back on the carton that waits for one."""
    return refuse_unsent(trigger) or _judge_scanned(trigger, scanned_sscc(trigger))


def _judge_scanned(trigger: PackTrigger, sscc: str | None) -> Answer:
    if sscc in trigger.work.void_labels:
        return Refused(outcome=Outcome.VOID_LABEL, text=say("label_void"))
    own = next((it for it in trigger.work.cartons.values() if sscc is not None and it.sscc == sscc), None)
    if own is not None and own.state in {CartonState.LABELLED, CartonState.LOADED, CartonState.SHIPPED}:
        return Refused(outcome=Outcome.ALREADY_DONE, text=say("label_done", carton=own.number))
    waiting = to_label(trigger.work)
    if waiting is None and open_cartons(trigger.work):
        return policy("not_closed", carton=open_cartons(trigger.work)[0].number)
    if waiting is None:
        return Refused(outcome=Outcome.ALREADY_DONE, text=say("order_done", order=trigger.work.order))
    if sscc is None and waiting.label is LabelWait.NUMBER and not trigger.meanings():
        return _numbered(trigger, waiting)
    return _judge_own(trigger, own, waiting)


def scanned_sscc(trigger: PackTrigger) -> str | None:
    """Give the carton serial a code stands for: by its own digits, else as the carrier's tracking number."""
    sscc = sscc_in(trigger.reading.keys)
    if sscc is not None:
        return sscc
    cartons = [meaning.code for meaning in trigger.meanings() if meaning.kind is BarcodeKind.CARTON]
    return cartons[0] if len(cartons) == 1 else None


def _judge_own(trigger: PackTrigger, own: PackCarton | None, waiting: PackCarton) -> Answer:
    if own is None or own.number != waiting.number:
        return _refuse_label(trigger, own, waiting)
    if waiting.label is not LabelWait.NONE:
        return policy(STICK[waiting.label], then="", carton=waiting.number)
    return _labelled(trigger, waiting)


def _numbered(trigger: PackTrigger, carton: PackCarton) -> Answer:
    """Take the number of the carrier's own label, as scanned or typed."""
    number = "".join(trigger.reading.text.upper().split())
    if not _NUMBER.fullmatch(number):
        return policy("scan_number", then="", carton=carton.number)
    return _labelled(trigger, carton, number)


def _labelled(trigger: PackTrigger, carton: PackCarton, number: str = "") -> Applied:
    effects: tuple[fx.PackEffect, ...] = (fx.LabelCarton(carton.number, carton.sscc or "", number),)
    after = apply_effects(trigger.work, effects)
    text = say("label_right", carton=carton.number)
    if to_label(after) is not None:
        return Applied(text=text, position=trigger.position, effects=effects)
    complete = not any(line.left or line.unpicked for line in after.lines.values())
    effects = (*effects, fx.ShipmentLabelled(after.order, complete))
    then = say("packed_all" if complete else "packed_part", order=after.order)
    position = replace(trigger.position, step=PackStep.FINISHED)
    return Applied(text=text, position=position, effects=effects, then=then)


def _refuse_label(trigger: PackTrigger, own: PackCarton | None, waiting: PackCarton) -> Refused:
    if own is not None:
        text = say("label_other_carton", other=own.number, carton=waiting.number)
        return Refused(outcome=Outcome.WRONG_LABEL, text=text, then="")
    meanings = trigger.meanings()
    sscc = scanned_sscc(trigger)
    if not meanings and sscc is None:
        text = say("unknown", code=trigger.reading.text)
        return Refused(outcome=Outcome.UNKNOWN_BARCODE, text=text, then="")
    if sscc is None:
        is_slip = any(meaning.kind is BarcodeKind.ORDER for meaning in meanings)
        return policy("slip_not_label" if is_slip else "no_label")
    owner = _order_of(list(meanings))
    if owner is None:
        text = say("label_foreign", carton=waiting.number)
    else:
        text = say("label_other_order", order=owner, carton=waiting.number, own=trigger.work.order)
    return Refused(outcome=Outcome.WRONG_LABEL, text=text, then="")


def _order_of(meanings: list[Meaning]) -> str | None:
    return next((it.order for it in meanings if it.kind is BarcodeKind.CARTON), None)
