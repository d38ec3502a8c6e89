"""The JSON of the pick values: what a handheld holds, what a position is stored as, what a verdict is compared by.

Shapes: a mapping of tasks, slots or lines is a list of objects with their keys inside; `stock` is bin → SKU → eaches;
`directory` is key → list of meanings; dates are ISO; absent optional fields take their defaults, unknown ones raise
`TypeError`, wrong words `ValueError`. The browser reads the same objects (`static/js/lib/work.js`).
"""

from collections.abc import Hashable, Mapping
from dataclasses import fields
from datetime import date
from enum import StrEnum
from functools import cache
from operator import attrgetter
from typing import Any, cast

from warehouse.domain.codes import (
    BarcodeKind,
    BatchState,
    DamageReason,
    Mode,
    Outcome,
    ScanKind,
    ShortReason,
    TaskState,
    Tracking,
    UnitLevel,
    Via,
)
from warehouse.domain.picking import effects as fx
from warehouse.domain.picking.work import (
    BatchWork,
    Last,
    Lease,
    LineCount,
    LotChoice,
    Meaning,
    PickTask,
    Policy,
    Position,
    Scan,
    Step,
    Stop,
    ToteSlot,
    Verdict,
)

Json = dict[str, Any]


def work_to_json(work: BatchWork) -> Json:
    """Return the batch as a handheld downloads it; fields at their defaults are left out of the inner objects."""
    lease = work.lease
    return {
        "id": work.id,
        "number": work.number,
        "state": work.state.value,
        "list_version": work.list_version,
        "lease": None if lease is None else _full(lease),
        "policy": _full(work.policy),
        "zones": {zone: _full(policy) for zone, policy in work.zones.items()},
        "cart": work.cart,
        "cart_taken": work.cart_taken,
        "stand_in": work.stand_in,
        "stops": [_full(stop) for stop in work.stops],
        "tasks": [_task_to_json(task) for task in work.tasks.values()],
        "slots": [_full(slot) for slot in work.slots.values()],
        "lines": [{"order_line": line, **_full(count)} for line, count in work.lines.items()],
        "stock": {code: dict(stock) for code, stock in work.stock.items()},
        "directory": {key: [_brief(it) for it in meanings] for key, meanings in work.directory.items()},
    }


def work_from_json(data: Mapping[str, Any]) -> BatchWork:
    """Read what `work_to_json` wrote."""
    rest = dict(data)
    tasks = [_task_from_json(task) for task in rest.pop("tasks")]
    slots = [_slot_from_json(slot) for slot in rest.pop("slots", ())]
    lines = {line["order_line"]: _line_from_json(line) for line in rest.pop("lines", ())}
    directory = rest.pop("directory", {})
    return BatchWork(
        state=BatchState(rest.pop("state")),
        lease=Lease(**lease) if (lease := rest.pop("lease")) else None,
        policy=policy_from_json(rest.pop("policy")),
        zones={zone: policy_from_json(policy) for zone, policy in rest.pop("zones", {}).items()},
        stops=tuple(Stop(stop["bin"], stop["zone"], tuple(stop["tasks"])) for stop in rest.pop("stops")),
        tasks={task.id: task for task in tasks},
        slots={slot.slot: slot for slot in slots},
        lines=lines,
        directory={key: tuple(meaning_from_json(it) for it in found) for key, found in directory.items()},
        **rest,
    )


def policy_from_json(data: Mapping[str, Any]) -> Policy:
    """Read a policy; `mode` by its word."""
    return Policy(**{**data, "mode": Mode(data.get("mode", Mode.ENFORCE))})


def meaning_from_json(data: Mapping[str, Any]) -> Meaning:
    """Read one meaning of a code."""
    known = {
        "kind": BarcodeKind(data["kind"]),
        "unit": UnitLevel(data.get("unit", UnitLevel.EACH)),
        "expires_on": _date(data.get("expires_on")),
    }
    return Meaning(**{**data, **known})


def meaning_to_json(meaning: Meaning) -> Json:
    """Return one meaning of a code, without the fields at their defaults."""
    return _brief(meaning)


def position_to_json(position: Position) -> Json:
    """Return the position with `task`, `step` and `counted`, and what else is not at its default."""
    found: Json = {"task": position.task, "step": position.step.value, "counted": position.counted}
    rest = _seldom(position)
    if rest != _SELDOM_SET:
        found |= {
            name: _plain(it) for name, it, default in zip(_SELDOM, rest, _SELDOM_SET, strict=True) if it != default
        }
    last = position.last
    if last is not None:
        found["last"] = {
            "scan": last.scan,
            "person": last.person,
            "undo": [effect_to_json(effect) for effect in last.undo],
            "before": None if last.before is None else position_to_json(last.before),
            "tote": last.tote,
        }
    return found


def position_from_json(data: Mapping[str, Any]) -> Position:
    """Read what `position_to_json` wrote."""
    rest = dict(data)
    last = rest.pop("last", None)
    return Position(
        task=rest.pop("task"),
        step=Step(rest.pop("step")),
        serials=tuple(rest.pop("serials", ())),
        skipped=tuple(rest.pop("skipped", ())),
        last=None if last is None else _last_from_json(last),
        **rest,
    )


