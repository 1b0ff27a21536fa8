"""Liveness and readiness endpoints: `/livez` and `/readyz`.

Readiness is checked by a query, a page and the journal. A busy server is ready: whoever took it out of service would
only move its load to the next one. Slowness is reported once two checks in a row have found it.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable

from werkzeug.exceptions import HTTPException

from medkg.errors import Busy, MedkgError, TimeLimit
from medkg.http.messages import Request, Response, document
from medkg.http.public_address import PublicAddress
from medkg.pool import QueryOperation
from medkg.server.endpoint import Endpoint

PAGE = "/catalog"
"""The page that is requested, a small one; whether pages can read their files is known (`Endpoint.fault`)."""

CHECK_INTERVAL_S = 1.0
"""Seconds between two checks at least."""

_FRESH_RESULT_TIMEOUT_S = 0.5  # after which the result of the check before is reported
_CHECK_TIMEOUT_S = 5.0
_CLIENT = "readyz"  # the client of the checks, by which the queue counts them
_NO_STORE = ("cache-control", "no-store")
_SERVER_ERROR = 500
_NO_EVALUATOR, _SLOW_PAGES = "no evaluator answers", "pages take too long"

_log = logging.getLogger("medkg.server")


def liveness() -> Response:
    """The response of a server that is alive."""
    return document(200, "text/plain", "alive\n", _NO_STORE)


class ReadinessCheck:
    """Checks whether an endpoint works, by requests to it; `respond` answers a request for a page."""

    def __init__(self, respond: Callable[[Request, Endpoint, Callable[[], None]], Awaitable[Response]]) -> None:
        self._respond = respond
        self._endpoint: Endpoint | None = None
        self._reasons: dict[str, str] = {}
        self._check: asyncio.Task[dict[str, str]] | None = None
        self._checked_at = 0.0
        self._slow: frozenset[str] = frozenset()
        """The reasons of slowness that the check before has found."""
        self.checks = 0
        """The number of checks."""

    async def response(self, endpoint: Endpoint) -> Response:
        """The state of an endpoint, its revision and the confinement of evaluators; 503 if something does not work."""
        reasons = await self._latest(endpoint)
        return _response(endpoint, {**reasons, **_known_faults(endpoint)})

    async def _latest(self, endpoint: Endpoint) -> dict[str, str]:
        """The reason why each function does not work, empty for those that do; by a new check if the last is old."""
        if endpoint is not self._endpoint:
            self._endpoint, self._reasons, self._check, self._slow = endpoint, {}, None, frozenset()
        now = asyncio.get_running_loop().time()
        if self._check is None or (self._check.done() and now - self._checked_at >= CHECK_INTERVAL_S):
            self._check, self._checked_at = asyncio.create_task(self._run(endpoint)), now
        check = self._check
        await asyncio.wait([check], timeout=_FRESH_RESULT_TIMEOUT_S if self._reasons else None)
        return check.result() if check.done() else self._reasons

    async def _run(self, endpoint: Endpoint) -> dict[str, str]:
        """The reasons by a new check."""
        self.checks += 1
        queries, pages = await asyncio.gather(self._check_queries(endpoint), self._check_pages(endpoint))
        slow, slow_before = frozenset({queries, pages} & {_NO_EVALUATOR, _SLOW_PAGES}), self._slow
        reasons = {"queries": queries, "pages": pages}
        reasons = {name: "" if reason in slow - slow_before else reason for name, reason in reasons.items()}
        if endpoint.takes_updates:
            reasons["updates"] = await asyncio.to_thread(endpoint.updates.obstacle)
        for name, reason in reasons.items():
            if reason and reason != self._reasons.get(name):
                _log.error("%s do not work: %s", name, reason)
        if endpoint is self._endpoint:
            self._reasons, self._slow = reasons, slow
        return reasons

    async def _check_queries(self, endpoint: Endpoint) -> str:
        """The reason why a query fails; empty if it succeeds, or the reason is known anyway."""
        if not endpoint.is_alive:
            return ""
        query = QueryOperation(format="json", body=b"ASK {}")
        answer = endpoint.pool.run(query, client=_CLIENT, seconds=_CHECK_TIMEOUT_S)
        return await _failure(endpoint, answer, _NO_EVALUATOR)

    async def _check_pages(self, endpoint: Endpoint) -> str:
        """The reason why a page fails; empty if it succeeds, or the reason is known anyway."""
        if endpoint.fault:
            return ""
        address = endpoint.config.public or PublicAddress()
        request = Request(method="GET", path=PAGE, client=_CLIENT, address=address)
        return await _failure(endpoint, self._respond(request, endpoint, lambda: None), _SLOW_PAGES)


async def _failure(endpoint: Endpoint, request: Awaitable[object], timeout_reason: str) -> str:
    """The reason why a request fails; empty if it succeeds, or evaluators are busy with others."""
    try:
        async with asyncio.timeout(2 * _CHECK_TIMEOUT_S):
            response = await request
    except (Busy, TimeLimit):
        return "" if endpoint.pool.busy else timeout_reason
    except TimeoutError:
        return timeout_reason
    except (MedkgError, HTTPException) as error:
        return f"one fails by {type(error).__name__}"
    except Exception as error:
        _log.error("the request of a readiness check has failed", exc_info=error)
        return "one fails"
    if isinstance(response, Response) and response.status >= _SERVER_ERROR:
        return f"one is answered by {response.status}"
    return ""


def _known_faults(endpoint: Endpoint) -> dict[str, str]:
    """The reasons that are known without a check."""
    reasons = {}
    if not endpoint.is_alive:
        reasons = dict.fromkeys(("queries", "updates"), "the process that keeps the graph has ended")
    if endpoint.fault:
        reasons["pages"] = "the search index or the register of lineage is damaged"
    if endpoint.updates.damage:
        reasons["updates"] = "the journal is damaged"
    return {name: reason for name, reason in reasons.items() if name != "updates" or endpoint.takes_updates}


def _response(endpoint: Endpoint, reasons: dict[str, str]) -> Response:
    """The state as JSON; the reasons are public, the log has the details."""
    failures = {name: reason for name, reason in reasons.items() if reason}
    state = {
        "status": _status(is_ready=not failures),
        "revision": endpoint.revision,
        "sandbox": str(endpoint.confinement),
        **{name: _status(is_ready=name not in failures) for name in reasons},
        **({"reasons": failures} if failures else {}),
    }
    return document(503 if failures else 200, "application/json", json.dumps(state) + "\n", _NO_STORE)


def _status(*, is_ready: bool) -> str:
    return "ready" if is_ready else "not ready"
