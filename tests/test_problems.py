"""What a wrong field is told: our own words for each kind of error that the parser reports."""

import re
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import PydanticKnownError
from pydantic_core.core_schema import ErrorType

from warehouse.domain.errors import FieldProblem
from warehouse.domain.words import parts_of, sentence
from warehouse.problems import FIELD_TEXTS, invalid_input

VALUES: dict[str, Any] = {
    **dict.fromkeys(("ge", "gt", "le", "lt", "min_length", "max_length", "actual_length"), 1),
    **dict.fromkeys(("field_type", "pattern", "expected", "error", "class_name"), "it"),
}
"""Something for every value that a kind of error knows."""


def template_of(kind: str) -> str:
    return PydanticKnownError(kind, VALUES).message_template  # type: ignore[arg-type]  # the kinds are what is tested


class Asked(BaseModel):
    """A request as the product reads them."""

    model_config = ConfigDict(strict=True, extra="forbid")

    count: int = Field(ge=1)
    note: str = Field(default="", max_length=3)
    code: str = Field(default="a", pattern=r"^[a-z]{1,3}$")

    @field_validator("note")
    @classmethod
    def _plain(cls, value: str) -> str:
        if value == "no":
            raise ValueError(sentence("NUL characters are not allowed"))
        return value


@pytest.mark.parametrize("kind", sorted(FIELD_TEXTS))
def test_a_text_stands_for_a_kind_of_error_that_exists_and_uses_what_it_knows(kind: str) -> None:
    names = re.findall(r"\{(\w+)\}", FIELD_TEXTS[kind])
    assert kind in get_args(ErrorType)
    assert all(f"{{{name}}}" in template_of(kind) for name in names)


@pytest.mark.parametrize(
    ("sent", "field", "message"),
    [
        ("{}", "count", "is missing"),
        ('{"count": 0}', "count", "expected 1 or more"),
        ('{"count": "1"}', "count", "expected a whole number"),
        ('{"count": 1, "note": "four"}', "note", "expected at most this many characters: 3"),
        ('{"count": 1, "colour": 1}', "colour", "there is no such field here"),
        ('{"count": 1, "code": "a b"}', "code", "expected the form ^[a-z]{1,3}$"),
        ('{"count": 1, "note": "no"}', "note", "NUL characters are not allowed"),
    ],
)
def test_a_wrong_field_is_told_what_was_expected_and_knows_its_parts(sent: str, field: str, message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Asked.model_validate_json(sent)
    refused = invalid_input(caught.value)
    assert refused.problems == (FieldProblem(field, message),)
    assert parts_of(refused.problems[0].message) is not None
