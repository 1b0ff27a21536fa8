"""The front: the RSGI application that takes every request in, answers from the cache, and passes the rest on.

RSGI and not WSGI, because it shows when a client disconnects and needs no thread for a slow one:
https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md
"""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import perf_counter

from granian.rsgi import HTTPProtocol, Scope
from werkzeug.exceptions import BadRequest

from medkg.http import problems
from medkg.http.messages import Response
from medkg.http.public_address import PublicAddress, without_prefix
from medkg.http.response_headers import SharingPolicy, with_common_headers
from medkg.http.routes import LIVENESS, METRICS, READINESS, SPARQL, canonical_path, metric_label
from medkg.pool.processes import release_freed_memory
from medkg.server import requests
from medkg.server.access import AccessControl
from medkg.server.backpressure import UnreadResponses
from medkg.server.cache import HEADERS, ResponseCache
from medkg.server.config import Config
from medkg.server.connections import ConnectionLimiter, max_connections, set_user_timeout
from medkg.server.health import ReadinessCheck, liveness
from medkg.server.logs import AccessLog
from medkg.server.metrics import MetricsRegistry, ServerState
from medkg.server.publication import Publication, initial_endpoint
from medkg.server.requests import MAX_CLIENT_INCOMING_BYTES, MAX_INCOMING_BYTES, TrustedProxies
from medkg.server.router import Router
from medkg.server.shares import Shares

_log = logging.getLogger("medkg.server")

_STATIC_FILE_THREADS = 2
_MAINTENANCE_INTERVAL_S = 3.0
_STALLED_CLIENT_TIMEOUT_S = 30.0  # after which a client that receives nothing is disconnected
_MAX_ACCEPT_CHARACTERS = 1000  # of the Accept header of a request that is refused


class DisconnectWatch:
    """Cancels a request when its client disconnects; it watches only once the request turns out to be slow."""

    def __init__(self, protocol: HTTPProtocol) -> None:
        self._protocol = protocol
        self._request = asyncio.current_task()
        self._task: asyncio.Task[None] | None = None
        self.is_disconnected = False

    def start(self) -> None:
        """Watch from now on."""
        if self._task is None:
            self._task = asyncio.ensure_future(self._watch())

    def stop(self) -> None:
        """Stop watching."""
        if self._task is not None:
            self._task.cancel()

    async def _watch(self) -> None:
        await self._protocol.client_disconnect()
        self.is_disconnected = True
        if self._request is not None:
            self._request.cancel()


