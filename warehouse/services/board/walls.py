"""Links for walls: drawn once, kept as a hash, good for looking at the wall's board alone, revoked at once."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from warehouse.domain.errors import ConflictError, ForbiddenError, NotFoundError
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.storage.models.shift import WallLinkRow

PREFIX = "wall_"
"""Lets scanners for leaked secrets tell what was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWall(Request):
    """A wall by name."""

    name: str
    token_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeWall(Request):
    """A wall's link by key."""

    wall: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchWall:
    """A wall was seen."""

    wall: int
    at: datetime


def draw_wall_token() -> str:
    """Draw the secret of a wall: 256 random bits."""
    return PREFIX + secrets.token_urlsafe(32)


def create_wall(session: Session, request: NewWall) -> int:
    """Keep the hash of a new link; its key is given back. Raises ConflictError for a name in use."""
    name = request.name.strip()
    if request.actor.person is None:
        raise ForbiddenError("A person answers for each wall: sign in.")
    living = select(WallLinkRow.id).where(WallLinkRow.name == name, WallLinkRow.revoked_at.is_(None))
    if session.scalars(living.limit(1)).first() is not None:
        raise ConflictError(
            sentence("There is a wall {name} already. Revoke it first or take another name.", name=name)
        )
    row = WallLinkRow(name=name, token_hash=request.token_hash, made_by_id=request.actor.person, created_at=request.at)
    session.add(row)
    session.flush()
    audit(session, request, "wall.create", f"wall:{row.id}")
    return row.id


def revoke_wall(session: Session, request: RevokeWall) -> None:
    """End a link at once; one that is revoked already stays as it is."""
    row = session.get(WallLinkRow, request.wall)
    if row is None:
        raise NotFoundError(sentence("There is no wall {wall}.", wall=request.wall))
    if row.revoked_at is None:
        row.revoked_at = request.at
        audit(session, request, "wall.revoke", f"wall:{row.id}")


def touch_wall(session: Session, request: TouchWall) -> None:
    """Write down when a wall was last seen."""
    session.execute(update(WallLinkRow).where(WallLinkRow.id == request.wall).values(used_at=request.at))
