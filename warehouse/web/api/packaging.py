"""The packaging catalogue over HTTP: listed, added, corrected, retired."""

from typing import Annotated

from flask import Blueprint, Response
from pydantic import Field
from sqlalchemy.orm import Session

from warehouse.access import requires
from warehouse.domain.errors import NotFoundError
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.services.catalog.packaging import AddBox, ChangeBox, add_box, change_box
from warehouse.storage.queries.packaging import BoxEntry, box_entries, box_entry
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, Body, operation
from warehouse.web.api.once import create
from warehouse.web.asking import actor, now

blueprint = Blueprint("packaging", __name__, url_prefix=PREFIX)

Length = Annotated[int, Field(ge=1, le=5000)]
Grams = Annotated[int, Field(ge=0, le=100_000)]
Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^\S.*$")]


class BoxAnswer(Answer):
    """A box of the packaging catalogue: inner size in millimetres, weights in grams; a retired one is not active."""

    id: int
    code: str
    name: str
    length_mm: int
    width_mm: int
    height_mm: int
    tare_g: int
    max_weight_g: int | None
    active: bool


class BoxQuery(Body):
    """Whether retired boxes are listed, too."""

    retired: bool = False


class NewBox(Body):
    """A box to add: inner size in millimetres, its own weight and what it may carry in grams."""

    code: str = Field(pattern=r"^[A-Z0-9][A-Z0-9-]{0,19}$")
    name: Name
    length_mm: Length
    width_mm: Length
    height_mm: Length
    tare_g: Grams
    max_weight_g: Annotated[int, Field(ge=1, le=100_000)] | None = None


class BoxChange(Body):
    """New values of a box; what is not sent stays. `active` false retires it, true brings it back."""

    name: Name = ""
    length_mm: Length = 1
    width_mm: Length = 1
    height_mm: Length = 1
    tare_g: Grams = 0
    max_weight_g: Annotated[int, Field(ge=1, le=100_000)] | None = None
    active: bool = True


@blueprint.get("/packaging")
@requires(Permission.PACK, Permission.SEE_CATALOG)
@operation(query=BoxQuery, answer=list[BoxAnswer])
def list_boxes(query: BoxQuery) -> list[BoxEntry]:
    """List the boxes to pack in, the smallest first."""
    with parts().database.read() as session:
        return box_entries(session, retired=query.retired)


@blueprint.post("/packaging")
@requires(Permission.EDIT_CATALOG)
@operation(body=NewBox, answer=BoxAnswer, status=201)
def post_box(body: NewBox) -> Response:
    """Add a box."""

    def shape(session: Session, key: int) -> BoxAnswer:
        return BoxAnswer.model_validate(box_entry(session, key))

    return create(add_box, AddBox(actor=actor(), at=now(), **body.model_dump()), shape)


@blueprint.patch("/packaging/<key:box>")
@requires(Permission.EDIT_CATALOG)
@operation(body=BoxChange, answer=BoxAnswer)
def patch_box(box: int, body: BoxChange) -> BoxEntry:
    """Correct a box, retire it, or bring it back."""
    values = body.model_dump(exclude_unset=True)
    parts().database.run(change_box, ChangeBox(actor=actor(), at=now(), key=box, values=values))
    return read_box(box)


def read_box(box: int) -> BoxEntry:
    """Read one box; NotFoundError when there is none."""
    with parts().database.read() as session:
        found = box_entry(session, box)
    if found is None:
        raise NotFoundError(sentence("There is no box {box}.", box=box))
    return found
