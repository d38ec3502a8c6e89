"""Bins as pages: looked for, added, changed, closed for picking."""

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.codes import BinKind
from warehouse.domain.roles import Permission
from warehouse.problems import Problem
from warehouse.services.catalog.edits import ChangeRow, PutRecord, change_bin, put_record
from warehouse.storage.queries.catalog import bins
from warehouse.web import caller, parts
from warehouse.web.admin import show as page
from warehouse.web.api.bins import BinChange, BinQuery, NewBin, bin_draft, read_bin
from warehouse.web.api.parsing import query
from warehouse.web.asking import actor, now
from warehouse.web.forms import attempted, form
from warehouse.web.language import named

blueprint = Blueprint("admin_bins", __name__, url_prefix="/admin/bins")

PER_PAGE = 50


class BinForm(BinChange):
    """What the form of a bin sends; a box that is not ticked is not sent."""

    pickable: bool = Field(default=False)


@blueprint.get("")
@requires(Permission.SEE_CATALOG, Permission.EDIT_CATALOG)
def overview() -> Response:
    """List bins, and the form for a new one."""
    return _overview()


@blueprint.post("")
@requires(Permission.EDIT_CATALOG)
def add() -> AnyResponse:
    """Add a bin."""

    def act() -> None:
        draft = bin_draft(form(NewBin))
        parts().database.run(put_record, PutRecord(actor=actor(), at=now(), draft=draft, new=True))

    problem = attempted(act)
    return _overview(problem) if problem else redirect(url_for(".overview", text=request.form["code"]), code=303)


@blueprint.get("/<key:bin_id>")
@requires(Permission.SEE_CATALOG, Permission.EDIT_CATALOG)
def show(bin_id: int) -> Response:
    """Show one bin."""
    return _one(bin_id)


@blueprint.post("/<key:bin_id>")
@requires(Permission.EDIT_CATALOG)
def change(bin_id: int) -> AnyResponse:
    """Change a bin."""

    def act() -> None:
        values = form(BinForm).model_dump()
        parts().database.run(change_bin, ChangeRow(actor=actor(), at=now(), key=bin_id, values=values))

    problem = attempted(act)
    return _one(bin_id, problem) if problem else redirect(f"/admin/bins/{bin_id}", code=303)


def _overview(problem: Problem | None = None) -> Response:
    asked = query(BinQuery) if request.method == "GET" else BinQuery()
    with parts().database.read() as session:
        found = bins(session, PER_PAGE + 1, asked.after, asked.text)
    after = found[PER_PAGE - 1].code if len(found) > PER_PAGE else None
    return _page("admin/bins.html", problem, bins=found[:PER_PAGE], next=after, text=asked.text or "")


def _one(bin_id: int, problem: Problem | None = None) -> Response:
    return _page("admin/bins_edit.html", problem, bin=read_bin(bin_id))


def _page(template: str, problem: Problem | None, **values: Any) -> Response:
    kinds = named(BinKind)
    may_edit = caller().may(Permission.EDIT_CATALOG)
    return page(template, problem, sent=request.form, may_edit=may_edit, kinds=kinds, **values)
