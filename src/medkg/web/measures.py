"""What is measured of a server: each metric declared once, for Prometheus and for the documentation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from medkg.pool.replies import Cause
from medkg.web import usage

if TYPE_CHECKING:
    from medkg.web.caching import Answers
    from medkg.web.connections import Connections
    from medkg.web.endpoint import Endpoint
    from medkg.web.health import Readiness
    from medkg.web.incoming import Bodies
    from medkg.web.log import AccessLog
    from medkg.web.outgoing import Outgoing
    from medkg.web.publication import Publication


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
        read=lambda it: {cause.value: it.endpoint.pool.ended[cause] for cause in Cause},
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


def _summed(state: State, read: Callable[[int], int]) -> Values:
    """What the processes of a server use together, by what they do."""
    return {name: sum(map(read, pids)) for name, pids in state.endpoint.processes.items()}
