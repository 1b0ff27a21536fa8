"""The router: passes a complete request to the part of the server that answers its route."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from http import HTTPStatus

from werkzeug.exceptions import MethodNotAllowed

from medkg.errors import EngineCrash, MedkgError, SizeLimit
from medkg.http.messages import Request, Response
from medkg.http.response_headers import preflight, with_common_headers
from medkg.http.routes import GRAPH_STORE, SPARQL, STATIC, route_of
from medkg.http.sparql_request import SparqlRequest, parse
from medkg.server import graph_store, sparql
from medkg.server.cache import HEADERS, ResponseCache
from medkg.server.endpoint import Endpoint
from medkg.site import relay, result_page

_LONG_REQUEST_BYTES = 32 << 10  # from which on a request is parsed in a thread; a shorter one takes 1 ms
_MAX_QUERY_CHARACTERS_ON_A_PAGE = 20_000  # of a query on an error page that this process renders

_log = logging.getLogger("medkg.server")


@dataclass(frozen=True, slots=True, kw_only=True)
class Router:
    """Passes requests on: evaluators answer queries and make pages, `threads` read static files."""

    cache: ResponseCache
    threads: Executor

    async def respond(self, request: Request, endpoint: Endpoint, when_slow: Callable[[], None]) -> Response:
        """The response to a request; an exception for `problems` if it fails."""
        route = route_of(request.path)
        if request.method == "OPTIONS":
            return preflight(route, request.headers.get("access-control-request-headers", ""))
        if request.method not in route.methods:
            raise MethodNotAllowed(route.allow.split(", "))
        if route is SPARQL:
            return await self._sparql(request, endpoint, when_slow)
        if route is GRAPH_STORE:
            return await graph_store.respond(request, endpoint, when_slow)
        if route is STATIC:
            return await self._static_file(request, endpoint, when_slow)
        return await self._page(request, endpoint, when_slow)

    async def _sparql(self, request: Request, endpoint: Endpoint, when_slow: Callable[[], None]) -> Response:
        """The response to a query or an update; the description of the endpoint if there is neither."""
        sparql_request = await _parse(request)
        if sparql_request is None:
            return await self._page(request, endpoint, when_slow)
        if sparql_request.is_update:
            return await sparql.update(sparql_request, request, endpoint, when_slow)
        if len(request.body) > endpoint.config.limits.request:
            raise SizeLimit(f"a query may have {endpoint.config.limits.request:,} bytes")
        if result_page.is_preferred(sparql_request, request):
            return await self._result_page(sparql_request, request, endpoint, when_slow)
        return await self._query(sparql_request, request, endpoint, when_slow)

    async def _result_page(
        self, query: SparqlRequest, request: Request, endpoint: Endpoint, when_slow: Callable[[], None]
    ) -> Response:
        """The page with the result of a query, or with the reason why there is none."""
        revision = endpoint.revision
        key = sparql.page_key(query, request, revision)
        if key is not None and (cached := self.cache.get(key)) is not None:
            return cached
        try:
            response, shown_revision = await self._evaluate_page(request, endpoint, when_slow, seconds=query.seconds)
        except MedkgError as error:
            if len(query.text) > _MAX_QUERY_CHARACTERS_ON_A_PAGE:
                raise  # to be answered without the query, for rendering it would block all other requests
            return result_page.error_page(query, error, request, endpoint.shell, endpoint.config.limits)
        if key is not None and response.status == HTTPStatus.OK and shown_revision == revision:
            self.cache.store(key, with_common_headers(response))
        return response

    async def _query(
        self, query: SparqlRequest, request: Request, endpoint: Endpoint, when_slow: Callable[[], None]
    ) -> Response:
        """The response to a query, from the cache if it is there."""
        revision = endpoint.revision  # an update may change it while the query is evaluated
        target = sparql.representation(query, request, revision)
        if target.etag is None:
            return await sparql.evaluate(target, request.client, endpoint, when_slow)
        cached = self.cache.get(target.etag)
        has_it = request.has(target.etag)
        if cached is None and has_it:
            return sparql.not_modified(target)
        if cached is None:
            cached = with_common_headers(await sparql.evaluate(target, request.client, endpoint, when_slow))
            if ("etag", target.etag) not in cached.headers:
                return cached
            self.cache.store(target.etag, cached)
        if request.method == "GET":
            values = (request.headers.get(name) for name in HEADERS)
            self.cache.add_shortcut((revision, request.query_string, *values), target.etag)
        return cached.not_modified() if has_it or request.has_any else cached

    async def _page(self, request: Request, endpoint: Endpoint, when_slow: Callable[[], None]) -> Response:
        """A page, which evaluates no query of the client's, so that a crash is our failure and not the client's."""
        try:
            response, _ = await self._evaluate_page(request, endpoint, when_slow)
        except EngineCrash as crash:
            raise RuntimeError(f"an evaluator that made {request.path} has crashed: {crash}") from crash
        return response

    async def _evaluate_page(
        self, request: Request, endpoint: Endpoint, when_slow: Callable[[], None], *, seconds: float | None = None
    ) -> tuple[Response, str]:
        """The page that an evaluator makes for a request, and the revision that it shows."""
        max_bytes = endpoint.config.limits.request
        if len(request.body) > max_bytes:
            raise SizeLimit(f"the body of this request may have {max_bytes:,} bytes")
        operation = relay.page_operation(request)
        answer = await endpoint.evaluate(operation, client=request.client, seconds=seconds, when_slow=when_slow)
        for message in answer.result.log:
            _log.error("%s", message)
        return relay.response_of(answer.result), answer.revision

    async def _static_file(self, request: Request, endpoint: Endpoint, when_slow: Callable[[], None]) -> Response:
        """A static file; cancelled if the client disconnects before a thread is free."""
        when_slow()
        return await asyncio.get_running_loop().run_in_executor(self.threads, relay.call, endpoint.shell, request)


async def _parse(request: Request) -> SparqlRequest | None:
    """The query or update of a request; a long one is parsed in a thread, so that no other request waits for that."""
    is_long = len(request.query_string) + len(request.body) > _LONG_REQUEST_BYTES
    return await asyncio.to_thread(parse, request) if is_long else parse(request)
