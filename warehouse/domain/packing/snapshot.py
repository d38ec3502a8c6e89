"""The JSON of the pack values: what a position is stored as, what the station sees, what the test vectors compare.

Fields at their defaults are left out; a mapping has text keys; dates are ISO; an effect carries its name in `effect`.
Reading is strict: unknown fields raise `TypeError`, wrong words `ValueError`.
"""

import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from functools import cache
from types import UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from warehouse.domain.packing.effects import LoadEffect, PackEffect
from warehouse.domain.packing.walk import count_of, is_visible
from warehouse.domain.packing.work import PackCount, PackPosition, PackVerdict, PackWork

Json = dict[str, Any]
Value = TypeVar("Value")

_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")
EFFECTS: Mapping[str, type] = {
    _WORDS.sub("_", kind.__name__).lower(): kind for kind in (*get_args(PackEffect), *get_args(LoadEffect))
}
_NAMES = {kind: name for name, kind in EFFECTS.items()}


def to_json(value: Any) -> Any:
    """Write any of the pack values as plain JSON."""
    if is_dataclass(value):
        name = _NAMES.get(cast("type", type(value)))
        tag = {} if name is None else {"effect": name}
        return tag | {it.name: to_json(getattr(value, it.name)) for it in fields(value) if not _at_default(value, it)}
    if isinstance(value, Mapping):
        return {str(key): to_json(it) for key, it in value.items()}
    if isinstance(value, tuple):
        return [to_json(it) for it in value]
    if isinstance(value, frozenset):
        return sorted(to_json(it) for it in value)
    return value.isoformat() if isinstance(value, date) else value


def from_json(kind: type[Value], data: Any) -> Value:
    """Read what `to_json` wrote of a value of this kind."""
    return cast("Value", _read(kind, data))


def position_to_json(position: PackPosition) -> Json:
    """Write a position, to be stored between two scans."""
    return cast("Json", to_json(position))


def position_from_json(data: Mapping[str, Any]) -> PackPosition:
    """Read a stored position."""
    return from_json(PackPosition, data)


def verdict_to_json(verdict: PackVerdict) -> Json:
    """Write a verdict with its effects."""
    return {"blocked": verdict.blocked, "line": None} | cast("Json", to_json(verdict))


def visible_lines(work: PackWork, position: PackPosition) -> list[tuple[int, str, str, PackCount]]:
    """Give (order line, SKU, name, counters) of each line as the packer may see it while the count is blind."""
    return [(line.order_line, line.sku, line.name, count_of(work, position, line)) for line in work.lines.values()]


def lots_visible(work: PackWork, position: PackPosition) -> dict[int, tuple[str, ...]]:
    """Give the lots picked for each line whose count is not blind any more."""
    lines = work.lines.values()
    return {it.order_line: tuple(lot.code for lot in it.lots) for it in lines if is_visible(work, position, it)}


def _at_default(value: Any, field: Field[Any]) -> bool:
    if field.default is not MISSING:
        return bool(getattr(value, field.name) == field.default)
    return field.default_factory is not MISSING and getattr(value, field.name) == field.default_factory()


def _read(kind: Any, data: Any) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in {Union, UnionType}:
        return _read_union(inner, data)
    if origin is Literal:
        return _one_of(inner, data)
    if origin in {tuple, frozenset}:
        return origin(_read(inner[0], it) for it in data)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {inner[0](key): _read(inner[1], it) for key, it in data.items()}
    if is_dataclass(kind):
        return _read_dataclass(cast("type", kind), data)
    return date.fromisoformat(data) if kind is date else _plain(kind, data)


def _read_union(kinds: tuple[Any, ...], data: Any) -> Any:
    if data is None:
        return None
    if isinstance(data, Mapping) and "effect" in data:
        return _read_dataclass(EFFECTS[data["effect"]], {key: it for key, it in data.items() if key != "effect"})
    kind = next(kind for kind in kinds if kind is not type(None))
    return _read(kind, data)


def _read_dataclass(kind: type, data: Mapping[str, Any]) -> Any:
    hints = _hints(kind)
    unknown = data.keys() - hints.keys()
    if unknown:
        raise TypeError(f"{kind.__name__} has no field {', '.join(sorted(unknown))}.")
    return kind(**{name: _read(hints[name], it) for name, it in data.items()})


def _one_of(words: tuple[Any, ...], data: Any) -> Any:
    if data not in words:
        raise ValueError(f"{data!r} is none of {', '.join(map(repr, words))}.")
    return data


def _plain(kind: Any, data: Any) -> Any:
    if type(data) is kind:
        return data
    if isinstance(data, str) and kind is not int and kind is not bool:
        return kind(data)
    raise ValueError(f"{data!r} is no {kind.__name__}.")


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
