"""The lead's board at one moment, and what came since."""

from flask import Blueprint

from warehouse.access import requires
from warehouse.domain.roles import Permission
from warehouse.services.board.reading import Board, for_wall, read_board
from warehouse.storage.queries.journal import Fact, facts_after
from warehouse.web import parts
from warehouse.web.api import PREFIX, Listing, PageQuery, listing, operation
from warehouse.web.asking import now

blueprint = Blueprint("board", __name__, url_prefix=PREFIX)


@blueprint.get("/board")
@requires(Permission.SEE_BOARD)
@operation(answer=Board)
def board() -> Board:
    """Give the whole board with its cursor."""
    with parts().database.read() as session:
        return read_board(session, now())


@blueprint.get("/wall")
@requires(Permission.SEE_WALL)
@operation(answer=Board)
def wall() -> Board:
    """Give the board as a wall shows it: nobody's name, no sentence about an order."""
    with parts().database.read() as session:
        return for_wall(read_board(session, now()))


@blueprint.get("/journal")
@requires(Permission.SEE_JOURNAL)
@operation(query=PageQuery, answer=Listing[Fact])
def journal(query: PageQuery) -> Listing[Fact]:
    """List what was done after a cursor."""
    after = query.after_key or 0
    with parts().database.read() as session:
        rows = facts_after(session, min(after, 2**63 - 1), query.limit + 1)
    return listing(rows, query.limit, lambda fact: fact.seq)
