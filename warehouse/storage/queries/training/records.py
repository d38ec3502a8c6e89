"""The training record: of one person in one role, and of everybody."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, Select, case, cast, func, select
from sqlalchemy.orm import Session

from warehouse.domain.codes import Role
from warehouse.domain.training import Record
from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.training import TrainingRow
from warehouse.storage.queries.people import working_at
from warehouse.storage.queries.training.practice import GUIDE, ORDER, SESSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Trainee:
    """Somebody's record in one role; `last_at` is its newest entry."""

    id: int
    name: str
    role: Role
    record: Record
    last_at: datetime | None


def record_of(session: Session, person: int, role: Role) -> Record:
    """Read somebody's record in one role."""
    row = session.execute(_figures().where(TrainingRow.person_id == person, TrainingRow.role == role)).one_or_none()
    return Record() if row is None else _record(*row[2:6])


def list_trainees(session: Session, now: datetime) -> list[Trainee]:
    """List everybody who works here with each role they have an entry in, their own role always."""
    found = {(row[0], row[1]): (_record(*row[2:6]), row[6]) for row in session.execute(_figures())}
    people = session.execute(
        select(PersonRow.id, PersonRow.name, PersonRow.role).where(working_at(now)).order_by(PersonRow.name)
    ).all()
    trainees = []
    for key, name, own in people:
        others = [role for person, role in found if person == key and role is not own]
        for role in (own, *sorted(others)):
            record, last = found.get((key, role), (Record(), None))
            trainees.append(Trainee(id=key, name=name, role=role, record=record, last_at=last))
    return trainees


def _figures() -> Select[int, Role, int, int, int, int, datetime]:
    sessions = func.sum(case((TrainingRow.kind == SESSION, 1), else_=0))
    orders = func.sum(case(((TrainingRow.kind == ORDER) & (TrainingRow.mistakes == 0), 1), else_=0))
    tried = func.sum(case((TrainingRow.kind == ORDER, 1), else_=0))
    guide = func.max(case((TrainingRow.kind == GUIDE, cast(TrainingRow.subject, Integer)), else_=0))
    return select(
        TrainingRow.person_id, TrainingRow.role, sessions, orders, tried, guide, func.max(TrainingRow.at)
    ).group_by(TrainingRow.person_id, TrainingRow.role)


def _record(sessions: int, orders: int, tried: int, guide: int) -> Record:
    return Record(sessions=int(sessions), orders=int(orders), tried=int(tried), guide=int(guide) or None)
