"""A plan in plain JSON values, as the interface and the command give it."""

from typing import Any

from warehouse.domain.batching import PlannedBatch
from warehouse.services.planning.batching import PlanOutcome

Json = dict[str, Any]


def plan_report(outcome: PlanOutcome) -> Json:
    """Describe what was planned and stored; distances in millimetres, 0 where nothing is measured."""
    plan = outcome.plan
    return {
        "run": outcome.run,
        "stored": list(outcome.batches),
        "distance_mm": plan.distance_mm,
        "name_order_distance_mm": plan.by_name_mm,
        "batches": [_planned(batch) for batch in plan.batches],
        "left_out": [it.to_json() for it in outcome.left_out],
        "split": list(plan.split),
        "unmeasured": list(plan.unmeasured),
        "oversize": list(plan.oversize),
    }


def _planned(batch: PlannedBatch) -> Json:
    return {
        "orders": list(batch.orders),
        "tasks": len(batch.tasks),
        "stops": batch.stops,
        "units": sum(task.quantity for task in batch.tasks),
        "distance_mm": batch.distance_mm,
        "name_order_distance_mm": batch.by_name_mm,
        "cutoff": batch.cutoff.isoformat() if batch.cutoff else None,
        "priority": batch.priority,
    }
