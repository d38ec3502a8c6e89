"""The floor plan over HTTP: read whole, its parts put and taken away, an aisle closed for now and opened again."""

from typing import Annotated, Literal

from flask import Blueprint
from pydantic import Field

from warehouse.access import requires
from warehouse.domain.drafts import CART_LIMITS, NEEDED, ONE_WAYS, LayoutDraft, LayoutKind
from warehouse.domain.errors import FieldProblem, InvalidInputError
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.services.batches.rerouting import Reroute, batches_in_aisle, reroute_batch
from warehouse.services.catalog.edits import PutRecord, put_record
from warehouse.services.layout.floor_plan import BlockAisle, RemovePart, block_aisle, remove_part
from warehouse.storage.queries.layout import FloorPlanParts, floor_plan
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, Body, Line, operation
from warehouse.web.asking import actor, now

blueprint = Blueprint("layout", __name__, url_prefix=PREFIX)

_FARTHEST_MM = 10_000_000
Name = Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[^\x00-\x1f/]+$")]
Node = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f/]+$")]
Limit = Annotated[int | None, Field(ge=1, le=10**9)]


class PartBody(Body):
    """A part of the plan; which fields count depends on `kind`. Millimetres."""

    kind: LayoutKind = Field(strict=False)
    code: Node
    zone: str = Field(default="", max_length=20)
    name: str = Field(default="", max_length=80)
    x_mm: int | None = Field(default=None, ge=-_FARTHEST_MM, le=_FARTHEST_MM)
    y_mm: int | None = Field(default=None, ge=-_FARTHEST_MM, le=_FARTHEST_MM)
    one_way: Literal["", "up", "down", "yes", "no"] = ""
    to: str = Field(default="", max_length=40)
    distance_mm: int | None = Field(default=None, ge=0, le=_FARTHEST_MM)
    totes: Limit = None
    orders: Limit = None
    items: Limit = None
    lines: Limit = None
    volume_cm3: Limit = None
    weight_g: Limit = None


class RemoveBody(Body):
    """The part to take off the plan; `to` is the far end of a way."""

    kind: LayoutKind = Field(strict=False)
    code: Node
    to: str = Field(default="", max_length=40)


class BlockBody(Body):
    """Why nobody gets through; null opens the aisle."""

    reason: Line | None


class WordAnswer(Answer):
    """What became of it."""

    word: str


@blueprint.get("/layout")
@requires(Permission.SEE_CATALOG, Permission.EDIT_CATALOG)
@operation(answer=FloorPlanParts)
def show() -> FloorPlanParts:
    """Give the floor plan: zones, aisles, cross aisles, stations, ways, carts."""
    return read_plan()


@blueprint.post("/layout")
@requires(Permission.EDIT_CATALOG)
@operation(body=PartBody, answer=WordAnswer)
def put(body: PartBody) -> WordAnswer:
    """Add a part, or change the one that is there."""
    return WordAnswer(word=put_part(body))


@blueprint.post("/layout/remove")
@requires(Permission.EDIT_CATALOG)
@operation(body=RemoveBody, answer=WordAnswer)
def remove(body: RemoveBody) -> WordAnswer:
    """Take a part off the plan."""
    request = RemovePart(actor=actor(), at=now(), kind=body.kind, code=body.code, to=body.to)
    parts().database.run(remove_part, request)
    return WordAnswer(word="removed")


@blueprint.post("/layout/aisles/<code>/block")
@requires(Permission.EDIT_CATALOG, Permission.PLAN_BATCHES)
@operation(body=BlockBody, answer=WordAnswer)
def block(code: str, body: BlockBody) -> WordAnswer:
    """Close an aisle for now with a reason, or open it again."""
    close_aisle(code, body.reason)
    return WordAnswer(word="blocked" if body.reason else "open")


def close_aisle(code: str, reason: str | None) -> None:
    """Close or open an aisle, and have every batch that still goes there walked another way, each in its own step."""
    database = parts().database
    database.run(block_aisle, BlockAisle(actor=actor(), at=now(), code=code, reason=reason))
    with database.read() as session:
        batches = batches_in_aisle(session, code)
    for batch in batches:
        database.run(reroute_batch, Reroute(actor=actor(), at=now(), batch=batch))


def read_plan() -> FloorPlanParts:
    """Read the floor plan."""
    with parts().database.read() as session:
        return floor_plan(session)


def put_part(body: PartBody) -> str:
    """Store one part; raises InvalidInputError that names what is missing."""
    missing = [name for name in NEEDED[body.kind] if getattr(body, name) in (None, "")]
    word = body.kind.value.replace("_", " ")
    if missing:
        problems = tuple(FieldProblem(name, "is missing") for name in missing)
        raise InvalidInputError(sentence("{a} needs its {names}.", a=_a(word), names=" and ".join(missing)), problems)
    directions = ONE_WAYS[body.kind is LayoutKind.WAY]
    if body.one_way not in directions:
        problem = FieldProblem("one_way", sentence("must be one of: {names}", names=", ".join(directions[1:])))
        raise InvalidInputError(
            sentence("{a} cannot be one way {one_way}.", a=_a(word), one_way=f"{body.one_way!r}"), (problem,)
        )
    draft = LayoutDraft(
        **body.model_dump(exclude=set(CART_LIMITS)), limits={name: getattr(body, name) for name in CART_LIMITS}
    )
    return parts().database.run(put_record, PutRecord(actor=actor(), at=now(), draft=draft))


def _a(word: str) -> str:
    return f"An {word}" if word[0] in "aeiou" else f"A {word}"
