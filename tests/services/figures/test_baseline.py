"""What was before is kept with its date, and never changed."""

from datetime import date

import pytest

from tests.builders import build
from tests.services.figures.world import NOW, World
from warehouse.domain.errors import InvalidInputError
from warehouse.domain.figures.measures import Figure
from warehouse.services.actor import SYSTEM
from warehouse.services.figures.baseline import (
    KeepBaseline,
    KeepMeasured,
    as_figure,
    baselines,
    keep_baseline,
    keep_measured,
    newest,
)
from warehouse.storage.database import Database


def told(kpi: str, n: int, of: int) -> KeepBaseline:
    days = {"since": date(2026, 9, 1), "until": date(2026, 9, 30)}
    return KeepBaseline(actor=SYSTEM, at=NOW, kpi=kpi, n=n, of=of, source="old system", **days)


def test_the_newest_of_a_figure_is_compared_with_and_the_others_stay(database: Database) -> None:
    for n in (90, 95):
        database.run(keep_baseline, told("on_time", n, 100))
    with database.read() as session:
        kept = baselines(session)
    assert [one.n for one in kept] == [95, 90]
    assert as_figure(newest(kept)["on_time"]) == Figure(n=95, of=100, cases=100, value=0.95)


def test_what_was_measured_is_kept_with_medians_of_hours(database: Database) -> None:
    build(database, World)
    kept = database.run(keep_measured, KeepMeasured(actor=SYSTEM, at=NOW, days=3))
    with database.read() as session:
        found = newest(baselines(session))
    assert kept == len(found) == 18
    assert (found["cycle_from_import"].value, found["on_time"].value) == (4.0, 0.5)
    assert found["orders_per_hour"].value == pytest.approx(5 / 5.5)


@pytest.mark.parametrize(("kpi", "n", "of"), [("nothing", 1, 2), ("on_time", 3, 2), ("on_time", 0, 0)])
def test_what_cannot_be_is_not_kept(database: Database, kpi: str, n: int, of: int) -> None:
    with pytest.raises(InvalidInputError):
        database.run(keep_baseline, told(kpi, n, of))


def test_days_come_in_order(database: Database) -> None:
    asked = told("on_time", 1, 2)
    backwards = KeepBaseline(
        actor=SYSTEM, at=NOW, kpi="on_time", n=1, of=2, since=asked.until, until=asked.since, source="x"
    )
    with pytest.raises(InvalidInputError):
        database.run(keep_baseline, backwards)
