"""Scans over HTTP, for when there is no socket: the same body and answer as the event."""

import orjson
from flask import Blueprint, Response, request

from warehouse.access import requires
from warehouse.domain.errors import InvalidInputError
from warehouse.domain.roles import Permission
from warehouse.scans import answer_scans
from warehouse.web import caller, parts
from warehouse.web.api import operation

blueprint = Blueprint("api_scans", __name__)


@blueprint.post("/api/v1/scans")
@requires(Permission.PICK, Permission.PACK, Permission.COUNT, Permission.SHIP)
@operation()
def post_scans() -> Response:
    """Judge up to 50 scans, in order, each counted once."""
    try:
        payload = orjson.loads(request.get_data(cache=False))
    except orjson.JSONDecodeError:
        raise InvalidInputError("The body is not JSON.") from None
    answer = answer_scans(parts().database, caller(), payload)
    return Response(answer, content_type="application/json")
