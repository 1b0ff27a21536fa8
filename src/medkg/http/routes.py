"""The table of routes: path, methods, query parameters, media types, the part that answers, and a line for the docs.

The server's own routes are declared here, those of pages at their views. Router, OPTIONS, 405, the HTTP reference and
the help page read this table.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from flask import Flask

from medkg.evaluation import GRAPHS, HTML, RESULTS, Format
from medkg.http.query_parameters import media_types, media_types_of, parameters
from medkg.http.sparql_request import PARAMETERS

READ_METHODS = ("GET", "HEAD")
QUERY_METHODS = (*READ_METHODS, "POST")


class Handler(StrEnum):
    """The part of the server that answers."""

    FRONT = "front"
    """The process that takes requests in, without a graph."""
    EVALUATOR = "evaluator"
    """A process that evaluates queries and updates."""
    PAGE = "page"
    """A view of the site, in an evaluator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A path with its methods, query parameters and media types, the part that answers, and what the answer is.

    Pages of other origins may use `cross_origin_methods`.
    """

    path: str
    methods: tuple[str, ...] = READ_METHODS
    cross_origin_methods: tuple[str, ...] = READ_METHODS
    parameters: tuple[str, ...] = ()
    media_types: tuple[str, ...] = ("text/html",)
    handler: Handler = Handler.PAGE
    help: str = ""

    @property
    def allow(self) -> str:
        """The methods as the Allow header lists them."""
        return ", ".join((*self.methods, "OPTIONS"))

    @property
    def cross_origin_allow(self) -> str:
        """The methods for pages of other origins, as a header of CORS lists them."""
        return ", ".join((*self.cross_origin_methods, "OPTIONS"))


SPARQL = Route(
    path="/sparql",
    methods=QUERY_METHODS,
    cross_origin_methods=QUERY_METHODS,
    parameters=PARAMETERS,
    media_types=media_types_of(*RESULTS, *GRAPHS, HTML),
    handler=Handler.EVALUATOR,
    help="The answer to a query or update; without one, the description of the endpoint.",
)
GRAPH_STORE = Route(
    path="/graph-store",
    methods=("GET", "HEAD", "PUT", "POST", "DELETE"),
    parameters=("default", "graph", "format"),
    media_types=media_types_of(*GRAPHS),
    handler=Handler.EVALUATOR,
    help="A whole graph: `?default`, `?graph=<IRI>`, or a path below.",
)
SERVICE_DESCRIPTION = Route(
    path="/.well-known/void",
    parameters=("format",),
    media_types=media_types_of(*GRAPHS, HTML),
    help="The description of the endpoint and its datasets, as data.",
)
LIVENESS = Route(
    path="/livez",
    media_types=("text/plain",),
    handler=Handler.FRONT,
    help="Whether the server is alive, without a look at the graph.",
)
READINESS = Route(
    path="/readyz",
    media_types=("application/json",),
    handler=Handler.FRONT,
    help="Whether queries, pages and updates work, the reasons if not, and the revision of the graph.",
)
METRICS = Route(path="/metrics", media_types=("text/plain",), handler=Handler.FRONT, help="Metrics for Prometheus.")
STATIC = Route(
    path="/static/<path:filename>",
    parameters=("v",),
    media_types=("text/css", "text/javascript", "image/svg+xml", "text/plain"),
    handler=Handler.FRONT,
    help="A style sheet, script or picture; immutable if the address names its version.",
)
SERVER_ROUTES = (SPARQL, GRAPH_STORE, SERVICE_DESCRIPTION, LIVENESS, READINESS, METRICS, STATIC)

PAGE = Route(path="/<path:name>")
"""The route of every other path, which the site looks up itself."""

LENIENCE = (
    "Slashes at the end of a path, empty segments and the case of letters do not matter: `/sparql/` and `/SPARQL` "
    "answer as `/sparql` does, `/dataset/LiTS/` leads to `/dataset/lits` by 308. What follows `/graph-store/` is part "
    "of the name of a graph, and exact.",
    "An empty parameter counts as not given, as do `timeout=0` and `format=auto`; but a query alone must not be empty.",
    "In `format` a plus may stand as it is, as in `format=rdf+xml`, although it means a space in a URL.",
    "A byte order mark before a query, an update or a graph is no part of it.",
    "A POST whose charset extends ASCII, such as ISO-8859-1, is read where all of a form, query or update is ASCII; "
    "anything else has to be UTF-8, or is 415.",
    "A POST without a body needs no media type: its query may be in the URL.",
    "Pages of other origins may read and query with any header but `Authorization`.",
)
"""Input that is accepted although the specifications do not allow it, for it has one reading only; as sentences."""

_BY_PATH = {route.path: route for route in SERVER_ROUTES}
_BELOW_GRAPH_STORE = f"{GRAPH_STORE.path}/"
_STATIC_PREFIX = "static/"


def canonical_path(path: str) -> str:
    """The path of a server's route in its one spelling; paths of pages stay, for `site.redirects` redirects them.

    Slashes at either end and the case of letters are ignored, except after `/graph-store/`: that part is a graph's
    name.

    >>> [canonical_path(path) for path in ("/sparql/", "//SPARQL", "/Graph-Store/Own/", "/datasets/")]
    ['/sparql', '/sparql', '/graph-store/Own/', '/datasets/']
    """
    if path in _BY_PATH:
        return path
    plain = f"/{path.strip('/').lower()}"
    if plain in _BY_PATH:
        return plain
    is_graph = path[: len(_BELOW_GRAPH_STORE)].lower() == _BELOW_GRAPH_STORE
    return _BELOW_GRAPH_STORE + path[len(_BELOW_GRAPH_STORE) :] if is_graph else path


def route_of(path: str) -> Route:
    """The route of a canonical path.

    >>> [route_of(path).path for path in ("/sparql", "/graph-store/own", "/dataset/lits")]
    ['/sparql', '/graph-store', '/<path:name>']
    """
    if route := _BY_PATH.get(path):
        return route
    if path.startswith(_BELOW_GRAPH_STORE):
        return GRAPH_STORE
    return STATIC if path.lstrip("/").lower().startswith(_STATIC_PREFIX) else PAGE


def metric_label(path: str) -> str:
    """The label under which a request for a path is counted: few, whatever paths clients ask for."""
    if path == "/":
        return path
    route = route_of(canonical_path(path))
    return "page" if route is PAGE or route is STATIC else route.path


def routes(app: Flask) -> list[Route]:
    """All routes of a server with these pages, by path."""
    pages = (
        Route(
            path=rule.rule,
            parameters=parameters(app.view_functions[rule.endpoint]),
            media_types=media_types(app.view_functions[rule.endpoint]),
            help=_summary(app.view_functions[rule.endpoint]),
        )
        for rule in app.url_map.iter_rules()
        if rule.rule not in _BY_PATH
    )
    return sorted([*SERVER_ROUTES, *pages], key=lambda route: route.path)


def formats() -> list[tuple[Format, str]]:
    """All formats of data, each with the kinds of answers that it is for."""
    return [*((form, "SELECT, ASK") for form in RESULTS), *((form, "CONSTRUCT, DESCRIBE, things") for form in GRAPHS)]


def _summary(view: Callable[..., object]) -> str:
    """The first line of a view's docstring."""
    return (inspect.getdoc(view) or "").partition("\n")[0]
