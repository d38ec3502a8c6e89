"""Looks up in the database who presents a session, a machine's token or a device's token; all kept as hashes only."""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from warehouse.access import Caller, Credentials, Standing
from warehouse.domain.roles import Permission, rights_named, rights_of
from warehouse.services.board.walls import TouchWall, touch_wall
from warehouse.services.people.tokens import TouchToken, touch_token
from warehouse.storage.database import Database
from warehouse.storage.queries.board.walls import live_wall
from warehouse.storage.queries.people import (
    LiveToken,
    device_by_token,
    live_devices,
    live_sign_in,
    live_token,
    live_versions,
)

NOTED_EVERY = timedelta(minutes=1)
"""So often at most the last use of a token is written down."""

WALL = frozenset({Permission.SEE_WALL})
"""All that a wall may do."""


def secret_hash(secret: str) -> str:
    """Hash a random secret for storing; it has bits enough to need no salt."""
    return hashlib.sha256(secret.encode("utf-8", "backslashreplace")).hexdigest()


class StoredPeople:
    """The people, machines and devices of one database."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._clock = clock

    def recognise(self, credentials: Credentials) -> Caller | None:
        """Give the caller, or None when anything presented is unknown, ended, revoked or disabled."""
        with self._database.read() as session:
            key = None if credentials.device is None else secret_hash(credentials.device)
            device = None if key is None else device_by_token(session, key)
            if key is not None and device is None:
                return None
            if credentials.token is not None:
                found = live_token(session, secret_hash(credentials.token), self._clock())
                return None if found is None else self._machine(found, device)
            caller = self._person(session, credentials.session or "", device)
            if caller is None and device is None and credentials.wall is not None:
                return self._wall(session, credentials.wall)
            return None if caller is None else replace(caller, device_key=key)

    def standing(self, sign_ins: Collection[int], devices: Collection[str]) -> Standing:
        """Of these session keys those that may still act, of these device keys those in use."""
        with self._database.read() as session:
            return Standing(live_versions(session, sign_ins, self._clock()), live_devices(session, devices))

    def _person(self, session: Session, secret: str, device: str | None) -> Caller | None:
        found = live_sign_in(session, secret_hash(secret), self._clock())
        if found is None:
            return None
        return Caller(
            person=found.person,
            name=found.name,
            role=found.role,
            permissions=rights_of(found.role),
            sign_in=found.sign_in,
            csrf_token=found.csrf_token,
            device=device,
            expires_at=found.expires_at,
            version=found.version,
            language=found.language,
        )

    def _wall(self, session: Session, secret: str) -> Caller | None:
        """Let a wall in to look; note at times that it did."""
        found, at = live_wall(session, secret_hash(secret)), self._clock()
        if found is None:
            return None
        if found.used_at is None or at - found.used_at > NOTED_EVERY:
            self._database.run(touch_wall, TouchWall(wall=found.id, at=at))
        return Caller(person=None, name=found.name, role=None, permissions=WALL, wall=found.id)

    def _machine(self, found: LiveToken, device: str | None) -> Caller:
        """Let a machine in with its rights, as far as who answers for it has them still; note at times that it came."""
        at = self._clock()
        if found.used_at is None or at - found.used_at > NOTED_EVERY:
            self._database.run(touch_token, TouchToken(token=found.token, at=at))
        permissions = rights_named(found.permissions) & rights_of(found.role)
        return Caller(
            person=found.person, name=found.name, role=None, permissions=permissions, token=found.token, device=device
        )
