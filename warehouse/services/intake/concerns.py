"""Opens what is doubtful about a new order: exceptions with their owners, and holds; many orders at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from warehouse.domain.codes import ExceptionState, Role, Severity
from warehouse.domain.exception_queue import Answer, ExceptionType, due_at
from warehouse.domain.exception_texts import describe
from warehouse.domain.exceptions.matrix import NOTED
from warehouse.domain.news import BoardChanged, BoardKind, ExceptionChanged
from warehouse.domain.order_checks import Concern
from warehouse.domain.site import Site
from warehouse.domain.words import Text, listed, sentence, with_parts
from warehouse.services.actor import Request, audit
from warehouse.services.exceptions.telling import owner_today
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
    owners = _owners(session, site, request.at)
    rows = [
        (_exception(_Opening(site, request.at, owners), order, kind, same), order, same)
        for order, concerns in doubtful
        for kind, same in _by_type(concerns).items()
    ]
    if not rows:
        return
    session.add_all(row for row, _, _ in rows)
    session.flush()
    connection = session.connection()
    events = [_event(request, row, "opened", row.text) for row, _, _ in rows]
    events += [_event(request, row, "resolved", NOTED) for row, _, _ in rows if row.answer]
    insert_rows(connection, ExceptionEventRow, _EVENT, events)
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


def _event(request: Request, row: ExceptionRow, kind: str, text: str) -> tuple[Any, ...]:
    return row.id, request.at, request.actor.person, kind, text


def _holds(concerns: Sequence[Concern]) -> bool:
    return any(concern.severity is Severity.HOLD for concern in concerns)


def _hold(request: Request, row: ExceptionRow, order: NewOrder, concerns: Sequence[Concern]) -> tuple[Any, ...]:
    return order.id, row.type, _said(concerns)[:_MOST_TEXT], row.id, request.at


@dataclass(frozen=True, slots=True)
class _Opening:
    """What all entries of one step share; `owners` are the people who answer for a role today."""

    site: Site
    at: datetime
    owners: Mapping[Role, int | None]


def _owners(session: Session, site: Site, at: datetime) -> Mapping[Role, int | None]:
    return {Role(role): owner_today(session, site, Role(role), at) for role in site.duties}


def _exception(opening: _Opening, order: NewOrder, kind: ExceptionType, concerns: Sequence[Concern]) -> ExceptionRow:
    site, at, rule = opening.site, opening.at, opening.site.rule_of(kind)
    worst = min((concern.severity for concern in concerns), key=list(Severity).index)
    said = _said(concerns)
    text = describe(kind, listed([sentence("order {order}", order=order.number), said], ": "))
    row = ExceptionRow(
        type=kind,
        severity=_severity(kind, rule.severity, worst),
        state=ExceptionState.OPEN,
        owner_role=rule.owner,
        owner_id=rule.person or opening.owners.get(rule.owner),
        subject=f"order:{order.id}",
        order_id=order.id,
        text=text[:_MOST_TEXT],
        data=with_parts(_data(concerns), text, said),
        opened_at=at,
        due_at=due_at(rule, at, order.cutoff, site.desk_clock),
    )
    if worst is Severity.NOTE:
        row.state, row.answer = ExceptionState.RESOLVED, Answer.PROCESS
        row.acknowledged_at = row.resolved_at = at
        row.resolution = NOTED
    return row


def _severity(kind: ExceptionType, usual: Severity, worst: Severity) -> Severity:
    """What only flags an order is no hold in the queue either, except where a second count is asked for."""
    if worst is Severity.NOTE or (worst is Severity.FLAG and kind is not ExceptionType.DOUBLE_CHECK):
        return worst
    return min(usual, worst, key=list(Severity).index)


def _data(concerns: Sequence[Concern]) -> dict[str, Any] | None:
    lines = [concern.line_no for concern in concerns if concern.line_no is not None]
    other = next((concern.other for concern in concerns if concern.other), None)
    data: dict[str, Any] = {"lines": lines[:_MOST_REASONS]} if lines else {}
    if other:
        data["other"] = list(other)
    return data or None


def _said(concerns: Sequence[Concern]) -> Text:
    return listed((concern.message for concern in concerns[:_MOST_REASONS]), "; ")
