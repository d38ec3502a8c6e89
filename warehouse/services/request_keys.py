"""The same creating request sent twice has one effect and one answer: the first, kept with the effect itself."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from warehouse.domain.errors import IdReusedError
from warehouse.services.actor import Request
from warehouse.storage.database import Database
from warehouse.storage.models.journal import RequestKeyRow

KEPT = timedelta(days=7)

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestKey:
    """An `Idempotency-Key` as it came: who sent it, where to, and a print of the body."""

    caller: str
    key: str
    fingerprint: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """The answer as JSON, and whether it is the first one given again."""

    answer: Any
    again: bool


def fingerprint(*parts: bytes) -> str:
    """Print what was sent: method and address and body, each by its length, so that no two run together."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8) + part)
    return digest.hexdigest()


def run_once(
    database: Database,
    use_case: Callable[[Session, Asked], Answer],
    request: Asked,
    keyed: tuple[RequestKey | None, Callable[[Answer], Any]],
) -> Kept:
    """Run a use case for a key at most once; `keyed` holds the key (None: no promise asked) and the answer's JSON form.

    IdReusedError when the key came before with other content. A refusal is not kept: the request may be mended.
    """
    key, shape = keyed

    def unit(session: Session, wanted: Asked) -> Kept:
        if key is None:
            return Kept(shape(use_case(session, wanted)), again=False)
        found = _claim(session, key)
        if found is not None:
            return Kept(_same(found, key), again=True)
        answer = shape(use_case(session, wanted))
        row = session.scalars(_of(key)).one()
        row.answer = answer
        session.flush()
        return Kept(answer, again=False)

    return database.run(unit, request)


def forget_old_keys(session: Session, request: Request, keys: Sequence[int]) -> None:
    """Drop those answers of the rows `keys` whose time is over."""
    session.execute(delete(RequestKeyRow).where(RequestKeyRow.id.in_(keys), RequestKeyRow.erase_after < request.at))


def _claim(session: Session, key: RequestKey) -> RequestKeyRow | None:
    """Take the key for this transaction, or give the row of whoever had it first; another writer waits here."""
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    values = {
        "caller": key.caller,
        "key": key.key,
        "fingerprint": key.fingerprint,
        "status": 0,
        "answer": {},
        "created_at": key.at,
        "erase_after": key.at + KEPT,
    }
    statement = insert(RequestKeyRow).values(values).on_conflict_do_nothing(index_elements=["caller", "key"])
    made = session.execute(statement.returning(RequestKeyRow.id)).first()
    return None if made else session.scalars(_of(key)).one()


def _of(key: RequestKey) -> Any:
    return select(RequestKeyRow).where(RequestKeyRow.caller == key.caller, RequestKeyRow.key == key.key)


def _same(found: RequestKeyRow, key: RequestKey) -> Any:
    if found.fingerprint != key.fingerprint:
        raise IdReusedError("This Idempotency-Key was used for another request.")
    return found.answer
