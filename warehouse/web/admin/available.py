"""What can be sold as a page: how the number comes about for each item, and how much is kept back."""

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.problems import Problem
from warehouse.services.site import load_site
from warehouse.services.stock.available import Wanted, available
from warehouse.web import caller, parts
from warehouse.web.admin import done, show
from warehouse.web.api.available import AvailableQuery, Buffer, keep
from warehouse.web.asking import now
from warehouse.web.forms import asked_for, attempted, form

blueprint = Blueprint("admin_available", __name__, url_prefix="/admin/available")
PER_PAGE = 100


@blueprint.get("")
@requires(Permission.SEE_STOCK, Permission.ADJUST_STOCK)
def overview() -> Response:
    """List what can be sold."""
    return _overview()


@blueprint.post("/buffer")
@requires(Permission.EDIT_CATALOG, Permission.ADJUST_STOCK)
def save_buffer() -> AnyResponse:
    """Keep pieces of an item back from sale."""
    problem = attempted(lambda: keep(form(Buffer)))
    return _overview(problem) if problem else done("saved", ".overview", text=request.form["sku"])


def _overview(problem: Problem | None = None) -> Response:
    looked = asked_for(AvailableQuery) if request.method == "GET" else AvailableQuery()
    asked = Wanted(text=looked.text, after=looked.after or "", limit=PER_PAGE + 1)
    with parts().database.read() as session:
        found, site = available(session, now(), asked), load_site(session)
    return show(
        "admin/available.html",
        problem,
        rows=found[:PER_PAGE],
        next=found[PER_PAGE - 1].sku if len(found) > PER_PAGE else None,
        looked=looked,
        site_buffer=site.safety_buffer,
        may_keep=caller().may(Permission.EDIT_CATALOG) or caller().may(Permission.ADJUST_STOCK),
    )
