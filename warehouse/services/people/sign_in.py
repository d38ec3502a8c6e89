"""Signing in by badge and PIN. A try is written down as failed before its PIN is looked at, and forgiven when it fits.

PINs are hashed between two write transactions, never inside one.
"""

import hashlib
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from warehouse.domain.barcodes import badge_key
from warehouse.domain.errors import LockedError, NotSignedInError
from warehouse.domain.lockout import Lock, lock_on, locked_for_good, still_counted, tried
from warehouse.domain.news import BoardChanged, BoardKind, SignedOut
from warehouse.services.actor import SYSTEM, Actor, Request, audit
from warehouse.services.people.pins import hash_pin, pin_matches
from warehouse.storage.database import Database
from warehouse.storage.group import announce
from warehouse.storage.models.people import PersonRow, SignInRow, TemporaryBadgeRow
from warehouse.storage.queries.people import wearer

SHIFT = timedelta(hours=12)
"""A session lasts at most so long."""

STRANGERS = 4096
WRONG = "Badge or PIN is wrong."


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Somebody at the door; `ends` is the session this browser had before, which ends with the new one.

    `device` names the enrolled device whose token came along.
    """

    badge: str
    pin: str = field(repr=False)
    at: datetime
    device: str | None = None
    ends: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A new session; `secret` goes into the cookie and is kept nowhere."""

    person: int
    sign_in: int
    secret: str = field(repr=False)
    expires_at: datetime
    ended: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOut(Request):
    """End one session, by key."""

    sign_in: int


@dataclass(frozen=True, slots=True)
class _Try:
    """A try that has been written down; `badge` is the person's own, `temporary` the one they came by instead."""

    person: int
    badge: str
    pin_hash: str
    at: datetime
    device: str | None
    lock: Lock | None
    temporary: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Success:
    """A try whose PIN fitted `pin_hash`."""

    attempt: _Try
    secret: str = field(repr=False)
    ends: int | None


class Desk:
    """The sign-in of one server. `secret_key` peppers the PINs.

    Badges nobody has are counted here like those of people, by what a sign-in tells badges apart by, so that a lock
    does not tell which badges exist; the count is bounded and lost with the process.
    """

    def __init__(self, database: Database, secret_key: str) -> None:
        self._database = database
        self._secret_key = secret_key
        self._decoy = hash_pin("no such person", secret_key)
        self._strangers: OrderedDict[str, list[str]] = OrderedDict()
        self._lock = threading.Lock()

    def sign_in(self, asked: SignIn) -> SignedIn:
        """Let somebody in. NotSignedInError when badge or PIN is wrong, LockedError after too many tries.

        Badge unknown, person disabled and PIN wrong get the same answer after the same work.
        """
        success = _Success(attempt=self._check(asked), secret=secrets.token_urlsafe(32), ends=asked.ends)
        return self._database.run(_let_in, success)

    def vouch(self, asked: SignIn) -> int:
        """Tell who shows badge and PIN beside somebody else's session, such as to approve."""
        return self._database.run(_forgive_try, self._check(asked))

    def _check(self, asked: SignIn) -> _Try:
        attempt = self._database.run(_begin, asked)
        if attempt is None:
            self._count_stranger(asked)
        fits = pin_matches(asked.pin, attempt.pin_hash if attempt else self._decoy, self._secret_key)
        if attempt and attempt.lock and not fits:
            self._database.run(_tell_lock, attempt)
        if attempt is None or not fits:
            raise NotSignedInError(WRONG)
        return attempt

    def _count_stranger(self, asked: SignIn) -> None:
        badge = hashlib.sha256(badge_key(asked.badge).encode("utf-8", "backslashreplace")).hexdigest()
        with self._lock:
            kept = still_counted(self._strangers.pop(badge, ()), asked.at)
            lock = lock_on(kept, asked.device, asked.at)
            if lock is None:
                kept.append(tried(asked.at, asked.device))
                if lock_on(kept, asked.device, asked.at) == Lock(hard=True):
                    kept.append(locked_for_good(asked.device))
            self._strangers[badge] = kept
            while len(self._strangers) > STRANGERS:
                self._strangers.popitem(last=False)
        if lock:
            raise LockedError(lock.sentence)


def sign_out(session: Session, request: SignOut) -> None:
    """End a session; one that has ended already stays so."""
    live = (SignInRow.id == request.sign_in, SignInRow.ended_at.is_(None))
    session.execute(update(SignInRow).where(*live).values(ended_at=request.at))
    audit(session, request, "sign_out", f"sign_in:{request.sign_in}")
    announce(session, SignedOut((request.sign_in,), "signed_out"))


