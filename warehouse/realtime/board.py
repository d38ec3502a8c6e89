"""The board's live side: screens say what they watch, and hear absolute values with a cursor."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from pydantic import TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from warehouse.access import requires
from warehouse.domain.errors import InvalidInputError
from warehouse.domain.news import BoardChanged, BoardKind, ExceptionChanged, NoticesChanged
from warehouse.domain.roles import Permission
from warehouse.domain.words import sentence
from warehouse.realtime import Live
from warehouse.realtime.events import Call
from warehouse.realtime.publisher import Notice, Payload, Publisher
from warehouse.realtime.rooms import BOARD, EXCEPTIONS, WALL, person_room
from warehouse.services.board.reading import PARTS_OF, Board, Foresight, Wanted, for_wall, read_parts
from warehouse.storage.database import Database

MOST_ROOMS = 20
_rooms = TypeAdapter(str | list[str])
_board = TypeAdapter(Board)


def register(live: Live, _database: Database) -> None:
    """Add the event by which a screen says what it wants to hear."""

    @live.on("watch")
    @requires()
    def watch(call: Call, wanted: object) -> dict[str, object]:
        """Join one room, or all of a list; each asks for its own right, and without it none further is joined."""
        for room in _read_rooms(wanted):
            call.enter(room)
        return {}

    @live.on("watch_wall")
    @requires(Permission.SEE_WALL)
    def watch_wall(call: Call, _nothing: object) -> dict[str, object]:
        """Join the room of the walls, the only one that a wall may hear."""
        call.enter(WALL)
        return {}

    @live.on("unwatch")
    @requires()
    def unwatch(call: Call, wanted: object) -> dict[str, object]:
        """Leave one room, or all of a list, as a pack station that is through with an order."""
        for room in _read_rooms(wanted):
            call.leave(room)
        return {}


def tell(publisher: Publisher, database: Database) -> None:
    """Turn news into what screens hear; a part of the board is read when it is sent, at most eight times a second.

    The forecast is made once a second while only scans come.
    """
    foresight = Foresight()

    def look(part: str, session: Session) -> Board:
        return read_parts(session, Wanted(datetime.now(UTC), (part,), foresight))

    def told(news: BoardChanged) -> list[Notice]:
        if news.kind is not BoardKind.SCANS:
            foresight.forget()
        shown = ((BOARD, _as_it_is), (WALL, for_wall))
        return [
            Notice(room, "board", partial(_read, database, partial(look, part), form), subject=part)
            for part in PARTS_OF.get(news.kind, ())
            for room, form in shown
        ]

    publisher.on(BoardChanged, told)
    publisher.on(NoticesChanged, lambda news: [Notice(person_room(key), "notices", {}) for key in news.people])
    publisher.on(ExceptionChanged, lambda news: [Notice(EXCEPTIONS, "exception", _changed(news), str(news.exception))])


def _as_it_is(board: Board) -> Board:
    return board


def _read(database: Database, look: Callable[[Session], Board], form: Callable[[Board], Board]) -> Payload:
    """Read a part when it is sent: several kinds of news about it are one look."""
    with database.read() as session:
        board = form(look(session))
    values: Payload = _board.dump_python(board, mode="json")
    return {name: value for name, value in values.items() if value is not None}


def _changed(news: ExceptionChanged) -> Payload:
    return {
        "id": news.exception,
        "type": news.type,
        "state": news.state,
        "owner_role": news.role,
        "owner": news.person,
    }


def _read_rooms(wanted: object) -> list[str]:
    try:
        found = _rooms.validate_python(wanted, strict=True)
    except ValidationError:
        raise InvalidInputError("Say the name of a room, or a list of names.") from None
    rooms = [found] if isinstance(found, str) else found
    if len(rooms) > MOST_ROOMS:
        raise InvalidInputError(sentence("At most {most_rooms} rooms at once.", most_rooms=MOST_ROOMS))
    return rooms
