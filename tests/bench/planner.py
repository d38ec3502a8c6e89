"""The planner against published optima, its peers' way of planning, and itself with more time.

Published instances and their judge lie in `../shared/batching`; where they are not, these rows are left out. Seconds
are of this process's processor time, so that whatever else runs does not spoil the figures.
`python -m tests.bench.planner` measures the planner alone; `--all` every published instance rather than each sixteenth,
and some of them for 30 s each; `--seconds` for longer searches. The loops run as they stand, but for the rows that say
"with fast": those are compiled (`planning.compiled`).
"""

import argparse
import importlib.util
import json
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any
from unittest.mock import patch

from tests.bench.report import Row, table
from warehouse.domain.layout import Bin, layout_of, natural_key
from warehouse.domain.planning import automaton
from warehouse.domain.planning.compiled import quickest
from warehouse.domain.planning.exact import Router
from warehouse.domain.planning.floors import Floor, line_of
from warehouse.domain.planning.fronts import PLAIN, Arithmetic
from warehouse.domain.planning.grid import Corner, Grid, Spot
from warehouse.domain.planning.improving import Budget
from warehouse.domain.planning.ladder import floor_of
from warehouse.domain.planning.solving import Trips, solve
from warehouse.exchange.instances import SCALE, Instance, read_instance

PUBLISHED = Path(__file__).resolve().parents[3] / "shared" / "batching"
SAMPLE = 16
LONG_SAMPLE, LONG_SECONDS = 32, 30.0
LOOKS = 5
MIDDLE_WIDTH = 1.0
BEST_KNOWN = {"ecom-200": 3990.0, "ecom-500": 10098.0, "hw-200": 30926.0, "hw-500": 58467.0}
"""The shortest walk met on a generated instance in searches of 60 s."""

Problem = dict[str, Any]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Found:
    """The judge's score, the processor seconds it took, and when the first plan was there."""

    score: dict[str, Any]
    seconds: float
    first: float


def measure_planner(say: Say, *, every: int = SAMPLE, seconds: float = 2.0) -> list[Row]:
    """Measure everything that can be measured here."""
    with _reckoning(PLAIN):
        return _measure(say, every, seconds)


def _measure(say: Say, every: int, seconds: float) -> list[Row]:
    rows = [_tours("one block", 2, 0.1), _tours("two blocks", 3, 1.0)]
    if not PUBLISHED.is_dir():
        say("the planner: no published instances beside this checkout")
        return rows
    judge, maker = _module("evaluate"), _module("gen")
    for measure in (_routing, _foodmart, _shop, _fast, _large, _cutoffs, _ladder, _repeatable):
        say(f"the planner: {measure.__name__.strip('_')}")
        rows += measure(judge, maker, seconds)
    for folder, aims in (("hw_uniform", (1.010, 1.030, 1.045)), ("muter_wg", (1.010, 1.030, None))):
        say(f"the planner: {folder}")
        rows += _published(judge, folder, aims, (every, seconds))
    if every == 1:
        say(f"the planner: hw_uniform for {LONG_SECONDS:g} s each")
        rows += _published(judge, "hw_uniform", (1.003, None, None), (LONG_SAMPLE, LONG_SECONDS))
    return rows


def _tours(name: str, rows: int, aim: float) -> Row:
    """Time tours of 30 stops over ten aisles, their order included; of several looks the quietest counts."""
    draw = Random(1)  # noqa: S311 the same tours each time
    grid = Grid(tuple(range(0, 50, 5)), tuple(range(0, 21 * rows, 21)), Corner(0, 0), Corner(0, 0), (True,) * 10)
    tours = [[Spot(draw.randrange(10), draw.randrange(grid.ys[-1])) for _ in range(30)] for _ in range(300)]
    router = Router(grid)
    median = min(_median_ms(router, tours) for _ in range(LOOKS))
    return Row(what=f"a tour of 30 stops, {name}", measured=f"{median:.3f} ms", ratio=median, at_most=aim)


