"""What is measured, in the order in which it is run; each scenario gives rows for the table."""

from collections.abc import Iterator

from tests.bench import floors, ground
from tests.bench.beside import measure_beside
from tests.bench.board import measure_board
from tests.bench.ground import Crew
from tests.bench.handheld import measure_handheld
from tests.bench.importing import measure_import
from tests.bench.load import Person, Result
from tests.bench.paper import measure_paper
from tests.bench.planner import measure_planner
from tests.bench.planning import measure_planning
from tests.bench.processes import Wanted, drive, product, side
from tests.bench.report import Row, cost_of, rate_of, times_of
from tests.bench.run import PEER, SHIFT_RATE, Run
from tests.bench.signing_out import measure_signing_out
from tests.bench.silence import measure_silence


def measure(run: Run) -> None:
    """Run everything of the chosen size."""
    measure_floors(run)
    measure_paper(run)
    measure_handheld(run)
    measure_silence(run)
    measure_signing_out(run)
    for kind in run.size.kinds:
        found = measure_crews(run, kind)
        measure_naive(run, kind, found)
    if run.size.shift:
        for kind in run.size.kinds:
            measure_shift(run, kind)
        measure_beside(run)
        run.rows.append(measure_board(run))
        measure_import(run)
    if run.size.plans:
        measure_planning(run)
        run.rows += measure_planner(run.say, every=run.size.plans)


def measure_floors(run: Run) -> None:
    """Measure the bare socket."""
    run.say("the floor of the socket")
    anybody = [Person(cookie="", device=f"d-{n}", person=n, batch=n, cart="", totes=()) for n in range(PEER)]
    with side("echo") as echo:
        wanted = Wanted(seconds=run.size.floor_seconds + 0.5, warm=0.5)
        alone, many = drive(echo, anybody[:1], {}, wanted), drive(echo, anybody, {}, wanted)
    run.echo_ms, run.echo_cpu = times_of(alone).p50, cost_of(many)
    run.rows.append(
        Row(
            what="floor: socket echo (raw asyncio, Socket.IO frames)",
            measured=f"p50 {run.echo_ms:.3f} ms; {rate_of(many):.0f}/s and {run.echo_cpu:.0f} us at {PEER}",
        )
    )


def measure_commits(run: Run, kind: str, url: str) -> None:
    """Measure bare commits beside what is held against them; of several looks the fastest is the floor."""
    seconds = run.size.floor_seconds
    found = floors.postgres_commits(url, seconds) if kind == "postgres" else floors.sqlite_commits(run.folder, seconds)
    known = run.commits.get(kind)
    run.commits[kind] = found if known is None or found.rate > known.rate else known


def measure_crews(run: Run, kind: str) -> Result:
    """Let 1, 10, 50, 200 handhelds scan as fast as they are answered; gives the drive of the peer's size."""
    run.say(f"{kind}: building the warehouse")
    built = ground.build(run.url(kind, f"crews_{kind}"), run.size.crews)
    results: dict[int, Result] = {}
    measure_commits(run, kind, built.url)
    with product(run.folder / f"crews_{kind}", built.url) as server:
        for people in built.crews:
            run.say(f"{kind}: {len(people)} handhelds")
            results[len(people)] = drive(server, people, built.codes, Wanted(seconds=run.size.seconds))
            measure_commits(run, kind, built.url)
    it = run.commits[kind]
    run.rows.append(Row(what=f"floor: bare durable commits, {kind}", measured=f"{it.rate:.0f}/s p50 {it.p50:.3f} ms"))
    for handhelds, result in results.items():
        run.rows += _rows_of(run, kind, handhelds, result)
    return results[PEER]


def _rows_of(run: Run, kind: str, handhelds: int, result: Result) -> Iterator[Row]:
    times, floor = times_of(result), run.floor_ms(kind)
    what = f"{kind}, {handhelds} handheld{'s' if handhelds > 1 else ''}"
    bare = run.commits[kind].rate
    yield Row(
        what=f"{what}: scans a second",
        measured=f"{rate_of(result):.0f}/s",
        against=f"{bare:.0f} bare commits/s",
        ratio=rate_of(result) / bare,
        at_least=0.6 if handhelds == PEER else None,
    )
    yield Row(
        what=f"{what}: answer",
        measured=str(times),
        against=f"{floor:.3f} ms echo + commit (p50)",
        ratio=times.p50 / floor,
        at_most=2.5 if handhelds == 1 else None,
    )
    yield Row(
        what=f"{what}: server processor time a scan",
        measured=f"{cost_of(result):.0f} us",
        against=f"{run.echo_cpu:.0f} us echo",
        ratio=cost_of(result) / run.echo_cpu,
        at_most=10 if handhelds == PEER else None,
    )


def measure_naive(run: Run, kind: str, ours: Result) -> None:
    """Measure the peer with the same crew."""
    run.say(f"{kind}: the naive handler")
    crew = next(crew for crew in run.size.crews if crew.handhelds == PEER)
    built = ground.build(run.url(kind, f"naive_{kind}"), [crew])
    with side("naive", built.url) as server:
        naive = drive(server, built.crews[0], built.codes, Wanted(seconds=run.size.seconds))
    what = f"{kind}, {PEER} handhelds, against Flask-SocketIO + ORM"
    mine, its = times_of(ours), times_of(naive)
    rates, costs = (rate_of(ours), rate_of(naive)), (cost_of(ours), cost_of(naive))
    run.rows += [
        Row(
            what=f"{what}: scans a second",
            measured=f"{rates[0]:.0f}/s",
            against=f"{rates[1]:.0f}/s",
            ratio=rates[0] / rates[1],
            at_least=5,
        ),
        Row(
            what=f"{what}: its p99 over ours",
            measured=f"{mine.p99:.1f} ms",
            against=f"{its.p99:.1f} ms",
            ratio=its.p99 / mine.p99,
            at_least=10,
        ),
        Row(
            what=f"{what}: processor time",
            measured=f"{costs[0]:.0f} us",
            against=f"{costs[1]:.0f} us",
            ratio=costs[1] / costs[0],
        ),
    ]


def measure_shift(run: Run, kind: str) -> None:
    """Measure a big shift: many connections at a rate that a big site has."""
    run.say(f"{kind}: {run.size.shift} connections at {SHIFT_RATE:.0f} scans a second")
    built = ground.build(run.url(kind, f"shift_{kind}"), [Crew(run.size.shift, 2, 3)])
    with product(run.folder / f"shift_{kind}", built.url) as server:
        wanted = Wanted(seconds=run.size.shift_seconds, warm=3, rate=SHIFT_RATE)
        result = drive(server, built.crews[0], built.codes, wanted)
    times, floor = times_of(result), run.floor_ms(kind)
    what = f"{kind}, {run.size.shift} handhelds at {SHIFT_RATE:.0f}/s"
    run.rows += [
        Row(
            what=f"{what}: p99",
            measured=str(times),
            against=f"{floor:.3f} ms echo + commit",
            ratio=times.p99 / floor,
            at_most=30,
        ),
        Row(
            what=f"{what}: server processor time a scan",
            measured=f"{cost_of(result):.0f} us",
            against=f"{run.echo_cpu:.0f} us echo",
            ratio=cost_of(result) / run.echo_cpu,
        ),
    ]
