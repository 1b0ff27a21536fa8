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
    """Whether all works that may be asked for, from which revision, how evaluators are shut in; 503 where not all does.

    Why something does not work is in the log, for strangers read this too.
    """
    works = _works(endpoint) if endpoint else {}
    ready = bool(works) and all(works.values())
    state = {
        "status": _word(ready),
        "revision": endpoint.revision if endpoint else None,
        "sandbox": str(endpoint.walls) if endpoint else None,
        **{name: _word(each) for name, each in works.items()},
    }
    return document(200 if ready else 503, "application/json", json.dumps(state) + "\n", _NEVER_KEPT)


def _works(endpoint: Endpoint) -> dict[str, bool]:
    """What may be asked of an endpoint, each with whether it works; updates only where somebody may make them."""
    works = {"queries": endpoint.is_alive, "pages": not endpoint.fault}
    return works if endpoint.token is None else {**works, "updates": endpoint.is_alive and not endpoint.updates.damage}


def _word(ready: bool) -> str:
    return "ready" if ready else "not ready"
