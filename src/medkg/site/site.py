"""The site as evaluators answer from it: pages, results of queries as pages, the description of the endpoint.

The keeper makes it, and has it read all that pages need of files before it forks: an evaluator opens none.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader
from pyoxigraph import Store

from medkg.errors import MedkgError
from medkg.evaluation.changes import Change
from medkg.evaluation.serialization import DocumentBounds
from medkg.http.messages import Answer, Request
from medkg.http.problems import problem
from medkg.http.sparql_request import sparql_request
from medkg.model.prefixes import Prefixes
from medkg.pool import PageOperation, PageResult, RequestLimits
from medkg.pool.messages import MAX_LOG_CHARACTERS
from medkg.site import about, assets, context, relay, result_page, wsgi
from medkg.site.app import create_app
from medkg.site.context import SiteContext, context_of, install
from medkg.snapshots.snapshot import Snapshot
from medkg.views.history import UpdateLog, update_log

MOST_PREPARED = 500_000
"""Graphs of more quads are not looked through before somebody asks."""

# modules that somebody's code imports when it needs them first, which is too late in an evaluator
_LATE_IMPORTS = (
    "encodings.idna",
    "encodings.unicode_escape",
    "jinja2.debug",
    "rapidfuzz.distance.OSA",
    "rapidfuzz.fuzz",
    "rapidfuzz.process",
    "rapidfuzz.utils",
)
_MOST_MESSAGES = 20

_log = logging.getLogger("medkg.site")


class Site:
    """The pages over one graph, which updates change."""

    def __init__(self, snapshot: Snapshot, store: Store, prefixes: Mapping[str, str], task: Mapping[str, Any]) -> None:
        self._limits, self._writable = RequestLimits(**task["limits"]), bool(task["writable"])
        self._app = create_app(
            SiteContext(
                store=store,
                revision=snapshot.journal.last_read.revision,
                prefixes=Prefixes(prefixes),
                directory=snapshot.path,
                resources=Path(task["resources"]),
                issues=task["issues"],
                update_log=_update_log(snapshot),
            )
        )
        self._templates = _held_templates(self._app.jinja_env)
        self._read()

    def show(self, store: Store, revision: str, change: Change | None = None) -> None:
        """Answer from a store from here on, which has had one change more."""
        now = self._now
        log = now.update_log.followed_by(change) if now.update_log and change else now.update_log
        install(self._app, replace(now, store=store, revision=revision, update_log=log))

    def preparation(self) -> Iterator[None]:
        """Works out what many pages need, once for all evaluators that are forked after that."""
        for name in self._templates:
            self._app.jinja_env.get_template(name)
            yield
        for work_out in context.functions_cached_per_revision() if len(self._now.store) <= MOST_PREPARED else ():
            try:
                with self._app.app_context():
                    work_out(self._now)
            except MedkgError:
                pass  # it cannot be had of this graph, as the page that needs it will say
            except Exception:  # which concerns that page, and nobody else
                _log.exception("a part of the pages cannot be worked out")
            yield

    def answer(self, operation: PageOperation, bounds: DocumentBounds) -> PageResult:
        """The answer to a request, with the messages for the log of the server."""
        with _messages() as messages:
            answer = self._answer(relay.page_request(operation), bounds)
        return relay.page_result(answer, messages)

    @property
    def _now(self) -> SiteContext:
        """What the pages are made of."""
        return context_of(self._app)

    def _answer(self, request: Request, bounds: DocumentBounds) -> Answer:
        """The answer to a request, or to what is wrong with it."""
        try:
            if request.path == about.WELL_KNOWN:
                return self._described(request)
            if request.path != about.SPARQL:
                return wsgi.call(self._app, request)
            asked = sparql_request(request)
            if asked is None:
                return self._described(request)
            return result_page.page(asked, request, self._app, self._limits, bounds)
        except MemoryError:
            raise
        except Exception as error:
            with self._app.test_request_context(base_url=request.address.root):
                return problem(error, request.accept)

    def _described(self, request: Request) -> Answer:
        """The description of the endpoint."""
        return about.describe(request, self._app, limits=self._limits, writable=self._writable)

    def _read(self) -> None:
        """Read all that pages need of files, modules that are imported late included."""
        self._now.load_files()
        for module in _LATE_IMPORTS:
            import_module(module)
        with self._app.test_request_context():
            assets.read_all()
            context.fill_snapshot_caches(self._now)


def _held_templates(environment: Environment) -> Sequence[str]:
    """The names of all templates, which are read here; each is compiled when it is needed first."""
    loader = environment.loader
    assert loader is not None  # Flask has one
    sources = {name: loader.get_source(environment, name) for name in loader.list_templates()}
    environment.loader = FunctionLoader(sources.get)
    return tuple(sources)


def _update_log(snapshot: Snapshot) -> UpdateLog:
    """The updates made to a snapshot so far."""
    position = snapshot.journal.last_read.position
    return update_log(snapshot.path, position) if position else UpdateLog(changes=(), written=datetime.now(UTC))


class _Messages(logging.Handler):
    """Takes the first messages of a request, as text."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Take one."""
        if len(self.texts) < _MOST_MESSAGES:
            self.texts.append(self.format(record)[:MAX_LOG_CHARACTERS])


@contextmanager
def _messages() -> Iterator[list[str]]:
    """The messages that are logged meanwhile: the standard error of an evaluator leads to the server, as bytes."""
    handler, root = _Messages(), logging.getLogger()
    root.addHandler(handler)
    try:
        yield handler.texts
    finally:
        root.removeHandler(handler)
