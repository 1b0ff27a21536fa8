"""The metrics of the server for Prometheus, each declared once, for `/metrics` and for the documentation.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from medkg.http.messages import Response
from medkg.pool import ExitCause
from medkg.server.backpressure import UnreadResponses
from medkg.server.cache import ResponseCache
from medkg.server.connections import ConnectionLimiter
from medkg.server.endpoint import Endpoint
from medkg.server.health import ReadinessCheck
from medkg.server.logs import AccessLog
from medkg.server.publication import Publication
from medkg.server.shares import Shares


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerState:
    """The parts of a server that metrics are read from."""

    publication: Publication
    cache: ResponseCache
    unread: UnreadResponses
    incoming: Shares
    connections: ConnectionLimiter
    readiness: ReadinessCheck
    log: AccessLog
    front_restarts: int

    @property
    def endpoint(self) -> Endpoint:
        """The endpoint that serves at present."""
        return self.publication.endpoint


Values = Mapping[str, float]
"""The values of a metric by that of its one label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricDeclaration:
    """A metric: its name, its help text, how it is read of a server, and the label of its values, if any.

    A counter's name ends in `_total`: https://prometheus.io/docs/practices/naming/.
    """

    name: str
    help: str
    read: Callable[[ServerState], float | Values]
    label: str = ""

    @property
    def kind(self) -> str:
        """The type of the metric."""
        return "counter" if self.name.endswith("_total") else "gauge"

    def family(self, state: ServerState) -> Metric:
        """The metric with its present values."""
        kind = CounterMetricFamily if self.kind == "counter" else GaugeMetricFamily
        family = kind(self.name, self.help, labels=[self.label] if self.label else ())
        values = self.read(state)
        for label, number in values.items() if isinstance(values, Mapping) else [("", values)]:
            family.add_metric([label] if self.label else [], number)
        return family


METRICS = (
    MetricDeclaration(
        name="medkg_evaluators_busy", help="Evaluators at work.", read=lambda state: state.endpoint.pool.busy
    ),
    MetricDeclaration(
        name="medkg_requests_waiting",
        help="Requests that wait for an evaluator.",
        read=lambda state: state.endpoint.pool.waiting,
    ),
    MetricDeclaration(
        name="medkg_evaluators_ended_total",
        help="Evaluators that ended early, by cause: `time`, `load` (others waited), `memory`, `crash`, "
        "`protocol`, `killed` from outside, `abandoned` by the client, or at their `start`.",
        label="cause",
        read=lambda state: {cause.value: state.endpoint.pool.ended[cause] for cause in ExitCause},
    ),
    MetricDeclaration(
        name="medkg_front_restarts_total",
        help="Restarts of the process that takes requests in, since the server was started.",
        read=lambda state: state.front_restarts,
    ),
    MetricDeclaration(
        name="medkg_keeper_restarts_total",
        help="Restarts of the process that holds the graph.",
        read=lambda state: state.publication.restarts,
    ),
    MetricDeclaration(
        name="medkg_readiness_checks_total",
        help="Readiness checks, which run a query and a page.",
        read=lambda state: state.readiness.checks,
    ),
    MetricDeclaration(
        name="medkg_updates_total",
        help="Updates by outcome: `made`, or `refused` although the token was valid.",
        label="outcome",
        read=lambda state: state.endpoint.updates.outcomes,
    ),
    MetricDeclaration(
        name="medkg_updates_waiting",
        help="Updates that wait for their turn.",
        read=lambda state: state.endpoint.updates.waiting,
    ),
    MetricDeclaration(
        name="medkg_journal_bytes",
        help="Size of the journal of updates.",
        read=lambda state: state.endpoint.updates.bytes,
    ),
    MetricDeclaration(
        name="medkg_journal_damaged",
        help="1 if the journal is damaged and takes no updates.",
        read=lambda state: bool(state.endpoint.updates.damage),
    ),
    MetricDeclaration(
        name="medkg_journal_free_bytes",
        help="Free space on the file system of the journal.",
        read=lambda state: state.endpoint.updates.free_bytes,
    ),
    MetricDeclaration(
        name="medkg_last_publication_timestamp_seconds",
        help="Time when a snapshot was last taken over or refused, in seconds since 1970.",
        read=lambda state: state.publication.last.at,
    ),
    MetricDeclaration(
        name="medkg_last_publication_success",
        help="1 if that snapshot was taken over, 0 if it was refused and the one before goes on.",
        read=lambda state: state.publication.last.is_success,
    ),
    MetricDeclaration(
        name="medkg_log_lines_dropped_total",
        help="Lines of the access log that could not be written as fast as they came.",
        read=lambda state: state.log.dropped_requests,
    ),
    MetricDeclaration(
        name="medkg_answers_kept_bytes", help="Size of the response cache.", read=lambda state: state.cache.bytes
    ),
    MetricDeclaration(
        name="medkg_answers_in_flight_bytes",
        help="Size of large responses that clients have not read yet.",
        read=lambda state: state.unread.shares.used,
    ),
    MetricDeclaration(
        name="medkg_bodies_in_flight_bytes",
        help="Size of the received parts of request bodies that are not complete yet.",
        read=lambda state: state.incoming.used,
    ),
    MetricDeclaration(
        name="medkg_answers_dropped_total",
        help="Large responses dropped because they were read too slowly.",
        read=lambda state: state.unread.dropped,
    ),
    MetricDeclaration(
        name="medkg_connections_closed_total",
        help="Connections closed because their client had too many.",
        read=lambda state: state.connections.closed,
    ),
    MetricDeclaration(
        name="medkg_shares_refused_total",
        help="Requests refused because a client, or all clients, had too much in progress.",
        label="kind",
        read=lambda state: {
            "requests": state.connections.requests.refusals,
            "bodies": state.incoming.refusals,
            "answers": state.unread.shares.refusals,
        },
    ),
    MetricDeclaration(
        name="medkg_resident_memory_bytes",
        help="Resident memory of the processes; memory that evaluators share with the keeper counts for each.",
        label="process",
        read=lambda state: _sums(state, _resident_bytes),
    ),
    MetricDeclaration(
        name="medkg_open_fds",
        help="File descriptors that the processes have open.",
        label="process",
        read=lambda state: _sums(state, _open_descriptors),
    ),
    MetricDeclaration(
        name="medkg_revision_info",
        help="The revision of the graph that is served.",
        label="revision",
        read=lambda state: {state.endpoint.revision: 1},
    ),
    MetricDeclaration(
        name="medkg_sandbox_info",
        help="The kernel features that confine evaluators.",
        label="kind",
        read=lambda state: {str(state.endpoint.confinement): 1},
    ),
)
"""The metrics that are read of a server at each scrape."""


