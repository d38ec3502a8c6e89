"""Scans of all sockets: what came in at the same moment is judged together, and each answered when it is on disk."""

import functools

from warehouse.access import Caller
from warehouse.domain.errors import RetryLaterError
from warehouse.problems import problem_of
from warehouse.realtime.events import Reply
from warehouse.scans import ScansIn
from warehouse.storage.database import Database, Done


class ScanDesk:
    """Gathers scans until everything that had come is heard, then has them judged; never waits."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._gathered: list[tuple[ScansIn, Reply]] = []

    def take(self, caller: Caller, payload: object, reply: Reply) -> None:
        """Read a payload; raises `InvalidInputError` when it is no list of scans."""
        asked = ScansIn(caller, payload)
        if asked.scans:
            self._gathered.append((asked, reply))
        else:
            reply(asked.answer([]))

    def judge(self) -> None:
        """Have judged what was gathered; each is answered once it is durable."""
        if not self._gathered:
            return
        gathered, self._gathered = self._gathered, []
        try:
            self._database.scan_later(
                [(asked.scans, functools.partial(_tell, asked, reply)) for asked, reply in gathered]
            )
        except RetryLaterError as error:
            for asked, reply in gathered:
                reply(asked.put_off(error))


def _tell(asked: ScansIn, reply: Reply, done: Done) -> None:
    if done.error is None:
        reply(asked.answer(done.answer))
    elif isinstance(done.error, RetryLaterError):
        reply(asked.put_off(done.error))
    else:
        reply(problem_of(done.error).as_json() if isinstance(done.error, Exception) else {})
