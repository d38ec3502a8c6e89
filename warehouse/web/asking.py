"""Who asks and when, as every use case wants it; the one place of the web part that reads the clock."""

from datetime import UTC, datetime

from warehouse.access import Caller
from warehouse.services.actor import Actor
from warehouse.web import caller


def now() -> datetime:
    """Give the moment of this request."""
    return datetime.now(UTC)


def actor() -> Actor:
    """Give who asks; raises `NotSignedInError` when nobody is signed in."""
    return actor_of(caller())


def actor_of(found: Caller) -> Actor:
    """Turn a caller into an actor: a person as their role, a machine as such, the console as the house itself."""
    if found.role is not None:
        return Actor(found.person, found.role, found.name)
    return Actor(found.person, "system" if found.person is None else "machine", found.name)


def caller_key() -> str:
    """Name the asker for request keys: keys of different askers never meet."""
    found = caller()
    return f"token:{found.token}" if found.token is not None else f"person:{found.person}"
