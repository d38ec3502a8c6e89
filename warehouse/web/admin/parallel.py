"""The parallel run as pages: both systems' files in, every difference answered, a lead's name under it."""

from contextlib import ExitStack
from pathlib import Path

from flask import Blueprint, Response, request
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.errors import FieldProblem, InvalidInputError
from warehouse.domain.roles import Permission
from warehouse.domain.rollout.parallel import Results, compare
from warehouse.exchange.results import check_given, read_results
from warehouse.problems import Problem
from warehouse.services.figures.kpis import span_of
from warehouse.services.rollout.parallel import (
    AnswerDifferences,
    KeepComparison,
    SignRun,
    answer_differences,
    keep_comparison,
    our_results,
    parallel_run,
    parallel_runs,
    sign_run,
)
from warehouse.web import caller, parts
from warehouse.web.admin import done, show
from warehouse.web.api import Body, Key, Line
from warehouse.web.api.figures import csv_answer
from warehouse.web.asking import actor, now
from warehouse.web.forms import attempted, form
from warehouse.web.uploads import allow_large_body, erasing, keep

blueprint = Blueprint("admin_parallel", __name__, url_prefix="/admin/go-live/parallel")
blueprint.url_value_preprocessor(allow_large_body)
HEADER = ("level", "order", "sku", "old", "new", "answer")
FILES = ("old_lines", "old_stock", "new_lines", "new_stock")


class NewRun(Body):
    """What the run is called, and how many days of ours count where no file of ours is sent."""

    name: str = Field(min_length=1, max_length=80)
    days: int = Field(default=1, ge=1, le=366)


class Why(Body):
    """Why figures differ: one of them, or all of a level that have no answer."""

    text: Line
    difference: Key | None = None
    level: str = Field(default="", max_length=8)


@blueprint.get("")
@requires(Permission.SEE_BOARD)
def runs() -> Response:
    """List the runs, with the form for another."""
    return _runs()


@blueprint.post("")
@requires(Permission.OVERRIDE)
def compare_files() -> AnyResponse:
    """Compare the files of both systems, or the old one's with what is here."""
    kept: list[int] = []
    problem = attempted(lambda: kept.append(_compare()))
    return _runs(problem) if problem else done("saved", ".one", run=kept[0])


@blueprint.get("/<key:run>")
@requires(Permission.SEE_BOARD)
def one(run: int) -> Response:
    """Show the differences of a run."""
    return _one(run)


@blueprint.get("/<key:run>/differences.csv")
@requires(Permission.SEE_BOARD)
def download(run: int) -> Response:
    """Give the differences as a file."""
    with parts().database.read() as session:
        _, rows = parallel_run(session, run)
        cells = [(it.level, it.order_ref, it.sku, it.old, it.new, it.answer or "") for it in rows]
    return csv_answer(f"differences-{run}.csv", HEADER, cells)


@blueprint.post("/<key:run>/answers")
@requires(Permission.OVERRIDE)
def answer(run: int) -> AnyResponse:
    """Write down why figures differ."""

    def act() -> None:
        why = form(Why)
        asked = AnswerDifferences(
            actor=actor(), at=now(), run=run, text=why.text, difference=why.difference, level=why.level
        )
        parts().database.run(answer_differences, asked)

    problem = attempted(act)
    return _one(run, problem) if problem else done("saved", ".one", run=run)


@blueprint.post("/<key:run>/sign")
@requires(Permission.OVERRIDE)
def sign(run: int) -> AnyResponse:
    """Sign the differences off."""
    problem = attempted(lambda: parts().database.run(sign_run, SignRun(actor=actor(), at=now(), run=run)))
    return _one(run, problem) if problem else done("saved", ".one", run=run)


def _compare() -> int:
    asked = form(NewRun)
    with ExitStack() as stack:
        files = {name: _file(name, stack) for name in FILES}
        check_given(files["old_lines"], files["old_stock"])
        old = parts().readers.run(read_results, files["old_lines"], files["old_stock"])
        new = parts().readers.run(read_results, files["new_lines"], files["new_stock"])
    with parts().database.read() as session:
        ours = our_results(session, span_of(session, now(), asked.days))
    lines = new.lines if files["new_lines"] else ours.lines if files["old_lines"] else {}
    stock = new.stock if files["new_stock"] else ours.stock
    comparison = compare(old, Results(lines, stock))
    return parts().database.run(
        keep_comparison, KeepComparison(actor=actor(), at=now(), name=asked.name, comparison=comparison)
    )


def _file(name: str, stack: ExitStack) -> Path | None:
    """Keep one of the files until the stack ends: it may be as large as an import's."""
    sent = request.files.get(name)
    if sent is None or not sent.filename:
        return None
    path = stack.enter_context(erasing(keep(sent)))
    if not path.stat().st_size:
        raise InvalidInputError("A file is empty.", (FieldProblem(name, "the file is empty"),))
    return path


def _runs(problem: Problem | None = None) -> Response:
    with parts().database.read() as session:
        found = parallel_runs(session)
    return show(
        "admin/go_live_parallel.html", problem, runs=found, sent=request.form, may_act=caller().may(Permission.OVERRIDE)
    )


def _one(run: int, problem: Problem | None = None) -> Response:
    with parts().database.read() as session:
        found, rows = parallel_run(session, run)
        levels = [
            (title, level, [row for row in rows if row.level == level])
            for title, level in (("Orders", "order"), ("Lines", "line"), ("Stock", "stock"))
        ]
        may_act = caller().may(Permission.OVERRIDE) and found.state == "open"
        return show("admin/go_live_run.html", problem, run=found, levels=levels, may_act=may_act)
