"""What supervisors ask of a server: whether it lives, whether it can answer, and what it has done."""

from __future__ import annotations

from dataclasses import dataclass

from medkg.web.caching import Answers
from medkg.web.connections import Connections
from medkg.web.health import Readiness, livez
from medkg.web.incoming import Bodies
from medkg.web.log import AccessLog
from medkg.web.measures import State
from medkg.web.messages import Answer
from medkg.web.metrics import Metrics
from medkg.web.outgoing import Outgoing
from medkg.web.publication import Publication


@dataclass(frozen=True, slots=True, kw_only=True)
class Probes:
    """The answers to supervisors, from what a server consists of."""

    metrics: Metrics
    readiness: Readiness
    answers: Answers
    outgoing: Outgoing
    bodies: Bodies
    connections: Connections
    log: AccessLog
    front_restarts: int

    async def answer(self, path: str, publication: Publication) -> Answer | None:
        """The answer at a path; None where that is none of a supervisor's."""
        match path:
            case "/livez":
                return livez()
            case "/readyz":
                return await self.readiness.answer(publication.endpoint)
            case "/metrics":
                return self.metrics.answer(self._state(publication))
        return None

    def _state(self, publication: Publication) -> State:
        """All that is measured."""
        return State(
            publication=publication,
            answers=self.answers,
            outgoing=self.outgoing,
            bodies=self.bodies,
            connections=self.connections,
            readiness=self.readiness,
            log=self.log,
            front_restarts=self.front_restarts,
        )
