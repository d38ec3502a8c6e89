"""The lead's board as values: the whole of it, or only the part that some news is about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from warehouse.domain.news import BoardKind
from warehouse.storage.queries.board import (
    DeviceState,
    Lane,
    Mismatch,
    OpenExceptions,
    PrinterState,
    cursor_of,
    devices_of,
    exceptions_of,
    lanes_of,
    mismatches_of,
    order_counts,
    printers_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Everything the board shows at one moment; parts that were not asked for are None."""

    cursor: int
    at: datetime
    lanes: tuple[Lane, ...] | None = None
    orders: Mapping[str, int] | None = None
    exceptions: OpenExceptions | None = None
    mismatches: tuple[Mismatch, ...] | None = None
    devices: tuple[DeviceState, ...] | None = None
    printers: tuple[PrinterState, ...] | None = None


Reader = Callable[[Session, datetime], object]
_READERS: Mapping[str, Reader] = {
    "lanes": lanes_of,
    "orders": lambda session, _now: order_counts(session),
    "exceptions": exceptions_of,
    "mismatches": lambda session, _now: mismatches_of(session),
    "devices": devices_of,
    "printers": lambda session, _now: printers_of(session),
}
_PARTS_OF: Mapping[BoardKind, tuple[str, ...]] = {
    BoardKind.BATCHES: ("lanes",),
    BoardKind.ORDERS: ("orders",),
    BoardKind.EXCEPTIONS: ("exceptions",),
    BoardKind.SCANS: ("lanes", "mismatches", "devices"),
    BoardKind.DEVICES: ("devices",),
    BoardKind.PRINTERS: ("printers",),
}
SHOWN = frozenset(_PARTS_OF)
"""What changes the board; other news leave it as it is."""


def read_board(session: Session, now: datetime, kind: BoardKind | None = None) -> Board:
    """Read the board, or the part that `kind` is about. The cursor is read first: nothing after it is missed."""
    cursor = cursor_of(session)
    wanted = _PARTS_OF[kind] if kind is not None else tuple(_READERS)
    parts = {name: _READERS[name](session, now) for name in wanted}
    return Board(cursor=cursor, at=now, **parts)  # type: ignore[arg-type]  # each reader gives its part's type
