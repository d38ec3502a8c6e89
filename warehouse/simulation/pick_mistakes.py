"""What a picker can do wrong at each step, and which answers block it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from warehouse.domain.codes import Tracking
from warehouse.domain.picking.walk import needs_tote_scan
from warehouse.domain.picking.work import PickTask, Step
from warehouse.simulation.goods import Unit
from warehouse.simulation.handheld import Shot
from warehouse.simulation.worker import Mistake, label

if TYPE_CHECKING:
    from warehouse.simulation.picker import Picker

NO_LOT = "LX0000"
ON_LIST = frozenset({"other_task", "already_done"})
WRONG_TOTE = frozenset({"wrong_tote"})


def mistakes_at(picker: "Picker") -> list[Mistake]:
    """Give every mistake that is possible now."""
    task = picker.work.tasks.get(picker.position.task or 0)
    if picker.position.step is Step.BIND:
        return [*_bound_again(picker)]
    if task is None or picker.position.step not in {Step.BIN, Step.ITEM, Step.TOTE}:
        return []
    found = [*_wrong_bin(picker, task)]
    if picker.position.step is not Step.BIN:
        found += [*_wrong_item(picker, task), *_wrong_tote(picker), *_too_few(picker, task), *_too_many(picker, task)]
    return found + ([*_wrong_lot(picker, task)] if picker.position.step is Step.ITEM else [])


def _bound_again(picker: "Picker") -> Iterator[Mistake]:
    """A tote that stands on the cart already."""
    for tote in list(picker.trip.bound.values())[:1]:
        yield Mistake("wrong_tote", Shot(code=f"T:{tote}"), WRONG_TOTE)


def _wrong_bin(picker: "Picker", task: PickTask) -> Iterator[Mistake]:
    others = [stop.bin for stop in picker.work.stops if stop.bin != task.bin]
    if others:
        yield Mistake("wrong_bin", Shot(code=f"L:{picker.random.choice(others)}"), frozenset({"wrong_bin"}))


def _wrong_item(picker: "Picker", task: PickTask) -> Iterator[Mistake]:
    """Something that is picked later or earlier on this trip, and something from another trip."""
    listed = [sku for sku in picker.codes if sku != task.sku]
    if listed:
        code = picker.codes[picker.random.choice(listed)][0][0]
        yield Mistake("wrong_item", Shot(code=code), ON_LIST)
    strange = [code for sku, code in list(picker.floor.labels.items()) if sku not in picker.codes]
    if strange:
        yield Mistake("wrong_item", Shot(code=picker.random.choice(strange)), frozenset({"not_on_batch"}))


def _wrong_tote(picker: "Picker") -> Iterator[Mistake]:
    others = picker.others_totes()
    if others and picker.position.counted:
        yield Mistake("wrong_tote", Shot(code=f"T:{picker.random.choice(others)}"), WRONG_TOTE)


def _too_few(picker: "Picker", task: PickTask) -> Iterator[Mistake]:
    """CONFIRM with less in the hand than asked, where only the tote confirms, or with nothing at all."""
    is_short = picker.position.step is Step.ITEM
    if is_short and (needs_tote_scan(picker.work, task) or not picker.position.counted):
        yield Mistake("one_too_few", Shot(code="C:CONFIRM"), frozenset({"policy"}))


def _too_many(picker: "Picker", task: PickTask) -> Iterator[Mistake]:
    left = picker.left[task.id] - picker.position.counted
    cases = [code for code in picker.codes[task.sku] if code[1] > max(left, 1)]
    if task.tracking is Tracking.SERIAL:
        return
    unit = Unit(task.sku, picker.codes[task.sku], task.lot)
    if picker.position.step is Step.TOTE:
        yield Mistake("one_too_many", Shot(code=label(unit, unit.each)), frozenset({"over_quantity"}))
    elif cases:
        yield Mistake("one_too_many", Shot(code=label(unit, cases[0][0])), frozenset({"wrong_unit"}))
    elif not task.scan_each:
        shot = Shot(code=label(unit, unit.each), kind="quantity", quantity=left + 1)
        yield Mistake("one_too_many", shot, frozenset({"over_quantity"}))


def _wrong_lot(picker: "Picker", task: PickTask) -> Iterator[Mistake]:
    if task.lot is not None and task.tracking in {Tracking.LOT, Tracking.EXPIRY}:
        unit = Unit(task.sku, picker.codes[task.sku], task.lot)
        yield Mistake("wrong_lot", Shot(code=label(unit, unit.each, lot=NO_LOT)), frozenset({"wrong_lot"}))