def _median_ms(router: Router, tours: Iterable[Sequence[Spot]]) -> float:
    times: list[float] = []
    for spots in tours:
        began = time.process_time()
        router.walk(spots)
        times.append(time.process_time() - began)
    return sorted(times)[len(times) // 2] * 1000


def _routing(judge: ModuleType, _maker: ModuleType, _seconds: float) -> list[Row]:
    found = right = 0
    optima = {(it["set"], it["instance"]): float(it["value"]) for it in _references()}
    for path in _files("sprp"):
        one = judge.load_instance(str(path))
        codes = sorted({code for order in one["orders"] for code, _ in order["lines"]})
        for kind, layout in (("sprp", one["layout"]), ("sprp_two_block", _halved(one["layout"]))):
            best = optima.get((kind, path.name.removesuffix(".txt.gz")))
            if best is None:
                continue
            floor = _read({**one, "layout": layout, "orders": [], "cart": {}}).problem.floor
            tour = floor.route(codes, ())
            walked = judge.Metric(layout).walk([codes[at] for at in tour.order])
            found, right = found + 1, right + (abs(walked - best) < 1e-6 and abs(tour.length / SCALE - best) < 1e-6)
    share = right / found
    return [Row(what="published routing optima reached", measured=f"{right} of {found}", ratio=share, at_least=1)]


def _halved(layout: Problem) -> Problem:
    """Cut the block in two: a middle cross aisle one unit wide, half of the cells on each side of it."""
    low, high = layout["cross_y"]
    middle = (low + high) / 2
    moved = {code: [aisle, y + MIDDLE_WIDTH * (y > middle)] for code, (aisle, y) in layout["locations"].items()}
    depot = [layout["depot"][0], layout["depot"][1] + MIDDLE_WIDTH * (layout["depot"][1] > middle)]
    cross = [low, middle + MIDDLE_WIDTH / 2, high + MIDDLE_WIDTH]
    return {**layout, "cross_y": cross, "locations": moved, "depot": depot}


def _foodmart(judge: ModuleType, _maker: ModuleType, seconds: float) -> list[Row]:
    ratios = [_solve(judge, judge.load_instance(str(path)), seconds).score["ratio_ref"] for path in _files("foodmart")]
    return [_row("foodmart (graph), ratio to the optimum, all", max(ratios), 1.0)]


def _shop(judge: ModuleType, maker: ModuleType, seconds: float) -> list[Row]:
    rows: list[Row] = []
    aims = {"ecom-200": 1.05, "ecom-500": 1.07, "hw-200": None, "hw-500": 1.03}
    for name, best in BEST_KNOWN.items():
        family, count = name.split("-")
        one = maker.make(family, int(count), 1, **({"items": 60} if name == "hw-500" else {}))
        found = _solve(judge, one, seconds)
        ratio = found.score["distance"] / best
        rows.append(_row(f"{name}, {seconds:g} s, ratio to the best of 60 s", ratio, aims[name]))
        if family == "ecom":
            rows.append(_row(f"{name} against first come, name order", found.score["ratio_fifo_name"], 0.49))
        if name == "ecom-500":
            rows.append(_row("first plan of 500 orders, s", found.first, 0.1))
    return rows


def _fast(judge: ModuleType, maker: ModuleType, seconds: float) -> list[Row]:
    rows: list[Row] = []
    with _reckoning(quickest()):
        _solve(judge, maker.make("ecom", 40, 1), 0.1, baseline=False)  # compiles, once for an installation
        for name in ("ecom-200", "ecom-500"):
            family, count = name.split("-")
            found = _solve(judge, maker.make(family, int(count), 1), seconds)
            ratio = found.score["distance"] / BEST_KNOWN[name]
            rows.append(_row(f"{name} with fast, {seconds:g} s, ratio to the best of 60 s", ratio, 1.025))
    return rows


def _reckoning(arithmetic: Arithmetic) -> AbstractContextManager[object]:
    """Have searches reckon this way, whatever is installed."""
    return patch.object(automaton, "quickest", lambda: arithmetic)


def _large(judge: ModuleType, maker: ModuleType, _seconds: float) -> list[Row]:
    rows: list[Row] = []
    for family, count, most in (("ecom", 5000, 5), ("hw", 5000, 5), ("ecom", 20_000, 20), ("hw", 20_000, 20)):
        one = maker.make(family, count, 1, **({"items": 60} if family == "hw" else {}))
        naive = judge.score(one, judge.naive(one), baseline=False)["distance"]
        found = _solve(judge, one, most * 0.5, baseline=False)
        rows.append(_row(f"{family}, {count} orders, against name order", found.score["distance"] / naive, 0.58))
        rows.append(_row(f"{family}, {count} orders, s", found.seconds, float(most)))
    return rows


def _cutoffs(judge: ModuleType, maker: ModuleType, seconds: float) -> list[Row]:
    rows: list[Row] = []
    for count, best in ((50, 1232.0), (200, 5084.0)):
        found = _solve(judge, maker.make("cutoff", count, 1), seconds)
        rows.append(_row(f"cutoff-{count}, {seconds:g} s, to the reference", found.score["distance"] / best, 1.03))
        rows.append(_row(f"cutoff-{count}, orders late", float(found.score["late_orders"]), 0.0))
    return rows


def _ladder(judge: ModuleType, maker: ModuleType, seconds: float) -> list[Row]:
    """Plan with less knowledge than there is; be judged on the true floor."""
    rows: list[Row] = []
    for name, aim in (("ecom-200", 1.25), ("hw-200", 1.05)):
        family, count = name.split("-")
        one = maker.make(family, int(count), 1)
        codes = sorted(one["layout"]["locations"], key=natural_key)
        places = one["layout"]["locations"]
        serpentine = sorted(codes, key=lambda code: (places[code][0], places[code][1] * (-1) ** places[code][0]))
        guessed = floor_of(layout_of(Bin(code=code) for code in codes)).floor
        for what, floor, goal in (
            ("codes of bins only", guessed, aim),
            ("a walk sequence only", line_of(serpentine), None),
            ("the natural order of codes", line_of(codes), None),
        ):
            rows.append(_row(f"{name}, {what}", _blind(judge, one, floor, seconds) / BEST_KNOWN[name], goal))
    return rows


def _blind(judge: ModuleType, one: Problem, floor: Floor, seconds: float) -> float:
    known = _read(one)
    blind = replace(known, problem=replace(known.problem, floor=floor))
    distance: float = judge.score(one, blind.solution(_search(blind, seconds)), baseline=False)["distance"]
    return distance


def _repeatable(_judge: ModuleType, maker: ModuleType, _seconds: float) -> list[Row]:
    known = _read(maker.make("ecom", 200, 1))
    texts = [json.dumps(known.solution(solve(known.problem, Budget(iterations=3000), 7, _nobody))) for _ in "ab"]
    same = texts[0] == texts[1]
    return [Row(what="same seed, same iterations", measured="same" if same else "DIFFERENT", ratio=same, at_least=1)]


def _published(judge: ModuleType, folder: str, aims: Sequence[float | None], effort: tuple[int, float]) -> list[Row]:
    every, seconds = effort
    scores: list[dict[str, Any]] = []
    for path in _files(folder)[every // 2 :: every]:
        scores.append(_solve(judge, judge.load_instance(str(path)), seconds).score)
        print(f"{folder} {path.name} {scores[-1]['ratio_ref']:.4f}", file=sys.stderr, flush=True)
    ratios = sorted(score["ratio_ref"] for score in scores)
    named = f"{folder}, {len(ratios)} instances, {seconds:g} s"
    shown = (sum(ratios) / len(ratios), ratios[int(len(ratios) * 0.95)], ratios[-1])
    rows = [
        _row(f"{named}, {what} ratio to published", value, aim)
        for what, value, aim in zip(("mean", "p95", "max"), shown, aims, strict=True)
    ]
    against = sum(score["ratio_fifo_name"] for score in scores) / len(scores)
    rows.append(_row(f"{named}, against first come, name order", against, 0.59 if folder == "hw_uniform" else None))
    worst = max(score["routing_ratio"] for score in scores)
    return [*rows, _row(f"{named}, worst routing of a plan", worst, 1.0)]


def _solve(judge: ModuleType, one: Problem, seconds: float, *, baseline: bool = True) -> Found:
    known = _read(one)
    began = time.process_time()
    told: list[float] = []
    trips = _search(known, seconds, lambda: told.append(time.process_time() - began))
    solution = known.solution(trips)
    took = time.process_time() - began
    score = judge.score(one, solution, baseline=baseline)
    if not score["feasible"]:
        raise RuntimeError(f"{known.name}: {score['errors']}")
    return Found(score, took, told[0])


def _search(known: Instance, seconds: float, tell: Callable[[], None] = lambda: None) -> Trips:
    clock = time.process_time
    budget = Budget(seconds=seconds, clock=clock, began=clock())
    return solve(known.problem, budget, 1, lambda _trips, _steps: tell())


def _nobody(trips: Trips, steps: int) -> None:
    """Nobody listens."""


def _read(one: Problem) -> Instance:
    return read_instance(json.dumps(one).encode())


def _row(what: str, value: float, aim: float | None) -> Row:
    return Row(what=what, measured=f"{value:.4f}", ratio=value, at_most=aim)


def _files(folder: str) -> list[Path]:
    return sorted((PUBLISHED / folder).glob("*.txt.gz"))


def _references() -> Iterable[dict[str, str]]:
    lines = (PUBLISHED / "reference.csv").read_text().splitlines()
    head = lines[0].split(",")
    return [dict(zip(head, line.split(","), strict=False)) for line in lines[1:]]


def _module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"published_{name}", PUBLISHED / f"{name}.py")
    if spec is None or spec.loader is None:
        raise RuntimeError(f"{PUBLISHED / name} cannot be read")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.bench.planner", description=__doc__)
    parser.add_argument("--all", action="store_true", help="every published instance")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each search may take")
    options = parser.parse_args()
    found_rows = measure_planner(
        lambda what: print(what, file=sys.stderr, flush=True),
        every=1 if options.all else SAMPLE,
        seconds=options.seconds,
    )
    print(table(found_rows))
