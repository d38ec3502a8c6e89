"""A field's own limits hold: where a type brings limits too, pydantic lets the type's win over the field's."""

import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Iterator

import pytest
from pydantic import BaseModel, Field, ValidationError

import warehouse.web
from warehouse.web.api.parsing import Body, Code, Line

LIMITS = ("ge", "gt", "le", "lt", "min_length", "max_length", "pattern")


def models(parent: type[BaseModel] = BaseModel) -> Iterator[type[BaseModel]]:
    for model in parent.__subclasses__():
        yield model
        yield from models(model)


def said_twice(model: type[BaseModel]) -> list[str]:
    """The fields of which the same limit is said with two numbers."""
    found = []
    for name, field in model.model_fields.items():
        said = defaultdict(set)
        for each in field.metadata:
            for limit in LIMITS:
                said[limit].add(getattr(each, limit, None))
        found += [f"{model.__qualname__}.{name}: {limit}" for limit, values in said.items() if len(values - {None}) > 1]
    return found


class Told(Body):
    """What a field may say of a text."""

    short: Line = Field(default="x", max_length=8)
    maybe: Line | None = Field(default=None, max_length=8)
    usual: Line = "x"
    long: Code = Field(default="x", max_length=300)
    code: Code = "x"


def test_no_field_says_a_limit_that_its_type_says_otherwise() -> None:
    for module in pkgutil.walk_packages(warehouse.web.__path__, "warehouse.web."):
        importlib.import_module(module.name)
    ours = {model for model in models() if model.__module__.startswith("warehouse.")}
    assert Body in ours
    assert [line for model in sorted(ours, key=str) for line in said_twice(model)] == []


@pytest.mark.parametrize(("name", "most"), [("short", 8), ("maybe", 8), ("usual", 200), ("long", 300), ("code", 64)])
def test_a_texts_length_is_what_its_field_says_else_what_is_usual(name: str, most: int) -> None:
    assert getattr(Told.model_validate({name: "x" * most}), name) == "x" * most
    with pytest.raises(ValidationError, match=f"at most {most} characters"):
        Told.model_validate({name: "x" * (most + 1)})
