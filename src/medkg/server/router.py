"""Which part of the house answers a request, once it has come in whole."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from http import HTTPStatus

from werkzeug.exceptions import MethodNotAllowed

from medkg.errors import EngineCrash, MedkgError, SizeLimit
from medkg.http.messages import Answer, Request
from medkg.http.negotiation import complete, preflight
from medkg.http.routes import FRONT, canonical
from medkg.http.sparql_request import SparqlRequest, sparql_request
from medkg.server import graph_store, sparql
from medkg.server.cache import HEADERS, Answers
from medkg.server.endpoint import Endpoint
from medkg.site import relay, result_page, wsgi
from medkg.site.about import SPARQL

_log = logging.getLogger("medkg.server")

_LONG = 32 << 10  # bytes of a request; to read fewer takes a millisecond at most

_LONGEST_SHOWN = 20_000  # characters of a query in a page that is made here
_READS = "GET, HEAD, OPTIONS"
_QUERIES = "GET, HEAD, POST, OPTIONS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Router:
    """Hands requests to where they are answered: evaluators make pages, and threads read static files."""

    answers: Answers
    threads: Executor

    async def respond(self, request: Request, endpoint: Endpoint, when_slow: Callable[[], None]) -> Answer:
        """The answer to a request; raises what goes wrong, for `problems` to tell."""
        if request.method == "OPTIONS":
            requested = request.headers.get("access-control-request-headers", "")
            return preflight(_methods(request.path), _methods_from_elsewhere(request.path), requested)
        if request.path == SPARQL:
            return await self._sparql(request, endpoint, when_slow)
        if is_graph_store(request.path):
            return await graph_store.respond(request, endpoint, when_slow)
        if not request.is_read:
            raise MethodNotAllowed(_READS.split(", "))
        if _is_static(request.path):
            return await self._static(request, endpoint, when_slow)
        return await self._page(request, endpoint, when_slow)

    async def _sparql(self, request: Request, endpoint: Endpoint, when_slow: Callable[[], None]) -> Answer:
        """The answer to a query or an update; without either, word of what there is."""
        asked = await _question(request)
        if asked is None:
            return await self._page(request, endpoint, when_slow)
        if asked.is_update:
            return await sparql.change(asked, request, endpoint, when_slow)
        if len(request.body) > endpoint.config.limits.request:
            raise SizeLimit(f"a query may have {endpoint.config.limits.request:,} bytes")
        if result_page.for_people(asked, request):
            return await self._result(asked, request, endpoint, when_slow)
        return await self._query(asked, request, endpoint, when_slow)

    async def _result(
        self, asked: SparqlRequest, request: Request, endpoint: Endpoint, when_slow: Callable[[], None]
    ) -> Answer:
        """The page with what a query finds, kept from the last time, or with why there is no answer."""
        revision = endpoint.revision
        key = sparql.page_key(asked, request, revision)
        if key is not None and (kept := self.answers.get(key)) is not None:
            return kept
        try:
            answer, shown = await _page(request, endpoint, when_slow, seconds=asked.seconds)
        except MedkgError as error:
            if len(asked.text) > _LONGEST_SHOWN:
                raise  # to be told without the query, for nobody else is answered while that is written
            return result_page.refusal(asked, error, request, endpoint.shell, endpoint.config.limits)
        if key is not None and answer.status == HTTPStatus.OK and shown == revision:
            self.answers.keep(key, complete(answer))
        return answer

    async def _query(
        self, asked: SparqlRequest, request: Request, endpoint: Endpoint, when_slow: Callable[[], None]
    ) -> Answer:
        """The answer to a query, kept from the last time where there is one."""
        revision = endpoint.revision  # which an update may change while the query is evaluated
        want = sparql.wanted(asked, request, revision)
        if want.etag is None:
            return await sparql.answer(want, request.client, endpoint, when_slow)
        kept = self.answers.get(want.etag)
        is_held = request.has(want.etag)
        if kept is None and is_held:
            return sparql.not_modified(want)
        if kept is None:
            kept = complete(await sparql.answer(want, request.client, endpoint, when_slow))
            if ("etag", want.etag) not in kept.headers:
                return kept
            self.answers.keep(want.etag, kept)
        if request.method == "GET":
            deciding = (request.headers.get(name) for name in HEADERS)
            self.answers.lead((revision, request.query_string, *deciding), want.etag)
        return kept.not_modified() if is_held or request.has_any else kept

    async def _page(self, request: Request, endpoint: Endpoint, when_slow: Callable[[], None]) -> Answer:
        """A page, in which no query of the client's is evaluated, so that a crash is no fault of theirs."""
        try:
            answer, _ = await _page(request, endpoint, when_slow)
        except EngineCrash as crash:
            raise RuntimeError(f"an evaluator that made {request.path} has crashed: {crash}") from crash
        return answer

    async def _static(self, request: Request, endpoint: Endpoint, when_slow: Callable[[], None]) -> Answer:
        """A static file, or what is said where there is none; dropped where its client has gone before its turn."""
        when_slow()
        return await asyncio.get_running_loop().run_in_executor(self.threads, wsgi.call, endpoint.shell, request)


async def _page(
    request: Request, endpoint: Endpoint, when_slow: Callable[[], None], *, seconds: float | None = None
) -> tuple[Answer, str]:
    """The page that answers a request, and the revision it shows; made by an evaluator, as answers to queries are."""
    most = endpoint.config.limits.request
    if len(request.body) > most:
        raise SizeLimit(f"the body of this request may have {most:,} bytes")
    operation = relay.page_operation(request)
    result, revision = await endpoint.evaluate(operation, client=request.client, seconds=seconds, when_slow=when_slow)
    for message in result.log:
        _log.error("%s", message)
    return Answer(status=result.status, headers=result.headers, body=result.body), revision


def _is_static(path: str) -> bool:
    """Whether a path, in whatever spelling, is that of a static file."""
    return path.lstrip("/").lower().startswith("static/")


async def _question(request: Request) -> SparqlRequest | None:
    """What a request asks; a long one is read in a thread, so that nobody waits for that."""
    is_long = len(request.query_string) + len(request.body) > _LONG
    return await asyncio.to_thread(sparql_request, request) if is_long else sparql_request(request)


def is_graph_store(path: str) -> bool:
    """Whether a path is the graph store's or a graph's in it."""
    return path == graph_store.PATH or path.startswith(f"{graph_store.PATH}/")


def name_of(path: str) -> str:
    """The name a path is counted under: few, whatever strangers ask for."""
    path = canonical(path)
    if is_graph_store(path):
        return graph_store.PATH
    return path if path in _OWN else "page"


def _methods(path: str) -> str:
    """The methods a resource has."""
    return graph_store.METHODS if is_graph_store(path) else _methods_from_elsewhere(path)


def _methods_from_elsewhere(path: str) -> str:
    """The methods a resource has for pages of other origins, which may read and query but not write."""
    return _QUERIES if path == SPARQL else _READS


_OWN = frozenset({"/", *(each.path for each in FRONT)})
