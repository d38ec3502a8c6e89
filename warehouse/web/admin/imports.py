"""Imports as pages: choose a file, look at what would happen, import it, read the report, fetch what was refused."""

from typing import Any

from flask import Blueprint, Response, redirect, request
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.errors import WarehouseError
from warehouse.exchange.choosing import own_profiles
from warehouse.exchange.profile import profile_names
from warehouse.exchange.targets import Kind
from warehouse.importing import Outcome
from warehouse.problems import Problem, problem_of
from warehouse.storage.queries.intake import runs
from warehouse.web import parts
from warehouse.web.admin import show as page
from warehouse.web.api import PageQuery
from warehouse.web.api.imports import rejected_download, run_to_see
from warehouse.web.api.parsing import query
from warehouse.web.forms import form
from warehouse.web.uploads import (
    RIGHTS,
    ImportForm,
    allow_large_body,
    erasing,
    keep,
    kept_file,
    own_kinds,
    run_import,
    sent_file,
    shown_name,
    start_import,
)

blueprint = Blueprint("admin_imports", __name__, url_prefix="/admin/imports")
blueprint.url_value_preprocessor(allow_large_body)

SHOWN = 200
PER_PAGE = 25


class Chosen(ImportForm):
    """What the page of an upload sends; `profile` may stand with its kind, as `orders/canonical`."""

    profile: str = Field(default="canonical", pattern=r"^([a-z]+/)?[a-z0-9][a-z0-9-]{0,39}$")


class Confirmed(ImportForm):
    """What the preview sends on."""

    token: str = Field(pattern=r"^[0-9a-f]{32}$")
    name: str = Field(max_length=200)


@blueprint.get("")
@requires(*RIGHTS.values())
def overview() -> Response:
    """Show the imports so far and the form for the next."""
    return _overview()


@blueprint.post("/preview")
@requires(*RIGHTS.values())
def preview() -> AnyResponse:
    """Rehearse an import and show what it would do."""
    try:
        chosen, file = form(Chosen), sent_file()
        kind, _, profile = chosen.profile.rpartition("/")
        asked = ImportForm(
            kind=Kind(kind) if kind else chosen.kind,
            profile=profile,
            dry_run=True,
            all_or_nothing=chosen.all_or_nothing,
        )
        name, token = shown_name(file.filename or ""), keep(file)
        outcome = run_import(asked, kept_file(token), name)
    except WarehouseError as error:
        return _overview(problem_of(error))
    return page("admin/imports_preview.html", **report_values(outcome), asked=asked, token=token, name=name)


@blueprint.post("")
@requires(*RIGHTS.values())
def bring() -> AnyResponse:
    """Import the file that was looked at."""
    try:
        sent = form(Confirmed)
        asked = ImportForm(kind=sent.kind, profile=sent.profile, all_or_nothing=sent.all_or_nothing)
        if asked.kind is not Kind.USERS:
            return redirect(f"/admin/imports/{start_import(asked, sent.token, sent.name)}", code=303)
        with erasing(sent.token) as path:
            outcome = run_import(asked, path, sent.name)
    except WarehouseError as error:
        return _overview(problem_of(error))
    # PINs are shown on this page and nowhere else.
    return page("admin/imports_report.html", **report_values(outcome), run=run_to_see(outcome.run or 0))


@blueprint.get("/<key:run>")
@requires(*RIGHTS.values())
def report(run: int) -> Response:
    """Show what an import came to."""
    found = run_to_see(run)
    said = found.report or {"rows": found.rows_done, "findings": []}
    return page("admin/imports_report.html", run=found, **_report(found.kind, said), people=())


@blueprint.get("/<key:run>/rejected")
@requires(*RIGHTS.values())
def rejected(run: int) -> Response:
    """Send the refused rows as a file."""
    return rejected_download(run)


def report_values(outcome: Outcome) -> dict[str, Any]:
    """Give what the page of a report shows."""
    kind = next(key for key in outcome.report if key not in {"rows", "findings"})
    return {**_report(kind, outcome.report), "preview": outcome.preview, "people": outcome.people}


def _report(kind: str, said: dict[str, Any]) -> dict[str, Any]:
    unread = [found["column"] for found in said["findings"] if found["code"] == "unknown_column"]
    findings = [found for found in said["findings"] if found["code"] != "unknown_column"]
    return {
        "kind": kind,
        "rows": said["rows"],
        "counts": said.get(kind, {}),
        "findings": findings[:SHOWN],
        "more": max(len(findings) - SHOWN, 0),
        "unread": unread,
    }


def _overview(problem: Problem | None = None) -> Response:
    asked = query(PageQuery) if request.method == "GET" else PageQuery()
    before, mine = asked.after_key, own_kinds()
    with parts().database.read() as session:
        found = runs(session, mine, PER_PAGE + 1, before)
        own = own_profiles(session)
    named = [*own, *((kind, name) for kind in mine for name in profile_names(kind))]
    choices = [(f"{kind}/{name}", f"{kind}: {name}") for kind, name in named if kind in mine]
    after = found[PER_PAGE - 1].id if len(found) > PER_PAGE else None
    return page("admin/imports.html", problem, runs=found[:PER_PAGE], next=after, choices=choices)
