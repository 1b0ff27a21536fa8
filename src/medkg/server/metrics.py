"""What the server counts, for Prometheus: https://prometheus.io/docs/instrumenting/exposition_formats/.

What a process uses, as Linux tells it; nothing of one that has ended, and nothing elsewhere.

https://www.kernel.org/doc/html/latest/filesystems/proc.html

What is measured of a server: each metric declared once, for Prometheus and for the documentation.

What supervisors ask of a server: whether it lives, whether it can answer, and what it has done.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from medkg.http.messages import Answer
from medkg.pool import ExitCause
from medkg.server.health import Readiness, livez
from medkg.server.publication import Publication


def resident_bytes(pid: int) -> int:
    """The bytes of memory that a process has resident, shared ones included."""
    try:
        _, resident, *_ = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    except (OSError, ValueError):  # the latter where it is about to end
        return 0
    return int(resident) * os.sysconf("SC_PAGE_SIZE")


def descriptors(pid: int) -> int:
    """The number of descriptors that a process has open."""
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0


if TYPE_CHECKING:
    from medkg.server.backpressure import Outgoing
    from medkg.server.cache import Answers
    from medkg.server.connections import Connections
    from medkg.server.endpoint import Endpoint
    from medkg.server.logs import AccessLog
    from medkg.server.requests import Bodies


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """All that is measured of a server."""

    publication: Publication
    answers: Answers
    outgoing: Outgoing
    bodies: Bodies
    connections: Connections
    readiness: Readiness
    log: AccessLog
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
        name="medkg_evaluators_ended_total",
        help="Evaluators that ended before their time, by cause: `time`, `load` (others waited), `memory`, `crash`, "
        "`protocol`, `killed` from outside, `abandoned` by the client, or at their `start`.",
        label="cause",
        read=lambda it: {cause.value: it.endpoint.pool.ended[cause] for cause in ExitCause},
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
    Measure(
        name="medkg_log_lines_dropped_total",
        help="Lines of the access log that could not be written as fast as they came.",
        read=lambda it: it.log.dropped,
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
        name="medkg_answers_dropped_total",
        help="Large answers broken off because they were read too slowly.",
        read=lambda it: it.outgoing.dropped,
    ),
    Measure(
        name="medkg_connections_closed_total",
        help="Connections closed because their client had too many.",
        read=lambda it: it.connections.closed,
    ),
    Measure(
        name="medkg_shares_refused_total",
        help="Requests refused because a client, or all of them, had too much under way.",
        label="kind",
        read=lambda it: {
            "requests": it.connections.requests.refused,
            "bodies": it.bodies.shares.refused,
            "answers": it.outgoing.shares.refused,
        },
    ),
    Measure(
        name="medkg_resident_memory_bytes",
        help="Resident memory of the processes; what evaluators share with the keeper counts for each.",
        label="process",
        read=lambda it: _summed(it, resident_bytes),
    ),
    Measure(
        name="medkg_open_fds",
        help="File descriptors that the processes have open.",
        label="process",
        read=lambda it: _summed(it, descriptors),
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
        read=lambda it: {str(it.endpoint.confinement): 1},
    ),
)
"""What is read of a server whenever somebody asks."""


def _summed(state: State, read: Callable[[int], int]) -> Values:
    """What the processes of a server use together, by what they do."""
    return {name: sum(map(read, pids)) for name, pids in state.endpoint.processes.items()}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Probes:
    """The answers to supervisors, from what a server consists of."""

    metrics: Metrics
    readiness: Readiness
    state: Callable[..., State]
    """All that is measured of the server, by the keyword `publication`, which is there once it serves."""

    async def answer(self, path: str, publication: Publication) -> Answer | None:
        """The answer at a path; None where that is none of a supervisor's."""
        match path:
            case "/livez":
                return livez()
            case "/readyz":
                return await self.readiness.answer(publication.endpoint)
            case "/metrics":
                return self.metrics.answer(self.state(publication=publication))
        return None
