"""PostgreSQL only: whose turn it is to write, and a mark that tells a lost commit from one that never happened."""

from sqlalchemy import Connection, Engine, func, literal_column, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from warehouse.storage.faults import Fault, UnknownOutcomeError
from warehouse.storage.models.journal import WriterMarkRow
from warehouse.storage.prepared import Prepared

ASKS = 10
_TURN = Prepared(select(func.pg_advisory_xact_lock(literal_column("731401")).label("turn")))


def take_turn(connection: Connection) -> None:
    """Wait until no other writer of this warehouse is in a transaction; the audit chain has one head."""
    if connection.dialect.name == "postgresql":
        _TURN.run(connection, [{}])


def write_mark(connection: Connection, writer: str, group_no: int) -> None:
    """Note in the same transaction which group this is."""
    if connection.dialect.name == "postgresql":
        _MARK.run(connection, [{"writer": writer, "group_no": group_no}])


_FRESH = insert(WriterMarkRow)
_MARK = Prepared(
    _FRESH.on_conflict_do_update(index_elements=["writer"], set_={"group_no": _FRESH.excluded.group_no}),
    ["writer", "group_no"],
)


def last_group(engine: Engine, writer: str) -> int | None:
    """Look up the last group that `writer` committed, after any transaction of its lost connection has ended.

    Raises `UnknownOutcomeError` when the database cannot be asked for a while.
    """
    for attempt in range(1, ASKS + 1):
        try:
            with engine.connect() as connection:
                take_turn(connection)
                return connection.scalar(select(WriterMarkRow.group_no).where(WriterMarkRow.writer == writer))
        except DBAPIError:
            Fault.LOST.pause(attempt)
    raise UnknownOutcomeError(
        "The database went away during the commit. Look whether the change is there before sending it again."
    )
