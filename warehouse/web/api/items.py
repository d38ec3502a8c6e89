"""Items over HTTP: listed, found by part of SKU or name or by barcode, added, changed."""

from flask import Blueprint, Response
from pydantic import Field
from sqlalchemy.orm import Session

from warehouse.access import requires
from warehouse.domain.catalog import ITEM_FLAGS, is_reserved, is_usable
from warehouse.domain.codes import Tracking, UnitLevel
from warehouse.domain.drafts import BarcodeDraft, ItemDraft
from warehouse.domain.errors import FieldProblem, InvalidInputError, NotFoundError
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.services.catalog.edits import ChangeRow, PutRecord, change_item, put_record
from warehouse.storage.queries.catalog import Item, item_by_sku, item_of, items
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, Body, Code, Line, Listing, PageQuery, Quantity, listing, operation
from warehouse.web.api.once import create
from warehouse.web.asking import actor, now

blueprint = Blueprint("items", __name__, url_prefix=PREFIX)


class BarcodeAnswer(Answer):
    """A code of an item; scanning it counts `pack_quantity` pieces."""

    code: str
    unit: UnitLevel
    pack_quantity: int


class ItemAnswer(Answer):
    """An item with its barcodes; grams and millimetres."""

    id: int
    sku: str
    name: str
    weight_g: int | None
    length_mm: int | None
    width_mm: int | None
    height_mm: int | None
    tracking: Tracking
    high_value: bool
    fragile: bool
    limited_quantity: bool
    hs_code: str | None
    origin: str | None
    active: bool
    barcodes: tuple[BarcodeAnswer, ...]


class ItemQuery(PageQuery):
    """Part of a SKU or name, or a whole barcode."""

    text: str | None = Field(default=None, max_length=120)


class NewBarcode(Body):
    """A code to be accepted for the item."""

    code: Code
    unit: UnitLevel = Field(default=UnitLevel.EACH, strict=False)
    pack_quantity: int = Field(default=1, ge=1, le=100_000)


class ItemFields(Body):
    """What may be said of an item besides its SKU."""

    weight_g: Quantity | None = None
    length_mm: Quantity | None = None
    width_mm: Quantity | None = None
    height_mm: Quantity | None = None
    hs_code: str | None = Field(default=None, max_length=12)
    origin: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")


class NewItem(ItemFields):
    """An item to add."""

    sku: Code = Field(max_length=40)
    name: Line
    tracking: Tracking = Field(default=Tracking.NONE, strict=False)
    flags: list[str] = Field(default=[], max_length=3)
    barcodes: list[NewBarcode] = Field(default=[], max_length=50)


class ItemChange(ItemFields):
    """What is to be different; what is absent stays."""

    name: Line | None = None
    tracking: Tracking | None = Field(default=None, strict=False)
    high_value: bool | None = None
    fragile: bool | None = None
    limited_quantity: bool | None = None
    active: bool | None = None


@blueprint.get("/items")
@requires(Permission.SEE_CATALOG, Permission.EDIT_CATALOG)
@operation(query=ItemQuery, answer=Listing[ItemAnswer])
def list_items(query: ItemQuery) -> Listing[Item]:
    """List items by SKU."""
    with parts().database.read() as session:
        return listing(items(session, query.limit + 1, query.after, query.text), query.limit, lambda item: item.sku)


@blueprint.get("/items/<key:item>")
@requires(Permission.SEE_CATALOG, Permission.EDIT_CATALOG)
@operation(answer=ItemAnswer)
def show_item(item: int) -> Item:
    """Show one item."""
    return read_item(item)


@blueprint.post("/items")
@requires(Permission.EDIT_CATALOG)
@operation(body=NewItem, answer=ItemAnswer, status=201)
def add_item(body: NewItem) -> Response:
    """Add an item with its barcodes; a code that means something already is refused."""
    draft = item_draft(body)

    def shape(session: Session, _word: str) -> ItemAnswer:
        return ItemAnswer.model_validate(item_by_sku(session, draft.sku))

    return create(put_record, PutRecord(actor=actor(), at=now(), draft=draft, new=True), shape)


@blueprint.patch("/items/<key:item>")
@requires(Permission.EDIT_CATALOG)
@operation(body=ItemChange, answer=ItemAnswer)
def change(item: int, body: ItemChange) -> Item:
    """Change an item."""
    values = body.model_dump(exclude_unset=True)
    if any(values.get(name, "") is None for name in ("name", "tracking", "active", *ITEM_FLAGS)):
        raise InvalidInputError("Only sizes, HS code and origin may be emptied.")
    parts().database.run(change_item, ChangeRow(actor=actor(), at=now(), key=item, values=values))
    return read_item(item)


def read_item(item: int) -> Item:
    """Read one item; NotFoundError when there is none."""
    with parts().database.read() as session:
        found = item_of(session, item)
    if found is None:
        raise NotFoundError(sentence("There is no item {sku}.", sku=item))
    return found


def item_draft(body: NewItem) -> ItemDraft:
    """Make the draft an import would have made; raises InvalidInputError for codes that cannot be taken."""
    if unknown := sorted(set(body.flags) - ITEM_FLAGS):
        problem = FieldProblem(
            "flags", sentence("“{value}” is none of: {names}", value=unknown[0], names=", ".join(sorted(ITEM_FLAGS)))
        )
        raise InvalidInputError("Some fields are wrong.", (problem,))
    for code in [body.sku, *(one.code for one in body.barcodes)]:
        if is_reserved(code):
            raise InvalidInputError(sentence("“{code}” begins like one of our own barcodes.", code=code))
    for one in body.barcodes:
        if not is_usable(one.code):
            raise InvalidInputError(
                sentence("“{code}” is no sound product code: no scanner will ever send it.", code=one.code)
            )
    barcodes = tuple(
        BarcodeDraft(code=one.code, unit=one.unit, pack_quantity=one.pack_quantity, line=1) for one in body.barcodes
    )
    sizes = {name: getattr(body, name) for name in ("weight_g", "length_mm", "width_mm", "height_mm")}
    return ItemDraft(
        sku=body.sku,
        name=body.name,
        barcodes=barcodes,
        tracking=body.tracking,
        flags=frozenset(body.flags),
        hs_code=body.hs_code or "",
        origin=body.origin or "",
        line=1,
        **sizes,
    )
