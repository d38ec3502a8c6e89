"""The links under which walls show the board."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.storage.models.people import PersonRow
from warehouse.storage.models.shift import WallLinkRow


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveWall:
    """A wall that may show the board now."""

    id: int
    name: str
    used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownWall:
    """A wall's link as it is listed; `person` made it."""

    id: int
    name: str
    person: str
    created_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


def live_wall(session: Session, token_hash: str) -> LiveWall | None:
    """Find the wall's link with this hash, unless it is revoked."""
    found = session.scalars(
        select(WallLinkRow).where(WallLinkRow.token_hash == token_hash, WallLinkRow.revoked_at.is_(None))
    ).one_or_none()
    return None if found is None else LiveWall(id=found.id, name=found.name, used_at=found.used_at)


def list_walls(session: Session, *, after: int = 0, limit: int = 100) -> list[KnownWall]:
    """List the links by key, revoked ones too."""
    rows = session.execute(
        select(WallLinkRow, PersonRow.name)
        .join(PersonRow, PersonRow.id == WallLinkRow.made_by_id)
        .where(WallLinkRow.id > after)
        .order_by(WallLinkRow.id)
        .limit(limit)
    )
    return [
        KnownWall(
            id=row.id,
            name=row.name,
            person=person,
            created_at=row.created_at,
            used_at=row.used_at,
            revoked_at=row.revoked_at,
        )
        for row, person in rows
    ]
