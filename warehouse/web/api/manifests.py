"""The carriers' lists over HTTP: opened, shown with their cartons, closed; loading scans come like all others."""

from datetime import datetime
from typing import Annotated, Any, Literal

from flask import Blueprint
from pydantic import Field

from warehouse.access import requires
from warehouse.domain.errors import NotFoundError
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.services.shipping.loading import LeaveNow, leave_now
from warehouse.services.shipping.pickups import MissedPickup, Rolled, miss_pickup, open_next_manifest
from warehouse.services.shipping.shipments import OpenManifest, open_manifest
from warehouse.storage.queries.manifests import (
    CartonFilter,
    ManifestEntry,
    ManifestFilter,
    carton_entries,
    manifest_entries,
    manifest_entry,
)
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, Body, Line, Listing, Moment, PageQuery, listing, operation
from warehouse.web.api.cartons import CartonAnswer
from warehouse.web.asking import actor, now

blueprint = Blueprint("api_manifests", __name__, url_prefix=PREFIX)
_MOST_CARTONS = 5000


class ManifestQuery(PageQuery):
    """Which lists; `empty=no` leaves out those without a carton."""

    state: Literal["open", "closed", "missed"] | None = None
    empty: Literal["no"] | None = None


class OpenBody(Body):
    """Whose list, and for which cutoff; or for the carrier's next pickup."""

    carrier: Annotated[Line, Field(max_length=40)]
    cutoff: Moment | None = None
    next_pickup: bool = False


class CloseBody(Body):
    """The serials of the cartons that are not loaded and may stay behind; one that came since is asked about anew."""

    leave_rest: list[Line] = Field(default=[], max_length=_MOST_CARTONS)


class MissedBody(Body):
    """Why the carrier did not take it along."""

    reason: Line


class RolledAnswer(Answer):
    """The list the cartons are on now."""

    manifest: int
    cutoff: datetime | None
    cartons: int


class ManifestAnswer(Answer):
    """One carrier's list with how far its loading is."""

    id: int
    carrier: str
    cutoff_at: datetime | None
    state: str
    created_at: datetime
    closed_at: datetime | None
    supplement_of: int | None
    missed_reason: str | None
    cartons: int
    loaded: int


class ManifestWhole(ManifestAnswer):
    """A list with its cartons."""

    entries: list[CartonAnswer]


class ClosedAnswer(Answer):
    """What left, in words."""

    text: str
    manifest: ManifestAnswer


@blueprint.get("/manifests")
@requires(Permission.SHIP, Permission.SEE_ORDERS)
@operation(query=ManifestQuery, answer=Listing[ManifestAnswer])
def get_manifests(query: ManifestQuery) -> Listing[ManifestEntry]:
    """List the carriers' lists by key."""
    with parts().database.read() as session:
        wanted = ManifestFilter(
            state=query.state, filled=query.empty == "no", after=query.after_key or 0, limit=query.limit + 1
        )
        rows = manifest_entries(session, wanted)
    return listing(rows, query.limit, lambda row: row.id)


@blueprint.post("/manifests")
@requires(Permission.SHIP)
@operation(body=OpenBody, answer=ManifestWhole, status=201)
def post_manifest(body: OpenBody) -> dict[str, Any]:
    """Open a carrier's list, or take up the one that is open; cartons that wait for it come onto it."""
    asking = OpenManifest(actor=actor(), at=now(), carrier=body.carrier, cutoff=body.cutoff)
    use_case = open_next_manifest if body.next_pickup else open_manifest
    return _whole(parts().database.run(use_case, asking))


@blueprint.get("/manifests/<key:manifest>")
@requires(Permission.SHIP, Permission.SEE_ORDERS)
@operation(answer=ManifestWhole)
def get_manifest(manifest: int) -> dict[str, Any]:
    """Show a list with its cartons."""
    return _whole(manifest)


@blueprint.post("/manifests/<key:manifest>/close")
@requires(Permission.SHIP)
@operation(body=CloseBody, answer=ClosedAnswer)
def post_close(manifest: int, body: CloseBody) -> ClosedAnswer:
    """Let the carrier leave with what is loaded."""
    request = LeaveNow(actor=actor(), at=now(), manifest=manifest, leave_rest=tuple(body.leave_rest))
    text = parts().database.run(leave_now, request)
    return ClosedAnswer(text=text, manifest=ManifestAnswer.model_validate(_entry(manifest)))


@blueprint.post("/manifests/<key:manifest>/missed")
@requires(Permission.SHIP)
@operation(body=MissedBody, answer=RolledAnswer)
def post_missed(manifest: int, body: MissedBody) -> Rolled:
    """Say that the carrier did not come: the cartons go onto its next list."""
    request = MissedPickup(actor=actor(), at=now(), manifest=manifest, reason=body.reason)
    return parts().database.run(miss_pickup, request)


def _whole(key: int) -> dict[str, Any]:
    with parts().database.read() as session:
        rows = carton_entries(session, CartonFilter(manifest=key, limit=_MOST_CARTONS))
    head = ManifestAnswer.model_validate(_entry(key)).model_dump()
    return head | {"entries": [CartonAnswer.model_validate(row).model_dump() for row in rows]}


def _entry(key: int) -> ManifestEntry:
    with parts().database.read() as session:
        found = manifest_entry(session, key)
    if found is None:
        raise NotFoundError(sentence("There is no list {manifest}.", manifest=key))
    return found
