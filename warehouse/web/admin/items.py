"""Items as pages: looked for, added, changed."""

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.codes import Tracking, UnitLevel
from warehouse.domain.roles import Permission
from warehouse.problems import Problem
from warehouse.services.catalog.edits import ChangeRow, PutRecord, change_item, put_record
from warehouse.storage.queries.catalog import items
from warehouse.storage.queries.pictures import pictures_of
from warehouse.web import caller, parts
from warehouse.web.admin import show as page
from warehouse.web.api import Body, Code, Line, Quantity
from warehouse.web.api.items import ItemFields, ItemQuery, NewBarcode, NewItem, item_draft, read_item
from warehouse.web.api.parsing import query
from warehouse.web.asking import actor, now
from warehouse.web.forms import attempted, form

blueprint = Blueprint("admin_items", __name__, url_prefix="/admin/items")

PER_PAGE = 50
FLAGS = ("high_value", "fragile", "limited_quantity")


class ItemForm(ItemFields):
    """What the form for a new item sends; one barcode is enough to begin with."""

    sku: Code = Field(max_length=40)
    name: Line
    tracking: Tracking = Tracking.NONE
    barcode: str = Field(default="", max_length=120)
    high_value: bool = False
    fragile: bool = False
    limited_quantity: bool = False


class ItemChangeForm(ItemFields):
    """What the form of an item sends; a box that is not ticked is not sent."""

    name: Line
    tracking: Tracking
    active: bool = False
    high_value: bool = False
    fragile: bool = False
    limited_quantity: bool = False


class CodeForm(Body):
    """One more barcode of an item."""

    code: Code
    unit: UnitLevel = UnitLevel.EACH
    pack_quantity: Quantity = 1


@blueprint.get("")
@requires(Permission.SEE_CATALOG, Permission.EDIT_CATALOG)
def overview() -> Response:
    """List items, and the form for a new one."""
    return _overview()


@blueprint.post("")
@requires(Permission.EDIT_CATALOG)
def add() -> AnyResponse:
    """Add an item."""
    problem = attempted(_add)
    return _overview(problem) if problem else redirect(url_for(".overview", text=request.form["sku"]), code=303)


@blueprint.get("/<key:item>")
@requires(Permission.SEE_CATALOG, Permission.EDIT_CATALOG)
def show(item: int) -> Response:
    """Show one item with its barcodes."""
    return show_one(item)


@blueprint.post("/<key:item>")
@requires(Permission.EDIT_CATALOG)
def change(item: int) -> AnyResponse:
    """Change an item."""

    def act() -> None:
        values = form(ItemChangeForm).model_dump()
        parts().database.run(change_item, ChangeRow(actor=actor(), at=now(), key=item, values=values))

    problem = attempted(act)
    return show_one(item, problem) if problem else redirect(f"/admin/items/{item}", code=303)


@blueprint.post("/<key:item>/barcodes")
@requires(Permission.EDIT_CATALOG)
def add_code(item: int) -> AnyResponse:
    """Accept one more barcode for an item."""

    def act() -> None:
        sent, found = form(CodeForm), read_item(item)
        code = NewBarcode(code=sent.code, unit=sent.unit, pack_quantity=sent.pack_quantity)
        flags = [flag for flag in FLAGS if getattr(found, flag)]
        again = NewItem(sku=found.sku, name=found.name, tracking=found.tracking, flags=flags, barcodes=[code])
        parts().database.run(put_record, PutRecord(actor=actor(), at=now(), draft=item_draft(again)))

    problem = attempted(act)
    return show_one(item, problem) if problem else redirect(f"/admin/items/{item}", code=303)


def _add() -> None:
    sent = form(ItemForm)
    flags = [flag for flag in FLAGS if getattr(sent, flag)]
    barcodes = [NewBarcode(code=sent.barcode)] if sent.barcode else []
    stated = sent.model_dump(exclude={"barcode", *FLAGS})
    draft = item_draft(NewItem(**stated, flags=flags, barcodes=barcodes))
    parts().database.run(put_record, PutRecord(actor=actor(), at=now(), draft=draft, new=True))


def _overview(problem: Problem | None = None) -> Response:
    asked = query(ItemQuery) if request.method == "GET" else ItemQuery()
    with parts().database.read() as session:
        found = items(session, PER_PAGE + 1, asked.after, asked.text)
    after = found[PER_PAGE - 1].sku if len(found) > PER_PAGE else None
    return _page("admin/items.html", problem, items=found[:PER_PAGE], next=after, text=asked.text or "")


def show_one(item: int, problem: Problem | None = None) -> Response:
    """Show one item's page, with the refusal when there is one."""
    found = read_item(item)
    with parts().database.read() as session:
        picture = pictures_of(session.connection(), [found.sku]).get(found.sku)
    return _page("admin/items_edit.html", problem, item=found, picture=picture)


def _page(template: str, problem: Problem | None, **values: Any) -> Response:
    may_edit = caller().may(Permission.EDIT_CATALOG)
    trackings, units = [(it.value, it.value) for it in Tracking], [(it.value, it.value) for it in UnitLevel]
    shown = {"may_edit": may_edit, "trackings": trackings, "units": units, "sent": request.form}
    return page(template, problem, **shown, **values)
