"""What a picker's hand takes next at a bin, and how it is scanned."""

from typing import TYPE_CHECKING

from warehouse.domain.codes import BarcodeKind, Tracking
from warehouse.domain.picking.walk import needs_tote_scan, policy_at
from warehouse.domain.picking.work import BatchWork, PickTask, Step
from warehouse.simulation.goods import Unit
from warehouse.simulation.handheld import Shot
from warehouse.simulation.worker import Right, gs1, label

if TYPE_CHECKING:
    from warehouse.simulation.picker import Picker

BY_HAND_ABOVE = 3
"""More pieces than this are sometimes entered as a number."""

OVER = frozenset({"over_quantity"})


def due_units(picker: "Picker", task: PickTask) -> Right:
    """Take what is asked for: pieces, cases, or several at once with their number."""
    if task.tracking is Tracking.SERIAL:
        return _due_serial(picker, task)
    if picker.position.step is Step.LOT:
        held = [Unit(task.sku, picker.codes[task.sku], task.lot)] * picker.position.held
        return Right(shot=Shot(code=task.lot), moved=held)
    left = picker.left[task.id] - picker.position.counted
    if left <= 0:
        return Right(shot=Shot(code="C:CONFIRM"))  # the order wants less than before: all of it is in the hand
    there = min(picker.floor.piles.there(picker.pile(task)), left) or left
    code, pack = picker.random.choice([code for code in picker.codes[task.sku] if code[1] <= there])
    unit = Unit(task.sku, picker.codes[task.sku], task.lot)
    times = _times(picker, task, there // pack)
    shot = Shot(code=label(unit, code), kind="quantity" if times > 1 else "scan", quantity=times)
    is_last = pack * times == left and needs_tote_scan(picker.work, task)
    # Pulled twice, a case is one too many of its kind, a piece simply one too many.
    twice = (OVER if pack == 1 else frozenset({"over_quantity", "wrong_unit"})) if is_last else frozenset()
    return Right(shot=shot, moved=[unit] * (pack * times), twice=twice)


def _times(picker: "Picker", task: PickTask, most: int) -> int:
    policy = policy_at(picker.work, task)
    each = policy.scan_each or task.scan_each or not policy.enter_quantity
    is_by_hand = not each and most > BY_HAND_ABOVE and picker.random.random() < 1 / 2
    return picker.random.randint(2, most) if is_by_hand else 1


def _due_serial(picker: "Picker", task: PickTask) -> Right:
    picker.serial = picker.serial or picker.floor.take_serial(_serials(picker, task))
    if picker.serial is None:
        return Right(shot=Shot(kind="short", quantity=len(picker.hand), reason="not_found"))
    code = picker.codes[task.sku][0][0]
    unit = Unit(task.sku, picker.codes[task.sku], serial=picker.serial)
    if picker.position.step is Step.SERIAL:
        return Right(shot=Shot(code=picker.serial), moved=[unit])
    way = picker.random.randrange(3)
    if way == 0:
        return Right(shot=Shot(code=code))
    return Right(shot=Shot(code=picker.serial if way == 1 else gs1(code, serial=picker.serial)), moved=[unit])


def _serials(picker: "Picker", task: PickTask) -> list[str]:
    found = (meaning for meanings in picker.work.directory.values() for meaning in meanings)
    return sorted(it.code for it in found if it.kind is BarcodeKind.SERIAL and (it.sku, it.bin) == (task.sku, task.bin))


def codes_of(work: BatchWork) -> dict[str, tuple[tuple[str, int], ...]]:
    """Give the labels of every item on the list that mean nothing else, pieces first."""
    found: dict[str, list[tuple[str, int]]] = {}
    for code, meanings in work.directory.items():
        if len(meanings) == 1 and meanings[0].kind is BarcodeKind.ITEM:
            found.setdefault(meanings[0].sku or "", []).append((code, meanings[0].pack_quantity))
    return {sku: tuple(sorted(codes, key=lambda code: code[1])) for sku, codes in found.items()}
