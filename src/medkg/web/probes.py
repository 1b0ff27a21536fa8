"""What supervisors ask of a server: whether it lives, whether it can answer, and what it has done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from medkg.web.health import Readiness, livez
from medkg.web.measures import State
from medkg.web.messages import Answer
from medkg.web.metrics import Metrics
from medkg.web.publication import Publication


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
