"""What the server counts, for Prometheus: https://prometheus.io/docs/instrumenting/exposition_formats/."""

from __future__ import annotations

from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from medkg.web.caching import Answers
from medkg.web.endpoint import Endpoint
from medkg.web.messages import Answer

_BUCKETS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30)


class Metrics:
    """The counts of one server, from its start."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "medkg_requests", "Requests answered.", ("route", "status", "kept"), registry=self._registry
        )
        self._seconds = Histogram(
            "medkg_request_seconds", "Time to answer.", ("route",), buckets=_BUCKETS, registry=self._registry
        )
        self._busy = Gauge("medkg_evaluators_busy", "Evaluators at work.", registry=self._registry)
        self._waiting = Gauge("medkg_requests_waiting", "Requests that wait for one.", registry=self._registry)
        self._kept = Gauge("medkg_answers_kept_bytes", "Size of the answers kept.", registry=self._registry)
        self._revision = Gauge(
            "medkg_revision_info", "The graph that is served.", ("revision",), registry=self._registry
        )
        self._sandbox = Gauge(
            "medkg_sandbox_info", "What evaluators are shut in by.", ("kind",), registry=self._registry
        )
        self._counter, self._histogram = cache(self._requests.labels), cache(self._seconds.labels)

    def count(self, route: str, status: int, seconds: float, *, kept: bool) -> None:
        """Count one request."""
        self._counter(route, status, kept).inc()
        self._histogram(route).observe(seconds)

    def answer(self, endpoint: Endpoint, answers: Answers) -> Answer:
        """All counts, and how things stand at this moment."""
        self._busy.set(endpoint.pool.busy)
        self._waiting.set(endpoint.pool.waiting)
        self._kept.set(answers.bytes)
        self._revision.clear()
        self._revision.labels(endpoint.revision).set(1)
        self._sandbox.clear()
        self._sandbox.labels(str(endpoint.walls)).set(1)
        headers = (("content-type", CONTENT_TYPE_LATEST), ("cache-control", "no-store"))
        return Answer(status=200, headers=headers, body=generate_latest(self._registry))
