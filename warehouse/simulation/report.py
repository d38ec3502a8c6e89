"""What a simulated shift came to, in figures and in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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
        "orders_wanted": worked.wanted,
        "on_time": worked.on_time,
        "work": done,
        "surprises": list(log.surprises),
    }
    return Report(figures, tuple(_problems(worked)))


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
        "on the line: " + (", ".join(f"{number} x {kind}" for kind, number in figures["line"].items()) or "nothing"),
        f"right scans refused: {figures['right_scans_refused']}, in error: {figures['scans_in_error']}",
        f"scans lost: {figures['scans_lost']}, doubled: {figures['scans_doubled']}",
        f"acknowledged scans sent again, known with their answer: {figures['answers_repeated']}",
        _orders(figures["orders_wanted"], work),
        f"units: {work.get('units picked', 0)} picked, {work.get('units packed', 0)} packed",
        "",
        *figures["surprises"],
        *(report.problems or ("Every mistake was blocked, every right scan accepted, nothing lost, nothing doubled.",)),
    ]
    return "\n".join(lines)


def _milliseconds(values: dict[str, float]) -> str:
    return ", ".join(f"{name} {value} ms" for name, value in values.items())


def _orders(wanted: int, work: dict[str, int]) -> str:
    picked, packed = work.get("orders picked", 0), work.get("orders packed", 0)
    cartons = f"cartons: {work.get('cartons labelled', 0)} labelled, {work.get('cartons shipped', 0)} shipped"
    return f"orders: {wanted} wanted, {picked} picked, {packed} packed; {cartons}"


def _problems(worked: Worked) -> list[str]:
    log = worked.log
    unblocked = log.made.total() - log.blocked.total()
    packed = log.done["orders packed"]
    left_over = log.done["units picked"] - log.done["units packed"]
    unshipped = log.done["cartons labelled"] - log.done["cartons shipped"]
    unfinished = worked.wanted - packed if worked.on_time else 0
    counts = {
        "mistakes were not blocked as they should be": unblocked,
        "right scans were refused": log.refused,
        "scans could not be judged": log.errors,
        "acknowledged scans were lost": log.lost,
        "scans were answered twice, differently": log.doubled,
        "pieces were picked and not packed": left_over if worked.on_time else 0,
        "orders were not finished": unfinished,
        "cartons did not leave": unshipped if worked.on_time else 0,
        "times somebody could not go on": log.broken_off,
    }
    return [f"{number} {what}." for what, number in counts.items() if number > 0]
