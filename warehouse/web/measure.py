"""Counts and times every request."""

import time

from flask import Flask, Response, g, request

from warehouse.metrics import Metrics

METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})


def measure(app: Flask, metrics: Metrics) -> None:
    """Have every request of `app` counted and timed, by endpoint and never by address."""

    def begin() -> None:
        g.began = time.perf_counter()

    def count(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        method = request.method if request.method in METHODS else "other"
        metrics.requests.labels(endpoint, method, response.status_code).inc()
        began = g.get("began")
        if began is not None:
            metrics.request_seconds.labels(endpoint).observe(time.perf_counter() - began)
        return response

    app.before_request(begin)
    app.after_request(count)
