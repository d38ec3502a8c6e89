"""What a wrong field is told: our own words for each kind of error that the parser reports."""

import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import InitErrorDetails, PydanticKnownError
from pydantic_core.core_schema import ErrorType

from tests.wording import ROOT
from warehouse.domain.errors import FieldProblem
from warehouse.domain.words import parts_of, sentence
from warehouse.problems import FIELD_TEXTS, UNEXPECTED, invalid_input
from warehouse.words import Words

VALUES: dict[str, Any] = {
    **dict.fromkeys(("ge", "gt", "le", "lt", "min_length", "max_length", "actual_length", "multiple_of"), 1),
    **dict.fromkeys(("tz_expected", "tz_actual", "expected_version", "max_digits", "decimal_places"), 1),
    **dict.fromkeys(("field_type", "pattern", "error", "class_name", "class", "encoding", "encoding_error"), "it"),
    **dict.fromkeys(("expected_tags", "tag", "discriminator", "expected_schemes", "method_name", "attribute"), "it"),
    "expected": "'a', 'b' or 'c'",
    "whole_digits": 1,
}
"""Something for every value that a kind of error knows."""


def template_of(kind: str) -> str:
    return PydanticKnownError(kind, VALUES).message_template  # type: ignore[arg-type]  # the kinds are what is tested


FROM_ERROR = {"line", "column"}
"""What stands at the end of what is said of broken JSON."""
OWN_WORDS = {"value_error", "assertion_error"}
"""Kinds that carry what a check of ours has said."""
RAISED_BY: dict[str, set[str]] = {
    "str": {"string_type", "string_unicode", "string_too_short", "string_too_long", "string_pattern_mismatch"},
    "int": {"int_type", "int_parsing", "int_parsing_size", "int_from_float"},
    "float": {"float_type", "float_parsing", "finite_number"},
    "bool": {"bool_type", "bool_parsing"},
    "date": {"date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"},
    "datetime": {"datetime_type", "datetime_parsing", "datetime_from_date_parsing", "timezone_aware"},
    "uuid": {"uuid_type", "uuid_parsing"},
    "enum": {"enum"},
    "literal": {"literal_error"},
    "list": {"list_type", "too_short", "too_long"},
    "tuple": {"tuple_type", "too_short", "too_long"},
    "set": {"set_type"},
    "frozenset": {"frozen_set_type"},
    "dict": {"dict_type", "too_short", "too_long"},
    "model": {"model_type", "model_attributes_type", "json_invalid"},
    "model-fields": {"missing", "extra_forbidden"},
    "dataclass": {"dataclass_type"},
    "dataclass-args": {"missing", "extra_forbidden"},
    "tagged-union": {"union_tag_invalid", "union_tag_not_found"},
}
"""What a part of a request may be told from JSON or a form."""
WRAPPERS = {"any", "chain", "default", "definition-ref", "definitions", "nullable", "union", "json-or-python"}
WRAPPERS |= {"function-after", "function-before", "function-plain", "function-wrap", "is-instance", "none"}
INNER = {"model-field", "dataclass-field", "no-info", "with-info"}
LIMITS = {"ge": "greater_than_equal", "gt": "greater_than", "le": "less_than_equal", "lt": "less_than"}


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
    names = set(re.findall(r"\{(\w+)\}", FIELD_TEXTS[kind])) - (FROM_ERROR if kind == "json_invalid" else set())
    assert kind in get_args(ErrorType)
    assert all(f"{{{name}}}" in template_of(kind) for name in names)


def told(kind: str) -> str:
    """Tell one wrong field of a request, as `invalid_input` does."""
    found = InitErrorDetails(type=kind, loc=("count",), input="x", ctx=VALUES)
    error = ValidationError.from_exception_data("Asked", [found])
    return invalid_input(error).problems[0].message


@pytest.mark.parametrize("kind", sorted(set(get_args(ErrorType)) - OWN_WORDS))
def test_no_sentence_of_the_parsers_own_is_told(kind: str) -> None:
    [(pattern, values)] = parts_of(told(kind)) or [["", {}]]
    assert pattern in {*FIELD_TEXTS.values(), UNEXPECTED}
    german = Words(ROOT / "static" / "words").speaker("de")
    assert german.put(told(kind)) != told(kind)
    assert [value for value in values.values() if " or " in str(value)] == []


def parts_of_schema(schema: Any) -> Iterator[dict[str, Any]]:
    """Give every part of a model's schema, inner models with it."""
    for value in schema.values() if isinstance(schema, dict) else schema:
        if isinstance(value, dict | list | tuple):
            yield from parts_of_schema(value)
    if isinstance(schema, dict) and isinstance(schema.get("type"), str):
        yield schema


def requests() -> Iterator[type[BaseModel]]:
    """Give every model the product parses with."""
    waiting: list[type[BaseModel]] = [BaseModel]
    while waiting:
        found = waiting.pop().__subclasses__()
        yield from (model for model in found if model.__module__.startswith("warehouse."))
        waiting += found


def test_every_part_of_a_request_is_told_what_was_expected_of_it() -> None:
    kinds, limits = set[str](), set[str]()
    for part in (it for model in requests() for it in parts_of_schema(model.__pydantic_core_schema__)):
        kinds.add(part["type"])
        limits |= LIMITS.keys() & part.keys()
    assert kinds - WRAPPERS - INNER <= RAISED_BY.keys()
    raised = set().union(*(RAISED_BY[kind] for kind in kinds & RAISED_BY.keys()), {LIMITS[name] for name in limits})
    assert len(raised) > 30
    assert raised - FIELD_TEXTS.keys() == set()


def test_where_json_ends_is_told_in_our_words() -> None:
    with pytest.raises(ValidationError) as caught:
        Asked.model_validate_json('{"count": ')
    refused = invalid_input(caught.value)
    assert refused.problems[0].message == "expected JSON; it cannot be read at line 1, column 10"


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
