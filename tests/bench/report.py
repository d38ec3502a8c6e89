"""What was measured, as a table: every figure beside the floor or peer of the same run, their ratio, and the aim."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.bench.load import Result

HEAD = ("what", "measured", "against", "ratio", "aim", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line. `ratio` is measured over against; `at_least` or `at_most` is the aim for it, where there is one."""

    what: str
    measured: str
    against: str = ""
    ratio: float | None = None
    at_least: float | None = None
    at_most: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the aim is met; None where there is none."""
        if self.ratio is None or (self.at_least is None and self.at_most is None):
            return None
        return self.ratio >= self.at_least if self.at_least is not None else self.ratio <= (self.at_most or 0)

    def cells(self) -> tuple[str, ...]:
        """Give the columns of `HEAD`."""
        aim = f">= {self.at_least:g}" if self.at_least is not None else f"<= {self.at_most:g}" if self.at_most else ""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        return self.what, self.measured, self.against, ratio, aim, {True: "met", False: "MISSED", None: ""}[self.met]


@dataclass(frozen=True, slots=True)
class Times:
    """Percentiles of answer times, ms."""

    p50: float
    p95: float
    p99: float
    worst: float

    def __str__(self) -> str:
        return f"p50 {self.p50:.2f} p95 {self.p95:.2f} p99 {self.p99:.2f} ms"


def times_of(*results: Result) -> Times:
    """Give the percentiles of one drive, or of all the answers of several."""
    ordered = sorted(time for result in results for time in result.times)
    if not ordered:
        raise RuntimeError("no scan was answered in the time that counts")
    parts = (ordered[min(len(ordered) - 1, int(len(ordered) * part))] for part in (0.50, 0.95, 0.99))
    return Times(*parts, ordered[-1])


def rate_of(result: Result) -> float:
    """Give the scans a second."""
    return result.scans / result.seconds


def cost_of(result: Result) -> float:
    """Give the server's processor time of one scan, in microseconds."""
    return result.server_cpu / max(1, result.scans) * 1e6


def table(rows: Iterable[Row]) -> str:
    """Lay the rows out in columns."""
    lines: list[Sequence[str]] = [HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
