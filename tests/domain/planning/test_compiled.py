import sys
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import numba
import pytest

from warehouse.domain.planning import automaton
from warehouse.domain.planning.compiled import quickest
from warehouse.domain.planning.floors import GridFloor
from warehouse.domain.planning.fronts import PLAIN, Arithmetic
from warehouse.domain.planning.grid import Corner, Grid, Spot
from warehouse.domain.planning.improving import Budget
from warehouse.domain.planning.solving import Need, Problem, Trips, solve


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    quickest.cache_clear()
    yield
    quickest.cache_clear()


def test_without_numba_the_loops_run_as_they_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    assert quickest() is PLAIN


def test_with_numba_they_are_compiled() -> None:
    assert quickest() is not PLAIN
    quickest().joined(quickest().numbers([1, 2]), quickest().numbers([3, 1]))
    assert quickest().joined.signatures  # type: ignore[attr-defined] # what numba made of it


def test_where_nothing_can_be_kept_they_are_compiled_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compiler = numba.njit

    def homeless(loop: Callable[..., Any], *, cache: bool = False) -> Callable[..., Any]:
        if cache:
            raise RuntimeError("no locator available")
        compiled: Callable[..., Any] = compiler(loop)
        return compiled

    monkeypatch.setattr(numba, "njit", homeless)
    reckon = quickest()
    assert reckon.joined(reckon.numbers([1, 2]), reckon.numbers([3, 1])) == 3


@pytest.mark.parametrize("home", [Corner(0, 0), Corner(2, 1)])
@pytest.mark.parametrize("end", [None, Corner(4, 2)])
def test_compiled_or_not_a_search_finds_the_same_plan(
    home: Corner, end: Corner | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    grid = Grid(tuple(range(0, 30, 6)), (0, 11, 24), home, end or home)
    assert _plan(grid, PLAIN, monkeypatch) == _plan(grid, quickest(), monkeypatch)


def _plan(grid: Grid, arithmetic: Arithmetic, monkeypatch: pytest.MonkeyPatch) -> tuple[Trips, list[tuple[int, Trips]]]:
    monkeypatch.setattr(automaton, "quickest", lambda: arithmetic)
    draw = Random(4)  # noqa: S311 - the same orders each time
    spots = {f"{column}-{y}": Spot(column, y) for column in range(5) for y in range(1, 24, 2)}
    needs = [Need(codes=tuple(draw.sample(sorted(spots), 3)), load=(draw.randint(1, 3),)) for _ in range(60)]
    told: list[tuple[int, Trips]] = []
    problem = Problem(needs=needs, limits=(12,), floor=GridFloor(grid, spots))
    found = solve(problem, Budget(iterations=1500), 1, lambda trips, steps: told.append((steps, trips)))
    return found, told