def _sums(state: ServerState, read: Callable[[int], int]) -> Values:
    """The sum of a number over the processes of each kind."""
    return {kind: sum(map(read, pids)) for kind, pids in state.endpoint.processes.items()}


def _resident_bytes(pid: int) -> int:
    """The resident memory of a process, shared memory included; 0 if it has ended, or on systems other than Linux.

    https://www.kernel.org/doc/html/latest/filesystems/proc.html
    """
    try:
        _, resident, *_ = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    except (OSError, ValueError):  # the latter while it ends
        return 0
    return int(resident) * os.sysconf("SC_PAGE_SIZE")


def _open_descriptors(pid: int) -> int:
    """The number of descriptors that a process has open; 0 if it has ended, or on systems other than Linux."""
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0


_BUCKETS_S = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, float("inf"))


REQUESTS = ("medkg_requests_total", "Requests answered.", ("route", "status", "kept"))
REQUEST_SECONDS = ("medkg_request_seconds", "Time to answer.", ("route",))
"""The metrics that are counted with each request: name, help text, labels."""


class MetricsRegistry:
    """The metrics of one server since its start; those of the front process are the library's."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests, self._state = _RequestCollector(), _StateCollector()
        self._registry.register(self._requests)
        self._registry.register(self._state)
        ProcessCollector(registry=self._registry)
        self.count = self._requests.count

    def response(self, state: ServerState) -> Response:
        """All metrics in the text format of Prometheus."""
        self._state.state = state
        headers = (("content-type", CONTENT_TYPE_LATEST), ("cache-control", "no-store"))
        return Response(status=200, headers=headers, body=generate_latest(self._registry))


class _StateCollector(Collector):
    """Collects the metrics that are read of a server, which has no state before the first scrape."""

    def __init__(self) -> None:
        self.state: ServerState | None = None

    def collect(self) -> Iterator[Metric]:
        """The metrics with their present values."""
        if self.state is not None:
            yield from (metric.family(self.state) for metric in METRICS)


class _RequestCollector(Collector):
    """Counts requests by route, and their times; faster than the counters of the library."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, int, bool]] = Counter()
        self._buckets: defaultdict[str, list[int]] = defaultdict(lambda: [0] * len(_BUCKETS_S))
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def count(self, route: str, status: int, seconds: float, *, is_cached: bool) -> None:
        """Count one request."""
        self._requests[route, status, is_cached] += 1
        self._buckets[route][bisect_left(_BUCKETS_S, seconds)] += 1
        self._seconds[route] += seconds

    def collect(self) -> Iterator[Metric]:
        """The metrics with their present values."""
        requests = CounterMetricFamily(*REQUESTS[:2], labels=REQUESTS[2])
        for (route, status, is_cached), number in self._requests.items():
            requests.add_metric((route, str(status), str(is_cached)), number)
        yield requests
        seconds = HistogramMetricFamily(*REQUEST_SECONDS[:2], labels=REQUEST_SECONDS[2])
        for route, numbers in self._buckets.items():
            bounds = zip(map(floatToGoString, _BUCKETS_S), accumulate(numbers), strict=True)
            seconds.add_metric((route,), buckets=[*bounds], sum_value=self._seconds[route])
        yield seconds
