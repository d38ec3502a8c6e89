"""Opens what is doubtful about a new order: exceptions with their owners, and holds; many orders at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from warehouse.domain.codes import ExceptionState, Severity
from warehouse.domain.exception_queue import ExceptionType, due_at
from warehouse.domain.exception_texts import describe
from warehouse.domain.news import BoardChanged, BoardKind, ExceptionChanged
from warehouse.domain.order_checks import Concern
from warehouse.domain.site import Site
from warehouse.services.actor import Request, audit
from warehouse.storage.bulk import insert_rows
from warehouse.storage.group import announce
from warehouse.storage.models.exception_queue import ExceptionEventRow, ExceptionRow
from warehouse.storage.models.orders import HoldRow

_MOST_TEXT = 400
_MOST_REASONS = 20


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order that was just stored: nothing can be open about it yet."""

    id: int
    number: str
    cutoff: datetime | None


def open_concerns(
    session: Session, request: Request, site: Site, doubtful: Sequence[tuple[NewOrder, Sequence[Concern]]]
) -> None:
    """Open one exception an order and type of concern, with a hold where one of them holds the order."""
    rows = [
        (_exception(site, order, kind, same, request.at), order, same)
        for order, concerns in doubtful
        for kind, same in _by_type(concerns).items()
    ]
    if not rows:
        return
    session.add_all(row for row, _, _ in rows)
    session.flush()
    connection = session.connection()
    insert_rows(connection, ExceptionEventRow, _EVENT, [_event(request, row) for row, _, _ in rows])
    insert_rows(connection, HoldRow, _HOLD, [_hold(request, *it) for it in rows if _holds(it[2])])
    for row, _, _ in rows:
        audit(session, request, "exception_opened", f"exception:{row.id}", type=row.type, about=row.subject)
        announce(
            session,
            ExceptionChanged(
                exception=row.id, type=row.type, state=row.state, role=row.owner_role, person=row.owner_id
            ),
        )
    announce(session, BoardChanged(BoardKind.EXCEPTIONS))


def _by_type(concerns: Sequence[Concern]) -> dict[ExceptionType, list[Concern]]:
    by_type: dict[ExceptionType, list[Concern]] = {}
    for concern in concerns:
        by_type.setdefault(concern.type, []).append(concern)
    return by_type


_EVENT = ("exception_id", "at", "actor_id", "kind", "text")
_HOLD = ("order_id", "reason", "text", "exception_id", "opened_at")


def _event(request: Request, row: ExceptionRow) -> tuple[Any, ...]:
    return row.id, request.at, request.actor.person, "opened", row.text


def _holds(concerns: Sequence[Concern]) -> bool:
    return any(concern.severity is Severity.HOLD for concern in concerns)


def _hold(request: Request, row: ExceptionRow, order: NewOrder, concerns: Sequence[Concern]) -> tuple[Any, ...]:
    return order.id, row.type, _said(concerns), row.id, request.at


def _exception(
    site: Site, order: NewOrder, kind: ExceptionType, concerns: Sequence[Concern], at: datetime
) -> ExceptionRow:
    rule = site.rule_of(kind)
    worst = min((concern.severity for concern in concerns), key=list(Severity).index)
    lines = [concern.line_no for concern in concerns if concern.line_no is not None]
    return ExceptionRow(
        type=kind,
        # What only flags an order is no hold in the queue either, except where a site's rule says more.
        severity=rule.severity if worst is not Severity.FLAG or kind is ExceptionType.DOUBLE_CHECK else Severity.FLAG,
        state=ExceptionState.OPEN,
        owner_role=rule.owner,
        subject=f"order:{order.id}",
        order_id=order.id,
        text=describe(kind, f"order {order.number}: {_said(concerns)}")[:_MOST_TEXT],
        data={"lines": lines[:_MOST_REASONS]} if lines else None,
        opened_at=at,
        due_at=due_at(rule, at, order.cutoff),
    )


def _said(concerns: Sequence[Concern]) -> str:
    return "; ".join(concern.message for concern in concerns[:_MOST_REASONS])[:_MOST_TEXT]
