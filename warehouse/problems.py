"""Every refusal as a value that can be sent: over HTTP (RFC 9457) and as the acknowledgement of an event."""

import logging
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from http import HTTPStatus
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from warehouse.domain.errors import FieldProblem, InvalidInputError, WarehouseError
from warehouse.domain.words import sentence

log = logging.getLogger(__name__)

SHOWN_PROBLEMS = 50
_A_LIST, _A_RECORD = "expected a list", "expected a record of named fields"
_A_WHOLE, _A_NUMBER = "expected a whole number", "expected a number"
_A_DAY, _A_MOMENT = "expected a day such as 2026-11-21", "expected a moment such as 2026-11-21T09:00:00Z"
FIELD_TEXTS: Mapping[str, str] = {
    "missing": "is missing",
    "extra_forbidden": "there is no such field here",
    "string_type": "expected text",
    "string_unicode": "expected text in UTF-8",
    "string_too_short": "expected at least this many characters: {min_length}",
    "string_too_long": "expected at most this many characters: {max_length}",
    "string_pattern_mismatch": "expected the form {pattern}",
    "too_short": "expected at least this many entries: {min_length}",
    "too_long": "expected at most this many entries: {max_length}",
    "int_type": _A_WHOLE,
    "int_parsing": _A_WHOLE,
    "int_from_float": _A_WHOLE,
    "int_parsing_size": _A_WHOLE,
    "float_type": _A_NUMBER,
    "float_parsing": _A_NUMBER,
    "decimal_type": _A_NUMBER,
    "decimal_parsing": _A_NUMBER,
    "finite_number": _A_NUMBER,
    "greater_than": "expected more than {gt}",
    "greater_than_equal": "expected {ge} or more",
    "less_than": "expected less than {lt}",
    "less_than_equal": "expected {le} or less",
    "bool_type": "expected true or false",
    "bool_parsing": "expected true or false",
    "enum": "expected one of: {expected}",
    "literal_error": "expected one of: {expected}",
    "list_type": _A_LIST,
    "tuple_type": _A_LIST,
    "set_type": _A_LIST,
    "frozen_set_type": _A_LIST,
    "dict_type": _A_RECORD,
    "model_type": _A_RECORD,
    "model_attributes_type": _A_RECORD,
    "dataclass_type": _A_RECORD,
    "json_invalid": "expected JSON; it cannot be read at line {line}, column {column}",
    "union_tag_invalid": "expected one of: {expected_tags}",
    "union_tag_not_found": "is missing",
    "mapping_type": _A_RECORD,
    "dataclass_exact_type": _A_RECORD,
    "datetime_object_invalid": _A_MOMENT,
    "timezone_naive": "expected a moment without a time zone",
    "date_type": _A_DAY,
    "date_parsing": _A_DAY,
    "date_from_datetime_parsing": _A_DAY,
    "date_from_datetime_inexact": _A_DAY,
    "datetime_type": _A_MOMENT,
    "datetime_parsing": _A_MOMENT,
    "datetime_from_date_parsing": _A_MOMENT,
    "timezone_aware": "expected a moment with its time zone",
    "uuid_type": "expected a UUID",
    "uuid_parsing": "expected a UUID",
}
"""What was expected of a field, by the kind of error pydantic reports; its own words are told to nobody."""
UNEXPECTED = "is not what was expected"
_HOLE = re.compile(r"\{(\w+)\}")
_LAST_OF_LIST = re.compile(r" or (?=\S+$)")
_WHERE_IN_JSON = re.compile(r"line (?P<line>\d+) column (?P<column>\d+)$")


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
    found = error.errors(include_url=False, include_input=False)[:SHOWN_PROBLEMS]
    problems = tuple(FieldProblem(".".join(map(str, each["loc"])), _expected(each)) for each in found)
    return InvalidInputError("Some fields are wrong.", problems)


def _expected(found: ErrorDetails) -> str:
    known = found.get("ctx", {})
    if found["type"] == "value_error":
        return _own_words(known["error"])
    pattern = FIELD_TEXTS.get(found["type"], UNEXPECTED)
    values = {name: _value(name, known) for name in _HOLE.findall(pattern)}
    return sentence(pattern if None not in values.values() else UNEXPECTED, **values)


def _value(name: str, known: Mapping[str, Any]) -> object:
    """Give a value that the parser knows, without the English around it; None where it knows none."""
    if name in {"line", "column"}:
        found = _WHERE_IN_JSON.search(str(known.get("error", "")))
        return found and int(found[name])
    value = known.get(name)
    return _LAST_OF_LIST.sub(", ", value) if name == "expected" and isinstance(value, str) else value


def _own_words(error: Exception) -> str:
    """Take what a check of ours has said, with its parts where it has them."""
    said = error.args[0] if error.args else ""
    return said if isinstance(said, str) else str(error)
