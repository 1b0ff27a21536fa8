"""What the server counts, for Prometheus: https://prometheus.io/docs/instrumenting/exposition_formats/."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from medkg.web import usage
from medkg.web.messages import Answer

if TYPE_CHECKING:
    from medkg.web.caching import Answers
    from medkg.web.endpoint import Endpoint
    from medkg.web.health import Readiness
    from medkg.web.incoming import Bodies
    from medkg.web.outgoing import Outgoing
    from medkg.web.publication import Publication

_BUCKETS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, float("inf"))


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """All that is measured of a server."""

    publication: Publication
    answers: Answers
    outgoing: Outgoing
    bodies: Bodies
    readiness: Readiness
    front_restarts: int

    @property
    def endpoint(self) -> Endpoint:
        """The endpoint that answers now."""
        return self.publication.endpoint


Values = Mapping[str, float]
"""The values of a metric by that of its one label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A metric of ours: its name, what it says, how it is read of a server, and the label of its values, if any.

    A count's name ends in `_total`: https://prometheus.io/docs/practices/naming/.
    """

    name: str
    help: str
    read: Callable[[State], float | Values]
    label: str = ""

    @property
    def kind(self) -> str:
        """The type of the metric."""
        return "counter" if self.name.endswith("_total") else "gauge"

    def family(self, state: State) -> Metric:
        """The metric as it is now."""
        kind = CounterMetricFamily if self.kind == "counter" else GaugeMetricFamily
        made = kind(self.name, self.help, labels=[self.label] if self.label else ())
        found = self.read(state)
        for value, number in found.items() if isinstance(found, Mapping) else [("", found)]:
            made.add_metric([value] if self.label else [], number)
        return made


MEASURES = (
    Measure(name="medkg_evaluators_busy", help="Evaluators at work.", read=lambda it: it.endpoint.pool.busy),
    Measure(
        name="medkg_requests_waiting",
        help="Requests that wait for an evaluator.",
        read=lambda it: it.endpoint.pool.waiting,
    ),
    Measure(
        name="medkg_front_restarts_total",
        help="Times that the process that answers was replaced, since the server was started.",
        read=lambda it: it.front_restarts,
    ),
    Measure(
        name="medkg_keeper_restarts_total",
        help="Times that a keeper was replaced which had ended.",
        read=lambda it: it.publication.restarts,
    ),
    Measure(
        name="medkg_readiness_checks_total",
        help="Times that a query and a page were asked for to see whether they work.",
        read=lambda it: it.readiness.checks,
    ),
    Measure(
        name="medkg_updates_total",
        help="Updates by outcome: `made`, or `refused` though the token was right.",
        label="outcome",
        read=lambda it: it.endpoint.updates.outcomes,
    ),
    Measure(
        name="medkg_updates_waiting",
        help="Updates that wait for their turn.",
        read=lambda it: it.endpoint.updates.waiting,
    ),
    Measure(
        name="medkg_journal_bytes", help="Size of the journal of updates.", read=lambda it: it.endpoint.updates.bytes
    ),
    Measure(
        name="medkg_journal_damaged",
        help="1 where the journal is damaged and takes no update.",
        read=lambda it: bool(it.endpoint.updates.damage),
    ),
    Measure(
        name="medkg_journal_free_bytes",
        help="Room that is left on the file system of the journal.",
        read=lambda it: it.endpoint.updates.free_bytes,
    ),
    Measure(
        name="medkg_last_publication_timestamp_seconds",
        help="When a snapshot was last taken over or refused, in seconds since 1970.",
        read=lambda it: it.publication.last.at,
    ),
    Measure(
        name="medkg_last_publication_success",
        help="1 where that was taken over, 0 where it was refused and the one before goes on.",
        read=lambda it: it.publication.last.is_success,
    ),
    Measure(name="medkg_answers_kept_bytes", help="Size of the answers kept.", read=lambda it: it.answers.bytes),
    Measure(
        name="medkg_answers_in_flight_bytes",
        help="Size of large answers that clients may not have read yet.",
        read=lambda it: it.outgoing.bytes,
    ),
    Measure(
        name="medkg_bodies_in_flight_bytes",
        help="Size of what has come in of request bodies that are not whole yet.",
        read=lambda it: it.bodies.bytes,
    ),
    Measure(
        name="medkg_resident_memory_bytes",
        help="Resident memory of the processes; what evaluators share with the keeper counts for each.",
        label="process",
        read=lambda it: _summed(it, usage.resident_bytes),
    ),
    Measure(
        name="medkg_open_fds",
        help="File descriptors that the processes have open.",
        label="process",
        read=lambda it: _summed(it, usage.descriptors),
    ),
    Measure(
        name="medkg_revision_info",
        help="The graph that is served.",
        label="revision",
        read=lambda it: {it.endpoint.revision: 1},
    ),
    Measure(
        name="medkg_sandbox_info",
        help="What evaluators are shut in by.",
        label="kind",
        read=lambda it: {str(it.endpoint.walls): 1},
    ),
)
"""What is read of a server whenever somebody asks."""

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


def _summed(state: State, read: Callable[[int], int]) -> Values:
    """What the processes of a server use together, by what they do."""
    return {name: sum(map(read, pids)) for name, pids in state.endpoint.processes.items()}


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
