"""The front: every request comes in here, is answered from what is kept where that will do, and else handed on.

It speaks RSGI and not WSGI, because it has to see a client hang up and to wait for slow ones without a thread:
https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md

Clients that hang up: looked out for while a request takes its time, which is cancelled then.
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
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import BadRequest
from werkzeug.http import parse_accept_header

from medkg.http import problems
from medkg.http.messages import Answer
from medkg.http.negotiation import complete
from medkg.http.public_address import PublicAddress, within
from medkg.http.routes import canonical
from medkg.pool.processes import release_freed_memory
from medkg.server import requests
from medkg.server.access import Admission
from medkg.server.backpressure import Outgoing, lose_patience
from medkg.server.cache import HEADERS, Answers
from medkg.server.config import Config, Sharing
from medkg.server.connections import Connections, capacity
from medkg.server.health import Readiness
from medkg.server.logs import AccessLog
from medkg.server.monitoring import Metrics, Probes, State
from medkg.server.publication import Publication, first
from medkg.server.requests import Forwarding
from medkg.server.router import Router, name_of
from medkg.site.about import SPARQL


class Watch:
    """Looks out for a client that hangs up, from when its request turns out to be slow; then cancels the request."""

    def __init__(self, protocol: HTTPProtocol) -> None:
        self._protocol = protocol
        self._request = asyncio.current_task()
        self._task: asyncio.Task[None] | None = None
        self.saw_it = False

    def start(self) -> None:
        """Look out from now on."""
        if self._task is None:
            self._task = asyncio.ensure_future(self._look_out())

    def stop(self) -> None:
        """Look out no longer."""
        if self._task is not None:
            self._task.cancel()

    async def _look_out(self) -> None:
        await self._protocol.client_disconnect()
        self.saw_it = True
        if self._request is not None:
            self._request.cancel()


_log = logging.getLogger("medkg.server")

_THREADS = 2
_TIDY = 3.0  # seconds between two times that memory is given back
_LONGEST_ACCEPT = 1000  # characters, where nothing but the form of a refusal depends on it


class Front:
    """The application of a server; `failed` is called with what keeps it from starting."""

    def __init__(self, config: Config, *, failed: Callable[[Exception], None], restarts: int = 0) -> None:
        self._config, self._failed = config, failed
        self._admission = Admission(config)
        self._sharing = Sharing(origins=config.cors, is_private=config.is_private)
        self._forwarding = Forwarding(proxies=config.proxies, public=config.public)
        self._endpoints = frozenset({SPARQL, f"{config.public.prefix if config.public else ''}{SPARQL}"})
        self._answers = Answers(config.cache_bytes)
        self._router = Router(answers=self._answers, threads=ThreadPoolExecutor(_THREADS, "static"))
        self._outgoing, self._bodies = Outgoing(), requests.Bodies()
        self._connections = Connections(capacity(config.pool.evaluators), self._outgoing.is_reading)
        self._metrics = Metrics()
        self._log = AccessLog(config.access_log, queries=config.log_queries)
        readiness = Readiness(self._router.respond)
        self._probes = Probes(
            metrics=self._metrics,
            readiness=readiness,
            state=partial(
                State,
                answers=self._answers,
                outgoing=self._outgoing,
                bodies=self._bodies,
                connections=self._connections,
                readiness=readiness,
                log=self._log,
                front_restarts=restarts,
            ),
        )
        self._publication: Publication | None = None
        self._watching: asyncio.Task[None] | None = None
        self._guarding: asyncio.Task[None] | None = None
        self._tidying: asyncio.TimerHandle | None = None

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Be ready before the first request comes in; where that cannot be, `failed` is told why."""
        try:
            loop.run_until_complete(self._start())
        except Exception as error:
            self._failed(error)
            sys.exit(1)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Leave no process behind."""
        loop.run_until_complete(self._stop())

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """Answer one request."""
        if scope.proto != "http":
            return
        started = perf_counter()
        answer, kept = await self._answered(scope, protocol)
        if answer is None:
            return  # nobody is there any more
        answer = self._sharing.restricted(answer, scope.headers.get)
        if scope.method == "HEAD" or answer.status in {204, 304}:
            protocol.response_empty(answer.status, [*answer.headers, *_length(scope, answer)])
        else:
            protocol.response_bytes(answer.status, list(answer.headers), answer.body)
        try:
            self._record(scope, answer, perf_counter() - started, kept=kept)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:  # which is no matter of the client's
            _log.exception("a request has been answered, but not recorded")

    async def _answered(self, scope: Scope, protocol: HTTPProtocol) -> tuple[Answer | None, bool]:
        """The answer to a request, whatever goes wrong, and whether it was kept; none where the client has hung up."""
        try:
            if not self._admission.is_open:
                self._admission.require(scope, canonical(self._path(scope)))
            kept = self._at_once(scope)
            answer = kept or await self._respond(scope, protocol)
            if answer is not None and scope.method != "HEAD":
                self._outgoing.admit(scope.client, requests.client(scope, self._forwarding), len(answer.body))
        except (asyncio.CancelledError, KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a panic of the engine is no Exception
            return self._told(error, scope), False
        return answer, kept is not None

    def _at_once(self, scope: Scope) -> Answer | None:
        """The answer to a query that has been answered before, word for word; none of the request is read but that."""
        if scope.path not in self._endpoints or scope.method != "GET":
            return None
        headers, revision = scope.headers, self._serving.endpoint.revision
        # several lines of one header are one list, as in `incoming`
        deciding = (", ".join(headers.get_all(name)) or None for name in HEADERS)  # type: ignore[attr-defined]
        kept = self._answers.at_once((revision, scope.query_string, *deciding))
        given = headers.get("if-none-match")
        return kept if kept is None or given is None or not kept.is_held(given) else kept.not_modified()

    async def _respond(self, scope: Scope, protocol: HTTPProtocol) -> Answer | None:
        """The answer to any other request, or what goes wrong; None where the client has hung up meanwhile."""
        watch = Watch(protocol)
        try:
            if scope.method in {"GET", "HEAD"} and (
                answer := await self._probes.answer(canonical(self._path(scope)), self._serving)
            ):
                return complete(answer)
            with self._connections.use(scope.client, requests.client(scope, self._forwarding)):
                writer, limits = self._admission.writer(scope), self._config.limits
                request = await requests.read(
                    scope,
                    protocol,
                    most=max(limits.write, limits.request) if writer else limits.request,  # many only for writers
                    forwarding=self._forwarding,
                    bodies=self._bodies,
                    writer=writer,
                )
                # the endpoint of now: another may have taken over while the body came in
                return complete(await self._router.respond(request, self._serving.endpoint, watch.start))
        except asyncio.CancelledError:
            if not watch.saw_it:
                raise
            return None
        finally:
            watch.stop()

    def _told(self, error: BaseException, scope: Scope) -> Answer:
        """The answer to a failure; in the plainest form where that fails in its turn."""
        try:
            accept = parse_accept_header((scope.headers.get("accept") or "")[:_LONGEST_ACCEPT], MIMEAccept)
            with self._serving.endpoint.shell.test_request_context(base_url=self._address(scope).root):
                return complete(problems.problem(error, accept))
        except Exception:
            _log.exception("a failure cannot be told as its client would like it")
            return complete(problems.problem(error, MIMEAccept()))

    def _path(self, scope: Scope) -> str:
        """The path within the site that is asked for."""
        return within(scope.path, self._forwarding.prefix(partial(requests.header, scope)))

    def _address(self, scope: Scope) -> PublicAddress:
        """The address of the site for the client, or any where the request names none."""
        try:
            return requests.address(scope, self._forwarding)
        except BadRequest:
            return self._config.public or PublicAddress()

    async def _start(self) -> None:
        """Start what answers, and follow what is published."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, self._look)
        loop.add_signal_handler(signal.SIGUSR1, self._log.reopen)
        self._publication = Publication(self._config, await first(self._config))
        loop.call_later(1, lose_patience)
        self._watching = loop.create_task(self._publication.watch())
        if not self._config.proxies:  # or all connections are those of a proxy, whose part it is to share them out
            self._guarding = loop.create_task(self._connections.watch())
        self._tidy(loop)
        gc.freeze()  # what is there from the start stays, and need not be looked through again and again

    def _look(self) -> None:
        """See what has changed: what is pointed to, and the files of tokens."""
        self._admission.load()
        if self._publication is not None:
            self._publication.look()

    def _tidy(self, loop: asyncio.AbstractEventLoop) -> None:
        """Give back now and then what large answers have left behind."""
        self._outgoing.look()
        release_freed_memory()
        self._tidying = loop.call_later(_TIDY, self._tidy, loop)

    async def _stop(self) -> None:
        """End what answers."""
        if self._watching is not None and self._tidying is not None:
            self._watching.cancel()
            self._tidying.cancel()
        if self._guarding is not None:
            self._guarding.cancel()
        await self._serving.stop()
        self._log.close()

    @property
    def _serving(self) -> Publication:
        """What answers; there is none before the start."""
        assert self._publication is not None
        return self._publication

    def _record(self, scope: Scope, answer: Answer, seconds: float, *, kept: bool) -> None:
        """Count a request, and write it into the access log."""
        self._metrics.count(name_of(self._path(scope)), answer.status, seconds, kept=kept)
        if not self._log.is_kept:
            return
        self._log.note(
            client=requests.client(scope, self._forwarding),
            method=scope.method,
            path=scope.path,
            asked=scope.query_string,
            status=answer.status,
            size=len(answer.body),
            seconds=seconds,
            writer=self._admission.writer(scope),
            revision=dict(answer.headers).get("medkg-revision", ""),
        )


def _length(scope: Scope, answer: Answer) -> list[tuple[str, str]]:
    """The length of the body that HEAD leaves out."""
    is_left_out = scope.method == "HEAD" and answer.status not in {204, 304}
    return [("content-length", str(len(answer.body)))] if is_left_out else []
