"""The page of walls: which screens show the board without anybody signed in, and since when."""

from flask import Blueprint, Response, request
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.problems import Problem
from warehouse.storage.queries.board.walls import list_walls
from warehouse.web import parts
from warehouse.web.admin import done, show
from warehouse.web.api import Body, Line, PageQuery
from warehouse.web.api.walls import end_wall, make_wall
from warehouse.web.forms import asked_for, attempted, form

blueprint = Blueprint("admin_walls", __name__, url_prefix="/admin/walls")

MOST = 500


class WallForm(Body):
    """What the form sends."""

    name: Line = Field(max_length=80)


@blueprint.get("")
@requires(Permission.EDIT_SETTINGS)
def overview() -> Response:
    """List the walls, with the form for a new one."""
    return _page()


@blueprint.post("")
@requires(Permission.EDIT_SETTINGS)
def add() -> Response:
    """Make a link and show it, this once."""
    shown: dict[str, str] = {}

    def act() -> None:
        name = form(WallForm).name
        _, path = make_wall(name)
        shown.update(name=name, address=request.host_url.rstrip("/") + path)

    problem = attempted(act)
    return _page(problem, shown)


@blueprint.post("/<key:wall>/revoke")
@requires(Permission.EDIT_SETTINGS)
def revoke(wall: int) -> AnyResponse:
    """End a link at once."""
    problem = attempted(lambda: end_wall(wall))
    return _page(problem) if problem else done("revoked", "admin_walls.overview")


def _page(problem: Problem | None = None, shown: dict[str, str] | None = None) -> Response:
    after = asked_for(PageQuery).after_key or 0
    with parts().database.read() as session:
        found = list_walls(session, after=after, limit=MOST + 1)
    return show(
        "admin/walls.html",
        problem,
        walls=found[:MOST],
        next=found[MOST - 1].id if len(found) > MOST else None,
        first=bool(after),
        shown=shown or {},
        sent=request.form if problem else {},
    )
