"""Pictures of items, for whoever is signed in: an address holds the picture's hash, a browser keeps it for good."""

from typing import Literal

from flask import Blueprint, Response

from warehouse.access import requires
from warehouse.domain.errors import NotFoundError
from warehouse.domain.roles import Permission
from warehouse.storage.queries.pictures import picture_named, picture_of
from warehouse.web import parts
from warehouse.web.api import PREFIX, Body, operation

FOR_GOOD = "private, max-age=31536000, immutable"

WHO = (
    *(Permission.PICK, Permission.PACK, Permission.COUNT),
    *(Permission.SEE_CATALOG, Permission.EDIT_CATALOG),
)

blueprint = Blueprint("pictures", __name__)


class SizeQuery(Body):
    """As a handheld shows it, or as large as there is."""

    size: Literal["small", "large"] = "small"


@blueprint.get(f"{PREFIX}/items/<key:item>/picture.webp")
@requires(*WHO)
@operation(query=SizeQuery)
def of_item(item: int, query: SizeQuery) -> Response:
    """Send the picture of an item as it is now; not_found where there is none."""
    with parts().database.read() as session:
        name = picture_named(session.connection(), item)
    answer = _send(name or "", large=query.size == "large")
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@blueprint.get("/pictures/<name>.webp")
@requires(*WHO)
def small(name: str) -> Response:
    """Send a picture as a handheld shows it."""
    return _send(name, large=False)


@blueprint.get("/pictures/<name>/large.webp")
@requires(*WHO)
def large(name: str) -> Response:
    """Send a picture as an item's page shows it."""
    return _send(name, large=True)


def _send(name: str, *, large: bool) -> Response:
    with parts().database.read() as session:
        found = picture_of(session.connection(), name, large=large)
    if found is None:
        raise NotFoundError("There is no such picture.")
    response = Response(found, mimetype="image/webp")
    response.headers["Cache-Control"] = FOR_GOOD
    return response
