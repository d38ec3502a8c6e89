"""The page of devices: what each still has to send, what is in its hands, and the form that declares one lost."""

from flask import Blueprint, Response, request
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.problems import Problem
from warehouse.services.people.lost_devices import DeclareLost, declare_lost
from warehouse.storage.queries.devices import devices_at_work
from warehouse.web import caller, parts
from warehouse.web.admin import done
from warehouse.web.admin import show as page
from warehouse.web.api import Body, Digits
from warehouse.web.api.devices import LostBody
from warehouse.web.asking import actor, now
from warehouse.web.forms import asked_for, attempted, form

blueprint = Blueprint("admin_devices", __name__, url_prefix="/admin/devices")

MOST = 200


class DevicesAsked(Body):
    """Which page of the list."""

    page: Digits = Field(default=1, ge=1, le=10_000)


@blueprint.get("")
@requires(Permission.SEE_BOARD)
def overview() -> Response:
    """List the devices, those with scans to send first."""
    return _overview()


@blueprint.post("/<device>/lost")
@requires(Permission.OVERRIDE)
def lost(device: str) -> AnyResponse:
    """Declare a device lost."""

    def act() -> None:
        wanted = DeclareLost(actor=actor(), at=now(), device=device, reason=form(LostBody).reason)
        parts().database.run(declare_lost, wanted)

    problem = attempted(act)
    return _overview(problem) if problem else done("lost", ".overview")


def _overview(problem: Problem | None = None) -> Response:
    asked = asked_for(DevicesAsked).page
    with parts().database.read() as session:
        found = devices_at_work(session, skip=(asked - 1) * MOST, limit=MOST + 1)
    return page(
        "admin/devices.html",
        problem,
        devices=found[:MOST],
        next=asked + 1 if len(found) > MOST else None,
        first=asked > 1,
        may_declare=caller().may(Permission.OVERRIDE),
        sent=request.form,
    )
