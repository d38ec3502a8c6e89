"""Carts and totes as a page: what there is, and the forms to add one."""

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.problems import Problem
from warehouse.services.catalog.edits import AddCart, AddTote, add_cart, add_tote
from warehouse.storage.queries.catalog import carts, totes
from warehouse.web import caller, parts
from warehouse.web.admin import show as page
from warehouse.web.api import PageQuery
from warehouse.web.api.carts import NewCart
from warehouse.web.api.parsing import query
from warehouse.web.api.totes import NewTote
from warehouse.web.asking import actor, now
from warehouse.web.forms import attempted, form

blueprint = Blueprint("admin_carts", __name__, url_prefix="/admin/carts")

PER_PAGE = 100


@blueprint.get("")
@requires(Permission.SEE_STOCK, Permission.EDIT_CATALOG)
def overview() -> Response:
    """List carts and totes, with the forms for new ones."""
    return _overview()


@blueprint.post("")
@requires(Permission.EDIT_CATALOG)
def add() -> AnyResponse:
    """Add a cart."""

    def act() -> None:
        wanted = form(NewCart)
        parts().database.run(add_cart, AddCart(actor=actor(), at=now(), code=wanted.code, slots=wanted.slots))

    problem = attempted(act)
    return _overview(problem) if problem else redirect(url_for(".overview"), code=303)


@blueprint.post("/totes")
@requires(Permission.EDIT_CATALOG)
def add_one_tote() -> AnyResponse:
    """Add a tote."""

    def act() -> None:
        parts().database.run(add_tote, AddTote(actor=actor(), at=now(), code=form(NewTote).code))

    problem = attempted(act)
    return _overview(problem) if problem else redirect(url_for(".overview"), code=303)


def _overview(problem: Problem | None = None) -> Response:
    asked = query(PageQuery) if request.method == "GET" else PageQuery()
    with parts().database.read() as session:
        all_carts = carts(session, PER_PAGE)
        found = totes(session, PER_PAGE + 1, asked.after)
    after = found[PER_PAGE - 1].code if len(found) > PER_PAGE else None
    may_edit = caller().may(Permission.EDIT_CATALOG)
    values = {"carts": all_carts, "totes": found[:PER_PAGE], "next": after, "may_edit": may_edit}
    return page("admin/carts.html", problem, sent=request.form, **values)
