"""The board for the lead, and the same for a wall."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, request
from pydantic import TypeAdapter

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.services.board import Board, read_board
from warehouse.services.site import load_site
from warehouse.web import parts
from warehouse.web.asking import now

blueprint = Blueprint("board_page", __name__)
_board = TypeAdapter(Board)


@blueprint.get("/board")
@requires(Permission.SEE_BOARD)
def board() -> Response:
    """Show the board as it is now; `?wall` makes it a wall display."""
    with parts().database.read() as session:
        found, site = read_board(session, now()), load_site(session)

    def clock(at: datetime) -> str:
        return at.astimezone(ZoneInfo(site.time_zone)).strftime("%H:%M")

    state = _board.dump_python(found, mode="json") | {"timeZone": site.time_zone}
    page = render_template(
        "board/board.html", board=found, state=state, clock=clock, site=site, wall="wall" in request.args
    )
    return Response(page)
