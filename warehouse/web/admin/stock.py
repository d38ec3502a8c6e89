"""Stock as a page: what lies where, and a counted figure booked with its move."""

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.problems import Problem
from warehouse.services.stock.relocating import carry_goods
from warehouse.storage.queries.catalog import stock
from warehouse.web import caller, parts
from warehouse.web.admin import show as page
from warehouse.web.api.moves import NewMove, wanted
from warehouse.web.api.parsing import query
from warehouse.web.api.stock import StockFigure, StockQuery, book_figure
from warehouse.web.forms import attempted, form

blueprint = Blueprint("admin_stock", __name__, url_prefix="/admin/stock")

PER_PAGE = 100


@blueprint.get("")
@requires(Permission.SEE_STOCK, Permission.ADJUST_STOCK)
def overview() -> Response:
    """List what lies where."""
    return _overview()


@blueprint.post("/moves")
@requires(Permission.ADJUST_STOCK)
def carry() -> AnyResponse:
    """Carry pieces from one bin to another."""
    problem = attempted(lambda: parts().database.run(carry_goods, wanted(form(NewMove))))
    return _overview(problem) if problem else redirect(url_for(".overview", text=request.form["to"]), code=303)


@blueprint.post("")
@requires(Permission.ADJUST_STOCK)
def book() -> AnyResponse:
    """Bring the stock of a lot in a bin to a counted figure."""
    problem = attempted(lambda: book_figure(form(StockFigure)))
    return _overview(problem) if problem else redirect(url_for(".overview", text=request.form["bin"]), code=303)


def _overview(problem: Problem | None = None) -> Response:
    asked = query(StockQuery) if request.method == "GET" else StockQuery()
    after = asked.after_key
    with parts().database.read() as session:
        found = stock(session, PER_PAGE + 1, after, asked.text)
    return page(
        "admin/stock.html",
        problem,
        stock=found[:PER_PAGE],
        next=found[PER_PAGE - 1].id if len(found) > PER_PAGE else None,
        text=asked.text or "",
        sent=request.form,
        may_adjust=caller().may(Permission.ADJUST_STOCK),
    )
