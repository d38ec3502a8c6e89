"""Put-back tasks: units that are in a tote or in the hand and no longer wanted go back to a bin, each one scanned."""

from dataclasses import dataclass, field, replace
from typing import Literal

from warehouse.domain.codes import BarcodeKind, DamageReason, Outcome, ScanKind, ShortReason
from warehouse.domain.picking.texts import named_thing, say
from warehouse.domain.picking.work import Lease, Meaning, Resolve, Scan
from warehouse.domain.side.tasks import SCANS, UNITS, Read, TaskVerdict, holder_refusal, one_meaning, read_scan
from warehouse.domain.words import together


@dataclass(frozen=True, slots=True, kw_only=True)
class PutBackWork:
    """So many eaches to bring from `tote` (None: they are in the hand) to `bin` (None: to any bin the person names)."""

    id: int
    sku: str
    name: str
    quantity: int
    done: int = 0
    tote: str | None = None
    bin: str | None = None
    lot: str | None = None
    serials: frozenset[str] = frozenset()
    lease: Lease | None = None

    @property
    def left(self) -> int:
        """Eaches still to be put back."""
        return self.quantity - self.done


@dataclass(frozen=True, slots=True, kw_only=True)
class PutBackPosition:
    """Where the person stands; `counted` eaches are scanned, not yet in a bin; `undo` is the count before the last."""

    step: Literal["item", "bin", "finished"] = "item"
    counted: int = 0
    serials: tuple[str, ...] = ()
    undo: tuple[int, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnUnits:
    """Units go from the tote (or the hand) to the bin; with `closed` the task ends."""

    put_back: int
    quantity: int
    sku: str
    tote: str | None
    bin: str
    lot: str | None
    serials: tuple[str, ...]
    closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LoseUnits:
    """Units that should be put back are not there: to lost-and-found, with a reason; with `closed` the task ends."""

    put_back: int
    quantity: int
    reason: ShortReason
    closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineUnits:
    """Damaged units go to quarantine instead of their bin; with `closed` the task ends."""

    put_back: int
    quantity: int
    reason: DamageReason
    closed: bool


PutBackEffect = ReturnUnits | LoseUnits | QuarantineUnits
PutBackVerdict = TaskVerdict[PutBackPosition, PutBackEffect]


@dataclass(frozen=True, slots=True)
class _Scene:
    work: PutBackWork
    position: PutBackPosition
    read: Read
    reason: str | None = field(default=None)


def judge_put_back(work: PutBackWork, position: PutBackPosition, scan: Scan, resolve: Resolve) -> PutBackVerdict:
    """Decide about one scan of a put-back task."""
    stranger = holder_refusal(work.lease, scan)
    if stranger is not None:
        return TaskVerdict(outcome=Outcome.NOT_OWNER, text=stranger, position=position)
    scene = _Scene(work, position, read_scan(scan, resolve), scan.reason)
    if work.left == 0 or position.step == "finished":
        return _refuse(scene, Outcome.ALREADY_DONE, "put_back_finished", finished=True)
    if scene.read.kind in SCANS:
        return _judge_code(scene)
    if scene.read.kind is ScanKind.UNDO:
        return _undo(scene)
    if scene.read.kind in {ScanKind.SHORT, ScanKind.DAMAGED}:
        return _judge_missing(scene)
    return _refuse(scene, Outcome.POLICY)


def next_put_back(work: PutBackWork, position: PutBackPosition) -> str:
    """Say in one sentence what to do."""
    if position.step == "finished":
        return say("put_back_finished")
    if position.counted:
        return say("go", bin=work.bin) if work.bin else say("put_back_any_bin")
    if work.tote:
        return say("put_back_start", left=work.left, name=work.name, tote=work.tote)
    return say("put_back_in_hand", left=work.left, name=work.name)


def _judge_code(scene: _Scene) -> PutBackVerdict:
    meaning = one_meaning(scene.read)
    if isinstance(meaning, tuple):
        outcome, text = meaning
        return TaskVerdict(outcome=outcome, text=text, position=scene.position)
    if meaning.kind in UNITS:
        return _judge_units(scene, meaning)
    if meaning.kind is BarcodeKind.BIN:
        return _judge_bin(scene, meaning.code)
    return _refuse(scene, Outcome.POLICY, "wrong_thing", thing=named_thing(meaning.kind))


def _judge_units(scene: _Scene, meaning: Meaning) -> PutBackVerdict:
    work, position, read = scene.work, scene.position, scene.read
    number, lot, serial = read.units_of(meaning), read.lot_of(meaning), read.serial_of(meaning)
    left = work.left - position.counted
    if meaning.sku != work.sku:
        return _refuse(scene, Outcome.NOT_ON_BATCH, "not_this_item", name=work.name)
    if lot is not None and work.lot is not None and lot != work.lot:
        return _refuse(scene, Outcome.WRONG_LOT, "wrong_lot", lot=lot, need=work.lot)
    if work.serials and (serial is None or number != 1):
        return _refuse(scene, Outcome.POLICY, "scan_serial")
    if number > left:
        outcome = Outcome.WRONG_UNIT if meaning.pack_quantity > left > 0 else Outcome.OVER_QUANTITY
        return _refuse(scene, outcome, "only", left=left)
    if serial is not None and work.serials:
        return _judge_serial(scene, serial)
    return _count(scene, number, position.serials)


def _judge_serial(scene: _Scene, serial: str) -> PutBackVerdict:
    if serial in scene.position.serials:
        return _refuse(scene, Outcome.ALREADY_DONE, "serial_twice", serial=serial)
    if serial not in scene.work.serials:
        return _refuse(scene, Outcome.NOT_ON_BATCH, "not_on_batch")
    return _count(scene, 1, (*scene.position.serials, serial))


def _count(scene: _Scene, number: int, serials: tuple[str, ...]) -> PutBackVerdict:
    work, before = scene.work, scene.position
    counted = before.counted + number
    position = PutBackPosition(step="bin", counted=counted, serials=serials, undo=(before.counted, before.serials))
    progress = {"done": work.done + counted, "wanted": work.quantity}
    known = say("put_back_to", **progress, bin=work.bin)
    text = known if work.bin else together(say("counted_here", **progress), say("put_back_any_bin"))
    return TaskVerdict(outcome=Outcome.ACCEPTED, text=text, position=position)


def _judge_bin(scene: _Scene, code: str) -> PutBackVerdict:
    work, position = scene.work, scene.position
    if work.bin is not None and code != work.bin:
        return _refuse(scene, Outcome.WRONG_BIN, "wrong_bin", bin=code)
    if position.counted == 0:
        return _refuse(scene, Outcome.POLICY, "item_first")
    closed = position.counted == work.left
    effect = ReturnUnits(
        put_back=work.id,
        quantity=position.counted,
        sku=work.sku,
        tote=work.tote,
        bin=code,
        lot=work.lot,
        serials=position.serials,
        closed=closed,
    )
    text = say("put_back_done", done=position.counted, name=work.name, bin=code)
    return _booked(scene, effect, text)


def _judge_missing(scene: _Scene) -> PutBackVerdict:
    """Decide about units that are lost or broken: `quantity` of them, none of them among the counted ones."""
    work, number = scene.work, scene.read.number or 0
    left = work.left - scene.position.counted
    if number < 1:
        return _refuse(scene, Outcome.POLICY, "enter_number")
    if number > left:
        return _refuse(scene, Outcome.OVER_QUANTITY, "only", left=left)
    is_lost = scene.read.kind is ScanKind.SHORT
    known = ShortReason if is_lost else DamageReason
    if scene.reason not in set(known):
        return _refuse(scene, Outcome.POLICY, "say_why")
    closed = number == work.left
    if is_lost:
        lost = LoseUnits(put_back=work.id, quantity=number, reason=ShortReason(scene.reason), closed=closed)
        return _booked(scene, lost, say("put_back_lost", number=number, name=work.name))
    damaged = QuarantineUnits(put_back=work.id, quantity=number, reason=DamageReason(scene.reason), closed=closed)
    return _booked(scene, damaged, say("damaged", number=number))


def _booked(scene: _Scene, effect: PutBackEffect, text: str) -> PutBackVerdict:
    counted = 0 if isinstance(effect, ReturnUnits) else scene.position.counted
    work = replace(scene.work, done=scene.work.done + effect.quantity)
    step: Literal["item", "bin", "finished"] = "finished" if effect.closed else ("bin" if counted else "item")
    serials = scene.position.serials if counted else ()
    position = PutBackPosition(step=step, counted=counted, serials=serials)
    text = together(text, next_put_back(work, position))
    return TaskVerdict(outcome=Outcome.ACCEPTED, text=text, position=position, effects=(effect,))


def _undo(scene: _Scene) -> PutBackVerdict:
    """Take back the last counted scan; what is booked is corrected by a new task, not by undo."""
    if scene.position.undo is None:
        return _refuse(scene, Outcome.ALREADY_DONE, "nothing_to_undo")
    counted, serials = scene.position.undo
    position = PutBackPosition(step="bin" if counted else "item", counted=counted, serials=serials)
    text = together(say("undone"), next_put_back(scene.work, position))
    return TaskVerdict(outcome=Outcome.ACCEPTED, text=text, position=position)


def _refuse(
    scene: _Scene, outcome: Outcome, pattern: str = "", *, finished: bool = False, **values: object
) -> PutBackVerdict:
    refusal = say(pattern, **values) if pattern else ""
    then = "" if finished else next_put_back(scene.work, scene.position)
    return TaskVerdict(outcome=outcome, text=together(refusal, then), position=scene.position)
