"""One run of the benchmark: how big it is, where it works, what it has found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.floors import Commits
from tests.bench.ground import Crew
from tests.bench.report import Row

PIECES_A_LINE = 10
"""As many as in the real orders (`online_retail.csv.gz`: 9.6): of the scans on the way, one in eleven books a pick."""

PEER = 50
"""Handhelds at which the product is held against its floors and its peer."""

SHIFT_RATE = 170.0
"""Scans a second of a big site's whole shift."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is done: handhelds to measure with, seconds of a drive, the connections of the big shift.

    Of the published planning instances each `plans`-th is solved; 0 leaves the planner out.
    """

    crews: Sequence[Crew]
    seconds: float
    floor_seconds: float
    shift: int
    shift_seconds: float
    kinds: Sequence[str]
    plans: int


FULL = Size(
    crews=(Crew(1, 40, 24), Crew(10, 40, PIECES_A_LINE), Crew(50, 25, PIECES_A_LINE), Crew(200, 7, PIECES_A_LINE)),
    seconds=6.0,
    floor_seconds=2.0,
    shift=500,
    shift_seconds=15.0,
    kinds=("sqlite", "postgres"),
    plans=16,
)
QUICK = Size(
    crews=(Crew(1, 40, 24), Crew(50, 12, PIECES_A_LINE)),
    seconds=3.0,
    floor_seconds=1.0,
    shift=0,
    shift_seconds=0.0,
    kinds=("sqlite",),
    plans=0,
)


@dataclass(slots=True)
class Run:
    """One run of the benchmark: where it works, how big it is, and what has been found so far."""

    folder: Path
    size: Size
    new_postgres: Callable[[str], str]
    say: Callable[[str], None]
    echo_ms: float = 0.0
    echo_cpu: float = 0.0
    commits: dict[str, Commits] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    def floor_ms(self, kind: str) -> float:
        """What one durable answer must cost at least: the socket and one commit."""
        return self.echo_ms + self.commits[kind].p50

    def url(self, kind: str, name: str) -> str:
        """Give the address of an empty database, in a folder of its own."""
        (self.folder / name).mkdir()
        return self.new_postgres(name) if kind == "postgres" else f"sqlite:///{self.folder / name / 'warehouse.sqlite'}"
