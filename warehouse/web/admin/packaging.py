"""The packaging catalogue as pages: boxes added, corrected, retired."""

from typing import Any

from flask import Blueprint, Response, request
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.problems import Problem
from warehouse.services.catalog.packaging import AddBox, ChangeBox, add_box, change_box
from warehouse.storage.queries.packaging import box_entries
from warehouse.web import caller, parts
from warehouse.web.admin import done
from warehouse.web.admin import show as page
from warehouse.web.api.packaging import BoxChange, NewBox, read_box
from warehouse.web.asking import actor, now
from warehouse.web.forms import attempted, form

blueprint = Blueprint("admin_packaging", __name__, url_prefix="/admin/packaging")


class BoxForm(BoxChange):
    """What the form of a box sends: everything but the weight it may carry, and no tick for a retired one."""

    name: str = Field(min_length=1, max_length=80)
    length_mm: int = Field(ge=1, le=5000)
    width_mm: int = Field(ge=1, le=5000)
    height_mm: int = Field(ge=1, le=5000)
    tare_g: int = Field(ge=0, le=100_000)
    active: bool = False


@blueprint.get("")
@requires(Permission.SEE_CATALOG, Permission.EDIT_CATALOG)
def overview() -> Response:
    """List the boxes, and the form for a new one."""
    return _overview()


@blueprint.post("")
@requires(Permission.EDIT_CATALOG)
def add() -> AnyResponse:
    """Add a box."""

    def act() -> None:
        wanted = AddBox(actor=actor(), at=now(), **form(NewBox).model_dump())
        parts().database.run(add_box, wanted)

    problem = attempted(act)
    return _overview(problem) if problem else done("saved", ".overview")


@blueprint.get("/<key:box>")
@requires(Permission.SEE_CATALOG, Permission.EDIT_CATALOG)
def show(box: int) -> Response:
    """Show one box."""
    return _page("admin/packaging_edit.html", box=read_box(box))


@blueprint.post("/<key:box>")
@requires(Permission.EDIT_CATALOG)
def change(box: int) -> AnyResponse:
    """Correct a box, retire it, or bring it back."""

    def act() -> None:
        values = form(BoxForm).model_dump()
        parts().database.run(change_box, ChangeBox(actor=actor(), at=now(), key=box, values=values))

    problem = attempted(act)
    if problem:
        return _page("admin/packaging_edit.html", problem, box=read_box(box))
    return done("saved", ".overview")


def _overview(problem: Problem | None = None) -> Response:
    with parts().database.read() as session:
        found = box_entries(session, retired=True)
    return _page("admin/packaging.html", problem, boxes=found)


def _page(template: str, problem: Problem | None = None, **values: Any) -> Response:
    return page(template, problem, sent=request.form, may_edit=caller().may(Permission.EDIT_CATALOG), **values)
