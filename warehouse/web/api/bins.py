"""Bins over HTTP: listed, added, changed, closed for picking with a reason."""

from flask import Blueprint, Response
from pydantic import Field
from sqlalchemy.orm import Session

from warehouse.access import requires
from warehouse.domain.catalog import is_reserved
from warehouse.domain.codes import BinKind
from warehouse.domain.drafts import BinDraft
from warehouse.domain.errors import InvalidInputError, NotFoundError
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.services.catalog.edits import ChangeRow, PutRecord, change_bin, put_record
from warehouse.storage.queries.catalog import Bin, bin_by_code, bin_of, bins
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, Body, Code, Line, Listing, PageQuery, listing, operation
from warehouse.web.api.once import create
from warehouse.web.asking import actor, now

blueprint = Blueprint("bins", __name__, url_prefix=PREFIX)

_FARTHEST_MM = 10_000_000


class BinAnswer(Answer):
    """A bin with the codes on its label; millimetres."""

    id: int
    code: str
    zone: str
    aisle: str
    bay: str
    level: str
    position: str
    x_mm: int | None
    y_mm: int | None
    walk_sequence: int | None
    kind: BinKind
    pickable: bool
    blocked_reason: str | None
    barcodes: tuple[str, ...]


class BinQuery(PageQuery):
    """The beginning of a code, or a zone."""

    text: str | None = Field(default=None, max_length=40)


class BinChange(Body):
    """What is to be different; what is absent stays."""

    zone: str = Field(default="", max_length=20)
    aisle: str = Field(default="", max_length=20)
    bay: str = Field(default="", max_length=20)
    level: str = Field(default="", max_length=20)
    position: str = Field(default="", max_length=20)
    x_mm: int | None = Field(default=None, ge=-_FARTHEST_MM, le=_FARTHEST_MM)
    y_mm: int | None = Field(default=None, ge=-_FARTHEST_MM, le=_FARTHEST_MM)
    walk_sequence: int | None = Field(default=None, ge=0, le=_FARTHEST_MM)
    kind: BinKind = Field(default=BinKind.PICK_FACE, strict=False)
    pickable: bool = True
    blocked_reason: Line | None = None


class NewBin(BinChange):
    """A bin to add; its label reads `L:<code>`, `barcode` is the site's own label if there is one."""

    code: Code = Field(max_length=40)
    barcode: str = Field(default="", max_length=120)


@blueprint.get("/bins")
@requires(Permission.SEE_CATALOG, Permission.EDIT_CATALOG)
@operation(query=BinQuery, answer=Listing[BinAnswer])
def list_bins(query: BinQuery) -> Listing[Bin]:
    """List bins by code."""
    with parts().database.read() as session:
        return listing(bins(session, query.limit + 1, query.after, query.text), query.limit, lambda row: row.code)


@blueprint.get("/bins/<key:bin_id>")
@requires(Permission.SEE_CATALOG, Permission.EDIT_CATALOG)
@operation(answer=BinAnswer)
def show_bin(bin_id: int) -> Bin:
    """Show one bin."""
    return read_bin(bin_id)


@blueprint.post("/bins")
@requires(Permission.EDIT_CATALOG)
@operation(body=NewBin, answer=BinAnswer, status=201)
def add_bin(body: NewBin) -> Response:
    """Add a bin."""
    draft = bin_draft(body)

    def shape(session: Session, _word: str) -> BinAnswer:
        return BinAnswer.model_validate(bin_by_code(session, draft.code))

    return create(put_record, PutRecord(actor=actor(), at=now(), draft=draft, new=True), shape)


@blueprint.patch("/bins/<key:bin_id>")
@requires(Permission.EDIT_CATALOG)
@operation(body=BinChange, answer=BinAnswer)
def change(bin_id: int, body: BinChange) -> Bin:
    """Change a bin, close it for picking with a reason, or open it again."""
    values = body.model_dump(exclude_unset=True)
    parts().database.run(change_bin, ChangeRow(actor=actor(), at=now(), key=bin_id, values=values))
    return read_bin(bin_id)


def read_bin(bin_id: int) -> Bin:
    """Read one bin; NotFoundError when there is none."""
    with parts().database.read() as session:
        found = bin_of(session, bin_id)
    if found is None:
        raise NotFoundError(sentence("There is no bin {key}.", key=bin_id))
    return found


def bin_draft(body: NewBin) -> BinDraft:
    """Make the draft an import would have made; raises InvalidInputError for codes that cannot be taken."""
    own = f"L:{body.code}".casefold()
    if is_reserved(body.code) or (is_reserved(body.barcode) and body.barcode.casefold() != own):
        raise InvalidInputError("A bin's code or barcode may not begin like one of our own barcodes.")
    names = ("code", "zone", "aisle", "bay", "level", "position", "x_mm", "y_mm", "walk_sequence", "kind", "barcode")
    return BinDraft(line=1, **{name: getattr(body, name) for name in names})
