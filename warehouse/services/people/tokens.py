"""Tokens of machines: drawn once, kept as a hash, limited in rights and time, revoked at once."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from warehouse.domain.errors import ConflictError, FieldProblem, ForbiddenError, InvalidInputError, NotFoundError
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.services.actor import Request, audit
from warehouse.storage.models.people import ApiTokenRow

LONGEST_DAYS = 730
PREFIX = "wh_"
"""Lets scanners for leaked secrets tell what was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken(Request):
    """A machine by name; `held` are the rights of who makes it, of which it gets `permissions`."""

    name: str
    permissions: Collection[Permission]
    held: Collection[Permission]
    days: int
    token_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeToken(Request):
    """A token by key."""

    token: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchToken:
    """A token was used."""

    token: int
    at: datetime


def draw_token() -> str:
    """Draw the secret of a machine: 256 random bits."""
    return PREFIX + secrets.token_urlsafe(32)


def create_token(session: Session, request: NewToken) -> int:
    """Keep the hash of a new token; its key is given back.

    Raises InvalidInputError for a bad field, ForbiddenError for rights the maker has not, ConflictError for a name in
    use.
    """
    _check(request)
    if request.actor.person is None:
        raise ForbiddenError("A person answers for each token: sign in.")
    living = select(ApiTokenRow.id).where(ApiTokenRow.name == request.name.strip(), ApiTokenRow.revoked_at.is_(None))
    if session.scalars(living.limit(1)).first() is not None:
        raise ConflictError(
            sentence(
                "There is a token {name} already. Revoke it first or take another name.", name=request.name.strip()
            )
        )
    row = ApiTokenRow(
        name=request.name.strip(),
        token_hash=request.token_hash,
        permissions=sorted(permission.value for permission in request.permissions),
        person_id=request.actor.person,
        created_at=request.at,
        expires_at=request.at + timedelta(days=request.days),
    )
    session.add(row)
    session.flush()
    details = {"permissions": row.permissions, "days": request.days}
    audit(session, request, "token.create", f"token:{row.id}", **details)
    return row.id


def revoke_token(session: Session, request: RevokeToken) -> None:
    """End a token at once; one that is revoked already stays as it is."""
    row = session.get(ApiTokenRow, request.token)
    if row is None:
        raise NotFoundError(sentence("There is no token {token}.", token=request.token))
    if row.revoked_at is None:
        row.revoked_at = request.at
        audit(session, request, "token.revoke", f"token:{row.id}")


def touch_token(session: Session, request: TouchToken) -> None:
    """Write down when a token was last used."""
    session.execute(update(ApiTokenRow).where(ApiTokenRow.id == request.token).values(used_at=request.at))


def _check(request: NewToken) -> None:
    problems = []
    if not request.name.strip():
        problems.append(FieldProblem("name", "say which machine this is for"))
    if not request.permissions:
        problems.append(FieldProblem("permissions", "choose at least one right"))
    if not 1 <= request.days <= LONGEST_DAYS:
        problems.append(FieldProblem("days", sentence("must be from 1 to {longest_days}", longest_days=LONGEST_DAYS)))
    if problems:
        raise InvalidInputError("Some fields are wrong.", tuple(problems))
    if not set(request.permissions) <= set(request.held):
        raise ForbiddenError("A token can do nothing that you may not do yourself.")
