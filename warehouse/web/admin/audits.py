"""The data audit as a page: files are looked through by the same command as on the console, in a process of its own."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.auditing import SHOWN, TITLES, Audit, Remark, named_figure, read_audit
from warehouse.auditing.report import KEPT, PROBLEM, as_page
from warehouse.children.worker import give_way
from warehouse.domain.errors import ConflictError, InvalidInputError, NotFoundError, WarehouseError
from warehouse.domain.roles import Permission
from warehouse.domain.words import kept_texts, phrase, sentence
from warehouse.problems import Problem, problem_of
from warehouse.web import parts
from warehouse.web.admin import show as page
from warehouse.web.language import speaker
from warehouse.web.uploads import allow_large_body, shown_name

blueprint = Blueprint("admin_audits", __name__, url_prefix="/admin/audits")
blueprint.url_value_preprocessor(allow_large_body)

MOST_FILES = 10
KEPT_FOR = 30 * 24 * 3600
"""Seconds a report is kept: it holds what customers are called."""

_TOKEN = re.compile(r"[0-9a-f]{32}", re.ASCII)
_RUNNING = threading.Lock()


@blueprint.get("")
@requires(Permission.IMPORT_ORDERS)
def overview() -> Response:
    """Show the audits so far, and the form for a new one."""
    return _overview()


@blueprint.post("")
@requires(Permission.IMPORT_ORDERS)
def begin() -> AnyResponse:
    """Take files and begin to look through them."""
    try:
        folder = _keep()
    except WarehouseError as error:
        return _overview(problem_of(error))
    return redirect(url_for("admin_audits.report", token=folder.name), code=303)


@blueprint.get("/<token>")
@requires(Permission.IMPORT_ORDERS)
def report(token: str) -> Response:
    """Show what was found, or that it is still looked for."""
    folder = _folder(token)
    state = _state(folder) | _problem(folder)
    audits = _audits(folder)
    found = {kind: them for kind in TITLES if (them := _first(audits, kind))}
    told = {"titles": TITLES, "named": named_figure}
    response = page("admin/audit.html", None, token=token, state=state, found=found, shown=SHOWN, **told)
    if state["state"] == "running":
        response.headers["Refresh"] = "3"
    return response


@blueprint.get("/<token>/<name>")
@requires(Permission.IMPORT_ORDERS)
def download(token: str, name: str) -> Response:
    """Send the report to print, or the findings of one kind to work through."""
    allowed = {"report.html", *(f"{kind}.csv" for kind in TITLES)}
    path = _folder(token) / name
    if name not in allowed or not path.is_file():
        raise NotFoundError("There is no such report.")
    audits = _audits(_folder(token)) if path.suffix == ".html" else []
    body = as_page(audits, speaker()).encode() if audits else path.read_bytes()
    response = Response(body, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _keep() -> Path:
    files = [file for file in request.files.getlist("file") if file.filename]
    if not 1 <= len(files) <= MOST_FILES:
        raise InvalidInputError(sentence("Choose from one to {most_files} files.", most_files=MOST_FILES))
    if not _RUNNING.acquire(blocking=False):
        raise ConflictError("Files are being looked through right now. Wait until they are.")
    try:
        folder = _home() / uuid.uuid4().hex
        (folder / "files").mkdir(mode=0o700, parents=True)
        for number, file in enumerate(files):
            name = re.sub(r"[^\w.-]", "_", shown_name(file.filename or ""), flags=re.ASCII).lstrip(".") or "file"
            place = folder / "files" / f"{number:02}"
            place.mkdir(mode=0o700)
            file.save(place / name)
        _note(folder, {"state": "running", "at": time.time(), "files": [shown_name(it.filename or "") for it in files]})
        threading.Thread(target=_look_through, args=(folder, _command(folder)), name="audit", daemon=True).start()
    except BaseException:
        _RUNNING.release()
        raise
    return folder


def _command(folder: Path) -> tuple[list[str], dict[str, str]]:
    """Give the command and its surroundings: it reads the database beside the server and writes nothing."""
    settings = parts().settings
    files = sorted(map(str, (folder / "files").glob("*/*")))
    environ = {name: value for name, value in os.environ.items() if not name.startswith("WAREHOUSE_")}
    environ |= {"WAREHOUSE_DATA_DIR": str(settings.data_dir), "WAREHOUSE_DATABASE_URL": settings.database_url}
    return [sys.executable, "-m", "warehouse.cli", "audit", "data", *files, "--out", str(folder), "--json"], environ


def _look_through(folder: Path, command: tuple[list[str], dict[str, str]]) -> None:
    state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
    try:
        with subprocess.Popen(  # noqa: S603 - our own command, on files under names of our own
            command[0], env=command[1], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            give_way(process.pid)
            out, problem = process.communicate()
        if process.returncode:
            state |= {"state": "failed", "problem": problem.strip().splitlines()[-1].removeprefix("warehouse: ")[:400]}
        else:
            state |= {"state": "done", "audits": json.loads(out)}
    except (OSError, ValueError, IndexError):
        state |= {"state": "failed", "problem": "The files could not be looked through."}
    finally:
        _note(folder, state)
        shutil.rmtree(folder / "files", ignore_errors=True)
        _RUNNING.release()


def _note(folder: Path, state: dict[str, Any]) -> None:
    partial = folder / "state.part"
    partial.write_text(json.dumps(state), encoding="utf-8")
    partial.rename(folder / "state.json")


def _state(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "state.json").read_text(encoding="utf-8"))
    return found


def _problem(folder: Path) -> dict[str, str]:
    """Give what kept the files from being looked through, in words that know their parts."""
    path = folder / PROBLEM
    return {"problem": (kept_texts(path.read_text(encoding="utf-8")) or [phrase("")])[0]} if path.is_file() else {}


def _audits(folder: Path) -> list[Audit]:
    """Read what was found; nothing before it is there."""
    path = folder / KEPT
    return [read_audit(found) for found in json.loads(path.read_text(encoding="utf-8"))] if path.is_file() else []


def _first(audits: Sequence[Audit], kind: str) -> list[tuple[str, Remark]]:
    """Give the first findings of a kind with the names of their files."""
    return list(islice(((audit.name, it) for audit in audits for it in audit.findings.get(kind, ())), SHOWN))


def _home() -> Path:
    home = parts().settings.data_dir / "audits"
    home.mkdir(mode=0o700, exist_ok=True)
    for old in home.iterdir():
        if old.stat().st_mtime < time.time() - KEPT_FOR:
            shutil.rmtree(old, ignore_errors=True)
    return home


def _folder(token: str) -> Path:
    folder = parts().settings.data_dir / "audits" / token
    if not _TOKEN.fullmatch(token) or not (folder / "state.json").is_file():
        raise NotFoundError("There is no such audit.")
    return folder


def _overview(problem: Problem | None = None) -> Response:
    found = [(folder.name, _state(folder)) for folder in _home().iterdir() if (folder / "state.json").is_file()]
    return page("admin/audits.html", problem, audits=sorted(found, key=lambda it: -it[1]["at"]))
