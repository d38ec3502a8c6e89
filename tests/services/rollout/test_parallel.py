"""Two systems compared: every difference is answered before a lead signs."""

import pytest

from tests.builders import NOON, a_person, build
from tests.services.figures.world import BERLIN, NOW, World
from warehouse.domain.codes import Role
from warehouse.domain.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from warehouse.domain.rollout.parallel import Comparison, Difference, Level, Results, compare
from warehouse.exchange.limits import UnreadableFileError
from warehouse.exchange.results import check_given, read_results
from warehouse.services.actor import Actor
from warehouse.services.rollout.parallel import (
    MOST,
    AnswerDifferences,
    KeepComparison,
    SignRun,
    answer_differences,
    keep_comparison,
    our_results,
    parallel_run,
    parallel_runs,
    sign_run,
)
from warehouse.storage.database import Database
from warehouse.storage.models.exception_queue import ExceptionRow

OLD = Results({("1", "MUG"): 2, ("2", "MUG"): 2, ("9", "MUG"): 1}, {"MUG": 50})


def lea(database: Database, role: Role = Role.LEAD) -> Actor:
    return Actor(build(database, lambda session: a_person(session, role.value, role)), role, "Lea")


def kept(database: Database, who: Actor) -> int:
    build(database, World)
    with database.read() as session:
        comparison = compare(OLD, our_results(session, BERLIN))
    return database.run(keep_comparison, KeepComparison(actor=who, at=NOW, name="Week 1", comparison=comparison))


def test_what_left_from_here_is_compared_by_the_shops_own_number(database: Database) -> None:
    run = kept(database, lea(database))
    with database.read() as session:
        found, rows = parallel_run(session, run)
        entry = session.query(ExceptionRow).filter_by(type="reconcile_diff").one()
    assert [(row.level, row.order_ref, row.sku, row.old, row.new) for row in rows] == [
        *(("order", number, "", None, 0) for number in ("3", "4", "5")),
        ("order", "9", "", 1, None),
        ("line", "1", "MUG", 2, 0),
        ("line", "2", "MUG", 2, 0),
    ]
    assert (found.rows, found.same, found.different, found.answered) == (7, 1, 6, 0)
    assert (entry.type, entry.subject) == ("reconcile_diff", f"parallel:{run}")


def test_a_lead_signs_once_every_difference_has_its_answer(database: Database) -> None:
    who = lea(database)
    run = kept(database, who)
    with pytest.raises(ConflictError, match="6 differences have no answer yet"):
        database.run(sign_run, SignRun(actor=who, at=NOW, run=run))
    answered = [
        database.run(answer_differences, AnswerDifferences(actor=who, at=NOW, run=run, text="late file", level=level))
        for level in ("order", "line")
    ]
    with pytest.raises(ForbiddenError):
        database.run(sign_run, SignRun(actor=lea(database, Role.PICKER), at=NOW, run=run))
    database.run(sign_run, SignRun(actor=who, at=NOW, run=run))
    with database.read() as session:
        (signed,) = parallel_runs(session)
        entry = session.query(ExceptionRow).filter_by(type="reconcile_diff").one()
    assert (answered, signed.state, signed.signed_by, entry.state) == ([4, 2], "signed", who.person, "resolved")
    again = AnswerDifferences(actor=who, at=NOW, run=run, text="more", level="order")
    with pytest.raises(ConflictError, match="signed"):
        database.run(answer_differences, again)


def test_what_is_not_there_and_what_cannot_be_read_is_refused(database: Database) -> None:
    who = lea(database)
    with pytest.raises(NotFoundError):
        database.run(sign_run, SignRun(actor=who, at=NOON, run=7))
    many = tuple(Difference(level=Level.STOCK, sku=str(n), old=1, new=2) for n in range(MOST + 1))
    too_many = KeepComparison(actor=who, at=NOON, name="x", comparison=Comparison(many, MOST + 1, 0))
    with pytest.raises(InvalidInputError, match="same days"):
        database.run(keep_comparison, too_many)


def test_files_of_a_system_are_read_in_any_order_of_columns() -> None:
    lines = "Quantity;SKU;Order\n2;A;1\n\n1;A;1\n".encode("utf-16")
    assert read_results(lines, b"sku,quantity\nA,3\nA,4\n") == Results({("1", "A"): 3}, {"A": 7})
    assert read_results(None, None) == Results()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"order,sku\n1,A\n", "quantity is missing"),
        (b"order,sku,quantity\n1,A,-2\n", "Line 2: quantity must be a whole number"),
        (b"order,sku,quantity\n1,,2\n", "Line 2: order and SKU"),
        (b'order,sku,quantity\n1,"A,2\n', "is no CSV"),
        (b"", "empty"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(content: bytes, words: str) -> None:
    with pytest.raises(UnreadableFileError, match=words):
        read_results(content, None)
    with pytest.raises(InvalidInputError):
        check_given(None, None)
