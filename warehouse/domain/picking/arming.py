"""A quantity armed by `C:QTY-n`: it holds for the next scan only, and for ten seconds only.

The time is that of the device, which made both scans: its clock may be wrong, but it is the same one.
"""

from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from warehouse.domain.packing.work import PackPosition
from warehouse.domain.picking.work import Position

ARMED_FOR_MS = 10_000

Standing = TypeVar("Standing", Position, PackPosition)


def moment_of(at: str) -> int:
    """Give an ISO time in milliseconds."""
    return int(datetime.fromisoformat(at).timestamp() * 1000)


def armed(position: Standing, number: int, at: str) -> Standing:
    """Return the position whose next scan counts `number` times."""
    return replace(position, armed=number, armed_at=moment_of(at))


def awake(position: Standing, at: str) -> Standing:
    """Return the position as it is at a scan of this time: an armed quantity may have lapsed."""
    if position.armed_at is None or moment_of(at) - position.armed_at <= ARMED_FOR_MS:
        return position
    return replace(position, armed=None, armed_at=None)
