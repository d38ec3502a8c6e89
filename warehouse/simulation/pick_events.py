"""What a picker meets that is nobody's mistake of the moment, and what the hands do about it."""

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING

from warehouse.domain.codes import TaskState, Tracking
from warehouse.domain.picking.walk import is_workable
from warehouse.domain.picking.work import PickTask, Step
from warehouse.simulation.goods import Unit
from warehouse.simulation.handheld import Shot
from warehouse.simulation.worker import Right

if TYPE_CHECKING:
    from warehouse.simulation.picker import Picker

ANSWERED = frozenset({"policy"})
LATER_FOUND = 0.2
"""How often what was declared missing lay behind something."""


class Met(Enum):
    """Whether the usual next scan still is to be made."""

    NOTHING = "nothing"
    INSTEAD = "instead"


def meet(picker: "Picker", task: PickTask, fate: str) -> Met:
    """Let happen at this task what was drawn."""
    return _FATES[fate](picker, task)


def short_of(picker: "Picker", task: PickTask) -> None:
    """Declare what is not there; now and then it is found after all, and taken back while that is possible."""
    pile = picker.pile(task)
    found = len(picker.hand)
    reason = "bin_empty" if not picker.floor.piles.in_bin(task.bin) else "not_found"
    before, right = picker.position, Right(shot=Shot(kind="short", quantity=found, reason=reason))
    if picker.scan(right, []) is None:
        picker.look()
        return
    picker.log.happened("short_partial" if found or task.picked else "short_all")
    picker.happened(before, right)
    if not found and picker.random.random() < LATER_FOUND * bool(picker.vanished.get(pile)):
        taken_back = picker.scan(Right(shot=Shot(code="C:UNDO"), asks=ANSWERED), [])
        if taken_back is not None and taken_back["outcome"] == "accepted":
            picker.floor.piles.lay_unseen(pile, picker.vanished.pop(pile))
            picker.log.happened("short_undone")
    picker.look()


def take_back(picker: "Picker", task: PickTask) -> None:
    """Undo the last scan: what it laid into the tote comes out again, what it took goes back into the bin."""
    picker.will_undo = None
    laid, tote = picker.laid, picker.tote_of(task)
    result = picker.scan(Right(shot=Shot(code="C:UNDO"), asks=ANSWERED), [])
    if result is not None and result["outcome"] == "accepted":
        picker.log.happened("undone_in_tote" if laid else "undone")
        if laid:
            picker.floor.pull_out(tote, laid)
            picker.log.reached("units picked", -len(laid))
            picker.hand = laid
    picker.look()


def _vanish(picker: "Picker", task: PickTask, left: int) -> None:
    pile = picker.pile(task)
    gone = picker.floor.piles.vanish(pile)
    if gone:
        stays = min(left, gone)
        picker.floor.piles.lay_unseen(pile, stays)
        picker.vanished[pile] = picker.vanished.get(pile, 0) + gone - stays


def _nothing_there(picker: "Picker", task: PickTask) -> Met:
    if task.tracking is not Tracking.SERIAL:
        _vanish(picker, task, 0)
    return Met.NOTHING


def _fewer_there(picker: "Picker", task: PickTask) -> Met:
    if task.tracking is not Tracking.SERIAL and task.left > 1:
        _vanish(picker, task, picker.random.randint(1, task.left - 1))
    return Met.NOTHING


def _damaged(picker: "Picker", task: PickTask) -> Met:
    """One piece is broken: it goes to quarantine, another one is taken."""
    piles, pile = picker.floor.piles, picker.pile(task)
    if task.tracking is Tracking.SERIAL or not piles.known(pile) or not piles.take(pile, 1):
        return Met.NOTHING
    if picker.scan(Right(shot=Shot(kind="damaged", quantity=1, reason="broken")), []) is None:
        piles.lay(pile)
    else:
        piles.lay((picker.floor.quarantine, *pile[1:]))
        picker.log.happened("damaged")
    picker.look()
    return Met.INSTEAD


