"""Every refusal as a value that can be sent: over HTTP (RFC 9457) and as the acknowledgement of an event."""

import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from http import HTTPStatus
from typing import Any

from pydantic import ValidationError

from warehouse.domain.errors import FieldProblem, InvalidInputError, WarehouseError
from warehouse.domain.words import sentence

log = logging.getLogger(__name__)

SHOWN_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal: `code` for programs, `detail` for people, `errors` for each wrong field, `about` what it names."""

    status: int
    code: str
    detail: str
    errors: tuple[FieldProblem, ...] = ()
    about: Mapping[str, str] = field(default_factory=dict)

    def in_words(self, put: Callable[[str], str]) -> "Problem":
        """Say it in the language that `put` puts sentences into."""
        errors = tuple(FieldProblem(it.field, put(it.message)) for it in self.errors)
        return replace(self, detail=put(self.detail), errors=errors)

    def as_json(self) -> dict[str, Any]:
        """Write the members of RFC 9457, with `code`, what it is about, and `errors` where fields are wrong."""
        body: dict[str, Any] = {
            **self.about,
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
        }
        return body | ({"errors": [asdict(error) for error in self.errors]} if self.errors else {})


def problem_of(error: Exception) -> Problem:
    """Turn any exception into what may be told; an unexpected one is logged with a number and told by it."""
    if isinstance(error, ValidationError):
        return problem_of(invalid_input(error))
    if isinstance(error, WarehouseError):
        return Problem(error.status, error.code, error.message, error.problems, error.about)
    number = uuid.uuid4().hex[:8]
    log.error("unexpected error %s", number, exc_info=error)
    return Problem(
        500, "internal", sentence("Something went wrong here. It is written down as number {number}.", number=number)
    )


def invalid_input(error: ValidationError) -> InvalidInputError:
    """Name each wrong field in plain words; what was sent is not repeated."""
    found = error.errors(include_url=False, include_context=False, include_input=False)[:SHOWN_PROBLEMS]
    problems = tuple(FieldProblem(".".join(map(str, each["loc"])), each["msg"]) for each in found)
    return InvalidInputError("Some fields are wrong.", problems)
