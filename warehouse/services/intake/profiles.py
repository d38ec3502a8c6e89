"""Mapping profiles of this site: proposed, looked at by a second person, put in force; every version is kept."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warehouse.domain.errors import ConflictError, ForbiddenError, NotFoundError
from warehouse.domain.news import BoardChanged, BoardKind
from warehouse.domain.roles import RIGHTS, Permission
from warehouse.domain.words import sentence, word
from warehouse.services.actor import Request, audit
from warehouse.services.site import load_site
from warehouse.storage.group import announce
from warehouse.storage.models.intake import MappingProfileRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.queries.people import working_at

PROPOSED, ACTIVE, RETIRED, REFUSED = "proposed", "active", "retired", "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeProfile(Request):
    """A profile that was read and found sound; `text` is its JSON."""

    kind: str
    name: str
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideProfile(Request):
    """A second person's word."""

    profile: int
    accept: bool


def propose_profile(session: Session, request: ProposeProfile) -> int:
    """Store the next version of a profile; it reads nothing until a second person puts it in force."""
    same = (MappingProfileRow.kind == request.kind, MappingProfileRow.name == request.name)
    version = (session.scalar(select(func.max(MappingProfileRow.version)).where(*same)) or 0) + 1
    for older in session.scalars(select(MappingProfileRow).where(*same, MappingProfileRow.state == PROPOSED)).all():
        older.state, older.decided_at, older.decided_by_id = REFUSED, request.at, request.actor.person
    row = MappingProfileRow(
        kind=request.kind,
        name=request.name,
        version=version,
        text=request.text,
        note=request.note[:400],
        proposed_by_id=request.actor.person,
        proposed_at=request.at,
    )
    session.add(row)
    session.flush()
    audit(session, request, "profile_proposed", _subject(row), version=version)
    announce(session, BoardChanged(BoardKind.SETTINGS))
    return row.id


def decide_profile(session: Session, request: DecideProfile) -> int:
    """Put a proposed version in force, or refuse it; raises ForbiddenError for whoever proposed it."""
    row = session.get(MappingProfileRow, request.profile)
    if row is None:
        raise NotFoundError(sentence("There is no profile {profile}.", profile=request.profile))
    if row.state != PROPOSED:
        raise ConflictError(
            sentence(
                "Version {version} of {name} is {state} already.",
                version=row.version,
                name=row.name,
                state=word(row.state),
            )
        )
    alone = False
    if request.accept and request.actor.role == "machine":
        raise ForbiddenError("A machine proposes a profile; a person puts it in force.")
    if request.accept:
        alone = request.actor.person is not None and request.actor.person == row.proposed_by_id
        if alone:
            _require_one_person(session, request)
        _retire(session, row)
    row.state = ACTIVE if request.accept else REFUSED
    row.decided_by_id, row.decided_at = request.actor.person, request.at
    session.flush()
    audit(session, request, f"profile_{row.state}", _subject(row), version=row.version, alone=alone)
    announce(session, BoardChanged(BoardKind.SETTINGS))
    return row.id


def _subject(row: MappingProfileRow) -> str:
    return f"profile:{row.kind}/{row.name}"


def _retire(session: Session, row: MappingProfileRow) -> None:
    same = (MappingProfileRow.kind == row.kind, MappingProfileRow.name == row.name)
    for older in session.scalars(select(MappingProfileRow).where(*same, MappingProfileRow.state == ACTIVE)).all():
        older.state = RETIRED


def _require_one_person(session: Session, request: DecideProfile) -> None:
    """Let somebody approve their own work only where the site works with one person, or nobody else could."""
    if load_site(session).one_person:
        return
    roles = [role for role, rights in RIGHTS.items() if Permission.EDIT_CONNECTIONS in rights]
    others = select(PersonRow.id).where(
        working_at(request.at), PersonRow.role.in_(roles), PersonRow.id != request.actor.person
    )
    if session.scalars(others.limit(1)).first() is not None:
        raise ForbiddenError("Who proposed a profile does not put it in force: a second person does.")
