"""The lead's board as values: the whole of it, or only the part that some news is about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from warehouse.domain.news import BoardKind
from warehouse.services.planning.forecasting import OrderAtRisk, foresee_floor
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
    at_risk: tuple[OrderAtRisk, ...] | None = None
    orders_at_risk: int | None = None
    orders: Mapping[str, int] | None = None
    exceptions: OpenExceptions | None = None
    mismatches: tuple[Mismatch, ...] | None = None
    devices: tuple[DeviceState, ...] | None = None
    printers: tuple[PrinterState, ...] | None = None


Reader = Callable[[Session, datetime], dict[str, object]]


def _floor(session: Session, now: datetime) -> dict[str, object]:
    """Foresee the floor once, for its lanes and for the orders at risk."""
    forecast = foresee_floor(session, now)
    return {
        "lanes": lanes_of(session, now, forecast.batches),
        "at_risk": forecast.at_risk,
        "orders_at_risk": forecast.orders_at_risk,
    }


_READERS: Mapping[str, Reader] = {
    "lanes": _floor,
    "orders": lambda session, _now: {"orders": order_counts(session)},
    "exceptions": lambda session, now: {"exceptions": exceptions_of(session, now)},
    "mismatches": lambda session, _now: {"mismatches": mismatches_of(session)},
    "devices": lambda session, now: {"devices": devices_of(session, now)},
    "printers": lambda session, _now: {"printers": printers_of(session)},
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
    parts: dict[str, object] = {}
    for name in wanted:
        parts |= _READERS[name](session, now)
    return Board(cursor=cursor, at=now, **parts)  # type: ignore[arg-type]  # each reader gives its part's type
