"""Which SKUs should lie elsewhere: places changed on the trips that were really walked, and the difference measured."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from warehouse.domain.layout import Layout
from warehouse.domain.routing import FloorPlan

_SOURCES = 16
_TARGETS = 3
_MOST_TRIPS = 150
_LEAST_SAVED = 0.002
"""A change that saves less than this part of all walking is not worth somebody's work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """Move `sku` from one bin to another, in exchange for `instead` (empty where that bin is).

    `saves_mm` is what the trips looked at would have walked less, of `walked_mm` in all; `visits` are the stops at it.
    """

    sku: str
    source: str
    target: str
    instead: str
    visits: int
    trips: int
    saves_mm: int
    walked_mm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Trips as the bins they stopped at, and what lies in each pick face now (empty text: nothing)."""

    trips: tuple[tuple[str, ...], ...]
    contents: Mapping[str, str]


def advise(layout: Layout, history: History, most: int = 10) -> tuple[Advice, ...]:
    """Give up to `most` changes, the best first, each SKU and bin at most once.

    The most visited bins that lie far are tried against near ones that are visited less; what each pair would save is
    found by walking the newest trips again, not estimated. Each advice counts by itself. A bin without a place has no
    part in it.
    """
    floor = FloorPlan(layout)
    trips = history.trips[-_MOST_TRIPS:]
    far = {code: floor.walk([code]).distance_mm for code in history.contents if code in floor}
    visits = Counter(code for trip in trips for code in set(trip) if code in far)
    walked = {trip: floor.walk(trip).distance_mm for trip in set(trips)}
    total = sum(walked[trip] for trip in trips)
    sources = sorted(visits, key=lambda code: (-visits[code] * far[code], code))[:_SOURCES]
    found = [
        _tried(floor, trips, walked, (source, target)) for source in sources for target in _targets(source, visits, far)
    ]
    best = sorted(found, key=lambda tried: (-tried[2], tried[:2]))
    return tuple(
        Advice(
            sku=history.contents[source],
            source=source,
            target=target,
            instead=history.contents[target],
            visits=visits[source],
            trips=len(trips),
            saves_mm=saved,
            walked_mm=total,
        )
        for source, target, saved in _apart(best)[:most]
        if saved > total * _LEAST_SAVED and history.contents[source]
    )


def _targets(source: str, visits: Mapping[str, int], far: Mapping[str, int]) -> Sequence[str]:
    """Give the bins that promise most: nearer, and visited less."""
    worth = {
        code: (visits.get(source, 0) - visits.get(code, 0)) * (far[source] - near)
        for code, near in far.items()
        if near < far[source] and visits.get(code, 0) < visits.get(source, 0)
    }
    return sorted(worth, key=lambda code: (-worth[code], code))[:_TARGETS]


def _tried(
    floor: FloorPlan,
    trips: Sequence[tuple[str, ...]],
    walked: Mapping[tuple[str, ...], int],
    pair: tuple[str, str],
) -> tuple[str, str, int]:
    """Walk every trip that stops at one of both bins with the two exchanged."""
    source, target = pair
    other = {source: target, target: source}
    touched = Counter(trip for trip in trips if source in trip or target in trip)
    saved = sum(
        count * (walked[trip] - floor.walk({other.get(code, code) for code in trip}).distance_mm)
        for trip, count in touched.items()
    )
    return source, target, saved


def _apart(best: Iterable[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
    taken: set[str] = set()
    kept = []
    for source, target, saved in best:
        if not {source, target} & taken:
            taken |= {source, target}
            kept.append((source, target, saved))
    return kept
