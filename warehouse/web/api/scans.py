"""Scans over HTTP: sent when there is no socket, with the body and answer of the event; given up when never judged."""

import uuid
from typing import Annotated

import orjson
from flask import Blueprint, Response, request
from pydantic import Field

from warehouse.access import requires
from warehouse.domain.errors import InvalidInputError
from warehouse.domain.roles import Permission
from warehouse.scans import MOST_CODE, MOST_SCANS, Int64, WireWork, answer_scans
from warehouse.services.scanning.aside import AsideScan, GiveUp, give_up_scans
from warehouse.web import caller, parts
from warehouse.web.api import Answer, Body, Moment, operation
from warehouse.web.asking import actor, now

blueprint = Blueprint("api_scans", __name__)


class AsideBody(Body):
    """A scan that was never judged, as its device keeps it; `said` is what the server answered."""

    id: Annotated[uuid.UUID, Field(strict=False)]
    seq: Annotated[int, Field(ge=1, lt=2**63)]
    at: Moment
    person: Int64
    kind: Annotated[str, Field(pattern=r"^[a-z_]{1,24}$")]
    work: WireWork
    code: Annotated[str, Field(max_length=MOST_CODE)] | None
    quantity: Annotated[int, Field(ge=-(2**63), lt=2**63)] | None
    said: Annotated[str, Field(max_length=400)]


class GiveUpBody(Body):
    """What was laid aside on a device."""

    device: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")]
    scans: Annotated[list[AsideBody], Field(min_length=1, max_length=MOST_SCANS)]


class GivenUpAnswer(Answer):
    """The scans that the lead has now: their device may forget them."""

    given: list[uuid.UUID]


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


@blueprint.post("/api/v1/scans/give-up")
@requires(Permission.PICK, Permission.PACK, Permission.COUNT, Permission.SHIP)
@operation(body=GiveUpBody, answer=GivenUpAnswer)
def post_give_up(body: GiveUpBody) -> GivenUpAnswer:
    """Give scans that were never judged to the lead, each once however often it is sent."""
    wanted = GiveUp(
        actor=actor(),
        at=now(),
        device=body.device,
        proven=caller().device,
        scans=tuple(AsideScan(**dict(scan) | {"work": scan.work.named}) for scan in body.scans),
    )
    return GivenUpAnswer(given=parts().database.run(give_up_scans, wanted))
