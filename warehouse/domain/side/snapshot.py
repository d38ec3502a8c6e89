"""The JSON of put-back and count tasks: where a person stands, as it is stored and answered.

A pile is `[sku, lot or null, eaches]`; `undo` is what stood before the last scan.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from warehouse.domain.side.counting import CountPosition, Pile
from warehouse.domain.side.putback import PutBackPosition

Json = dict[str, Any]
Piles = tuple[tuple[Pile, int], ...]


def put_back_position_to_json(position: PutBackPosition) -> Json:
    """Return where a person stands in a put-back."""
    undo = position.undo
    return {
        "step": position.step,
        "counted": position.counted,
        "serials": list(position.serials),
        "undo": None if undo is None else [undo[0], list(undo[1])],
    }


def put_back_position_from_json(data: Mapping[str, Any] | None) -> PutBackPosition:
    """Read what `put_back_position_to_json` wrote; nothing stored is the beginning."""
    if data is None:
        return PutBackPosition()
    undo = data["undo"]
    return PutBackPosition(
        step=data["step"],
        counted=data["counted"],
        serials=tuple(data["serials"]),
        undo=None if undo is None else (undo[0], tuple(undo[1])),
    )


def count_position_to_json(position: CountPosition) -> Json:
    """Return where a person stands in a count; it holds only what that person has counted."""
    return {
        "step": "finished" if position.finished else ("item" if position.at_bin else "bin"),
        "piles": _piles_to_json(position.piles),
        "undo": None if position.undo is None else _piles_to_json(position.undo),
        "asked": position.asked,
    }


def count_position_from_json(data: Mapping[str, Any] | None) -> CountPosition:
    """Read what `count_position_to_json` wrote; nothing stored is the beginning."""
    if data is None:
        return CountPosition()
    undo = data["undo"]
    return CountPosition(
        at_bin=data["step"] != "bin",
        piles=_piles_from_json(data["piles"]),
        undo=None if undo is None else _piles_from_json(undo),
        asked=data["asked"],
        finished=data["step"] == "finished",
    )


def _piles_to_json(piles: Piles) -> list[list[Any]]:
    return [[sku, lot, units] for (sku, lot), units in piles]


def _piles_from_json(piles: Sequence[Sequence[Any]]) -> Piles:
    return tuple(((sku, lot), units) for sku, lot, units in piles)
