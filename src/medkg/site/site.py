"""The site as an evaluator serves it: pages, result pages, and the description of the endpoint.

The keeper makes it, and has it read every file that pages need before it forks, for an evaluator can open none.
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
from medkg.http.messages import Request, Response
from medkg.http.problems import problem
from medkg.http.routes import SERVICE_DESCRIPTION, SPARQL
from medkg.http.sparql_request import parse
from medkg.model.prefixes import Prefixes
from medkg.pool import PageOperation, PageResult, RequestLimits
from medkg.pool.messages import MAX_LOG_CHARACTERS
from medkg.site import assets, context, relay, result_page, service_description
from medkg.site.app import create_app
from medkg.site.context import SiteContext, context_of, install
from medkg.snapshots.snapshot import Snapshot
from medkg.views.history import UpdateLog, update_log

MAX_PREPARED_QUADS = 500_000
"""Quads of a graph whose pages are prepared before the first request."""

# modules that libraries import at their first use, when an evaluator cannot open files any more
_LATE_IMPORTS = (
    "encodings.idna",
    "encodings.unicode_escape",
    "jinja2.debug",
    "rapidfuzz.distance.OSA",
    "rapidfuzz.fuzz",
    "rapidfuzz.process",
    "rapidfuzz.utils",
)
_MAX_LOG_MESSAGES = 20

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
        self._templates = _load_templates(self._app.jinja_env)
        self._read_files()

    def show(self, store: Store, revision: str, change: Change | None = None) -> None:
        """Serve another state of the graph: a store, which differs by a change if that is known."""
        context = self._now
        log = context.update_log.followed_by(change) if context.update_log and change else context.update_log
        install(self._app, replace(context, store=store, revision=revision, update_log=log))

    def preparation(self) -> Iterator[None]:
        """Steps that compute what many pages need, once for all evaluators that are forked later."""
        for name in self._templates:
            self._app.jinja_env.get_template(name)
            yield
        for compute in context.functions_cached_per_revision() if len(self._now.store) <= MAX_PREPARED_QUADS else ():
            try:
                with self._app.app_context():
                    compute(self._now)
            except MedkgError:
                pass  # the page that needs it will report that
            except Exception:  # other pages do without it
                _log.exception("a part of the pages cannot be computed")
            yield

    def answer(self, operation: PageOperation, bounds: DocumentBounds) -> PageResult:
        """The response to a request for a page, with messages for the server's log."""
        with _log_messages() as messages:
            response = self._respond(relay.request_of(operation), bounds)
        return relay.page_result(response, messages)

    @property
    def _now(self) -> SiteContext:
        """The state of the graph that pages show."""
        return context_of(self._app)

    def _respond(self, request: Request, bounds: DocumentBounds) -> Response:
        """The response to a request, also if it fails."""
        try:
            if request.path == SERVICE_DESCRIPTION.path:
                return self._describe_service(request)
            if request.path != SPARQL.path:
                return relay.call(self._app, request)
            query = parse(request)
            if query is None:
                return self._describe_service(request)
            return result_page.page(query, request, self._app, self._limits, bounds)
        except MemoryError:
            raise
        except Exception as error:
            with self._app.test_request_context(base_url=request.address.root):
                return problem(error, request.accept)

    def _describe_service(self, request: Request) -> Response:
        """The description of the endpoint."""
        return service_description.respond(request, self._app, limits=self._limits, writable=self._writable)

    def _read_files(self) -> None:
        """Read every file that pages need, and import the modules that libraries would import later."""
        self._now.load_files()
        for module in _LATE_IMPORTS:
            import_module(module)
        with self._app.test_request_context():
            assets.compute_versions()
            context.fill_snapshot_caches(self._now)


def _load_templates(environment: Environment) -> Sequence[str]:
    """The names of all templates, whose sources are read here; each is compiled at its first use."""
    loader = environment.loader
    assert loader is not None  # Flask has one
    sources = {name: loader.get_source(environment, name) for name in loader.list_templates()}
    environment.loader = FunctionLoader(sources.get)
    return tuple(sources)


def _update_log(snapshot: Snapshot) -> UpdateLog:
    """The updates of a snapshot up to the present."""
    position = snapshot.journal.last_read.position
    return update_log(snapshot.path, position) if position else UpdateLog(changes=(), written=datetime.now(UTC))


class _MessageCollector(logging.Handler):
    """Collects the first log messages of a request, as text."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Collect a message."""
        if len(self.texts) < _MAX_LOG_MESSAGES:
            self.texts.append(self.format(record)[:MAX_LOG_CHARACTERS])


@contextmanager
def _log_messages() -> Iterator[list[str]]:
    """A context in which log messages are collected: an evaluator has no standard error of its own."""
    handler, root = _MessageCollector(), logging.getLogger()
    root.addHandler(handler)
    try:
        yield handler.texts
    finally:
        root.removeHandler(handler)
