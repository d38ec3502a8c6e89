"""Is it alive, is it ready, how is it doing: for supervisors, load balancers and Prometheus."""

import os
import shutil

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text

from warehouse.access import open_to_anyone, requires
from warehouse.domain.roles import Permission
from warehouse.problems import problem_of
from warehouse.settings import Settings
from warehouse.storage.database import Database
from warehouse.web import Check, parts

MEGABYTE = 1 << 20
blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@open_to_anyone
def alive() -> Response:
    """Answer as long as the process does; touches nothing else."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@open_to_anyone
def ready() -> tuple[Response, int]:
    """Ask every part whether it can work; 503 names those that cannot."""
    answers = {name: _answer(check) for name, check in parts().checks.items()}
    wrong = any(answer != "ok" for answer in answers.values())
    return jsonify(status="not ready" if wrong else "ok", checks=answers), 503 if wrong else 200


@blueprint.get("/metrics")
@requires(Permission.SEE_METRICS)
def metrics() -> Response:
    """Write the meters for Prometheus."""
    return Response(parts().metrics.text(), content_type=CONTENT_TYPE_LATEST)


def database_check(database: Database) -> Check:
    """Make the check that reads from the database."""

    def check() -> str | None:
        with database.read() as session:
            session.execute(text("SELECT 1"))
        return None

    return check


def disk_check(settings: Settings) -> Check:
    """Make the check that there is room to write."""

    def check() -> str | None:
        free = shutil.disk_usage(settings.data_dir).free // MEGABYTE
        if free < settings.min_free_disk_mb:
            return f"only {free} MB free"
        return None if os.access(settings.data_dir, os.W_OK) else "the data folder cannot be written"

    return check


def _answer(check: Check) -> str:
    try:
        return check() or "ok"
    except Exception as error:  # whatever fails, the answer is "not ready"
        return problem_of(error).detail
