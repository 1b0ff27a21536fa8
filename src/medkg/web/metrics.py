"""What the server counts, for Prometheus: https://prometheus.io/docs/instrumenting/exposition_formats/."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from medkg.web.caching import Answers
from medkg.web.endpoint import Endpoint
from medkg.web.messages import Answer

_BUCKETS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, float("inf"))


class Metrics:
    """The counts of one server, from its start."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = _Requests()
        self._registry.register(self._requests)
        self._busy = Gauge("medkg_evaluators_busy", "Evaluators at work.", registry=self._registry)
        self._waiting = Gauge("medkg_requests_waiting", "Requests that wait for one.", registry=self._registry)
        self._writers = Gauge("medkg_updates_waiting", "Updates that wait for their turn.", registry=self._registry)
        self._journal = Gauge("medkg_journal_bytes", "Size of the journal of updates.", registry=self._registry)
        self._damaged = Gauge(
            "medkg_journal_damaged", "1 where the journal is damaged and takes no update.", registry=self._registry
        )
        self._kept = Gauge("medkg_answers_kept_bytes", "Size of the answers kept.", registry=self._registry)
        self._revision = Gauge(
            "medkg_revision_info", "The graph that is served.", ("revision",), registry=self._registry
        )
        self._sandbox = Gauge(
            "medkg_sandbox_info", "What evaluators are shut in by.", ("kind",), registry=self._registry
        )
        self.count = self._requests.count

    def answer(self, endpoint: Endpoint, answers: Answers) -> Answer:
        """All counts, and how things stand at this moment."""
        self._busy.set(endpoint.pool.busy)
        self._waiting.set(endpoint.pool.waiting)
        self._writers.set(endpoint.updates.waiting)
        self._journal.set(endpoint.updates.bytes)
        self._damaged.set(bool(endpoint.updates.damage))
        self._kept.set(answers.bytes)
        self._revision.clear()
        self._revision.labels(endpoint.revision).set(1)
        self._sandbox.clear()
        self._sandbox.labels(str(endpoint.walls)).set(1)
        headers = (("content-type", CONTENT_TYPE_LATEST), ("cache-control", "no-store"))
        return Answer(status=200, headers=headers, body=generate_latest(self._registry))


class _Requests(Collector):
    """Requests by route and the time they took: counted here, for it takes less than the library's counters do."""

    def __init__(self) -> None:
        self._answered: Counter[tuple[str, int, bool]] = Counter()
        self._buckets: defaultdict[str, list[int]] = defaultdict(lambda: [0] * len(_BUCKETS))
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def count(self, route: str, status: int, seconds: float, *, kept: bool) -> None:
        """Count one request."""
        self._answered[route, status, kept] += 1
        self._buckets[route][bisect_left(_BUCKETS, seconds)] += 1
        self._seconds[route] += seconds

    def collect(self) -> Iterator[Metric]:
        """The counts as they are now."""
        requests = CounterMetricFamily("medkg_requests", "Requests answered.", labels=("route", "status", "kept"))
        for (route, status, kept), number in self._answered.items():
            requests.add_metric((route, str(status), str(kept)), number)
        yield requests
        seconds = HistogramMetricFamily("medkg_request_seconds", "Time to answer.", labels=("route",))
        for route, numbers in self._buckets.items():
            bounds = zip(map(floatToGoString, _BUCKETS), accumulate(numbers), strict=True)
            seconds.add_metric((route,), buckets=[*bounds], sum_value=self._seconds[route])
        yield seconds
