"""The training record: what was practised comes in from the practice floor, guides are acknowledged by hand."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.domain.codes import Mode, Role
from warehouse.domain.errors import ForbiddenError, InvalidInputError
from warehouse.domain.training import GUIDES, missing_of
from warehouse.domain.words import sentence, together
from warehouse.services.actor import Request, audit
from warehouse.services.site import load_site
from warehouse.storage.models.batching import PickTaskRow
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.stock import BinRow
from warehouse.storage.models.training import TrainingRow
from warehouse.storage.queries.training.practice import GUIDE, SESSION, Practised
from warehouse.storage.queries.training.records import record_of

AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepPractice(Request):
    """Entries read from the practice floor."""

    entries: tuple[Practised, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeGuide(Request):
    """Somebody has read the guide of a role in this version."""

    role: Role
    version: int


def new_entries(session: Session, entries: Iterable[Practised]) -> list[Practised]:
    """Give those entries that are not in the record yet, of people who are here."""
    columns = (TrainingRow.person_id, TrainingRow.role, TrainingRow.kind, TrainingRow.subject, TrainingRow.at)
    known = {
        _key(Practised(person=person, role=role, kind=kind, subject=subject, at=at))
        for person, role, kind, subject, at in session.execute(select(*columns))
    }
    here = set(session.scalars(select(PersonRow.id)))
    return [it for it in entries if it.person in here and _key(it) not in known]


def keep_practice(session: Session, request: KeepPractice) -> int:
    """Put entries into the record, those there already left out; gives how many were new."""
    fresh = new_entries(session, request.entries)
    session.add_all(
        TrainingRow(person_id=it.person, role=it.role, kind=it.kind, subject=it.subject, mistakes=it.mistakes, at=it.at)
        for it in fresh
    )
    return len(fresh)


def acknowledge_guide(session: Session, request: AcknowledgeGuide) -> None:
    """Note that somebody has read a guide; only the version of today counts."""
    if request.actor.person is None:
        raise InvalidInputError("A person reads a guide.")
    if GUIDES[request.role] != request.version:
        raise InvalidInputError("This guide has changed meanwhile. Read it again.")
    if record_of(session, request.actor.person, request.role).guide == request.version:
        return
    row = TrainingRow(
        person_id=request.actor.person, role=request.role, kind=GUIDE, subject=str(request.version), at=request.at
    )
    session.add(row)
    session.flush()
    audit(session, request, "guide.read", f"training:{row.id}", role=request.role, version=request.version)


def require_trained(session: Session, request: Request, role: Role, modes: Iterable[Mode]) -> None:
    """Keep who is not trained in a role out of where mismatches block, when the site wants that.

    Raises ForbiddenError that says what is missing.
    """
    policy = load_site(session).training
    if not policy.required or request.actor.person is None or Mode.ENFORCE not in modes:
        return
    missing = missing_of(record_of(session, request.actor.person, role), role, policy)
    if missing:
        raise ForbiddenError(together(sentence("Practise first: you are not trained for this yet."), *missing))


def require_trained_to_pick(session: Session, request: Request, batch: int) -> None:
    """Keep the untrained from a batch with a stop in a zone that blocks."""
    site = load_site(session)
    if not site.training.required:
        return
    zones = select(BinRow.zone).join(PickTaskRow, PickTaskRow.bin_id == BinRow.id)
    found = session.scalars(zones.where(PickTaskRow.batch_id == batch).distinct())
    require_trained(session, request, Role.PICKER, {site.mode_of(zone=zone) for zone in found})


def _key(entry: Practised) -> tuple[object, ...]:
    """Tell entries apart; who signs in has one role at a time, and keeps what they practised when they get another."""
    role = None if entry.kind == SESSION else entry.role
    return (entry.person, role, entry.kind, entry.subject, entry.at)
