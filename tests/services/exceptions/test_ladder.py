"""The ladder by the real worker and a clock that goes over a weekend, a holiday and the change to winter time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from tests.builders import build
from warehouse.domain.codes import ExceptionState
from warehouse.domain.exception_queue import ExceptionType
from warehouse.services.actor import SYSTEM
from warehouse.services.exceptions.queue import OpenEntry, open_exception
from warehouse.services.site import ChangeSetting, change_setting
from warehouse.storage.database import Database
from warehouse.storage.models.exception_queue import ExceptionEventRow, ExceptionRow
from warehouse.workers.escalator import Escalator

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = [{"weekday": day, "opens": "08:00", "closes": "16:00"} for day in range(5)]


def climb(database: Database, start: datetime, until: datetime) -> list[tuple[str, str]]:
    """Let the worker look every half hour; give what happened, and when by the clock on the wall."""
    entry = OpenEntry(actor=SYSTEM, at=start, type=ExceptionType.BACKORDER, subject="order:1")
    build(database, lambda session: open_exception(session, entry))
    at = start
    while at <= until:
        Escalator(database, clock=lambda at=at: at).turn()  # type: ignore[misc]  # a clock that stands at this look
        at = (at.astimezone(ZoneInfo("UTC")) + timedelta(minutes=30)).astimezone(BERLIN)
    with database.read() as session:
        assert session.scalars(select(ExceptionRow.state)).one() is ExceptionState.OPEN
        steps = session.scalars(select(ExceptionEventRow).order_by(ExceptionEventRow.id)).all()
        return [(step.kind, step.at.astimezone(BERLIN).strftime("%a %d %b %H:%M")) for step in steps]


@pytest.fixture
def database(sqlite_url: str) -> Database:
    found = Database(sqlite_url)
    for name, value in (
        ("time_zone", "Europe/Berlin"),
        ("ladder", [{"hours": 4, "role": "lead"}, {"hours": 8, "role": "admin"}]),
    ):
        found.run(
            change_setting, ChangeSetting(actor=SYSTEM, at=datetime(2026, 1, 1, tzinfo=BERLIN), name=name, value=value)
        )
    rules = {"backorder": {"hours": 4}}
    found.run(
        change_setting,
        ChangeSetting(actor=SYSTEM, at=datetime(2026, 1, 1, tzinfo=BERLIN), name="exception_rules", value=rules),
    )
    return found


def hours(database: Database, week: list[dict[str, object]], holidays: list[str]) -> None:
    value = {"hours": week, "holidays": holidays}
    database.run(
        change_setting,
        ChangeSetting(actor=SYSTEM, at=datetime(2026, 1, 1, tzinfo=BERLIN), name="calendar", value=value),
    )


def test_over_a_weekend_and_a_holiday_nothing_climbs(database: Database) -> None:
    hours(database, WEEK, ["2026-05-01"])
    # Thursday afternoon; Friday the first of May is a holiday.
    assert climb(database, datetime(2026, 4, 30, 14, tzinfo=BERLIN), datetime(2026, 5, 5, 12, tzinfo=BERLIN)) == [
        ("opened", "Thu 30 Apr 14:00"),
        ("escalated", "Mon 04 May 10:00"),
        ("escalated", "Mon 04 May 14:00"),
    ]


@pytest.mark.parametrize(
    ("start", "steps"),
    [
        # The night to 29 March has an hour less, the night to 25 October one more.
        (datetime(2026, 3, 29, 0, tzinfo=BERLIN), ["Sun 29 Mar 05:00", "Sun 29 Mar 09:00"]),
        (datetime(2026, 10, 25, 0, tzinfo=BERLIN), ["Sun 25 Oct 03:00", "Sun 25 Oct 07:00"]),
    ],
)
def test_when_the_clocks_change_real_hours_count(database: Database, start: datetime, steps: list[str]) -> None:
    found = climb(database, start, start + timedelta(hours=12))
    assert [at for kind, at in found if kind == "escalated"] == steps
    assert [kind for kind, _ in found] == ["opened", "escalated", "escalated"]


def test_opening_hours_keep_to_the_wall_when_the_clocks_change(database: Database) -> None:
    hours(database, WEEK, [])
    # Friday before winter time begins, 14:00: two hours are left, the other two are Monday's first.
    assert climb(database, datetime(2026, 10, 23, 14, tzinfo=BERLIN), datetime(2026, 10, 26, 12, tzinfo=BERLIN)) == [
        ("opened", "Fri 23 Oct 14:00"),
        ("escalated", "Mon 26 Oct 10:00"),
    ]
