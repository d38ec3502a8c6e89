"""Plans a problem from a file instead of the orders in the database: what-if studies, and comparison with others."""

import argparse
import json
import time
from pathlib import Path

from warehouse.domain.planning.improving import Budget
from warehouse.domain.planning.solving import Trips, solve
from warehouse.exchange.instances import Instance, read_instance


def plan_file(options: argparse.Namespace) -> int:
    """Plan the orders of the file; seconds are of processor time, so that other work does not spoil a comparison."""
    clock = time.process_time
    began = clock()
    instance = read_instance(Path(options.file).read_bytes())
    budget = Budget(seconds=options.seconds, iterations=options.iterations, clock=clock, began=began)
    trips = solve(instance.problem, budget, options.seed, lambda _trips, _steps: None)
    solution = instance.solution(trips)
    print(json.dumps(solution) if options.json else _as_text(instance, trips))
    return 0


def _as_text(instance: Instance, trips: Trips) -> str:
    needs = instance.problem.needs
    lines = [f"{_count(len(trips), 'batch', 'batches')} for {_count(len(needs), 'order', 'orders')}."]
    for number, trip in enumerate(trips, start=1):
        codes = sorted({code for at in trip for code in needs[at].codes})
        lines.append(
            f"  {number:>3}  {', '.join(instance.orders[at] for at in trip)}: {_count(len(codes), 'stop', 'stops')}"
        )
    lines += [f"  left out: {order}. It is larger than a cart." for order in instance.too_large]
    return "\n".join(lines)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
