"""The JSON interface under /api/v1: an `operation` reads typed values, gives typed values, and describes itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any, Generic, TypeVar

from flask import Response
from pydantic import BaseModel, TypeAdapter

from warehouse.scans import Moment
from warehouse.web.api.parsing import (
    Body,
    Code,
    Day,
    Digits,
    Key,
    Line,
    OrderNumber,
    PageQuery,
    Quantity,
    body,
    idempotency_key,
    query,
)

__all__ = [
    "Answer",
    "Body",
    "Code",
    "Day",
    "Digits",
    "Key",
    "Line",
    "Listing",
    "Moment",
    "Operation",
    "OrderNumber",
    "PageQuery",
    "Quantity",
    "body",
    "idempotency_key",
    "listing",
    "operation",
    "query",
]

PREFIX = "/api/v1"
Item = TypeVar("Item")
View = TypeVar("View", bound=Callable[..., object])


class Answer(BaseModel):
    """The parent of every answer model; built from the dataclasses that queries return."""

    model_config = {"from_attributes": True, "frozen": True}


class Listing(Answer, Generic[Item]):
    """One page of a list; `next` goes into `after` for the following page, and is null on the last."""

    items: Sequence[Item]
    next: str | None = None


@dataclass(frozen=True, kw_only=True)
class Operation:
    """How one call is described and parsed; the types are the ones that validate."""

    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    answer: Any = None
    status: int = 200


def operation(
    *, body: type[BaseModel] | None = None, query: type[BaseModel] | None = None, answer: Any = None, status: int = 200
) -> Callable[[View], Callable[..., Response]]:
    """Make a view an operation: it gets `body` and `query` as keyword values and returns an `answer`.

    Its docstring's first line is its summary in the OpenAPI document. A view may return a `Response` as it is.
    """
    described = Operation(body=body, query=query, answer=answer, status=status)

    def decorate(view: View) -> Callable[..., Response]:
        @wraps(view)
        def call(**path: object) -> Response:
            return _reply(view(**path, **_read(described)), described)

        call.__dict__["operation"] = described
        return call

    return decorate


def operation_of(view: Callable[..., object]) -> Operation | None:
    """Give the description of a view, or None when it is not an operation."""
    found = view.__dict__.get("operation")
    return found if isinstance(found, Operation) else None


def listing(rows: Sequence[Item], limit: int, cursor: Callable[[Item], object]) -> Listing[Item]:
    """Make one page of `limit + 1` rows asked for: the one too many only tells that there are more."""
    shown = rows[:limit]
    more = len(rows) > limit
    return Listing[Any](items=shown, next=str(cursor(shown[-1])) if more else None)


def _read(described: Operation) -> dict[str, BaseModel]:
    values: dict[str, BaseModel] = {}
    if described.query is not None:
        values["query"] = query(described.query)
    if described.body is not None:
        values["body"] = body(described.body)
    return values


def _reply(value: object, described: Operation) -> Response:
    if isinstance(value, Response):
        return value
    if described.answer is None:
        return Response(status=204)
    form = adapter(described.answer)
    text = form.dump_json(form.validate_python(value, from_attributes=True))
    return Response(text, status=described.status, content_type="application/json")


@cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    """Give the one adapter of a type; making one is slow."""
    return TypeAdapter(kind)
