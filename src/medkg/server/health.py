"""Liveness and readiness endpoints: `/livez` asks nothing, `/readyz` whether queries, pages and updates work.

To be busy is not to be unready: a queue that is full and a query that waits its turn are signs of work, and whoever
took a busy server out of service would move its load to the next one. Being late once says little as well: only what is
late twice in a row is told.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable

from werkzeug.exceptions import HTTPException

from medkg.errors import Busy, MedkgError, TimeLimit
from medkg.http.messages import Answer, Request, document
from medkg.http.public_address import PublicAddress
from medkg.pool import QueryOperation
from medkg.server.endpoint import Endpoint

PAGE = "/catalog"
"""The page that is asked for, a small one; whether index and register can be read is known (`Endpoint.fault`)."""

KEPT_S = 1.0
"""Seconds for which it is not asked again."""

_WAIT_S = 0.5  # seconds to wait for news where there is an answer from before
_TIMEOUT_S = 5.0
_CLIENT = "readyz"  # what the queue counts us by
_NEVER_KEPT = ("cache-control", "no-store")
_SERVER_ERROR = 500
_NO_EVALUATOR, _SLOW_PAGES = "no evaluator answers", "pages take too long"

_log = logging.getLogger("medkg.server")


def livez() -> Answer:
    """The server is there."""
    return document(200, "text/plain", "alive\n", _NEVER_KEPT)


class Readiness:
    """Whether an endpoint does what may be asked of it, found out by asking; `respond` answers a request for a page."""

    def __init__(self, respond: Callable[[Request, Endpoint, Callable[[], None]], Awaitable[Answer]]) -> None:
        self._respond = respond
        self._endpoint: Endpoint | None = None
        self._reasons: dict[str, str] = {}
        self._asking: asyncio.Task[dict[str, str]] | None = None
        self._asked_at = 0.0
        self._late: frozenset[str] = frozenset()
        """What was late when it was last asked for."""
        self.checks = 0
        """How often it was asked."""

    async def answer(self, endpoint: Endpoint) -> Answer:
        """What works, from which revision, and how evaluators are shut in; 503 with the reasons where not all does."""
        reasons = await self._latest(endpoint)
        return _answer(endpoint, {**reasons, **_known(endpoint)})

    async def _latest(self, endpoint: Endpoint) -> dict[str, str]:
        """What keeps an endpoint from doing each thing, asked anew where that is long ago; empty for what works."""
        if endpoint is not self._endpoint:
            self._endpoint, self._reasons, self._asking, self._late = endpoint, {}, None, frozenset()
        now = asyncio.get_running_loop().time()
        if self._asking is None or (self._asking.done() and now - self._asked_at >= KEPT_S):
            self._asking, self._asked_at = asyncio.create_task(self._ask(endpoint)), now
        asking = self._asking
        await asyncio.wait([asking], timeout=_WAIT_S if self._reasons else None)
        return asking.result() if asking.done() else self._reasons

    async def _ask(self, endpoint: Endpoint) -> dict[str, str]:
        """What keeps an endpoint from doing each thing."""
        self.checks += 1
        queries, pages = await asyncio.gather(self._of_queries(endpoint), self._of_pages(endpoint))
        late, before = frozenset({queries, pages} & {_NO_EVALUATOR, _SLOW_PAGES}), self._late
        found = {"queries": queries, "pages": pages}
        found = {name: "" if reason in late - before else reason for name, reason in found.items()}
        if endpoint.takes_updates:
            found["updates"] = await asyncio.to_thread(endpoint.updates.obstacle)
        for name, reason in found.items():
            if reason and reason != self._reasons.get(name):
                _log.error("%s do not work: %s", name, reason)
        if endpoint is self._endpoint:
            self._reasons, self._late = found, late
        return found

    async def _of_queries(self, endpoint: Endpoint) -> str:
        """What keeps queries from working, found out by one; nothing where that is known without asking."""
        if not endpoint.is_alive:
            return ""
        query = QueryOperation(format="json", body=b"ASK {}")
        return await _reason(
            endpoint,
            endpoint.pool.run(query, client=_CLIENT, seconds=_TIMEOUT_S),
            _NO_EVALUATOR,
        )

    async def _of_pages(self, endpoint: Endpoint) -> str:
        """What keeps pages from working, found out by one; nothing where that is known without asking."""
        if endpoint.fault:
            return ""
        address = endpoint.config.public or PublicAddress()
        request = Request(method="GET", path=PAGE, client=_CLIENT, address=address)
        return await _reason(endpoint, self._respond(request, endpoint, lambda: None), _SLOW_PAGES)


async def _reason(endpoint: Endpoint, asked: Awaitable[object], too_late: str) -> str:
    """Why what was asked for does not come; nothing where it does, or others are being answered meanwhile."""
    try:
        async with asyncio.timeout(2 * _TIMEOUT_S):
            answer = await asked
    except (Busy, TimeLimit):
        return "" if endpoint.pool.busy else too_late
    except TimeoutError:
        return too_late
    except (MedkgError, HTTPException) as error:
        return f"one fails by {type(error).__name__}"
    except Exception as error:
        _log.error("what is asked for to see whether it works has failed", exc_info=error)
        return "one fails"
    if isinstance(answer, Answer) and answer.status >= _SERVER_ERROR:
        return f"one is answered by {answer.status}"
    return ""


def _known(endpoint: Endpoint) -> dict[str, str]:
    """What is known at this moment to keep things from working, without asking."""
    found = {}
    if not endpoint.is_alive:
        found = dict.fromkeys(("queries", "updates"), "the process that keeps the graph has ended")
    if endpoint.fault:
        found["pages"] = "the search index or the register of lineage is damaged"
    if endpoint.updates.damage:
        found["updates"] = "the journal is damaged"
    return {name: reason for name, reason in found.items() if name != "updates" or endpoint.takes_updates}


def _answer(endpoint: Endpoint, reasons: dict[str, str]) -> Answer:
    """The state as JSON; reasons are in words that a stranger may read, the log has more."""
    failing = {name: reason for name, reason in reasons.items() if reason}
    state = {
        "status": _word(is_ready=not failing),
        "revision": endpoint.revision,
        "sandbox": str(endpoint.confinement),
        **{name: _word(is_ready=name not in failing) for name in reasons},
        **({"reasons": failing} if failing else {}),
    }
    return document(503 if failing else 200, "application/json", json.dumps(state) + "\n", _NEVER_KEPT)


def _word(*, is_ready: bool) -> str:
    return "ready" if is_ready else "not ready"
