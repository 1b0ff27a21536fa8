"""Signs of life for supervisors: `/livez` asks nothing, `/readyz` asks whether queries would be answered."""

from __future__ import annotations

import json

from medkg.web.endpoint import Endpoint
from medkg.web.messages import Answer, document

_NEVER_KEPT = ("cache-control", "no-store")


def livez() -> Answer:
    """The server is there."""
    return document(200, "text/plain", "alive\n", _NEVER_KEPT)


def readyz(endpoint: Endpoint | None) -> Answer:
    """The server can answer, from which revision, and how those are shut in that evaluate; 503 where it cannot."""
    ready = endpoint is not None and endpoint.is_alive
    state = {
        "status": "ready" if ready else "not ready",
        "revision": endpoint.revision if endpoint else None,
        "sandbox": str(endpoint.walls) if endpoint else None,
    }
    return document(200 if ready else 503, "application/json", json.dumps(state) + "\n", _NEVER_KEPT)
