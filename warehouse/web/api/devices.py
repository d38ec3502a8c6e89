"""Devices over HTTP: listed, and declared lost."""

from datetime import datetime

from flask import Blueprint

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.services.people.lost_devices import DeclareLost, LostDevice, declare_lost
from warehouse.storage.queries.devices import KnownDevice, list_devices
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, Body, Line, Listing, PageQuery, listing, operation
from warehouse.web.asking import actor, now

blueprint = Blueprint("devices", __name__, url_prefix=PREFIX)


class DeviceAnswer(Answer):
    """A device: who worked with it last, how many scans wait on it, what it has in hand."""

    name: str
    person: str | None
    seen_at: datetime
    pending: int
    persisted: bool
    batch: str | None
    owing: int
    lost_at: datetime | None


class LostBody(Body):
    """Why the device counts as lost."""

    reason: Line


class LostAnswer(Answer):
    """Batches that are free again, and orders that are counted twice."""

    device: str
    batches: tuple[str, ...]
    recounted: tuple[str, ...]


@blueprint.get("/devices")
@requires(Permission.SEE_BOARD)
@operation(query=PageQuery, answer=Listing[DeviceAnswer])
def list_all(query: PageQuery) -> Listing[KnownDevice]:
    """List devices by name."""
    with parts().database.read() as session:
        found = list_devices(session, after=query.after, limit=query.limit + 1)
    return listing(found, query.limit, lambda device: device.name)


@blueprint.post("/devices/<device>/lost")
@requires(Permission.OVERRIDE)
@operation(body=LostBody, answer=LostAnswer)
def declare(device: str, body: LostBody) -> LostDevice:
    """Declare a device lost: its work goes on elsewhere at once, its orders are counted twice at pack."""
    request = DeclareLost(actor=actor(), at=now(), device=device, reason=body.reason)
    return parts().database.run(declare_lost, request)
