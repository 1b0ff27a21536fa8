"""The limits of one request and of the pool; the settings fill them in."""

from __future__ import annotations

from dataclasses import dataclass

from medkg.settings import DEFAULTS


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLimits:
    """The limits of a request: seconds, and bytes but for `rows`."""

    seconds: float = DEFAULTS.number("MEDKG_QUERY_TIMEOUT")
    """The time to evaluate a query or an update."""
    memory: int = DEFAULTS.whole("MEDKG_QUERY_MEMORY")
    """The memory evaluation may take beyond the graph."""
    answer: int = DEFAULTS.whole("MEDKG_ANSWER_BYTES")
    """The size of an answer, before compression."""
    rows: int = DEFAULTS.whole("MEDKG_ANSWER_ROWS")
    """The number of solutions in an answer."""
    request: int = DEFAULTS.whole("MEDKG_REQUEST_BYTES")
    """The size of a query request's body."""
    write: int = DEFAULTS.whole("MEDKG_WRITE_BYTES")
    """The size of an update's or a graph's body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolLimits:
    """The number of evaluators, and the lengths of the queues for them."""

    evaluators: int = DEFAULTS.whole("MEDKG_EVALUATORS")
    waiting: int = DEFAULTS.whole("MEDKG_QUEUE")
    """Requests that wait, of all clients."""
    waiting_per_client: int = DEFAULTS.whole("MEDKG_CLIENT_QUEUE")
    """Requests that wait, of one client."""

    @property
    def processes(self) -> int:
        """The evaluators there may be at once: as many for slow jobs as for the others."""
        return 2 * self.evaluators

    @property
    def slow(self) -> int:
        """The evaluators that slow jobs may hold: all but half of `evaluators`, and one more than the `reserve`."""
        return self.processes - max((self.evaluators + 1) // 2, self.reserve + 1)

    @property
    def debtor_evaluators(self) -> int:
        """The evaluators up to which jobs of clients in debt may begin."""
        return self.evaluators

    @property
    def running_per_client(self) -> int:
        """The evaluators one client may keep busy: half of them."""
        return max(1, self.evaluators // 2)

    @property
    def reserve(self) -> int:
        """The idle evaluators left to clients that have none at work and are known for quick jobs: a quarter of all."""
        return (self.evaluators + 2) // 4
