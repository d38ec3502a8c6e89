"""What a packer can do wrong at each step, and which answers block it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from warehouse.simulation.goods import Unit
from warehouse.simulation.handheld import Shot
from warehouse.simulation.pack_events import wrong_weight
from warehouse.simulation.worker import HAND, Mistake, label

if TYPE_CHECKING:
    from warehouse.simulation.packer import Packer

NO_LOT = "LX0000"
NO_CARTON = "095200009999999990"


def mistakes_at(packer: "Packer") -> list[Mistake]:
    """Give every mistake that is possible now."""
    if packer.taking_out:
        return []
    match packer.position["step"]:
        case "totes":
            return [*_wrong_tote(packer)]
        case "unit":
            return [*_wrong_tote(packer), *_wrong_item(packer), *_too_many(packer), *_too_few(packer), *_lot(packer)]
        case "weight":
            return wrong_weight(packer)
        case "label":
            return [*_wrong_label(packer)]
    return []


def _wrong_tote(packer: "Packer") -> Iterator[Mistake]:
    tote = packer.floor.foreign_tote(packer.order)
    if tote:
        yield Mistake("wrong_tote", Shot(code=f"T:{tote}"), frozenset({"wrong_tote"}))


def _wrong_item(packer: "Packer") -> Iterator[Mistake]:
    own = {line["sku"] for line in packer.view["lines"]}
    strange = [code for sku, code in list(packer.floor.labels.items()) if sku not in own]
    if strange:
        yield Mistake("wrong_item", Shot(code=packer.random.choice(strange)), frozenset({"not_on_batch"}))


def _too_many(packer: "Packer") -> Iterator[Mistake]:
    """One more of an item that is in the carton whole; a piece with a serial number cannot be in twice."""
    left = {unit.sku for unit in packer.loose}
    full: list[Unit] = [it for it in packer.bench.inside if it.sku not in left and not packer.has_lost(it.sku)]
    if full:
        unit = packer.random.choice(full)
        code = unit.serial or label(unit, unit.each)
        caught = {"already_done"} if unit.serial else {"over_quantity"}
        yield Mistake("one_too_many", Shot(code=code), frozenset(caught))


def _too_few(packer: "Packer") -> Iterator[Mistake]:
    if packer.loose:
        yield Mistake("one_too_few", Shot(code="C:CONFIRM"), frozenset({"policy"}))


def _lot(packer: "Packer") -> Iterator[Mistake]:
    unit = next((unit for unit in packer.loose if unit.lot), None)
    if unit is not None:
        yield Mistake("wrong_lot", Shot(code=label(unit, unit.each, lot=NO_LOT)), frozenset({"wrong_lot"}))


def _wrong_label(packer: "Packer") -> Iterator[Mistake]:
    other = packer.floor.label_of_other(packer.order)
    if other:
        yield Mistake("wrong_label", Shot(code=f"{HAND}00{other}", kind="scan_back"), frozenset({"wrong_label"}))
