"""Sources: shops that are looked at by clock. What fails is tried again later and later; what stays silent is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from warehouse.domain.exception_queue import ExceptionType
from warehouse.domain.sources import KINDS, SILENT_AFTER, SourceWay, next_look
from warehouse.domain.words import Text, listed, sentence
from warehouse.domain.write_backs import WriteBackForm
from warehouse.services.actor import Request, audit
from warehouse.services.exceptions.queue import OpenEntry, open_exception, resolve_about
from warehouse.services.sources.volume import thin_day
from warehouse.storage.models.exception_queue import ExceptionRow
from warehouse.storage.models.intake import SourceRow

_FAILED_OFTEN = 3
_STOPPED = sentence("It is no longer looked at.")
_CAME = sentence("Something came again.")
_USUAL = sentence("It brings as much as usual again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveSource(Request):
    """A source as it is to be; `source` is its key, None for a new one. An empty secret keeps the one there is."""

    source: int | None = None
    name: str
    kind: str
    profile: str
    way: SourceWay
    address: str = ""
    user_name: str = ""
    secret: str = ""
    every_minutes: int = 15
    silent_minutes: int = 0
    write_back: WriteBackForm | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfSource(Request):
    """It is about this source."""

    source: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked(Request):
    """Somebody looked: `orders` came, or `error` says why nothing could; `until` is up to when the shop was asked.

    With `more` that was too much for one look, and the next is at once.
    """

    source: int
    arrived: bool = False
    error: str = ""
    until: datetime | None = None
    more: bool = False


def save_source(session: Session, request: SaveSource) -> int:
    """Store a source and give its key; the next look is at once.

    A secret that is kept stays with the host it was given for: else whoever may change the address could read it there.
    """
    _check(request)
    row = _row(session, request.source) if request.source else SourceRow(created_at=request.at, address="", secret="")
    if row.secret and not request.secret and _host(row.address) != _host(request.address):
        problem = FieldProblem("secret", "give the password again: the address leads to another host")
        raise InvalidInputError("Some fields are wrong.", (problem,))
    taken = session.scalars(select(SourceRow.id).where(SourceRow.name == request.name)).first()
    if taken is not None and taken != row.id:
        raise ConflictError(sentence("There is a source “{name}” already.", name=request.name))
    same = ("name", "kind", "profile", "address", "user_name", "every_minutes", "silent_minutes")
    for name in same:
        setattr(row, name, getattr(request, name))
    row.way, row.write_back = request.way.value, request.write_back.value if request.write_back else ""
    row.secret = request.secret or row.secret
    row.active, row.next_at, row.failures, row.error = True, request.at, 0, ""
    session.add(row)
    session.flush()
    audit(session, request, "source_saved", f"source:{row.id}", profile=row.profile, way=row.way)
    return row.id


def stop_source(session: Session, request: OfSource) -> None:
    """Look at it no more."""
    row = _row(session, request.source)
    row.active = False
    audit(session, request, "source_stopped", f"source:{row.id}")
    for subject in (f"source:{row.id}", f"source:{row.id}:rows"):
        resolve_about(session, request, ExceptionType.SOURCE_SILENT, subject, _STOPPED)


def look_now(session: Session, request: OfSource) -> None:
    """Let the next look be at once, whatever failed before."""
    row = _row(session, request.source)
    if row.kind not in KINDS:
        raise ConflictError(sentence("“{name}” brings what is only brought by hand.", name=row.name))
    row.active, row.next_at, row.failures = True, request.at, 0
    audit(session, request, "source_wanted", f"source:{row.id}")


def due_sources(session: Session, now: datetime) -> Sequence[SourceRow]:
    """List the sources whose time to be looked at has come."""
    query = select(SourceRow).where(SourceRow.active, SourceRow.next_at <= now, SourceRow.kind.in_(KINDS))
    return session.scalars(query.order_by(SourceRow.next_at)).all()


def note_look(session: Session, request: Looked) -> None:
    """Write down what a look came to; a source that stays silent too long is put before its owner."""
    row = _row(session, request.source)
    row.looked_at = request.at
    row.failures = row.failures + 1 if request.error else 0
    row.error = request.error
    row.next_at = next_look(request.at, row.every_minutes, row.failures)
    if request.until is not None and not request.error:
        row.cursor = request.until
        if request.more:
            row.next_at, row.error = request.at, _goes_on(request.until)
    if request.arrived:
        row.arrived_at = request.at
        resolve_about(session, request, ExceptionType.SOURCE_SILENT, f"source:{row.id}", _CAME)
    else:
        _note_silence(session, request, row)
    if row.silent_minutes:
        _note_volume(session, request, row)


def _goes_on(since: datetime) -> Text:
    return sentence(
        "More changed than fits into one look: the next goes on from {time} UTC.", time=f"{since:%Y-%m-%d %H:%M}"
    )


def _note_volume(session: Session, request: Looked, row: SourceRow) -> None:
    subject = f"source:{row.id}:rows"
    if about := thin_day(session, row, request.at):
        _tell(session, request, subject, about)
    else:
        resolve_about(session, request, ExceptionType.SOURCE_SILENT, subject, _USUAL)


def _note_silence(session: Session, request: Looked, row: SourceRow) -> None:
    since = row.arrived_at or row.created_at
    waited = timedelta(minutes=row.silent_minutes * SILENT_AFTER)
    if row.failures == _FAILED_OFTEN:
        about = listed([row.name, request.error], ": ")
    elif row.failures < _FAILED_OFTEN and row.silent_minutes and request.at - since > waited:
        about = sentence("{source}: nothing since {time} UTC", source=row.name, time=f"{since:%Y-%m-%d %H:%M}")
    else:
        return
    _tell(session, request, f"source:{row.id}", about)


def _tell(session: Session, request: Looked, subject: str, about: Text) -> None:
    if not _is_told(session, subject):
        entry = OpenEntry(
            actor=request.actor, at=request.at, type=ExceptionType.SOURCE_SILENT, subject=subject, about=about
        )
        open_exception(session, entry)


def _is_told(session: Session, subject: str) -> bool:
    """Say whether somebody knows already: a look every few minutes is no reason to tell them again."""
    open_entry = select(ExceptionRow.id).where(
        ExceptionRow.type == ExceptionType.SOURCE_SILENT,
        ExceptionRow.subject == subject,
        ExceptionRow.resolved_at.is_(None),
    )
    return session.scalars(open_entry).first() is not None


def _check(request: SaveSource) -> None:
    problems = []
    if not request.name.strip():
        problems.append(FieldProblem("name", "say which shop this is"))
    if request.kind not in KINDS:
        problems.append(FieldProblem("kind", sentence("expected {expected}", expected=", ".join(KINDS))))
    if request.way is SourceWay.SHIPSTATION and not request.address:
        problems.append(FieldProblem("address", "give the address of the shop's export"))
    if not 1 <= request.every_minutes <= 24 * 60:
        problems.append(FieldProblem("every_minutes", "from 1 to 1440 minutes"))
    if not 0 <= request.silent_minutes <= 60 * 24 * 60:
        problems.append(FieldProblem("silent_minutes", "from 0, for never, to 86400 minutes"))
    if problems:
        raise InvalidInputError("Some fields are wrong.", tuple(problems))


def _host(address: str) -> str:
    """Give protocol, host and port of an address."""
    return "/".join(address.lower().split("/", 3)[:3])


def _row(session: Session, key: int) -> SourceRow:
    row = session.get(SourceRow, key)
    if row is None:
        raise NotFoundError(sentence("There is no source {key}.", key=key))
    return row
