"""Pictures of items, for whoever is signed in: an address holds the picture's hash, a browser keeps it for good."""

from flask import Blueprint, Response

from warehouse.access import requires
from warehouse.domain.errors import NotFoundError
from warehouse.domain.roles import Permission
from warehouse.storage.queries.pictures import picture_of
from warehouse.web import parts

FOR_GOOD = "private, max-age=31536000, immutable"

WHO = (
    *(Permission.PICK, Permission.PACK, Permission.COUNT),
    *(Permission.SEE_CATALOG, Permission.EDIT_CATALOG),
)

blueprint = Blueprint("pictures", __name__, url_prefix="/pictures")


@blueprint.get("/<name>.webp")
@requires(*WHO)
def small(name: str) -> Response:
    """Send a picture as a handheld shows it."""
    return _send(name, large=False)


@blueprint.get("/<name>/large.webp")
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
