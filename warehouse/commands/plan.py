"""Proposes batches for the orders that are ready, each a trip with one cart; `--commit` stores them to be released."""

import argparse
import json
from typing import Any

from warehouse.commands.opening import now
from warehouse.commands.plan_file import plan_file
from warehouse.commands.remote import Server, house
from warehouse.services.actor import SYSTEM
from warehouse.services.planning.batching import PlanBatches, plan_batches
from warehouse.services.planning.report import plan_report
from warehouse.settings import read_settings

SHOWN = 20
Report = dict[str, Any]


def build(parser: argparse.ArgumentParser) -> None:
    """Name the options."""
    parser.add_argument("--commit", action="store_true", help="store the batches; without it nothing is changed")
    parser.add_argument("--json", action="store_true", help="print the whole plan as JSON")
    parser.add_argument("--file", metavar="INSTANCE.json", help="plan the orders of this file, not those in the house")
    parser.add_argument("--seconds", type=float, default=2.0, help="with --file: processor time to search (2)")
    parser.add_argument("--seed", type=int, default=1, help="with --file: the same seed and iterations, the same plan")
    parser.add_argument("--iterations", type=int, default=0, help="with --file: end after so many steps (0: no limit)")


def run(options: argparse.Namespace) -> int:
    """Plan in the database, or through the server that holds it; or the orders of a file."""
    if options.file:
        return plan_file(options)
    with house(read_settings(), "plan") as place:
        if isinstance(place, Server):
            report: Report = place.post("/batches/plan", {"commit": options.commit})
        else:
            report = plan_report(plan_batches(place, PlanBatches(actor=SYSTEM, at=now(), commit=options.commit)))
    print(json.dumps(report, ensure_ascii=False, indent=2) if options.json else _as_text(report, options))
    return 0


def _as_text(report: Report, options: argparse.Namespace) -> str:
    batches, left_out = report["batches"], report["left_out"]
    orders = sum(len(batch["orders"]) for batch in batches)
    lines = [f"{_count(len(batches), 'batch', 'batches')} for {_count(orders, 'order')}{_walk(report)}."]
    lines += [f"  {number:>3}  {_batch(batch)}" for number, batch in enumerate(batches, start=1)]
    lines += [f"  left out: {it['order']}. {it['reason']}" for it in left_out[:SHOWN]]
    if len(left_out) > SHOWN:
        lines.append(f"  … and {len(left_out) - SHOWN} more; --json shows all.")
    if options.commit:
        lines.append(f"Stored: {_count(len(report['stored']), 'batch', 'batches')}, to be released for picking.")
    else:
        lines.append("Nothing was stored: --commit does that.")
    return "\n".join(lines)


def _batch(batch: Report) -> str:
    counts = ", ".join(
        (_count(len(batch["orders"]), "order"), _count(batch["stops"], "stop"), _count(batch["units"], "unit"))
    )
    cutoff = f", cutoff {batch['cutoff']}" if batch["cutoff"] else ""
    return f"{counts}{_walk(batch)}{cutoff}"


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _walk(measured: Report) -> str:
    """Say how far it is, and how far by bin names; nothing where bins have no coordinates."""
    own, by_name = measured["distance_mm"], measured["name_order_distance_mm"]
    if not own:
        return ""
    return f", {own / 1000:.0f} m to walk" + (f" ({by_name / 1000:.0f} m in the order of bin names)" if by_name else "")
