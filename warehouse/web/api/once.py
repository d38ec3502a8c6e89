"""Creating requests: run at most once for an `Idempotency-Key`, with the first answer given again."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, request
from pydantic import BaseModel
from sqlalchemy.orm import Session

from warehouse.services.request_keys import RequestKey, fingerprint, run_once
from warehouse.web import parts
from warehouse.web.api.parsing import idempotency_key
from warehouse.web.asking import caller_key, now

Wanted = TypeVar("Wanted")
Made = TypeVar("Made")

REPLAYED = "Idempotency-Replayed"


def create(
    use_case: Callable[[Session, Wanted], Made],
    wanted: Wanted,
    shape: Callable[[Session, Made], BaseModel],
    *,
    status: int = 201,
) -> Response:
    """Run `use_case(session, wanted)` and answer `shape(session, made)`, an answer model, read in the same transaction.

    IdReusedError when the same key came before with another body.
    """

    def unit(session: Session, asked: Wanted) -> Any:
        return shape(session, use_case(session, asked)).model_dump(mode="json")

    kept = run_once(parts().database, unit, wanted, (_key(), lambda made: made))
    response = Response(json.dumps(kept.answer), status=status, content_type="application/json")
    if kept.again:
        response.headers[REPLAYED] = "true"
    return response


def _key() -> RequestKey | None:
    key = idempotency_key()
    if key is None:
        return None
    sent = fingerprint(request.method.encode(), request.path.encode(), request.get_data(cache=True))
    return RequestKey(caller=caller_key(), key=key, fingerprint=sent, at=now())
