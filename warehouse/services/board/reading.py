"""The lead's board as values: the whole of it, or only the part that some news is about; and the same for a wall."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from warehouse.domain.board import Streak
from warehouse.domain.news import BoardKind
from warehouse.domain.site import Site
from warehouse.services.planning.forecasting import Forecast, OrderAtRisk, foresee_floor
from warehouse.services.site import load_site
from warehouse.storage.queries.board.figures import (
    HourFigure,
    Pareto,
    PersonFigure,
    pareto_of,
    people_of,
    streak_of,
    throughput_of,
)
from warehouse.storage.queries.board.floor import Lane, cursor_of, lanes_of, order_counts
from warehouse.storage.queries.board.trouble import (
    DeviceState,
    Mismatch,
    OpenExceptions,
    PrinterState,
    devices_of,
    devices_online,
    devices_unsent,
    exceptions_of,
    mismatches_of,
    printers_of,
)

NAMED = 12
"""So many orders at risk are shown by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Everything the board shows at one moment; parts that were not asked for are None.

    A batch in hand counts as stuck `stuck_after` minutes after it was last heard of. `at_risk` names
    the worst of so many `orders_at_risk`. So many people are `picking` and `packing`; where nobody is, the finishes are
    those of one. `people` are shown only where the site shows how individuals do.
    """

    cursor: int
    at: datetime
    stuck_after: int | None = None
    lanes: tuple[Lane, ...] | None = None
    at_risk: tuple[OrderAtRisk, ...] | None = None
    orders_at_risk: int | None = None
    picking: int | None = None
    packing: int | None = None
    orders: Mapping[str, int] | None = None
    exceptions: OpenExceptions | None = None
    mismatches: tuple[Mismatch, ...] | None = None
    devices: tuple[DeviceState, ...] | None = None
    devices_online: int | None = None
    devices_unsent: int | None = None
    printers: tuple[PrinterState, ...] | None = None
    throughput: tuple[HourFigure, ...] | None = None
    pareto: Pareto | None = None
    streak: Streak | None = None
    people: tuple[PersonFigure, ...] | None = None


Foresee = Callable[[Session, datetime], Forecast]


class Foresight:
    """A forecast that serves several looks running: half of what a look costs, and a scan more hardly changes it."""

    def __init__(self, good_for: timedelta = timedelta(seconds=1)) -> None:
        self._good_for = good_for
        self._kept: tuple[datetime, Forecast] | None = None

    def __call__(self, session: Session, now: datetime) -> Forecast:
        """Give the forecast kept while it is good, else a new one."""
        if self._kept is None or not timedelta() <= now - self._kept[0] < self._good_for:
            self._kept = now, foresee_floor(session, now)
        return self._kept[1]

    def forget(self) -> None:
        """Foresee anew at the next look: a batch began, ended or changed hands."""
        self._kept = None


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at the board: at what moment, under which rules, how the floor is foreseen."""

    now: datetime
    site: Site
    foresee: Foresee


Reader = Callable[[Session, _Look], dict[str, object]]


def _floor(session: Session, look: _Look) -> dict[str, object]:
    """Foresee the floor once, for its lanes and for the orders at risk."""
    forecast = look.foresee(session, look.now)
    return {
        "stuck_after": look.site.lease_minutes,
        "lanes": lanes_of(session, look.now, forecast.batches, timedelta(minutes=look.site.lease_minutes)),
        "at_risk": forecast.at_risk[:NAMED],
        "orders_at_risk": len(forecast.at_risk),
        "picking": forecast.picking,
        "packing": forecast.packing,
    }


def _figures(session: Session, look: _Look) -> dict[str, object]:
    """Read what the last hours came to; how individuals did only where the site has turned it on."""
    return {
        "throughput": throughput_of(session, look.now, look.site.time_zone),
        "pareto": pareto_of(session, look.now),
        "streak": streak_of(session, look.now),
        "people": people_of(session, look.now) if look.site.show_individuals else None,
    }


_READERS: Mapping[str, Reader] = {
    "lanes": _floor,
    "orders": lambda session, _look: {"orders": order_counts(session)},
    "exceptions": lambda session, look: {"exceptions": exceptions_of(session, look.now)},
    "mismatches": lambda session, look: {"mismatches": mismatches_of(session, names=look.site.show_individuals)},
    "devices": lambda session, look: {
        "devices": devices_of(session, look.now),
        "devices_online": devices_online(session, look.now),
        "devices_unsent": devices_unsent(session),
    },
    "printers": lambda session, _look: {"printers": printers_of(session)},
    "figures": _figures,
}
PARTS_OF: Mapping[BoardKind, tuple[str, ...]] = {
    BoardKind.BATCHES: ("lanes",),
    BoardKind.ORDERS: ("orders",),
    BoardKind.EXCEPTIONS: ("exceptions",),
    BoardKind.SCANS: ("lanes", "mismatches", "devices"),
    BoardKind.DEVICES: ("devices",),
    BoardKind.PRINTERS: ("printers",),
}
"""Which parts news are about; other news leave the board as it is. Figures of the last hours are only in the whole."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to read of the board: as of when, which parts, how the floor is foreseen."""

    now: datetime
    parts: Collection[str] = tuple(_READERS)
    foresee: Foresee = foresee_floor


def read_board(session: Session, now: datetime) -> Board:
    """Read the whole board."""
    return read_parts(session, Wanted(now))


def read_parts(session: Session, wanted: Wanted) -> Board:
    """Read some parts of the board. The cursor is read first: nothing after it is missed."""
    cursor, look = cursor_of(session), _Look(wanted.now, load_site(session), wanted.foresee)
    parts: dict[str, object] = {}
    for name in wanted.parts:
        parts |= _READERS[name](session, look)
    return Board(cursor=cursor, at=wanted.now, **parts)  # type: ignore[arg-type]  # each reader gives its part's type


def for_wall(board: Board) -> Board:
    """Give the board as everybody who walks by may see it: nobody's name, no sentence about an order."""
    queue = board.exceptions
    return replace(
        board,
        lanes=board.lanes and tuple(_nameless_lane(lane) for lane in board.lanes),
        at_risk=board.at_risk and tuple(replace(order, person=None) for order in board.at_risk),
        exceptions=queue
        and replace(queue, oldest=tuple(replace(it, text="", said=None, owner=None) for it in queue.oldest)),
        mismatches=board.mismatches
        and tuple(replace(it, person=None, code=None, order=None) for it in board.mismatches),
        devices=board.devices and tuple(replace(device, person=None) for device in board.devices),
        people=None,
    )


def _nameless_lane(lane: Lane) -> Lane:
    return replace(lane, tickets=tuple(replace(ticket, person=None) for ticket in lane.tickets))
