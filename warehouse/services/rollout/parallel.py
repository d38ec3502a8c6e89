"""The parallel run: both systems' results compared, each difference answered, all signed off by a lead."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from warehouse.domain.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.figures.measures import Span
from warehouse.domain.rollout.parallel import Comparison, Results
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.services.exceptions.queue import OpenEntry, open_exception, resolve_about
from warehouse.services.figures.quality import within
from warehouse.storage.models.catalog import ItemRow
from warehouse.storage.models.orders import OrderLineRow, OrderRow
from warehouse.storage.models.rollout import ParallelDifferenceRow, ParallelRunRow
from warehouse.storage.models.stock import BinRow, StockRow

MOST = 5000
"""More differences than that are not worth reading: these are not the same days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepComparison(Request):
    """What two systems came to, compared."""

    name: str
    comparison: Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDifferences(Request):
    """Why figures differ: one of them, or all of a level that have no answer yet."""

    run: int
    text: str
    difference: int | None = None
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignRun(Request):
    """A lead puts their name under the differences of a run."""

    run: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A parallel run: figures compared, those that are the same, differences, and how many are answered."""

    id: int
    name: str
    state: str
    rows: int
    same: int
    different: int
    answered: int
    opened_at: datetime
    signed_at: datetime | None
    signed_by: int | None


def our_results(session: Session, span: Span) -> Results:
    """Give what this system came to: pieces shipped of the orders that left in the span, and pieces in bins now.

    Orders go by the shop's own number.
    """
    sent = session.execute(
        select(OrderRow.external_id, OrderLineRow.sku, func.sum(OrderLineRow.shipped))
        .join(OrderRow, OrderRow.id == OrderLineRow.order_id)
        .where(within(OrderRow.shipped_at, span), OrderLineRow.pickable)
        .group_by(OrderRow.external_id, OrderLineRow.sku)
    )
    there = session.execute(
        select(ItemRow.sku, func.sum(StockRow.quantity))
        .join(ItemRow, ItemRow.id == StockRow.item_id)
        .join(BinRow, BinRow.id == StockRow.place_id)
        .group_by(ItemRow.sku)
    )
    lines = {(order, sku): int(units) for order, sku, units in sent}
    return Results(lines, {sku: int(units) for sku, units in there})


def keep_comparison(session: Session, request: KeepComparison) -> int:
    """Store a run with its differences and put it before a lead; its key is given back."""
    found = request.comparison
    if len(found.differences) > MOST:
        raise InvalidInputError(
            sentence("More than {most} figures differ: compare the same days of both systems.", most=f"{MOST:,}")
        )
    row = ParallelRunRow(
        name=request.name, rows=found.rows, same=found.same, opened_at=request.at, opened_by_id=request.actor.person
    )
    session.add(row)
    session.flush()
    values = [
        {"run_id": row.id, "level": it.level, "order_ref": it.order, "sku": it.sku, "old": it.old, "new": it.new}
        for it in found.differences
    ]
    if values:
        session.execute(insert(ParallelDifferenceRow), values)
        open_exception(session, _entry(request, row))
    audit(session, request, "parallel_run", f"parallel:{row.id}", rows=found.rows, different=len(values))
    return row.id


def answer_differences(session: Session, request: AnswerDifferences) -> int:
    """Say why figures differ; gives how many have an answer by it. A signed run is closed."""
    _open_run(session, request.run)
    text = request.text.strip()
    if not text:
        raise InvalidInputError("Say why they differ.")
    change = update(ParallelDifferenceRow).where(ParallelDifferenceRow.run_id == request.run)
    if request.difference is not None:
        change = change.where(ParallelDifferenceRow.id == request.difference)
    else:
        change = change.where(ParallelDifferenceRow.level == request.level, ParallelDifferenceRow.answer.is_(None))
    values = {"answer": text[:400], "answered_at": request.at, "answered_by_id": request.actor.person}
    done = session.execute(change.values(values).returning(ParallelDifferenceRow.id)).all()
    audit(session, request, "difference_answered", f"parallel:{request.run}", answered=len(done))
    return len(done)


def sign_run(session: Session, request: SignRun) -> int:
    """Sign the differences of a run off; each must have its answer, and only a lead signs."""
    if not request.actor.leads:
        raise ForbiddenError("A lead signs the differences.")
    row = _open_run(session, request.run)
    waiting = _count(session, request.run) - _count(session, request.run, answered=True)
    if waiting:
        raise ConflictError(sentence("{waiting} differences have no answer yet.", waiting=waiting))
    row.state, row.signed_at, row.signed_by_id = "signed", request.at, request.actor.person
    resolve_about(session, request, ExceptionType.RECONCILE_DIFF, f"parallel:{row.id}", sentence("signed off"))
    audit(session, request, "parallel_signed", f"parallel:{row.id}")
    return row.id


def parallel_runs(session: Session) -> list[Run]:
    """List all runs, the newest first."""
    rows = session.scalars(select(ParallelRunRow).order_by(ParallelRunRow.id.desc())).all()
    return [_run(session, row) for row in rows]


def parallel_run(session: Session, key: int) -> tuple[Run, list[ParallelDifferenceRow]]:
    """Give one run with its differences by level; NotFoundError when there is none."""
    rows = select(ParallelDifferenceRow).where(ParallelDifferenceRow.run_id == key).order_by(ParallelDifferenceRow.id)
    return _run(session, _get(session, key)), list(session.scalars(rows))


def _run(session: Session, row: ParallelRunRow) -> Run:
    return Run(
        id=row.id,
        name=row.name,
        state=row.state,
        rows=row.rows,
        same=row.same,
        different=_count(session, row.id),
        answered=_count(session, row.id, answered=True),
        opened_at=row.opened_at,
        signed_at=row.signed_at,
        signed_by=row.signed_by_id,
    )


def _count(session: Session, run: int, *, answered: bool = False) -> int:
    query = select(func.count()).select_from(ParallelDifferenceRow).where(ParallelDifferenceRow.run_id == run)
    return session.scalar(query.where(ParallelDifferenceRow.answer.is_not(None)) if answered else query) or 0


def _get(session: Session, key: int) -> ParallelRunRow:
    row = session.get(ParallelRunRow, key)
    if row is None:
        raise NotFoundError(sentence("There is no parallel run {key}.", key=key))
    return row


def _open_run(session: Session, key: int) -> ParallelRunRow:
    row = _get(session, key)
    if row.state != "open":
        raise ConflictError("This run is signed: nothing of it changes.")
    return row


def _entry(request: KeepComparison, row: ParallelRunRow) -> OpenEntry:
    return OpenEntry(
        actor=request.actor,
        at=request.at,
        type=ExceptionType.RECONCILE_DIFF,
        subject=f"parallel:{row.id}",
        about=sentence(
            "{differ} of {all} figures of {run}", differ=row.rows - row.same, all=row.rows, run=request.name
        ),
        data={"run": row.id},
    )
