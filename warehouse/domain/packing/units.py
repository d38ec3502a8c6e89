"""What a scan at the pack station stands for: which item, lot and serial, how many, and where such units are."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from warehouse.domain.codes import BarcodeKind, Outcome, ScanKind, Tracking
from warehouse.domain.gs1 import expiry_date
from warehouse.domain.packing.answers import Answer, Applied, PackTrigger, Refused, policy
from warehouse.domain.packing.apply import LOT_TRACKED
from warehouse.domain.packing.texts import say
from warehouse.domain.packing.walk import is_recounting, open_cartons
from warehouse.domain.packing.work import PackLine, PackStep, PackWork
from warehouse.domain.picking.work import Meaning
from warehouse.domain.values import value


@value(kw_only=True)
class Units:
    """What one scan stands for: so many eaches of a SKU, as far as the label says with lot, serial and expiry."""

    sku: str
    name: str
    pack: int = 1
    lot: str | None = None
    serial: str | None = None
    expires_on: date | None = None


@value
class Part:
    """Units of one line, taken from its totes, or from an open carton."""

    line: PackLine
    quantity: int
    carton: int | None = None


def units_of(trigger: PackTrigger, meaning: Meaning) -> Units:
    """Read what a meaning of kind item, lot or serial stands for, with what its GS1 message adds."""
    gs1 = trigger.reading.gs1
    sku = meaning.sku or meaning.code
    name = next((line.name for line in trigger.work.lines.values() if line.sku == sku), meaning.name or sku)
    if meaning.kind is BarcodeKind.SERIAL:
        return Units(sku=sku, name=name, serial=meaning.code)
    expires_on = expiry_date(gs1.expiry, trigger.today) if gs1.expiry else meaning.expires_on
    if meaning.kind is BarcodeKind.LOT:
        is_for_held = trigger.position.step is PackStep.LOT and trigger.position.held_sku == sku
        held = trigger.position.held if is_for_held and trigger.kind is ScanKind.SCAN else 1
        return Units(sku=sku, name=name, pack=held, lot=meaning.code, expires_on=expires_on)
    pack = meaning.pack_quantity * gs1.count
    if gs1.lot is None and _has_none(trigger, sku):
        pack = trigger.position.held if trigger.kind is ScanKind.SCAN else pack
        return Units(sku=sku, name=name, pack=pack, lot="", expires_on=expires_on)
    return Units(sku=sku, name=name, pack=pack, lot=gs1.lot, serial=gs1.serial, expires_on=expires_on)


def _has_none(trigger: PackTrigger, sku: str) -> bool:
    """Say whether an item scanned again where its lot is asked for is one without, as some of its pieces are."""
    is_asked = trigger.position.step is PackStep.LOT and trigger.position.asked == _again(trigger)
    return is_asked and any(not lot.code for line in lines_of(trigger.work, sku) for lot in line.lots)


def _again(trigger: PackTrigger) -> str:
    """Name the code that has to come again: another one of the same item may stand for more pieces."""
    return f"lot:{trigger.reading.text}"


def lines_of(work: PackWork, sku: str) -> list[PackLine]:
    """Give the order's lines of this SKU, in order."""
    return [line for _, line in sorted(work.lines.items()) if line.sku == sku]


def times(trigger: PackTrigger) -> int:
    """Give how often the scan counts: entered or armed quantity."""
    entered = trigger.number if trigger.kind is ScanKind.QUANTITY else None
    return (entered or 1) * (trigger.position.armed or 1)


def must_scan_each(trigger: PackTrigger, line: PackLine) -> bool:
    """Say whether no entered or armed quantity may stand for scans."""
    rules = trigger.work.policy
    return rules.scan_each or line.scan_each or not rules.enter_quantity or line.tracking is Tracking.SERIAL


def refuse_entry(trigger: PackTrigger, line: PackLine, units: Units) -> Refused | None:
    """Refuse a quantity that may not be entered, and a case of what is told apart piece by piece."""
    if trigger.kind is ScanKind.QUANTITY and (trigger.number or 0) < 1:
        return policy("enter_number", then="")
    if times(trigger) > 1 and must_scan_each(trigger, line):
        return policy("scan_each", then="")
    if units.pack > 1 and line.tracking is Tracking.SERIAL:
        return Refused(outcome=Outcome.WRONG_UNIT, text=say("piece_each", pack=units.pack), then="")
    return None


def refuse_detail(trigger: PackTrigger, lines: list[PackLine], units: Units) -> Answer | None:
    """Refuse a wrong lot or serial, ask for one that is needed, and refuse what has expired."""
    tracking = lines[0].tracking
    if tracking is Tracking.SERIAL:
        answer = _refuse_serial(trigger, lines, units)
    elif tracking in LOT_TRACKED:
        answer = _refuse_lot(trigger, lines, units)
    else:
        answer = None
    return answer or _refuse_expired(trigger, lines, units)