def scan_from_json(data: Mapping[str, Any]) -> Scan:
    """Read a scan; fields of the contract that a judge does not need (`work`) are not among its own."""
    known = {
        "kind": ScanKind(data.get("kind", ScanKind.SCAN)),
        "local": Outcome(data["local"]) if data.get("local") else None,
        "via": Via(data.get("via", Via.KEY)),
    }
    return Scan(**{**data, **known})


def verdict_to_json(verdict: Verdict) -> Json:
    """Return the verdict with its effects, as the shared vectors state it."""
    return {
        "outcome": verdict.outcome.value if verdict.outcome else None,
        "blocked": verdict.blocked,
        "text": verdict.text,
        "position": position_to_json(verdict.position),
        "effects": [effect_to_json(effect) for effect in verdict.effects],
        "line": _full(verdict.line) if verdict.line else None,
    }


def effect_to_json(effect: fx.Effect) -> Json:
    """Return an effect with its name in `effect`."""
    return {"effect": _EFFECT_NAMES[type(effect)], **_full(effect)}


def effect_from_json(data: Mapping[str, Any]) -> fx.Effect:
    """Read what `effect_to_json` wrote."""
    rest = dict(data)
    kind = _EFFECTS[rest.pop("effect")]
    if "serials" in rest:
        rest["serials"] = tuple(rest["serials"])
    if rest.get("reason"):
        rest["reason"] = _REASONS[kind](rest["reason"])
    if rest.get("outcome"):
        rest["outcome"] = Outcome(rest["outcome"])
    effect: fx.Effect = kind(**rest)
    return effect


_EFFECTS: dict[str, Any] = {
    "take_cart": fx.TakeCart,
    "release_cart": fx.ReleaseCart,
    "bind_tote": fx.BindTote,
    "unbind_tote": fx.UnbindTote,
    "tote_full": fx.ToteFull,
    "reopen_tote": fx.ReopenTote,
    "commit_pick": fx.CommitPick,
    "undo_pick": fx.UndoPick,
    "swap_lot": fx.SwapLot,
    "short_pick": fx.ShortPick,
    "undo_short": fx.UndoShort,
    "damage_pick": fx.DamagePick,
    "undo_damage": fx.UndoDamage,
    "wrong_stock": fx.WrongStock,
    "release_count": fx.ReleaseCount,
    "acknowledge_change": fx.AcknowledgeChange,
    "skip": fx.Skip,
    "zero_check": fx.ZeroCheck,
    "open_exception": fx.OpenException,
    "queue_item_label": fx.QueueItemLabel,
    "lead_lift": fx.LeadLift,
    "follow_up": fx.FollowUp,
    "batch_picked": fx.BatchPicked,
}
_REASONS = {fx.ShortPick: ShortReason, fx.DamagePick: DamageReason, fx.UndoDamage: DamageReason}
_EFFECT_NAMES = {kind: name for name, kind in _EFFECTS.items()}


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind is str or kind is int or value is None:
        return value
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


@cache
def _fields_of(kind: Hashable) -> tuple[tuple[str, Any], ...]:
    return tuple((field.name, field.default) for field in fields(cast("Any", kind)))


_SELDOM = [field.name for field in fields(Position) if field.name not in {"task", "step", "counted", "last"}]
_SELDOM_SET = tuple(field.default for field in fields(Position) if field.name in _SELDOM)
_seldom = attrgetter(*_SELDOM)


def _full(value: Any) -> Json:
    return {name: _plain(getattr(value, name)) for name, _ in _fields_of(value.__class__)}


def _brief(value: Any) -> Json:
    """Leave out what is at its default."""
    found = {}
    for name, default in _fields_of(value.__class__):
        it = getattr(value, name)
        if it is not default and it != default:
            found[name] = _plain(it)
    return found


def _task_to_json(task: PickTask) -> Json:
    brief = _brief(task)
    if task.lots:
        brief["lots"] = [_full(lot) for lot in task.lots]
    return {**brief, "picked": task.picked, "state": task.state.value}


def _task_from_json(data: Mapping[str, Any]) -> PickTask:
    known = {
        "state": TaskState(data.get("state", TaskState.OPEN)),
        "tracking": Tracking(data.get("tracking", Tracking.NONE)),
        "expires_on": _date(data.get("expires_on")),
        "lots": tuple(_lot_from_json(lot) for lot in data.get("lots", ())),
    }
    return PickTask(**{**data, **known})


def _lot_from_json(data: Mapping[str, Any]) -> LotChoice:
    return LotChoice(data["code"], _date(data.get("expires_on")), data.get("free", 0))


def _slot_from_json(data: Mapping[str, Any]) -> ToteSlot:
    return ToteSlot(**{**data, "earlier": tuple(data.get("earlier", ()))})


def _line_from_json(data: Mapping[str, Any]) -> LineCount:
    return LineCount(data["ordered"], data["picked"], data.get("packed", 0))


def _last_from_json(data: Mapping[str, Any]) -> Last:
    before = data.get("before")
    return Last(
        scan=data["scan"],
        person=data["person"],
        undo=tuple(effect_from_json(effect) for effect in data.get("undo", ())),
        before=None if before is None else position_from_json(before),
        tote=data.get("tote"),
    )


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