def _begin(session: Session, asked: SignIn) -> _Try | None:
    """Write the try down; None when no active person has this badge. The lock is told before the PIN is looked at."""
    found = _by_badge(session, asked.badge) or _by_temporary(session, asked)
    if found is None or not works_here(found.person, asked.at):
        return None
    person = found.person
    kept = still_counted(person.failed_at or (), asked.at)
    lock = lock_on(kept, asked.device, asked.at, hard=asked.device is None and person.locked_hard)
    if lock:
        raise LockedError(lock.sentence)
    person.failed_at = [*kept, tried(asked.at, asked.device)]
    own = found.temporary and found.temporary.pin_hash
    now_locked = lock_on(person.failed_at, asked.device, asked.at)
    by = found.temporary.id if found.temporary else None
    return _Try(person.id, person.badge, own or person.pin_hash, asked.at, asked.device, now_locked, by)


def _tell_lock(session: Session, attempt: _Try) -> None:
    """Keep the lock of a try that was wrong: a hard one outlives the 24 hours its tries count for."""
    lock = attempt.lock
    person = session.get_one(PersonRow, attempt.person)
    is_hard = lock is not None and lock.hard
    if is_hard and attempt.device:
        person.failed_at = [*(person.failed_at or ()), locked_for_good(attempt.device)]
    elif is_hard:
        person.locked_hard = True
    request = Request(actor=SYSTEM, at=attempt.at)
    where = {"device": attempt.device} if attempt.device else {}
    audit(session, request, "sign_in_locked", f"person:{person.id}", hard=is_hard, **where)
    announce(session, BoardChanged(BoardKind.PEOPLE))


def _let_in(session: Session, success: _Success) -> SignedIn:
    """Open the session and forgive the try; whoever was disabled, or got a new badge or PIN meanwhile, stays out."""
    attempt = success.attempt
    person = _still_here(session, attempt)
    ends = [attempt.at + SHIFT, person.expires_at, _end_of_badge(session, attempt)]
    request = Request(actor=Actor(person.id, person.role, person.name), at=attempt.at)
    if success.ends is not None:
        sign_out(session, SignOut(actor=request.actor, at=request.at, sign_in=success.ends))
    row = SignInRow(
        token_hash=hashlib.sha256(success.secret.encode()).hexdigest(),
        csrf_token=secrets.token_urlsafe(32),
        person_id=person.id,
        created_at=attempt.at,
        seen_at=attempt.at,
        expires_at=min(end for end in ends if end is not None),
    )
    session.add(row)
    session.flush()
    audit(session, request, "sign_in", f"sign_in:{row.id}")
    return SignedIn(
        person=person.id, sign_in=row.id, secret=success.secret, expires_at=row.expires_at, ended=success.ends
    )


def _forgive_try(session: Session, attempt: _Try) -> int:
    return _still_here(session, attempt).id


def _still_here(session: Session, attempt: _Try) -> PersonRow:
    person = session.get_one(PersonRow, attempt.person)
    badge = session.get(TemporaryBadgeRow, attempt.temporary or 0)
    is_over = badge.ended_at is not None if badge is not None else person.badge != attempt.badge
    if not works_here(person, attempt.at) or is_over or attempt.pin_hash not in _pins(person, badge):
        raise NotSignedInError(WRONG)
    _forgive(person, tried(attempt.at, attempt.device))
    return person


def works_here(person: PersonRow, at: datetime) -> bool:
    """Tell whether somebody may sign in: who came for a time, until that is over."""
    return person.active and (person.expires_at is None or person.expires_at > at)


def _pins(person: PersonRow, badge: TemporaryBadgeRow | None) -> set[str]:
    return {person.pin_hash} if badge is None or badge.pin_hash is None else {badge.pin_hash}


def _end_of_badge(session: Session, attempt: _Try) -> datetime | None:
    badge = session.get(TemporaryBadgeRow, attempt.temporary or 0)
    return badge.expires_at if badge is not None else None


def _forgive(person: PersonRow, was: str) -> None:
    """Take back the one try that was right; earlier ones still count, or a guesser could hide behind its owner."""
    failed = list(person.failed_at or ())
    if was in failed:
        failed.remove(was)
        person.failed_at = failed


@dataclass(frozen=True, slots=True)
class _Found:
    """Whose badge it is, and the temporary one by which they came."""

    person: PersonRow
    temporary: TemporaryBadgeRow | None = None


def _by_temporary(session: Session, asked: SignIn) -> _Found | None:
    """Find the person of a temporary badge that still lives."""
    row = session.scalars(
        select(TemporaryBadgeRow).where(
            TemporaryBadgeRow.code == f"U:{badge_key(asked.badge)}",
            TemporaryBadgeRow.ended_at.is_(None),
            TemporaryBadgeRow.expires_at > asked.at,
        )
    ).first()
    return None if row is None else _Found(session.get_one(PersonRow, row.person_id), row)


def _by_badge(session: Session, badge: str) -> _Found | None:
    """Find the person of a badge of their own."""
    person = wearer(session, badge)
    return None if person is None else _Found(person)