def lot_of(lines: list[PackLine], units: Units) -> str | None:
    """Give the lot the units are booked as: the scanned one, or the only one there is; None for other items."""
    if lines[0].tracking not in LOT_TRACKED:
        return None
    known = next((lot.code for line in lines for lot in line.lots), None)
    return known if units.lot is None else units.lot


def known_units(lines: list[PackLine], units: Units) -> Units:
    """Keep of lot and serial what is booked for such items; a single lot needs no scan."""
    serial = units.serial if lines[0].tracking is Tracking.SERIAL else None
    return replace(units, lot=lot_of(lines, units), serial=serial)


def take(work: PackWork, lines: list[PackLine], units: Units, limits: Mapping[int, int]) -> list[Part]:
    """Find units in the totes first, then in open cartons, of each line up to its limit."""
    left = dict(limits)
    parts: list[Part] = []
    for part in [*_loose(lines, units), *_in_cartons(work, lines, units)]:
        quantity = min(part.quantity, left[part.line.order_line])
        if quantity > 0:
            left[part.line.order_line] -= quantity
            parts.append(replace(part, quantity=quantity))
    return parts


def unpacked_of(line: PackLine) -> list[tuple[int, str | None, tuple[str, ...]]]:
    """Tell what is left of a line apart by lot or serials, as far as these are kept: (quantity, lot, serials)."""
    if line.serials:
        serials = tuple(serial for serial in line.serials if serial not in line.packed_serials)[: line.left]
        return [(len(serials), None, serials)]
    if not line.lots:
        return [(line.left, None, ())]
    return [(lot.picked - lot.packed, lot.code, ()) for lot in line.lots if lot.picked > lot.packed]


def _loose(lines: list[PackLine], units: Units) -> Iterator[Part]:
    for line in lines:
        if units.serial is not None:
            yield Part(line, int(units.serial in line.serials and units.serial not in line.packed_serials))
        elif units.lot is not None:
            yield Part(line, sum(lot.picked - lot.packed for lot in line.lots if lot.code == units.lot))
        else:
            yield Part(line, line.picked - line.packed)


def _in_cartons(work: PackWork, lines: list[PackLine], units: Units) -> Iterator[Part]:
    known = {line.order_line: line for line in lines}
    for carton in open_cartons(work):
        for part in carton.content:
            is_it = part.lot == units.lot and (units.serial is None or units.serial in part.serials)
            if part.order_line in known and is_it:
                yield Part(known[part.order_line], part.quantity if units.serial is None else 1, carton.number)


def _refuse_lot(trigger: PackTrigger, lines: list[PackLine], units: Units) -> Answer | None:
    lots = {lot.code for line in lines for lot in line.lots}
    if units.lot is not None:
        if units.lot in lots:
            return None
        return Refused(outcome=Outcome.WRONG_LOT, text=say("wrong_lot", lot=units.lot), line=lines[0].order_line)
    if len(lots) <= 1:
        return None
    held = units.pack * times(trigger)
    position = replace(trigger.position, step=PackStep.LOT, held_sku=units.sku, held=held, armed=None, armed_at=None)
    text = say("some_without_lot" if "" in lots else "ambiguous_lots", name=units.name)
    return Refused(outcome=Outcome.AMBIGUOUS, text=text, position=position, then="", asked=_again(trigger))


def _refuse_serial(trigger: PackTrigger, lines: list[PackLine], units: Units) -> Answer | None:
    if units.serial is None:
        position = replace(
            trigger.position, step=PackStep.SERIAL, held_sku=units.sku, held=1, armed=None, armed_at=None
        )
        return Applied(text="", position=position)
    is_in_carton = any(line.surplus for line in lines) or is_recounting(trigger.work)
    if not is_in_carton and any(units.serial in line.packed_serials for line in lines):
        return Refused(outcome=Outcome.ALREADY_DONE, text=say("serial_twice", serial=units.serial))
    if any(units.serial in line.serials for line in lines):
        return None
    return Refused(outcome=Outcome.NOT_ON_BATCH, text=say("serial_foreign", serial=units.serial))


def _refuse_expired(trigger: PackTrigger, lines: list[PackLine], units: Units) -> Refused | None:
    if any(line.surplus for line in lines):
        return None
    lot = lot_of(lines, units)
    known = next((it.expires_on for line in lines for it in line.lots if it.code == lot), None)
    expires_on = units.expires_on or known
    if expires_on is None or expires_on >= trigger.today:
        return None
    return Refused(outcome=Outcome.EXPIRED, text=say("expired", date=expires_on))
