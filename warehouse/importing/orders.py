"""Orders on their way from a parsed file into the database, in steps that leave the writer to others."""

import time
from collections import Counter
from collections.abc import Sequence
from functools import partial

from warehouse.domain.drafts import Refused, Skipped
from warehouse.domain.orders import AcceptedOrder, Cancellation, EarlierOrder
from warehouse.exchange.earlier import orders_meant
from warehouse.importing.work import Work, write_step
from warehouse.services.intake.cancellations import (
    ApplyCancellations,
    Matched,
    apply_cancellations,
    match_cancellations,
    unmatched_finding,
)
from warehouse.services.intake.emptied import EmptiedOrders, emptied_of, stop_emptied
from warehouse.services.intake.orders import StoreOrders, store_orders
from warehouse.storage.queries.intake import pieces, stored_orders

MATCHED_AT_ONCE = 300


def store_parsed(work: Work, orders: Sequence[AcceptedOrder]) -> None:
    """Judge orders by what is known, and store them."""
    now, began = work.around.now(), time.perf_counter()
    with work.around.database.read() as session:
        judged = work.knowledge.judge(session, orders, now)
    work.around.rest(time.perf_counter() - began)
    work.tally.counts["unchanged"] += judged.unchanged
    for step in work.pace.orders.steps(judged.orders):
        asked = StoreOrders(
            actor=work.job.actor,
            at=now,
            run=work.run,
            site=work.rules.site,
            orders=tuple(step),
            items=judged.items,
            create_missing=work.rules.create_missing,
        )
        stored = write_step(work, store_orders, asked, partial(work.pace.orders.learn, step))
        work.tally.join(stored.tally)
        if not work.job.dry_run:
            work.knowledge.remember_items(stored.items)


def ask_about_emptied(work: Work, skipped: Sequence[Skipped]) -> None:
    """Have a lead asked about stored orders of which the file wants nothing any more."""
    with work.around.database.read() as session:
        emptied = emptied_of(session, skipped)
    for step in work.pace.emptied.steps(emptied):
        asked = EmptiedOrders(actor=work.job.actor, at=work.around.now(), orders=tuple(step))
        work.tally.join(write_step(work, stop_emptied, asked, partial(work.pace.emptied.learn, step)))


def take_back(work: Work) -> None:
    """Apply what takes back wants, once every order of the file is in."""
    # A dry run forgets what a step took back: there all documents are matched at once, with the file's own orders.
    at_once = max(len(work.documents), 1) if work.job.dry_run else MATCHED_AT_ONCE
    for documents in pieces(work.documents, at_once):
        unsaved = _unsaved(work, documents) if work.job.dry_run else []
        with work.around.database.read() as session:
            matched = match_cancellations(session, documents, unsaved)
        work.refused += [_unmatched(it.document) for it in matched if not (it.known or it.match)]
        for some in work.pace.cancellations.steps(matched):
            _apply(work, some)


def _unsaved(work: Work, documents: Sequence[Cancellation]) -> list[EarlierOrder]:
    """Read the file once more for the orders its documents may mean, but for those that are stored already."""
    wanted: dict[str, list[Counter[str]]] = {}
    for document in documents:
        if document.draft.customer:
            wanted.setdefault(document.draft.customer, []).append(document.draft.asked)
    found = work.around.children.run(orders_meant, work.request, wanted) if wanted else []
    with work.around.database.read() as session:
        stored = stored_orders(session, {(source, order.external_id) for source, order in found})
    return [order for source, order in found if (source, order.external_id) not in stored]


def _apply(work: Work, matched: Sequence[Matched]) -> None:
    asked = ApplyCancellations(actor=work.job.actor, at=work.around.now(), run=work.run, matched=tuple(matched))
    work.tally.join(write_step(work, apply_cancellations, asked, partial(work.pace.cancellations.learn, matched)))


def _unmatched(document: Cancellation) -> Refused:
    draft = document.draft
    findings = (*document.findings, unmatched_finding(document))
    return Refused(key=draft.external_id, line=draft.line, findings=findings, rows=document.rows)
