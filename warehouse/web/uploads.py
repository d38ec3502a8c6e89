"""Files that people and shops send: kept beside the database while they are read, erased after."""

import logging
import os
import re
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from flask import request
from pydantic import Field
from werkzeug.datastructures import FileStorage

from warehouse.domain.errors import FieldProblem, ForbiddenError, InvalidInputError, NotFoundError, WarehouseError
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence, word
from warehouse.exchange.limits import Limits
from warehouse.exchange.profile import Profile
from warehouse.exchange.source import Origin
from warehouse.exchange.targets import Kind
from warehouse.importing import Job, Outcome, Surroundings, import_file
from warehouse.services.people.pins import hash_pin
from warehouse.web import Parts, caller, parts
from warehouse.web.api import Body
from warehouse.web.asking import actor, now

log = logging.getLogger(__name__)

RIGHTS = {
    Kind.ORDERS: Permission.IMPORT_ORDERS,
    Kind.ITEMS: Permission.EDIT_CATALOG,
    Kind.BINS: Permission.EDIT_CATALOG,
    Kind.STOCK: Permission.ADJUST_STOCK,
    Kind.USERS: Permission.EDIT_PEOPLE,
    Kind.LAYOUT: Permission.EDIT_CATALOG,
}
"""Who may bring what."""

KEPT_FOR = 3600
"""Seconds a file waits between preview and import."""

_EXTRA = 1 << 16
_TOKEN = re.compile(r"[0-9a-f]{32}", re.ASCII)


class ImportForm(Body):
    """What is sent beside the file."""

    kind: Kind = Field(strict=False)
    profile: str = Field(default="canonical", pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    dry_run: bool = False
    all_or_nothing: bool = False


def allow_large_body(_endpoint: str | None, _values: object) -> None:
    """Let this request be as large as a file may be; registered where files arrive."""
    request.max_content_length = Limits().file_bytes + _EXTRA


def sent_file() -> FileStorage:
    """Give the file of the form; raises InvalidInputError when there is none."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise InvalidInputError("Choose a file.", (FieldProblem("file", "is missing"),))
    return file


def keep(file: FileStorage) -> str:
    """Keep a file and give the token it is found by; older ones are erased."""
    folder = _folder()
    for old in folder.iterdir():
        if old.stat().st_mtime < time.time() - KEPT_FOR:
            old.unlink(missing_ok=True)
    token = uuid.uuid4().hex
    with os.fdopen(os.open(folder / token, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as kept:
        file.save(kept)
    return token


def kept_file(token: str) -> Path:
    """Find a kept file; raises NotFoundError when it is no longer there."""
    path = _folder() / token
    if not _TOKEN.fullmatch(token) or not path.is_file():
        raise NotFoundError("The file is no longer here. Send it again.")
    return path


@contextmanager
def erasing(token: str) -> Iterator[Path]:
    """Give a kept file and erase it after use."""
    path = kept_file(token)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def run_import(asked: ImportForm, origin: Origin, name: str) -> Outcome:
    """Import a file for whoever asks; raises ForbiddenError for kinds that are not theirs to bring."""
    return import_file(*_prepared(asked, origin, name))


def try_profile(profile: Profile, token: str, name: str) -> Outcome:
    """Rehearse the import of a kept file by a profile that is not stored yet."""
    asked = ImportForm(kind=profile.kind, dry_run=True)
    around, job = _prepared(asked, kept_file(token), name)
    return import_file(around, replace(job, draft=profile))


def start_import(asked: ImportForm, token: str, name: str) -> int:
    """Begin to import a kept file, as `run_import`, and give the run's key while it goes on by itself.

    Raises what stops it before it has begun.
    """
    around, job = _prepared(asked, kept_file(token), name)
    begun: Future[int] = Future()
    threading.Thread(target=_go_on, args=(around, job, begun), name="import", daemon=True).start()
    return begun.result()


def _go_on(around: Surroundings, job: Job, begun: "Future[int]") -> None:
    """Import to the end and erase the file; what fails once it has begun is told by the state of the run."""
    try:
        import_file(around, job, on_begun=begun.set_result)
    except Exception as error:
        if not begun.done():
            begun.set_exception(error)
        elif not isinstance(error, WarehouseError):
            log.exception("an import was cut off")
    finally:
        if isinstance(job.origin, Path):
            job.origin.unlink(missing_ok=True)


def own_kinds() -> list[Kind]:
    """List what the caller may bring, which is also whose imports are shown to them."""
    return [kind for kind in Kind if caller().may(RIGHTS[kind])]


def check_kind(kind: str) -> None:
    """Raise ForbiddenError for a kind that is not the caller's to bring."""
    if kind not in own_kinds():
        raise ForbiddenError(sentence("Your role may not import {kind}. Ask a lead.", kind=word(kind)))


def _prepared(asked: ImportForm, origin: Origin, name: str) -> tuple[Surroundings, Job]:
    check_kind(asked.kind)
    job = Job(
        kind=asked.kind,
        origin=origin,
        file_name=shown_name(name),
        actor=actor(),
        profile=asked.profile,
        dry_run=asked.dry_run,
        all_or_nothing=asked.all_or_nothing,
    )
    return surroundings(parts()), job


def surroundings(house: Parts) -> Surroundings:
    """Give what imports of this house work with."""
    secret = house.settings.secret_key
    return Surroundings(
        database=house.database,
        children=house.readers,
        now=now,
        hash_pin=lambda pin: hash_pin(pin, secret),
    )


def shown_name(name: str) -> str:
    """Make a file's name safe to keep and show: its last part, printable, at most 200 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(sign for sign in last if sign.isprintable())[-200:] or "file"


def _folder() -> Path:
    folder = parts().settings.data_dir / "uploads"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