def _wrong_stock(picker: "Picker", task: PickTask) -> Met:
    """Something lies in the bin that does not belong there."""
    here = {pile[1] for pile in picker.floor.piles.in_bin(task.bin)} | set(picker.codes)
    stranger = picker.floor.goods.a_stranger(picker.random, here)
    if stranger is None:
        return Met.NOTHING
    picker.floor.piles.lay_unseen((task.bin, stranger.sku, ""))
    shot = Shot(kind="wrong_stock", code=stranger.codes[0][0])
    if picker.scan(Right(shot=shot), []) is not None:
        picker.log.happened("wrong_stock")
    picker.look()
    return Met.INSTEAD


def _tote_full(picker: "Picker", task: PickTask) -> Met:
    if (task.slot or 0) not in picker.trip.bound:
        return Met.NOTHING
    if picker.scan(Right(shot=Shot(kind="tote_full")), []) is not None:
        picker.log.happened("tote_full")
    picker.look()
    return Met.INSTEAD


def _skipped(picker: "Picker", task: PickTask) -> Met:
    others = [it for it in picker.work.tasks.values() if it.id != task.id and it.state is TaskState.OPEN]
    result = picker.scan(Right(shot=Shot(kind="skip"), asks=ANSWERED), [])
    if result is not None and result["outcome"] == "accepted":
        picker.log.happened("skipped")
    elif result is not None and any(is_workable(it) and picker.left[it.id] for it in others):
        picker.log.surprise("refused", f"{picker.badge.name}: skip at {picker.where()}: {result['text']}")
    picker.look()
    return Met.INSTEAD


def _undone(picker: "Picker", _task: PickTask) -> Met:
    picker.will_undo = Step.ITEM
    return Met.NOTHING


def _undone_in_tote(picker: "Picker", _task: PickTask) -> Met:
    picker.will_undo = Step.TOTE
    return Met.NOTHING


def _given_back(picker: "Picker", _task: PickTask) -> Met:
    """The picker is called away: the cart stays where it is, and whoever takes the batch goes on with it."""
    picker.floor.leave_trip(picker.work.id, picker.trip)
    body = {"device": picker.handheld.device}
    picker.handheld.line.ask("POST", f"/batches/{picker.work.id}/hand-back", body)
    picker.log.happened("given_back")
    picker.is_mine = False
    return Met.INSTEAD


def _new_device(picker: "Picker", task: PickTask) -> Met:
    """The battery is empty: the batch goes on with another handheld; what the old one sends later counts no more."""
    old, new = picker.handheld, picker.new_handheld()
    new.sign_in()
    snapshot = new.take(f"/batches/{picker.work.id}/take-over", {})
    picker.handheld, new.work = new, old.work
    picker.read(snapshot)
    picker.log.happened("new_device")
    late = old.send([Shot(code=f"L:{task.bin}")])[0]
    picker.judge_mistake("old_device", late, frozenset({"not_owner"}), same=True)
    return Met.INSTEAD


def _dropped_unscanned(picker: "Picker", task: PickTask) -> Met:
    """One piece too many falls into the tote, and nobody scans it: it is to be found at pack."""
    piles, pile = picker.floor.piles, picker.pile(task)
    enough = task.left + len(picker.hand) + 1
    if task.tracking is Tracking.NONE and piles.known(pile) and piles.there(pile) > enough and task.slot:
        piles.lay_unseen(pile, -1)
        picker.floor.slip_in(task.order, Unit(task.sku, picker.codes[task.sku]), pile)
        picker.log.happened("dropped_unscanned")
    return Met.NOTHING


_FATES: dict[str, Callable[["Picker", PickTask], Met]] = {
    "nothing_there": _nothing_there,
    "fewer_there": _fewer_there,
    "damaged": _damaged,
    "wrong_stock": _wrong_stock,
    "tote_full": _tote_full,
    "skipped": _skipped,
    "undone": _undone,
    "undone_in_tote": _undone_in_tote,
    "given_back": _given_back,
    "new_device": _new_device,
    "dropped_unscanned": _dropped_unscanned,
}
