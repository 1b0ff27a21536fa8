"""What the server counts, for Prometheus: https://prometheus.io/docs/instrumenting/exposition_formats/."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from medkg.web.measures import MEASURES, State
from medkg.web.messages import Answer

_BUCKETS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, float("inf"))


REQUESTS = ("medkg_requests_total", "Requests answered.", ("route", "status", "kept"))
REQUEST_SECONDS = ("medkg_request_seconds", "Time to answer.", ("route",))
"""What is counted with each request: name, what it says, labels."""


class Metrics:
    """The counts of one server, from its start; those of the process that answers are the library's."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests, self._measures = _Requests(), _Measures()
        for each in (self._requests, self._measures):
            self._registry.register(each)
        ProcessCollector(registry=self._registry)
        self.count = self._requests.count

    def answer(self, state: State) -> Answer:
        """All counts, and how things stand at this moment."""
        self._measures.state = state
        headers = (("content-type", CONTENT_TYPE_LATEST), ("cache-control", "no-store"))
        return Answer(status=200, headers=headers, body=generate_latest(self._registry))


class _Measures(Collector):
    """What is read of a server, which has no state before it is asked."""

    def __init__(self) -> None:
        self.state: State | None = None

    def collect(self) -> Iterator[Metric]:
        """The metrics as they are now."""
        if self.state is not None:
            yield from (each.family(self.state) for each in MEASURES)


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
        requests = CounterMetricFamily(*REQUESTS[:2], labels=REQUESTS[2])
        for (route, status, kept), number in self._answered.items():
            requests.add_metric((route, str(status), str(kept)), number)
        yield requests
        seconds = HistogramMetricFamily(*REQUEST_SECONDS[:2], labels=REQUEST_SECONDS[2])
        for route, numbers in self._buckets.items():
            bounds = zip(map(floatToGoString, _BUCKETS), accumulate(numbers), strict=True)
            seconds.add_metric((route,), buckets=[*bounds], sum_value=self._seconds[route])
        yield seconds
