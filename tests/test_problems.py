"""What a wrong field is told: our own words for each kind of error that the parser reports."""

import re

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import list_all_errors

from warehouse.domain.errors import FieldProblem
from warehouse.domain.words import parts_of, sentence
from warehouse.problems import FIELD_TEXTS, invalid_input


class Asked(BaseModel):
    """A request as the product reads them."""

    model_config = ConfigDict(strict=True, extra="forbid")

    count: int = Field(ge=1)
    note: str = Field(default="", max_length=3)

    @field_validator("note")
    @classmethod
    def _plain(cls, value: str) -> str:
        if value == "no":
            raise ValueError(sentence("NUL characters are not allowed"))
        return value


@pytest.mark.parametrize("kind", sorted(FIELD_TEXTS))
def test_a_text_stands_for_a_kind_of_error_that_exists_and_uses_what_it_knows(kind: str) -> None:
    known = {each["type"]: set(each.get("example_context") or {}) for each in list_all_errors()}
    assert set(re.findall(r"\{(\w+)\}", FIELD_TEXTS[kind])) <= known[kind]


@pytest.mark.parametrize(
    ("sent", "field", "message"),
    [
        ("{}", "count", "is missing"),
        ('{"count": 0}', "count", "expected 1 or more"),
        ('{"count": "1"}', "count", "expected a whole number"),
        ('{"count": 1, "note": "four"}', "note", "expected at most this many characters: 3"),
        ('{"count": 1, "colour": 1}', "colour", "there is no such field here"),
        ('{"count": 1, "note": "no"}', "note", "NUL characters are not allowed"),
    ],
)
def test_a_wrong_field_is_told_what_was_expected_and_knows_its_parts(sent: str, field: str, message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Asked.model_validate_json(sent)
    refused = invalid_input(caught.value)
    assert refused.problems == (FieldProblem(field, message),)
    assert parts_of(refused.problems[0].message) is not None
