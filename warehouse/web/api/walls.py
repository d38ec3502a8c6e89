"""Links for walls: made with a name, shown once, listed with their last use, revoked."""

from datetime import datetime

from flask import Blueprint, Response
from pydantic import Field

from warehouse.access import requires
from warehouse.domain.errors import NotFoundError
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.recognition import secret_hash
from warehouse.services.board.walls import NewWall, RevokeWall, create_wall, draw_wall_token, revoke_wall
from warehouse.storage.queries.board.walls import KnownWall, list_walls
from warehouse.web import parts
from warehouse.web.api import PREFIX, Answer, Body, Digits, Line, Listing, PageQuery, listing, operation
from warehouse.web.asking import actor, now

blueprint = Blueprint("walls", __name__, url_prefix=PREFIX)


class WallQuery(PageQuery):
    """A page of walls."""

    after: Digits | None = None  # type: ignore[assignment]  # the cursor of this list is a key


class WallAnswer(Answer):
    """A wall's link without its secret; `person` made it."""

    id: int
    name: str
    person: str
    created_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class WallBody(Body):
    """A wall to make a link for."""

    name: Line = Field(max_length=80)


class WallMade(WallAnswer):
    """The new link; `path` holds the secret, in this answer and nowhere else."""

    path: str


@blueprint.get("/walls")
@requires(Permission.EDIT_SETTINGS)
@operation(query=WallQuery, answer=Listing[WallAnswer])
def get_walls(query: WallQuery) -> Listing[KnownWall]:
    """List the links of walls, with their last use."""
    with parts().database.read() as session:
        found = list_walls(session, after=query.after or 0, limit=query.limit + 1)
    return listing(found, query.limit, lambda wall: wall.id)


@blueprint.post("/walls")
@requires(Permission.EDIT_SETTINGS)
@operation(body=WallBody, answer=WallMade, status=201)
def post_wall(body: WallBody) -> Response:
    """Make a link for a wall; its secret is shown this once."""
    key, path = make_wall(body.name)
    made = WallMade(path=path, **WallAnswer.model_validate(read_wall(key)).model_dump())
    return Response(made.model_dump_json(), status=201, content_type="application/json")


@blueprint.post("/walls/<key:wall>/revoke")
@requires(Permission.EDIT_SETTINGS)
@operation(answer=WallAnswer)
def post_revoke(wall: int) -> KnownWall:
    """End a wall's link at once; what it shows goes dark within two seconds."""
    end_wall(wall)
    return read_wall(wall)


def make_wall(name: str) -> tuple[int, str]:
    """Make a link; its key and its path with the secret are given back."""
    secret = draw_wall_token()
    new = NewWall(actor=actor(), at=now(), name=name, token_hash=secret_hash(secret))
    return parts().database.run(create_wall, new), f"/wall/{secret}"


def end_wall(wall: int) -> None:
    """Revoke a link; nothing remembered of it lets it in any more."""
    parts().database.run(revoke_wall, RevokeWall(actor=actor(), at=now(), wall=wall))
    parts().access.forget()


def read_wall(key: int) -> KnownWall:
    """Read one link; NotFoundError when there is none."""
    with parts().database.read() as session:
        found = list_walls(session, after=key - 1, limit=1)
    if not found or found[0].id != key:
        raise NotFoundError(sentence("There is no wall {wall}.", wall=key))
    return found[0]
