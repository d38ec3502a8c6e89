"""Two matters in one entry become two entries; one matter in two becomes one. No history is lost."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from warehouse.domain.codes import ExceptionState, Role
from warehouse.domain.errors import ConflictError, InvalidInputError
from warehouse.domain.words import as_said, listed, sentence, with_parts
from warehouse.services.actor import Request
from warehouse.services.exceptions.queue import Resolve, open_holds_of, resolve_exception, tell_step, unresolved
from warehouse.services.exceptions.rights import require_may_settle
from warehouse.services.exceptions.telling import owner_today
from warehouse.services.site import load_site
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.orders import HoldRow

_MOST_TEXT = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitException(Request):
    """Take one matter out of an entry: `text` says what the new one is about, `role` owns it."""

    exception: int
    text: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeExceptions(Request):
    """These entries are about what entry `into` is about."""

    into: int
    exceptions: tuple[int, ...]


def split_exception(session: Session, request: SplitException) -> int:
    """Open a second entry for part of the matter; an order that the first one holds waits for both. Gives its key.

    Deadline and age stay those of the first: splitting wins nobody time.
    """
    row = unresolved(session, request.exception)
    require_may_settle(session, request, row)
    text = request.text.strip()
    if not text:
        raise InvalidInputError("Say what the new entry is about.")
    site = load_site(session)
    part = ExceptionRow(
        type=row.type,
        severity=row.severity,
        state=ExceptionState.OPEN,
        owner_role=request.role,
        owner_id=owner_today(session, site, request.role, request.at),
        subject=row.subject,
        order_id=row.order_id,
        batch_id=row.batch_id,
        text=text[:_MOST_TEXT],
        level=row.level,
        opened_at=row.opened_at,
        due_at=row.due_at,
    )
    session.add(part)
    session.flush()
    _hold_as_well(session, request, row, part)
    tell_step(session, part, request, "opened", sentence("Split from {entry}: {text}", entry=row.id, text=text))
    tell_step(session, row, request, "split", f"{part.id}: {text}")
    return part.id


def merge_exceptions(session: Session, request: MergeExceptions) -> int:
    """Settle entries as part of another one; what they hold is held by that one from now on. Gives how many.

    Only entries about the same order, batch or subject are one matter; the earliest deadline of all counts.
    """
    target = unresolved(session, request.into)
    rows = [unresolved(session, key) for key in dict.fromkeys(request.exceptions) if key != request.into]
    if not rows:
        raise InvalidInputError("Choose another entry to merge.")
    for row in (target, *rows):
        require_may_settle(session, request, row)
    for row in rows:
        _merge(session, request, target, row)
    target.due_at = min(target.due_at, *(row.due_at for row in rows))
    target.opened_at = min(target.opened_at, *(row.opened_at for row in rows))
    merged = listed(listed([str(row.id), as_said(row.text, row.data)], ": ") for row in rows)
    tell_step(session, target, request, "merged", merged)
    return len(rows)


def _merge(session: Session, request: MergeExceptions, target: ExceptionRow, row: ExceptionRow) -> None:
    if not _same_matter(target, row):
        raise ConflictError(sentence("Exceptions {id} and {id2} are about different things.", id=target.id, id2=row.id))
    for hold in open_holds_of(session, row.id):
        hold.exception_id = target.id
        target.data = with_parts(target.data, as_said(hold.text, row.data))
    row.merged_into_id = target.id
    said = sentence("Part of exception {entry}.", entry=target.id)
    resolve_exception(session, Resolve(actor=request.actor, at=request.at, exception=row.id, resolution=said))


def _same_matter(one: ExceptionRow, other: ExceptionRow) -> bool:
    pairs = ((one.order_id, other.order_id), (one.batch_id, other.batch_id))
    return one.subject == other.subject or any(left is not None and left == right for left, right in pairs)


def _hold_as_well(session: Session, request: SplitException, row: ExceptionRow, part: ExceptionRow) -> None:
    holds: Sequence[HoldRow] = open_holds_of(session, row.id)
    for hold in holds[:1]:
        session.add(
            HoldRow(
                order_id=hold.order_id,
                reason=hold.reason,
                text=part.text,
                exception_id=part.id,
                opened_at=request.at,
            )
        )
    session.flush()
