"""Imports over HTTP: send a file, look at its report, fetch the rows that were refused."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, request
from pydantic import ValidationError

from warehouse.access import requires
from warehouse.domain.errors import InvalidInputError, NotFoundError
from warehouse.domain.words import sentence
from warehouse.importing import Outcome
from warehouse.problems import invalid_input
from warehouse.storage.queries.intake import Run, rejected_of, run_of, runs
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, Listing, PageQuery, listing, operation
from warehouse.web.security import CSRF_FIELD
from warehouse.web.uploads import (
    RIGHTS,
    ImportForm,
    allow_large_body,
    check_kind,
    erasing,
    keep,
    own_kinds,
    run_import,
    sent_file,
)

blueprint = Blueprint("imports", __name__, url_prefix=PREFIX)
blueprint.url_value_preprocessor(allow_large_body)


class Finding(Answer):
    """One remark about a file: physical line from 1, column as the file names it, a code, a sentence."""

    line: int | None
    column: str | None
    code: str
    message: str


class Counts(Answer):
    """What became of the records; held ones are counted among created or updated."""

    created: int
    updated: int
    unchanged: int
    held: int
    refused: int
    skipped: int


class Report(Answer):
    """What an import came to; of the kinds only the one imported is there."""

    id: int | None = None
    rows: int
    findings: list[Finding]
    orders: Counts | None = None
    items: Counts | None = None
    bins: Counts | None = None
    stock: Counts | None = None
    users: Counts | None = None


class ImportRun(Answer):
    """One import: `state` is running, done, failed or cut_off."""

    id: int
    kind: str
    profile: str
    source: str
    file_name: str
    state: str
    rows_done: int
    report: dict[str, Any] | None
    has_rejected: bool
    started_at: datetime
    ended_at: datetime | None


@blueprint.post("/imports")
@requires(*RIGHTS.values())
@operation(answer=Report)
def bring() -> Response:
    """Import a file sent as a form: `file`, `kind`, `profile`, `dry_run`; answers its report."""
    asked, file = _form(), sent_file()
    with erasing(keep(file)) as path:
        outcome = run_import(asked, path, file.filename or "")
    response = Response(_json(outcome), content_type="application/json")
    if outcome.run is not None:
        response.headers["Location"] = f"{PREFIX}/imports/{outcome.run}"
    return response


@blueprint.get("/imports")
@requires(*RIGHTS.values())
@operation(query=PageQuery, answer=Listing[ImportRun])
def list_runs(query: PageQuery) -> Listing[Run]:
    """List imports, the latest first."""
    before = query.after_key
    with parts().database.read() as session:
        found = runs(session, own_kinds(), query.limit + 1, before)
        return listing(found, query.limit, lambda run: run.id)


@blueprint.get("/imports/<key:run>")
@requires(*RIGHTS.values())
@operation(answer=ImportRun)
def one(run: int) -> Run:
    """Show one import with its report."""
    return run_to_see(run)


@blueprint.get("/imports/<key:run>/rejected")
@requires(*RIGHTS.values())
@operation()
def rejected(run: int) -> Response:
    """Fetch the refused rows in the file's own form, each with its line and the reason."""
    return rejected_download(run)


def run_to_see(key: int) -> Run:
    """Give an import; raises NotFoundError, and ForbiddenError for a kind that is not the caller's to bring."""
    with parts().database.read() as session:
        found = run_of(session, key)
    if found is None:
        raise NotFoundError(sentence("There is no import {run}.", run=key))
    check_kind(found.kind)
    return found


def rejected_download(run: int) -> Response:
    """Send the refused rows of an import as a file."""
    run_to_see(run)
    with parts().database.read() as session:
        found = rejected_of(session, run)
    if found is None:
        raise NotFoundError("There are no refused rows, or they were erased.")
    name, body = found
    response = Response(body, content_type="application/octet-stream")
    plain = name.removesuffix(".gz")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''refused-{quote(plain, safe='')}"
    return response


def _form() -> ImportForm:
    names = set(ImportForm.model_fields)
    sent = {name: value for name, value in request.form.items() if name != CSRF_FIELD}
    if unknown := set(sent) - names:
        raise InvalidInputError(
            sentence("“{value}” is none of: file, {names}.", value=sorted(unknown)[0], names=", ".join(sorted(names)))
        )
    try:
        return ImportForm.model_validate_strings(sent)
    except ValidationError as error:
        raise invalid_input(error) from None


def _json(outcome: Outcome) -> str:
    told: dict[str, Any] = dict(outcome.report)
    if outcome.run is not None:
        told["id"] = outcome.run
    if outcome.people:
        told["people"] = [asdict(person) for person in outcome.people]
    return json.dumps(told, ensure_ascii=False)
