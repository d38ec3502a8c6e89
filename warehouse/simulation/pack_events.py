"""What happens at a pack station that is nobody's mistake of the moment: losses, breakage, burst boxes, the scale."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from warehouse.simulation.goods import Unit
from warehouse.simulation.handheld import Shot
from warehouse.simulation.wire import RefusalError
from warehouse.simulation.worker import HAND, Mistake, Right, label, wait_a_moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warehouse.simulation.packer import Packer

ANSWERED = frozenset({"policy"})
PATIENT_LOOKS = 50
TAKE_OUT = "Take out and scan: "


def begin(packer: "Packer") -> None:
    """Let a piece get lost between the cart and the bench, and take a box whose weight is known."""
    if packer.loose and packer.desk.meets(packer.order, "lost_on_the_way"):
        packer.lost.append(packer.loose.pop(packer.random.randrange(len(packer.loose))))
        packer.log.happened("lost_on_the_way")
    boxes = packer.floor.goods.boxes
    if boxes and not packer.bench.cartons and packer.position["step"] in {"totes", "unit"}:
        packer.wants_box = packer.fate.is_weighed(packer.order)


def at_unit(packer: "Packer") -> bool:
    """Choose a box before the first piece; report a broken piece."""
    if packer.wants_box and not packer.bench.cartons:
        packer.wants_box = False
        return _take_box(packer)
    whole = [unit for unit in packer.loose if not unit.serial]
    if whole and packer.desk.meets(packer.order, "damaged_at_pack"):
        return _report_broken(packer, whole[0])
    return False


def last_look(packer: "Packer") -> bool:
    """Find what nobody scanned into the totes: it must not fit, and goes back where it belongs."""
    strays = packer.floor.unscanned(packer.order)
    for unit, pile in strays:
        code = label(unit, unit.each)
        if packer.has_lost(unit.sku):
            # One of its kind is missing, so this one takes its place; the books never learn which is which.
            packer.lost.remove(next(it for it in packer.lost if it.sku == unit.sku))
            packer.loose.append(unit)
            continue
        caught = frozenset({"over_quantity", "not_on_batch", "already_done"})
        packer.make(Mistake("one_too_many", Shot(code=code), caught))
        result = packer.scan(Right(shot=Shot(kind="wrong_stock", code=code)), [])
        if result is not None and result["follow_up"]:
            packer.floor.strays[result["follow_up"]["id"]] = pile
            packer.log.happened("found_unscanned")
        else:
            packer.floor.piles.lay_unseen(pile)
            packer.look()
    return bool(strays)


def at_label(packer: "Packer") -> bool:
    """Let a sealed box burst, or a label come out crooked."""
    carton = packer.waiting_carton()
    if packer.void_label:
        packer.make(_dead_label(packer.void_label))
        packer.void_label = None
    if packer.desk.meets(packer.order, "label_reprinted"):
        _reprint(packer, carton["sscc"])
    is_only = [it["state"] for it in packer.view["cartons"] if it["state"] != "void"] == ["closed"]
    if not (is_only and packer.desk.meets(packer.order, "carton_void")):
        return False
    if packer.desk.void(carton["sscc"]):
        packer.log.reached("units packed", -len(packer.bench.inside))
        packer.unpack(carton["number"])
        packer.log.happened("carton_void")
        packer.void_label = carton["sscc"]
    packer.look()
    return True


def after_unit(packer: "Packer", units: "Sequence[Unit]") -> None:
    """Take the last piece out of the carton again, now and then."""
    if not packer.desk.meets(packer.order, "undone_at_pack"):
        return
    result = packer.scan(Right(shot=Shot(code="C:UNDO"), asks=ANSWERED), [])
    if result is not None and result["outcome"] == "accepted":
        for unit in units:
            next(inside for inside in packer.bench.cartons.values() if unit in inside).remove(unit)
            packer.loose.append(unit)
        packer.log.reached("units packed", -len(units))
        packer.log.happened("undone_at_pack")


def surplus_on(view: Mapping[str, Any]) -> dict[str, int]:
    """Read off the screen which pieces have to come out, by SKU."""
    said = view["instruction"]
    if not said.startswith(TAKE_OUT):
        return {}
    found = {}
    for line in view["lines"]:
        named = re.search(rf"[:,] ([0-9]+) of {re.escape(line['name'])}(?=[,.])", said)
        if named:
            found[line["sku"]] = int(named[1])
    return found


def weight_due(packer: "Packer") -> int:
    """Put the carton on the scale."""
    number, tare = next((it["number"], packer.bench.tares[it["number"]]) for it in _to_weigh(packer))
    goods = packer.floor.goods.by_sku
    return tare + sum(goods[unit.sku].weight_g or 0 for unit in packer.bench.cartons.get(number, ()))


def wrong_weight(packer: "Packer") -> list[Mistake]:
    """Read the scale while a hand lies on it."""
    due = weight_due(packer)
    return [Mistake("wrong_weight", Shot(kind="weight", quantity=due + due // 5 + 60), ANSWERED)]


def _dead_label(sscc: str) -> Mistake:
    """Stick the label of the burst box on the new one."""
    shot = Shot(code=f"{HAND}00{sscc}", kind="scan_back")
    return Mistake("void_label", shot, frozenset({"void_label"}))


def _to_weigh(packer: "Packer") -> list[dict[str, int]]:
    open_ones = [it for it in packer.view["cartons"] if it["state"] == "open" and it["weight_g"] is None]
    return [it for it in open_ones if it["content"] and it["number"] in packer.bench.tares]


def _take_box(packer: "Packer") -> bool:
    boxes = dict(packer.floor.goods.boxes)
    code = packer.random.choice(list(boxes))
    body = {"device": packer.handheld.device, "epoch": packer.handheld.epoch, "packaging": code}
    try:
        taken = packer.handheld.line.ask("POST", f"/packs/{packer.order}/cartons", body)
    except RefusalError as refusal:
        if packer.order not in packer.floor.changed:
            packer.log.surprise("refused", f"{packer.badge.name}: box for order {packer.order}: {refusal}")
        packer.look()
        return True
    packer.bench.tares[taken["number"]] = boxes[code]
    packer.see(taken["view"])
    return True


def _report_broken(packer: "Packer", unit: Unit) -> bool:
    shot = Shot(kind="damaged", code=label(unit, unit.each), quantity=1, reason="broken")
    if packer.scan(Right(shot=shot), []) is None:
        packer.look()
        return True
    packer.loose.remove(unit)
    lot = packer.floor.goods.lot_of(unit.sku, unit.lot)
    packer.floor.piles.lay((packer.floor.quarantine, unit.sku, lot))
    packer.log.happened("damaged_at_pack")
    return True


def _reprint(packer: "Packer", sscc: str) -> None:
    """Print the label once more, as soon as the first has come out."""
    for _ in range(PATIENT_LOOKS):
        try:
            packer.handheld.line.ask("POST", f"/cartons/{sscc}/reprint", {"reason": "It came out crooked."})
        except RefusalError as refusal:
            if refusal.code != "conflict":
                raise
            wait_a_moment()
            continue
        packer.log.happened("label_reprinted")
        return
