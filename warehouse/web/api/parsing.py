"""What comes in over HTTP becomes a typed value here, or a sentence about what is wrong with it."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Self, TypeVar, cast

from flask import request
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    Strict,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import CoreSchema
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.routing import BaseConverter, IntegerConverter

from warehouse.domain.errors import FieldProblem, InvalidInputError
from warehouse.domain.words import sentence
from warehouse.problems import invalid_input

BIGGEST = 2**63 - 1
MOST = 200
DIGITS = re.compile(r"[0-9]{1,19}", re.ASCII)
PRINTABLE = r"^[^\x00-\x1f\x7f\u2028\u2029]*$"


@dataclass(frozen=True, slots=True)
class UpTo:
    """So many characters at most, unless a field says how many itself: pydantic would let the type's own number win."""

    most: int

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Add the length to a text that has none."""
        return cast(CoreSchema, {"max_length": self.most, **handler(source)})


Key = Annotated[int, Field(ge=1, le=BIGGEST)]
"""A 64-bit key of a row."""

Quantity = Annotated[int, Field(ge=0, le=1_000_000)]
"""Pieces."""

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=PRINTABLE), UpTo(200)]
"""One line of text a person wrote: no control characters."""

Code = Annotated[str, StringConstraints(min_length=1, pattern=PRINTABLE), UpTo(64)]
"""A SKU, bin, tote or badge code."""

Day = Annotated[date, Strict(strict=False), Field(ge=date(2000, 1, 1), le=date(2999, 12, 31))]
"""A day that a site's clock can reckon with; the first and the last of all days have no day before or after them."""

OrderNumber = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{1,20}$")]
"""Our own number of an order."""


def _plain_digits(value: object) -> object:
    if not (isinstance(value, str) and DIGITS.fullmatch(value) and int(value) <= BIGGEST):
        raise ValueError(sentence("write a whole number with the digits 0-9"))
    return int(value)


Digits = Annotated[int, BeforeValidator(_plain_digits), Strict(strict=False)]
"""A whole number in an address's query: no blanks, signs, underscores or foreign digits."""


class Body(BaseModel):
    """The parent of every request: strict types, nothing unknown, nothing changed later."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, str_max_length=4000)

    @model_validator(mode="after")
    def _no_nul(self) -> Self:
        """Refuse NUL, which no database text may hold."""
        if any(isinstance(value, str) and "\0" in value for value in self.__dict__.values()):
            raise ValueError(sentence("NUL characters are not allowed"))
        return self


class PageQuery(Body):
    """The parent of every list's query: how many, and after which cursor."""

    limit: Digits = Field(default=50, ge=1, le=MOST)
    after: str | None = Field(default=None, max_length=200, pattern=PRINTABLE)

    @property
    def after_key(self) -> int | None:
        """The cursor of a list by key; None for anything else, which begins at the beginning."""
        key = int(self.after) if self.after and DIGITS.fullmatch(self.after) else None
        return key if key is None or key <= BIGGEST else None


Model = TypeVar("Model", bound=BaseModel)


def body(model: type[Model]) -> Model:
    """Read the JSON body as `model`; raises `InvalidInputError` naming each wrong field, 415 or 413."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    return parse_json(model, request.get_data(cache=True))


def parse_json(model: type[Model], raw: bytes) -> Model:
    """Read JSON as `model`; too deep, not UTF-8 or not JSON at all is a wrong field like any other."""
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise invalid_input(error) from None


def query(model: type[Model]) -> Model:
    """Read the address's query as `model`; a name that comes twice or is unknown is wrong."""
    twice = [name for name, values in request.args.lists() if len(values) > 1]
    if twice:
        raise InvalidInputError("Some fields are wrong.", tuple(FieldProblem(name, "comes twice") for name in twice))
    try:
        return model.model_validate_strings(request.args.to_dict())
    except ValidationError as error:
        raise invalid_input(error) from None


def idempotency_key() -> str | None:
    """Read the `Idempotency-Key`, 1 to 128 visible ASCII characters, of a write that creates something."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not re.fullmatch(r"[\x21-\x7e]{1,128}", key):
        problem = FieldProblem("Idempotency-Key", "use 1 to 128 visible ASCII characters")
        raise InvalidInputError("The Idempotency-Key is wrong.", (problem,))
    return key


class KeyConverter(IntegerConverter):
    """`<key:batch>` in a route: a key that a database can hold."""

    def __init__(self, map_: object) -> None:
        super().__init__(map_, min=1, max=BIGGEST)  # type: ignore[arg-type]  # the map is handed on unseen

    regex = r"[0-9]{1,19}"


class NumberConverter(BaseConverter):
    """`<number:order>` in a route: our own number of an order."""

    regex = r"[A-Z0-9-]{1,20}"


CONVERTERS = {"key": KeyConverter, "number": NumberConverter}