class Front:
    """The application of a server; `failed` is called with an error that keeps it from starting."""

    def __init__(self, config: Config, *, failed: Callable[[Exception], None], restarts: int = 0) -> None:
        self._config, self._failed = config, failed
        self._access = AccessControl(config)
        self._sharing = SharingPolicy(origins=config.cors, is_private=config.is_private)
        self._proxies = TrustedProxies(number=config.proxies, public=config.public)
        self._sparql_paths = frozenset({SPARQL.path, f"{config.public.prefix if config.public else ''}{SPARQL.path}"})
        self._cache = ResponseCache(config.cache_bytes)
        self._router = Router(cache=self._cache, threads=ThreadPoolExecutor(_STATIC_FILE_THREADS, "static"))
        self._unread = UnreadResponses()
        self._incoming = Shares("requests", capacity=MAX_INCOMING_BYTES, per_client=MAX_CLIENT_INCOMING_BYTES)
        self._connections = ConnectionLimiter(max_connections(config.pool.evaluators), self._unread.is_receiving)
        self._metrics = MetricsRegistry()
        self._readiness = ReadinessCheck(self._router.respond)
        self._log = AccessLog(config.access_log, queries=config.log_queries)
        self._restarts = restarts
        self._publication_or_none: Publication | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._maintenance: asyncio.TimerHandle | None = None

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start before the first request comes in; `failed` is called if that fails."""
        try:
            loop.run_until_complete(self._start())
        except Exception as error:
            self._failed(error)
            sys.exit(1)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """End all processes."""
        loop.run_until_complete(self._stop())

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """Answer one request."""
        if scope.proto != "http":
            return
        started = perf_counter()
        response, is_cached = await self._response(scope, protocol)
        if response is None:
            return  # the client has disconnected
        response = self._sharing.apply(response, scope.headers.get)
        if scope.method == "HEAD" or response.status in {204, 304}:
            protocol.response_empty(response.status, [*response.headers, *_content_length(scope, response)])
        else:
            protocol.response_bytes(response.status, list(response.headers), response.body)
        try:
            self._record(scope, response, perf_counter() - started, is_cached=is_cached)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:  # the client has its response all the same
            _log.exception("a request was answered, but not recorded")

    async def _response(self, scope: Scope, protocol: HTTPProtocol) -> tuple[Response | None, bool]:
        """The response to a request, or to its failure, and whether it was cached; None if the client disconnected."""
        try:
            if not self._access.is_open:
                self._access.require(scope, canonical_path(self._path(scope)))
            cached = self._cached_response(scope)
            response = cached or await self._respond(scope, protocol)
            if response is not None and scope.method != "HEAD":
                self._unread.admit(scope.client, requests.client(scope, self._proxies), len(response.body))
        except (asyncio.CancelledError, KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a panic of the engine is no Exception
            return self._error_response(error, scope), False
        return response, cached is not None

    def _cached_response(self, scope: Scope) -> Response | None:
        """The response to a query that was sent before, word for word; the request is not parsed for that."""
        if scope.path not in self._sparql_paths or scope.method != "GET":
            return None
        headers, revision = scope.headers, self._publication.endpoint.revision
        # several lines of one header are one list, as in `requests`
        values = (", ".join(headers.get_all(name)) or None for name in HEADERS)  # type: ignore[attr-defined]
        cached = self._cache.get_by_request((revision, scope.query_string, *values))
        if_none_match = headers.get("if-none-match")
        if cached is not None and if_none_match is not None and cached.matches(if_none_match):
            return cached.not_modified()
        return cached

    async def _respond(self, scope: Scope, protocol: HTTPProtocol) -> Response | None:
        """The response to a request that is not cached; None if the client disconnects meanwhile."""
        watch = DisconnectWatch(protocol)
        try:
            if probe := await self._probe(scope):
                return with_common_headers(probe)
            with self._connections.request(scope.client, requests.client(scope, self._proxies)):
                writer, limits = self._access.writer(scope), self._config.limits
                request = await requests.read(
                    scope,
                    protocol,
                    max_bytes=max(limits.write, limits.request) if writer else limits.request,
                    proxies=self._proxies,
                    incoming=self._incoming,
                    writer=writer,
                )
                # the present endpoint: another may have taken over while the body came in
                return with_common_headers(await self._router.respond(request, self._publication.endpoint, watch.start))
        except asyncio.CancelledError:
            if not watch.is_disconnected:
                raise
            return None
        finally:
            watch.stop()

    async def _probe(self, scope: Scope) -> Response | None:
        """The response to a probe of liveness, readiness or metrics; None for any other request."""
        if scope.method not in {"GET", "HEAD"}:
            return None
        path = canonical_path(self._path(scope))
        if path == LIVENESS.path:
            return liveness()
        if path == READINESS.path:
            return await self._readiness.response(self._publication.endpoint)
        return self._metrics.response(self._state()) if path == METRICS.path else None

    def _state(self) -> ServerState:
        """The parts of the server that metrics are read from."""
        return ServerState(
            publication=self._publication,
            cache=self._cache,
            unread=self._unread,
            incoming=self._incoming,
            connections=self._connections,
            readiness=self._readiness,
            log=self._log,
            front_restarts=self._restarts,
        )

    def _error_response(self, error: BaseException, scope: Scope) -> Response:
        """The response to a failure; as JSON if no page can be made."""
        try:
            accept = (scope.headers.get("accept") or "")[:_MAX_ACCEPT_CHARACTERS]
            with self._publication.endpoint.shell.test_request_context(base_url=self._address(scope).root):
                return with_common_headers(problems.problem(error, accept))
        except Exception:
            _log.exception("the response to a failure cannot be made in the format that its client prefers")
            return with_common_headers(problems.problem(error, ""))

    def _path(self, scope: Scope) -> str:
        """The path of a request within the site."""
        return without_prefix(scope.path, self._proxies.prefix(partial(requests.header, scope)))

    def _address(self, scope: Scope) -> PublicAddress:
        """The address of the site for the client, or any if the request names none."""
        try:
            return requests.address(scope, self._proxies)
        except BadRequest:
            return self._config.public or PublicAddress()

    async def _start(self) -> None:
        """Start the endpoint, and follow the snapshots that are published."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, self._reload)
        loop.add_signal_handler(signal.SIGUSR1, self._log.reopen)
        self._publication_or_none = Publication(self._config, await initial_endpoint(self._config))
        loop.call_later(1, set_user_timeout, _STALLED_CLIENT_TIMEOUT_S)  # granian listens by then
        self._tasks.append(loop.create_task(self._publication.run()))
        if not self._config.proxies:  # or all connections are those of a proxy, which limits its own clients
            self._tasks.append(loop.create_task(self._connections.run()))
        self._maintain(loop)
        gc.freeze()  # objects from the start live on, and need not be examined by each collection

    def _reload(self) -> None:
        """Read the token files again, and check for another snapshot, also for one that was refused."""
        self._access.load()
        if self._publication_or_none is not None:
            self._publication_or_none.check_now()

    def _maintain(self, loop: asyncio.AbstractEventLoop) -> None:
        """Release the memory of large responses, at regular intervals."""
        self._unread.check()
        release_freed_memory()
        self._maintenance = loop.call_later(_MAINTENANCE_INTERVAL_S, self._maintain, loop)

    async def _stop(self) -> None:
        """Stop following snapshots, and end all processes."""
        for task in self._tasks:
            task.cancel()
        if self._maintenance is not None:
            self._maintenance.cancel()
        await self._publication.stop()
        self._log.close()

    @property
    def _publication(self) -> Publication:
        """The publication, which there is once the server has started."""
        assert self._publication_or_none is not None
        return self._publication_or_none

    def _record(self, scope: Scope, response: Response, seconds: float, *, is_cached: bool) -> None:
        """Count a request, and write it to the access log."""
        self._metrics.count(metric_label(self._path(scope)), response.status, seconds, is_cached=is_cached)
        if not self._log.is_enabled:
            return
        self._log.write(
            client=requests.client(scope, self._proxies),
            method=scope.method,
            path=scope.path,
            query=scope.query_string,
            status=response.status,
            size=len(response.body),
            seconds=seconds,
            writer=self._access.writer(scope),
            revision=dict(response.headers).get("medkg-revision", ""),
        )


def _content_length(scope: Scope, response: Response) -> list[tuple[str, str]]:
    """The Content-Length of the body that a response to HEAD leaves out."""
    is_left_out = scope.method == "HEAD" and response.status not in {204, 304}
    return [("content-length", str(len(response.body)))] if is_left_out else []
