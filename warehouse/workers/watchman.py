"""Every quarter of an hour: figures for Prometheus, and what is out of line is put before somebody."""

from collections.abc import Callable
from datetime import datetime

from warehouse.metrics import Metrics
from warehouse.services.actor import SYSTEM
from warehouse.services.figures.alerts import TellAlerts, look_for_alerts, tell_alerts
from warehouse.services.figures.breakdowns import OwnerAges, open_by_age
from warehouse.services.figures.kpis import Trend, read_trends, span_of
from warehouse.storage.database import Database
from warehouse.workers import utc_now
from warehouse.workers.periodic import Periodic

EVERY = 900.0
DAYS = 7


class Watchman(Periodic):
    """Reads without holding up a writer; writes only when there is something to tell."""

    def __init__(
        self, database: Database, metrics: Metrics, *, every: float = EVERY, clock: Callable[[], datetime] = utc_now
    ) -> None:
        super().__init__("watchman", every)
        self._database = database
        self._metrics = metrics
        self._clock = clock

    def turn(self) -> None:
        """Measure, then tell what is out of line."""
        now = self._clock()
        with self._database.read() as session:
            trends, ages = read_trends(session, span_of(session, now, DAYS)), open_by_age(session, now)
            noticed = look_for_alerts(session, now)
        self._measure(trends, ages)
        if noticed:
            self._database.run(tell_alerts, TellAlerts(actor=SYSTEM, at=now, noticed=tuple(noticed)))

    def _measure(self, trends: list[Trend], ages: list[OwnerAges]) -> None:
        gauge = self._metrics.figures
        for trend in trends:
            gauge.labels(trend.kpi.name, "numerator").set(trend.whole.n)
            gauge.labels(trend.kpi.name, "denominator").set(trend.whole.of)
            if trend.whole.value is not None:
                gauge.labels(trend.kpi.name, "value").set(trend.whole.value)
            else:
                gauge.remove(trend.kpi.name, "value")
        self._metrics.exceptions_open.clear()
        for one in ages:
            for age, count in (("24", one.day), ("48", one.two_days), ("72", one.three_days), ("older", one.older)):
                self._metrics.exceptions_open.labels(one.role, age).set(count)
