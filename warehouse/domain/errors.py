"""One tree of errors, each with a `code` a client can act on and a sentence for a person.

A refused scan is a result, never one of these: it must be stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One wrong field of a request: its name, and what was expected and what came."""

    field: str
    message: str


class WarehouseError(Exception):
    """A refusal of something asked; nothing was changed. `about` names by word what it is about, for programs."""

    code = "refused"
    status = 409

    def __init__(
        self, message: str, problems: tuple[FieldProblem, ...] = (), about: Mapping[str, str] = _NOTHING
    ) -> None:
        super().__init__(message)
        self.message = message
        self.problems = problems
        self.about = dict(about)  # a refusal crosses from helper processes, which a read-only view cannot


class InvalidInputError(WarehouseError):
    """A field has the wrong form or value; `problems` names each."""

    code = "invalid_input"
    status = 400


class NotFoundError(WarehouseError):
    """There is no such thing, or none this person may see."""

    code = "not_found"
    status = 404


class NotSignedInError(WarehouseError):
    """Nobody is signed in, or the session has ended."""

    code = "not_signed_in"
    status = 401


class ForbiddenError(WarehouseError):
    """The person's role does not carry this right."""

    code = "forbidden"
    status = 403


class ConflictError(WarehouseError):
    """The thing is in a state that does not allow what was asked."""

    code = "conflict"


class NotOwnerError(ConflictError):
    """Somebody else holds the work."""

    code = "not_owner"


class UnsentScansError(ConflictError):
    """A device may still keep scans of the work that is to be ended."""

    code = "unsent_scans"


class IdReusedError(ConflictError):
    """The same id or key came again with other content."""

    code = "id_reused"


class RetryLaterError(WarehouseError):
    """The server cannot take this now and promises that nothing happened."""

    code = "retry_later"
    status = 503


class LockedError(WarehouseError):
    """Sign-in is locked for a while, or until a lead unlocks it."""

    code = "locked"
    status = 429
