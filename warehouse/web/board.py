"""The board for the lead, and the same for a wall, which shows nobody's name and can do nothing else."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, render_template
from pydantic import TypeAdapter
from werkzeug.wrappers import Response as AnyResponse

from warehouse.access import Credentials, open_to_anyone, requires, wall_cookie_name
from warehouse.domain.errors import NotSignedInError
from warehouse.domain.roles import Permission
from warehouse.services.board.reading import Board, for_wall, read_board
from warehouse.services.site import load_site
from warehouse.web import parts
from warehouse.web.asking import now

blueprint = Blueprint("board_page", __name__)
_board = TypeAdapter(Board)
YEAR = 365 * 86_400


@blueprint.get("/board")
@requires(Permission.SEE_BOARD)
def board() -> Response:
    """Show the board as it is now."""
    return _page(wall=False)


@blueprint.get("/wall")
@requires(Permission.SEE_WALL)
def wall() -> Response:
    """Show the board for a wall."""
    return _page(wall=True)


@blueprint.get("/wall/<secret>")
@open_to_anyone
def enter(secret: str) -> AnyResponse:
    """Make this browser a wall by its link; the secret goes into a cookie and out of the address."""
    if parts().access.recognise(Credentials(wall=secret)) is None:
        raise NotSignedInError("This wall's link does not work any more. Ask an admin for a new one.")
    response = redirect("/wall", code=303)
    secure = parts().settings.secure
    response.set_cookie(
        wall_cookie_name(secure=secure, practice=parts().settings.practice),
        secret,
        max_age=YEAR,
        path="/",
        secure=secure,
        httponly=True,
        samesite="Strict",
    )
    return response


def _page(*, wall: bool) -> Response:
    with parts().database.read() as session:
        found, site = read_board(session, now()), load_site(session)
    found = for_wall(found) if wall else found

    def clock(at: datetime) -> str:
        return at.astimezone(ZoneInfo(site.time_zone)).strftime("%H:%M")

    state = _board.dump_python(found, mode="json") | {"timeZone": site.time_zone, "wall": wall}
    template = "board/wall.html" if wall else "board/board.html"
    return Response(render_template(template, board=found, state=state, clock=clock, site=site))
