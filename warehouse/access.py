"""Who is asking and what may they do: one answer for routes and socket events; nothing is allowed by default."""

import hashlib
import hmac
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from werkzeug.http import parse_cookie

from warehouse.domain.codes import Role
from warehouse.domain.errors import ForbiddenError, NotSignedInError
from warehouse.domain.roles import Permission

Handler = TypeVar("Handler", bound=Callable[..., object])

FRESH_FOR = 1.0
REMEMBERED = 4096
LONGEST_SECRET = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What came along with a request: the session cookie, a machine's token, a device's token, a wall's cookie."""

    session: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    device: str | None = field(default=None, repr=False)
    wall: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody recognised. `sign_in` is the key of the session, `device` the name of an enrolled device,
    `language` what the person reads.

    `wall` is the key of a wall's link: such a screen may see the wall and is a stranger everywhere else.
    """

    person: int | None
    name: str
    role: Role | None
    permissions: frozenset[Permission]
    sign_in: int | None = None
    csrf_token: str | None = field(default=None, repr=False)
    device: str | None = None
    token: int | None = None
    wall: int | None = None
    expires_at: datetime | None = None
    version: int = 0
    language: str | None = None
    device_key: str | None = field(default=None, repr=False)

    def may(self, *any_of: Permission) -> bool:
        """Tell whether one of these rights is theirs."""
        return not self.permissions.isdisjoint(any_of)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is stored now: sessions that may still act with their person's version, and the tokens of devices in use."""

    versions: Mapping[int, int]
    devices: Collection[str] = frozenset()

    def holds(self, caller: Caller) -> bool:
        """Tell whether a caller still is who he was; a machine's token says nothing of that."""
        if caller.sign_in is None or self.versions.get(caller.sign_in) != caller.version:
            return False
        return caller.device is None or caller.device_key in self.devices


class Recogniser(Protocol):
    """Looks credentials up where people and tokens are kept."""

    def recognise(self, credentials: Credentials) -> Caller | None:
        """Give the caller, or None when anything presented is unknown, ended, revoked or disabled."""
        ...

    def standing(self, sign_ins: Collection[int], devices: Collection[str]) -> Standing:
        """Of these session keys those that may still act, of these device keys those in use.

        Asked twice a second for all live sockets; a version changes with the person's rights.
        """
        ...


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may use a route or event: anyone, anyone signed in (no rights named), or holders of any right named."""

    any_of: tuple[Permission, ...] = ()
    anonymous: bool = False


def requires(*any_of: Permission) -> Callable[[Handler], Handler]:
    """Mark a route or event as open to holders of any of these rights; with none named, to everyone signed in."""
    return _marking(Rule(any_of=any_of))


def open_to_anyone(handler: Handler) -> Handler:
    """Mark a route as open to people who are not signed in; the list of these is held by a test."""
    return _marking(Rule(anonymous=True))(handler)


def rule_of(handler: Callable[..., object]) -> Rule | None:
    """Give the mark of a route or event, or None when nobody thought of it."""
    rule = handler.__dict__.get("access_rule")
    return rule if isinstance(rule, Rule) else None


class Access:
    """Recognises callers and checks rules. A look-up is remembered for a second at most.

    `console_token` is the secret by which commands on the same machine reach a running server.
    """

    def __init__(
        self, recogniser: Recogniser, *, console_token: str | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._recogniser = recogniser
        self._console_token = console_token
        self._clock = clock
        self._remembered: dict[bytes, tuple[float, Caller | None]] = {}
        self._generation = 0
        self._lock = threading.Lock()

    def recognise(self, credentials: Credentials) -> Caller | None:
        """Tell who presents these credentials, or None."""
        if credentials.session is None and credentials.token is None and credentials.wall is None:
            return None
        key = _digest(credentials)
        with self._lock:
            until, caller = self._remembered.get(key, (0.0, None))
            generation = self._generation
        if self._clock() < until:
            return caller
        caller = self._look_up(credentials)
        self._remember(key, caller, generation)
        return caller

    def admit(self, credentials: Credentials, rule: Rule | None) -> Caller | None:
        """Check a caller against a rule; None only where anyone may come.

        Raises `NotSignedInError` or `ForbiddenError`; a missing rule is refused for everyone.
        """
        caller = self.recognise(credentials)
        check(caller, rule)
        return caller

    def forget(self) -> None:
        """Drop what is remembered: somebody's rights or session have just changed."""
        with self._lock:
            self._generation += 1
            self._remembered.clear()

    @property
    def generation(self) -> int:
        """Count how often something was withdrawn."""
        return self._generation

    def standing(self, callers: Iterable[Caller]) -> Standing:
        """Look up at once which of these sessions and devices still stand."""
        known = list(callers)
        sign_ins = {each.sign_in for each in known if each.sign_in is not None}
        devices = {each.device_key for each in known if each.device_key is not None}
        return self._recogniser.standing(sign_ins, devices) if sign_ins else Standing({})

    def _look_up(self, credentials: Credentials) -> Caller | None:
        if credentials.token is not None and self._is_console(credentials.token):
            return CONSOLE
        return self._recogniser.recognise(credentials)

    def _is_console(self, token: str) -> bool:
        expected = self._console_token
        return expected is not None and hmac.compare_digest(expected.encode(), token.encode("utf-8", "replace"))

    def _remember(self, key: bytes, caller: Caller | None, generation: int) -> None:
        with self._lock:
            if generation != self._generation:
                return  # something was withdrawn while we looked it up
            if len(self._remembered) >= REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = (self._clock() + FRESH_FOR, caller)


