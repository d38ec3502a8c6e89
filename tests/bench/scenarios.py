"""What is measured, in the order in which it is run; each scenario gives rows for the table."""

import contextlib
import http.client
import threading
from collections.abc import Callable, Iterator

from tests.bench import floors, ground
from tests.bench.board import measure_board
from tests.bench.ground import Crew, Ground
from tests.bench.handheld import measure_handheld
from tests.bench.importing import IMPORT_WITHIN, ORDERS, import_orders, measure_import
from tests.bench.load import Person, Result
from tests.bench.paper import measure_paper
from tests.bench.planner import measure_planner
from tests.bench.planning import measure_planning
from tests.bench.processes import Served, Wanted, drive, product, side
from tests.bench.report import Row, Times, cost_of, rate_of, times_of
from tests.bench.run import PEER, Run
from tests.bench.signing_out import measure_signing_out
from tests.bench.silence import measure_silence

SHIFT_RATE = 170.0
HELD_MS = 250.0
"""No scan waits longer for the writer, whatever else is written."""


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


def measure_beside(run: Run) -> None:
    """Measure scans beside heavy work: 600 labels, and an import, both made by the running server."""
    run.say("scans beside 600 labels and an import")
    built = ground.build(run.url("sqlite", "beside"), [Crew(50, 4, 4)] * 3)
    home = run.folder / "beside"
    with product(home, built.url) as server:
        wanted = Wanted(seconds=8, warm=1, rate=SHIFT_RATE)
        quiet = times_of(drive(server, built.crews[0], built.codes, wanted))
        with _again_and_again(lambda: _print_labels(server, built)) as sheets:
            labels = times_of(drive(server, built.crews[1], built.codes, wanted))
        run.rows.append(_beside(f"{len(sheets)} sheets of 600 labels", labels, quiet))
        if ORDERS.is_file():
            with _again_and_again(lambda: import_orders(home, built.url)):
                busy = times_of(drive(server, built.crews[2], built.codes, wanted))
            run.rows.append(_beside("an import of real orders", busy, quiet))
            run.rows.append(_worst("an import of real orders", busy))


def _beside(what: str, busy: Times, quiet: Times) -> Row:
    return Row(
        what=f"sqlite, 50 handhelds at {SHIFT_RATE:.0f}/s beside {what}: p99",
        measured=f"{busy.p99:.1f} ms",
        against=f"{quiet.p99:.1f} ms quiet",
        ratio=busy.p99 / quiet.p99,
        at_most=2,
    )


def _worst(what: str, busy: Times) -> Row:
    return Row(
        what=f"sqlite, 50 handhelds at {SHIFT_RATE:.0f}/s beside {what}: the longest answer",
        measured=f"{busy.worst:.1f} ms",
        against=f"{HELD_MS:.0f} ms",
        ratio=busy.worst / HELD_MS,
        at_most=1,
    )


@contextlib.contextmanager
def _again_and_again(act: Callable[[], object]) -> Iterator[list[object]]:
    """Do it in a thread until the block ends, and wait for its last time; raises what it raised."""
    done: list[object] = []
    failed: list[BaseException] = []
    over = threading.Event()

    def work() -> None:
        try:
            while not over.is_set():
                done.append(act())
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield done
    finally:
        over.set()
        thread.join(IMPORT_WITHIN)
    if failed:
        raise failed[0]


def _print_labels(server: Served, built: Ground) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    with contextlib.closing(connection):
        connection.request("GET", f"/api/v1/labels/totes.pdf?limit={ground.TOTES}", headers={"Cookie": built.lead})
        answer = connection.getresponse()
        size = len(answer.read())
        if answer.status != 200:
            raise RuntimeError(f"the labels were refused: {answer.status}")
        return size
