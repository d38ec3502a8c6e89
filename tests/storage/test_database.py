"""The one place that commits: what it promises, on both kinds of database."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from tests.serving import eventually
from warehouse.domain.errors import ConflictError, RetryLaterError
from warehouse.domain.journal import AuditFact, Fault, verify
from warehouse.storage import chain, queue, writer
from warehouse.storage.database import Database
from warehouse.storage.engines import SQLITE_WITHOUT_WAL_RESET_BUG, plain_engine, sqlite_module
from warehouse.storage.group import announce, record
from warehouse.storage.models.journal import AuditRow
from warehouse.storage.models.packing import PackagingRow

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def add_box(session: Session, code: str) -> str:
    """A use case small enough to see through: one row, one fact, one piece of news."""
    session.add(PackagingRow(code=code, name=code, length_mm=1, width_mm=1, height_mm=1, tare_g=1))
    session.flush()
    record(session, AuditFact(at=NOON, actor=None, role="system", action="box_added", subject=f"box:{code}"))
    announce(session, ("box", code))
    return code


def refuse_box(session: Session, code: str) -> str:
    add_box(session, code)
    raise ConflictError(f"no {code} here")


def codes(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(PackagingRow.code).order_by(PackagingRow.id)))


@contextmanager
def held(database: Database, pool: ThreadPoolExecutor) -> Iterator[Callable[[int], None]]:
    """Keep the writer busy until the end of the block; what is given waits until so many stand in line behind it."""
    begun, over = threading.Event(), threading.Event()

    def busy(_session: Session, _request: None) -> None:
        begun.set()
        over.wait(60)

    def in_line(wanted: int) -> None:
        line = database._writer._queue
        assert eventually(lambda: len(line._scans) + len(line._use_cases) == wanted)

    blocker = pool.submit(database.run, busy, None)
    assert begun.wait(60)
    try:
        yield in_line
    finally:
        over.set()
    blocker.result()


class BoxJudge:
    """Stores each scan as a box; `bad` ones fail as a bug would."""

    def __init__(self) -> None:
        self.groups: list[int] = []
        self.forgotten = 0

    def judge(self, connection: Connection, scans: Sequence[object]) -> list[object]:
        self.groups.append(len(scans))
        for code in scans:
            if code == "bad":
                raise ZeroDivisionError
            connection.execute(
                insert(PackagingRow).values(
                    code=code, name="box", length_mm=1, width_mm=1, height_mm=1, tare_g=1, active=True
                )
            )
        return [f"stored {code}" for code in scans]

    def forget(self) -> None:
        self.forgotten += 1

    def failed(self, scan: object, error: Exception) -> object:
        return f"{type(error).__name__} at {scan}"


def test_a_use_case_is_answered_once_it_is_durable(database: Database) -> None:
    assert database.run(add_box, "A") == "A"
    assert codes(database) == ["A"]


def test_a_refusal_rolls_back_its_own_part_alone(database: Database) -> None:
    news: list[object] = []
    database.subscribe(news.extend)
    with ThreadPoolExecutor(4) as pool:
        with held(database, pool) as in_line:
            wanted = [pool.submit(database.run, add_box, "A"), pool.submit(database.run, refuse_box, "B")]
            in_line(2)
            wanted.append(pool.submit(database.run, add_box, "C"))
            in_line(3)
        with pytest.raises(ConflictError, match="no B here"):
            wanted[1].result()
    assert sorted(codes(database)) == ["A", "C"]
    assert sorted(str(piece) for piece in news) == ["('box', 'A')", "('box', 'C')"]
    with database.read() as session:
        assert sorted(session.scalars(select(AuditRow.subject))) == ["box:A", "box:C"]


def test_everything_waiting_goes_into_one_commit(open_database: Callable[..., Database]) -> None:
    judge = BoxJudge()
    database = open_database(judge=judge)
    with ThreadPoolExecutor(12) as pool:
        with held(database, pool) as in_line:
            answers = [pool.submit(database.scan, [f"B{n}"]) for n in range(10)]
            in_line(10)
        assert [answer.result() for answer in answers] == [[f"stored B{n}"] for n in range(10)]
    assert judge.groups == [10]


def test_a_scan_that_fails_unexpectedly_costs_its_neighbours_nothing(open_database: Callable[..., Database]) -> None:
    judge = BoxJudge()
    database = open_database(judge=judge)
    with ThreadPoolExecutor(4) as pool:
        with held(database, pool) as in_line:
            answers = [pool.submit(database.scan, [code]) for code in ("A", "bad", "C")]
            in_line(3)
        assert answers[0].result() == ["stored A"]
        assert answers[2].result() == ["stored C"]
        assert answers[1].result() == ["ZeroDivisionError at bad"]
    assert judge.groups == [3, 1, 1, 1]
    assert judge.forgotten == 2
    assert sorted(codes(database)) == ["A", "C"]


def test_a_full_queue_answers_retry_later_and_nothing_happens(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "QUEUE_CAP", 1)
    with ThreadPoolExecutor(3) as pool, held(database, pool) as in_line:
        waiting = pool.submit(database.run, add_box, "A")
        in_line(1)
        with pytest.raises(RetryLaterError, match="Nothing was changed"):
            database.run(add_box, "B")
    waiting.result()
    assert codes(database) == ["A"]


def test_a_closed_database_answers_retry_later(database: Database) -> None:
    database.close()
    with pytest.raises(RetryLaterError, match="stopping"):
        database.run(add_box, "A")


def test_reading_cannot_write(database: Database) -> None:
    with (
        database.read() as session,
        pytest.raises((OperationalError, ProgrammingError, Exception), match=r"read-?only"),
    ):
        session.execute(text("DELETE FROM packaging"))


def test_the_database_guards_a_rule_that_the_code_forgot(database: Database) -> None:
    database.run(add_box, "A")
    with pytest.raises(IntegrityError):
        database.run(add_box, "A")
    assert database.run(add_box, "B") == "B"


def test_a_listener_that_fails_stops_nobody(database: Database) -> None:
    def explode(_news: tuple[object, ...]) -> None:
        raise ZeroDivisionError

    heard: list[object] = []
    database.subscribe(explode)
    database.subscribe(heard.extend)
    database.run(add_box, "A")
    database.run(add_box, "B")
    database.close()
    assert heard == [("box", "A"), ("box", "B")]


def test_the_audit_chain_is_sealed_with_the_change_and_anchored_after_it(
    open_database: Callable[..., Database], tmp_path: Path
) -> None:
    anchor = chain.Anchor(tmp_path / "anchor", b"key of the house")
    database = open_database(anchor=anchor)
    for code in "ABC":
        database.run(add_box, code)
    assert eventually(lambda: (pinned := chain.read_anchor(anchor.path)) is not None and pinned.seq == 3)
    with database.read() as session:
        found = chain.read_anchor(anchor.path)
        assert found is not None
        assert verify(chain.entries(session), [found], b"key of the house").ok
    database.run(lambda session, _request: session.execute(text("DELETE FROM audit WHERE seq = 3")), None)
    with database.read() as session:
        cut = verify(chain.entries(session), [found], b"key of the house")
    assert (cut.fault, cut.seq) == (Fault.CUT_TAIL, 3)
    anchor.close()


def test_sqlite_is_opened_durable_and_without_the_wal_reset_bug(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    pragmas = database.run(
        lambda session, _request: [
            session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")
        ],
        None,
    )
    database.close()
    assert pragmas == ["wal", 2, 1]
    assert sqlite_module().sqlite_version_info >= SQLITE_WITHOUT_WAL_RESET_BUG


def test_a_program_that_holds_the_sqlite_file_gets_retry_later_not_a_crash(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    database.run(lambda session, _request: session.execute(text("PRAGMA busy_timeout=100")), None)
    holder = sqlite_module().connect(tmp_path / "warehouse.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(RetryLaterError, match="Another program holds the database"):
        database.run(add_box, "A")
    holder.execute("ROLLBACK")
    holder.close()
    assert database.run(add_box, "A") == "A"
    database.close()


@pytest.mark.postgres
def test_postgres_commits_synchronously(postgres_url: str) -> None:
    database = Database(postgres_url)
    assert database.run(lambda session, _request: session.scalar(text("SHOW synchronous_commit")), None) == "on"
    database.close()


@pytest.mark.postgres
@pytest.mark.parametrize("sqlstate", ["40001", "40P01"])
def test_a_serialisation_failure_or_deadlock_runs_the_whole_unit_again(postgres_url: str, sqlstate: str) -> None:
    database = Database(postgres_url)
    tries: list[str] = []

    def stumble(session: Session, code: str) -> str:
        tries.append(code)
        add_box(session, code)
        if len(tries) < 3:
            session.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '{sqlstate}'; END $$"))
        return code

    assert database.run(stumble, "A") == "A"
    assert (len(tries), codes(database)) == (3, ["A"])
    database.close()


@pytest.mark.postgres
def test_reading_while_the_server_cannot_be_reached_is_to_be_tried_again(postgres_url: str, tmp_path: Path) -> None:
    head, _, _ = postgres_url.partition("?")
    database = Database(f"{head}?host={tmp_path}")
    with pytest.raises(RetryLaterError, match="went away"), database.read() as session:
        session.execute(text("SELECT 1"))
    database.close()


@pytest.mark.postgres
def test_a_connection_lost_in_the_middle_runs_the_whole_unit_again(postgres_url: str) -> None:
    database, tries = Database(postgres_url), []

    def lose_it_once(session: Session, code: str) -> str:
        tries.append(code)
        add_box(session, code)
        if len(tries) == 1:
            session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return code

    assert database.run(lose_it_once, "A") == "A"
    assert (len(tries), codes(database)) == (2, ["A"])
    database.close()


@pytest.mark.postgres
def test_an_answer_lost_after_the_commit_is_not_applied_twice(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, heard = Database(postgres_url), []
    database.subscribe(heard.extend)
    genuine = writer.Writer._transaction

    def commit_then_lose(self: writer.Writer, *args: object, **kwargs: object) -> tuple[object, ...]:
        genuine(self, *args, **kwargs)  # type: ignore[arg-type]
        monkeypatch.setattr(writer.Writer, "_transaction", genuine)
        raise OperationalError("COMMIT", {}, Exception("server closed the connection"), connection_invalidated=True)

    monkeypatch.setattr(writer.Writer, "_transaction", commit_then_lose)
    assert database.run(add_box, "A") == "A"
    assert codes(database) == ["A"]
    database.close()
    assert heard == [("box", "A")]


@pytest.mark.postgres
def test_two_writers_on_one_postgres_keep_one_chain(postgres_url: str) -> None:
    first, second = Database(postgres_url), Database(postgres_url)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: (first if n % 2 else second).run(add_box, f"B{n}"), range(40)))
    with first.read() as session:
        assert session.scalar(select(func.count()).select_from(AuditRow)) == 40
        assert verify(chain.entries(session)).ok
    first.close()
    second.close()


def test_the_chain_goes_on_where_a_neighbour_or_a_failure_has_left_it(open_database: Callable[..., Database]) -> None:
    first, second = open_database(), open_database()

    def crash(session: Session, code: str) -> None:
        add_box(session, code)
        raise KeyboardInterrupt

    for at, database in enumerate((first, first, second, first, second, second, first)):
        database.run(add_box, f"B{at}")
        with pytest.raises((ConflictError, KeyboardInterrupt)):
            database.run(refuse_box if at < 4 else crash, "no")
    with first.read() as session:
        assert session.scalars(select(AuditRow.seq).order_by(AuditRow.seq)).all() == [1, 2, 3, 4, 5, 6, 7]
        assert verify(chain.entries(session)).ok


@pytest.mark.postgres
def test_a_writer_sees_what_was_committed_before_its_turn_whatever_the_database_is_set_to(postgres_url: str) -> None:
    def isolation(session: Session, _: None) -> object:
        return session.scalar(text("SHOW transaction_isolation"))

    with plain_engine(postgres_url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        name = connection.scalar(text("SELECT current_database()"))
        connection.execute(text(f"ALTER DATABASE \"{name}\" SET default_transaction_isolation TO 'repeatable read'"))
        try:
            database = Database(postgres_url)
            assert database.run(isolation, None) == "read committed"
            database.close()
        finally:
            connection.execute(text(f'ALTER DATABASE "{name}" RESET default_transaction_isolation'))


def pinned_after(open_database: Callable[..., Database], path: Path, codes: str) -> chain.journal.Anchor | None:
    """Serve for a while, as many changes as `codes`; give what is pinned in the end."""
    anchor = chain.Anchor(path, b"key of the house")
    database = open_database(anchor=anchor)
    with database.read() as session:
        anchor.keep_where_cut(session)
    for code in codes:
        database.run(add_box, code)
    database.close()
    anchor.close()
    return chain.read_anchor(path)


@pytest.mark.parametrize("change", ["DELETE FROM audit WHERE seq = 3", "UPDATE audit SET digest = hash WHERE seq = 3"])
def test_what_was_pinned_stays_when_the_end_was_cut_while_nobody_served(
    open_database: Callable[..., Database], tmp_path: Path, caplog: pytest.LogCaptureFixture, change: str
) -> None:
    path = tmp_path / "anchor"
    assert pinned_after(open_database, path, "A") != (pinned := pinned_after(open_database, path, "BC"))
    assert caplog.text == ""
    cutter = open_database()
    other = "(SELECT digest FROM audit WHERE seq = 1)"
    cutter.run(lambda session, order: session.execute(text(order)), change.replace("hash", other))
    cutter.close()
    assert pinned_after(open_database, path, "DE") == pinned
    assert f"The journal does not hold what {path} pins" in caplog.text


def test_an_end_that_another_key_signed_stays_as_it_is(
    open_database: Callable[..., Database], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "anchor"
    pinned = pinned_after(open_database, path, "A")
    assert pinned is not None
    forged = chain.journal.anchor_line(chain.journal.Anchor(pinned.seq, pinned.digest, bytes(32)))
    path.write_text(forged)
    assert pinned_after(open_database, path, "B") == chain.journal.parse_anchor(forged)
    assert "another key signed it" in caplog.text


def test_an_end_that_nobody_can_read_stays_as_it_is(open_database: Callable[..., Database], tmp_path: Path) -> None:
    path = tmp_path / "anchor"
    path.write_text("nonsense")
    with pytest.raises(ValueError, match="unpack"):
        pinned_after(open_database, path, "A")
    assert path.read_text() == "nonsense"


def test_an_anchor_that_cannot_be_written_does_not_run_the_group_again(open_database: Callable[..., Database]) -> None:
    def broken(_head: object) -> None:
        raise OSError("No space left on device")

    database = open_database(anchor=broken)
    assert database.run(add_box, "A") == "A"
    assert codes(database) == ["A"]
    with database.read() as session:
        assert len(session.scalars(select(AuditRow.seq)).all()) == 1
