"""Counts and times for Prometheus; each server has its own registry."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """The meters that routes and sockets share."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "warehouse_requests", "HTTP requests answered", ["endpoint", "method", "status"], registry=self.registry
        )
        self.request_seconds = Histogram(
            "warehouse_request_seconds", "Time to answer", ["endpoint"], buckets=SECONDS, registry=self.registry
        )
        self.events = Counter("warehouse_events", "Socket events answered", ["event", "code"], registry=self.registry)
        self.event_seconds = Histogram(
            "warehouse_event_seconds", "Time to acknowledge", ["event"], buckets=SECONDS, registry=self.registry
        )
        self.refused_sockets = Counter(
            "warehouse_refused_sockets", "Sockets turned away", ["reason"], registry=self.registry
        )
        self.figures = Gauge(
            "warehouse_figure", "Figures of the last seven days", ["figure", "part"], registry=self.registry
        )
        self.exceptions_open = Gauge(
            "warehouse_exceptions_open", "Open exceptions by age", ["role", "age"], registry=self.registry
        )
        self._of_event: dict[tuple[str, str], tuple[Counter, Histogram]] = {}
        self.laggards = Counter("warehouse_laggards", "Sockets closed for reading too slowly", registry=self.registry)

    def answered(self, event: str, code: str, seconds: float) -> None:
        """Count one event and the time it took; the meters of a pair of words are looked up once."""
        meters = self._of_event.get((event, code))
        if meters is None:
            meters = self.events.labels(event, code), self.event_seconds.labels(event)
            self._of_event[event, code] = meters
        meters[0].inc()
        meters[1].observe(seconds)

    def watch(self, name: str, text: str, value: Callable[[], float]) -> None:
        """Report a number that is asked for at each scrape."""
        Gauge(f"warehouse_{name}", text, registry=self.registry).set_function(value)

    def text(self) -> bytes:
        """Write all meters in Prometheus' text form."""
        return generate_latest(self.registry)
