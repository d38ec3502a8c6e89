"""Orders on their way from a parsed file into the database, in steps that leave the writer to others."""

from collections.abc import Iterable, Iterator, Sequence

from warehouse.domain.drafts import Refused
from warehouse.domain.orders import AcceptedOrder, Cancellation
from warehouse.importing.work import Work, write_step
from warehouse.services.intake_cancellations import (
    ApplyCancellations,
    Matched,
    apply_cancellations,
    match_cancellations,
    unmatched_finding,
)
from warehouse.services.intake_knowledge import Judged, JudgedOrder
from warehouse.services.intake_orders import Stored, StoreOrders, store_orders
from warehouse.storage.queries.intake import pieces

ORDERS_AT_ONCE = 100
LINES_AT_ONCE = 2000
CANCELLATIONS_AT_ONCE = 30
"""So much is stored in one step, so that no step holds the writer for more than 50 ms."""

MATCHED_AT_ONCE = 300


def store_parsed(work: Work, orders: Sequence[AcceptedOrder]) -> None:
    """Judge orders by what is known, while those before them are still being stored, and have them stored."""
    now = work.around.now()
    with work.around.database.read() as session:
        judged = work.knowledge.judge(session, orders, now)
    work.tally.counts["unchanged"] += judged.unchanged
    settle(work)
    if judged.orders:
        work.pending = work.background.submit(_store, work, judged)


def settle(work: Work) -> None:
    """Wait for the orders that are being stored, and count what became of them."""
    if work.pending is None:
        return
    pending, work.pending = work.pending, None
    for stored in pending.result():
        work.tally.join(stored.tally)
        if not work.job.dry_run:
            work.knowledge.remember_items(stored.items)


def _store(work: Work, judged: Judged) -> list[Stored]:
    at = work.around.now()
    done = []
    for step in _steps(judged.orders, work.around.stride):
        asked = StoreOrders(
            actor=work.job.actor,
            at=at,
            run=work.run,
            site=work.rules.site,
            orders=tuple(step),
            items=judged.items,
            create_missing=work.rules.create_missing,
        )
        done.append(write_step(work, store_orders, asked))
    return done


def _steps(orders: Iterable[JudgedOrder], stride: int) -> Iterator[list[JudgedOrder]]:
    step: list[JudgedOrder] = []
    lines = 0
    for order in orders:
        if step and (len(step) >= stride * ORDERS_AT_ONCE or lines + len(order.draft.lines) > stride * LINES_AT_ONCE):
            yield step
            step, lines = [], 0
        step.append(order)
        lines += len(order.draft.lines)
    if step:
        yield step


def take_back(work: Work) -> None:
    """Apply what takes back wants, once every order of the file is in."""
    settle(work)
    for documents in pieces(work.documents, MATCHED_AT_ONCE):
        with work.around.database.read() as session:
            matched = match_cancellations(session, documents)
        work.refused += [_unmatched(it.document) for it in matched if not (it.known or it.match)]
        for some in pieces(matched, CANCELLATIONS_AT_ONCE):
            _apply(work, some)


def _apply(work: Work, matched: Sequence[Matched]) -> None:
    asked = ApplyCancellations(actor=work.job.actor, at=work.around.now(), run=work.run, matched=tuple(matched))
    work.tally.join(write_step(work, apply_cancellations, asked))


def _unmatched(document: Cancellation) -> Refused:
    draft = document.draft
    findings = (*document.findings, unmatched_finding(document))
    return Refused(key=draft.external_id, line=draft.line, findings=findings, rows=document.rows)