CONSOLE = Caller(person=None, name="console", role=None, permissions=frozenset(Permission))


def cookie_name(*, secure: bool, practice: bool = False) -> str:
    """Name the session cookie; over https the browser itself then refuses it from any other host or path.

    The practice floor has one of its own: a browser keeps cookies by host, whatever the port.
    """
    name = "warehouse-practice" if practice else "warehouse"
    return f"__Host-{name}" if secure else name


def wall_cookie_name(*, secure: bool, practice: bool = False) -> str:
    """Name the cookie of a wall."""
    return f"{cookie_name(secure=secure, practice=practice)}-wall"


def credentials_of(environ: dict[str, Any], *, secure: bool, practice: bool = False) -> Credentials:
    """Gather what a WSGI request presents; a machine's token makes its cookie count for nothing."""
    scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else None
    cookies = {} if bearer is not None else parse_cookie(environ)
    return Credentials(
        session=short(cookies.get(cookie_name(secure=secure, practice=practice))),
        wall=short(cookies.get(wall_cookie_name(secure=secure, practice=practice))),
        token=short(bearer),
        device=short(environ.get("HTTP_X_DEVICE_TOKEN")),
    )


def short(secret: object) -> str | None:
    """Take a presented secret for what it can be at most; anything but text is none."""
    return secret[:LONGEST_SECRET] if isinstance(secret, str) and secret else None


def check(caller: Caller | None, rule: Rule | None) -> None:
    """Hold a caller against a rule; raises `NotSignedInError` or `ForbiddenError`."""
    if rule is not None and rule.anonymous:
        return
    if caller is None or is_stranger(caller, rule):
        raise NotSignedInError("Sign in first.")
    if rule is None or (rule.any_of and not caller.may(*rule.any_of)):
        raise ForbiddenError("Your role does not allow this. Ask a lead.")


def is_stranger(caller: Caller, rule: Rule | None) -> bool:
    """Tell whether a wall asks for something that is not a wall's: to be signed in is no right of it."""
    return caller.wall is not None and (rule is None or Permission.SEE_WALL not in rule.any_of)


def _marking(rule: Rule) -> Callable[[Handler], Handler]:
    def mark(handler: Handler) -> Handler:
        handler.__dict__["access_rule"] = rule
        return handler

    return mark


def _digest(credentials: Credentials) -> bytes:
    parts = (credentials.session, credentials.token, credentials.device, credentials.wall)
    return hashlib.sha256(repr(parts).encode("utf-8", "backslashreplace")).digest()
