"""What a simulated shift came to, in figures and in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from warehouse.simulation.reckoning import Reckoning
from warehouse.simulation.shift import Worked

PERCENTILES = (50, 95, 99)


@dataclass(frozen=True, slots=True)
class Report:
    """The result; `problems` are sentences, and there is none when all went well."""

    figures: dict[str, Any]
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether every mistake was blocked, every right scan accepted, and nothing lost or doubled."""
        return not self.problems


def report_of(worked: Worked) -> Report:
    """Draw up the report."""
    log = worked.log
    done = dict(sorted(log.done.items()))
    figures = {
        "scans": len(log.answers),
        "seconds": round(worked.seconds, 1),
        "scans_per_second": round(len(log.answers) / worked.seconds, 1) if worked.seconds else 0.0,
        "mistakes": {kind: {"made": made, "blocked": log.blocked[kind]} for kind, made in sorted(log.made.items())},
        "mistakes_made": log.made.total(),
        "mistakes_blocked": log.blocked.total(),
        "right_scans_refused": log.refused,
        "scans_in_error": log.errors,
        "scans_lost": log.lost,
        "scans_doubled": log.doubled,
        "answers_repeated": worked.answers_checked,
        "acknowledgement_ms": percentiles([each for seconds in log.seconds.values() for each in seconds]),
        "acknowledgement_ms_of": {work: percentiles(seconds) for work, seconds in sorted(log.seconds.items())},
        "line": dict(sorted(log.tricks.items())),
        "events": dict(sorted(log.events.items())),
        "told_of_changes": dict(sorted(log.told.items())),
        "orders": _orders_of(worked.reckoning),
        "orders_wanted": worked.wanted,
        "on_time": worked.on_time,
        "work": done,
        "surprises": list(log.surprises),
    }
    return Report(figures, tuple(_problems(worked)))


def _orders_of(reckoning: Reckoning | None) -> dict[str, Any]:
    """Say how the orders ended: how many whole, and by name every other."""
    if reckoning is None:
        return {}
    return {
        "complete": reckoning.complete,
        "cancelled": reckoning.cancelled,
        "in_part": reckoning.in_part,
        "unfinished": reckoning.unfinished,
    }


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """Give p50, p95 and p99 in milliseconds (nearest rank)."""
    ordered = sorted(seconds)
    if not ordered:
        return {}
    ranks = {of: max(-(-len(ordered) * of // 100) - 1, 0) for of in PERCENTILES}
    return {f"p{of}": round(ordered[rank] * 1000, 1) for of, rank in ranks.items()}


def as_text(report: Report) -> str:
    """Write the report for people."""
    figures, work = report.figures, report.figures["work"]
    lines = [
        f"{figures['scans']} scans in {figures['seconds']} s, {figures['scans_per_second']} a second",
        f"acknowledgement: {_milliseconds(figures['acknowledgement_ms'])}",
        *(f"  {work}: {_milliseconds(values)}" for work, values in figures["acknowledgement_ms_of"].items()),
        "",
        f"{'mistake':<16}{'made':>8}{'blocked':>9}",
        *(f"{kind:<16}{it['made']:>8}{it['blocked']:>9}" for kind, it in figures["mistakes"].items()),
        f"{'all':<16}{figures['mistakes_made']:>8}{figures['mistakes_blocked']:>9}",
        "",
        "on the line: " + _named(figures["line"]),
        f"right scans refused: {figures['right_scans_refused']}, in error: {figures['scans_in_error']}",
        f"scans lost: {figures['scans_lost']}, doubled: {figures['scans_doubled']}",
        f"acknowledged scans sent again, known with their answer: {figures['answers_repeated']}",
        "out of the ordinary: " + _named(figures["events"]),
        "told that the work had changed: " + _named(figures["told_of_changes"]),
        *_endings(figures["orders"], figures["orders_wanted"]),
        _cartons(work),
        f"units: {work.get('units picked', 0)} picked, {work.get('units packed', 0)} packed",
        "",
        *figures["surprises"],
        *(report.problems or ("Every mistake was blocked, every right scan accepted, nothing lost, nothing doubled.",)),
    ]
    return "\n".join(lines)


def _milliseconds(values: dict[str, float]) -> str:
    return ", ".join(f"{name} {value} ms" for name, value in values.items())


def _named(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} x {kind}" for kind, number in counts.items()) or "nothing"


def _endings(orders: dict[str, Any], wanted: int) -> list[str]:
    """Tell how the orders ended; every one that is not whole by its name."""
    if not orders:
        return [f"orders: {wanted} wanted"]
    owed = [f"  {number} owes {_named(parts)}" for number, parts in orders["in_part"].items()]
    called_off = [f"  {number} was cancelled" for number in orders["cancelled"]]
    return [f"orders: {wanted} wanted, {orders['complete']} shipped complete", *owed, *called_off]


def _cartons(work: dict[str, int]) -> str:
    return f"cartons: {work.get('cartons labelled', 0)} labelled, {work.get('cartons shipped', 0)} shipped"


def _problems(worked: Worked) -> list[str]:
    log = worked.log
    counts = {
        "mistakes were not blocked as they should be": log.made.total() - log.blocked.total(),
        "right scans were refused": log.refused,
        "scans could not be judged": log.errors,
        "acknowledged scans were lost": log.lost,
        "scans were answered twice, differently": log.doubled,
        "times somebody could not go on": log.broken_off,
    }
    told = [f"{number} {what}." for what, number in counts.items() if number > 0]
    return told + (_open(worked.reckoning) if worked.reckoning else [])


def _open(reckoning: Reckoning) -> list[str]:
    """Tell what the books and the hands do not agree on."""
    orders = [f"Order {number} is not finished: {state}." for number, state in reckoning.unfinished.items()]
    return orders + reckoning.differences
