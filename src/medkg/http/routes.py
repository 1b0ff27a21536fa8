"""What there is to ask of a server: the paths that the pages have, and those that the front answers by itself."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask

from medkg.evaluation import GRAPHS, RESULTS, Format
from medkg.http.query_parameters import parameters
from medkg.http.sparql_request import PARAMETERS

READS, QUERIES, WRITES = ("GET", "HEAD"), ("GET", "HEAD", "POST"), ("GET", "HEAD", "PUT", "POST", "DELETE")

STORE = "/graph-store"
"""The path of the graph store."""

GRAPH_STORE = ("default", "graph", "format")
"""The parameters of the graph store, ours after those of the protocol."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A path, the methods and query parameters that it has, and what it answers, as a sentence."""

    path: str
    methods: tuple[str, ...]
    parameters: tuple[str, ...] = ()
    answer: str


FRONT = (
    Route(
        path="/sparql",
        methods=QUERIES,
        parameters=PARAMETERS,
        answer="The answer to a query or update; without, what there is to ask.",
    ),
    Route(
        path=STORE,
        methods=WRITES,
        parameters=GRAPH_STORE,
        answer="A whole graph: `?default`, `?graph=<IRI>`, or a path below.",
    ),
    Route(
        path="/.well-known/void",
        methods=READS,
        parameters=("format",),
        answer="What the endpoint is and holds, as data.",
    ),
    Route(path="/livez", methods=READS, answer="A sign of life, which asks nothing of the graph."),
    Route(
        path="/readyz",
        methods=READS,
        answer="Whether queries, pages and updates work, why not, and from which revision.",
    ),
    Route(path="/metrics", methods=READS, answer="What the server counts, for Prometheus."),
)
"""What is answered before any page is asked."""

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
"""What is read although it is not as the specifications have it, for it has one reading only; as sentences."""

_PATHS = frozenset(each.path for each in FRONT)
_BELOW_STORE = f"{STORE}/"


def canonical(path: str) -> str:
    """The path as the front knows it; that of a page stays, whose other spellings lead to it (`spellings`).

    Slashes at either end and the case of letters do not matter, but for what follows `/graph-store/`: that is part of
    the name of a graph.

    >>> canonical("/sparql/"), canonical("//SPARQL"), canonical("/Graph-Store/Own/"), canonical("/datasets/")
    ('/sparql', '/sparql', '/graph-store/Own/', '/datasets/')
    """
    if path in _PATHS:
        return path
    plain = f"/{path.strip('/').lower()}"
    if plain in _PATHS:
        return plain
    is_graph = path[: len(_BELOW_STORE)].lower() == _BELOW_STORE
    return _BELOW_STORE + path[len(_BELOW_STORE) :] if is_graph else path


def routes(app: Flask) -> list[Route]:
    """Every path of a server with these pages, in their order."""
    pages = (
        Route(
            path=each.rule,
            methods=tuple(sorted((each.methods or set()) - {"OPTIONS"})),
            parameters=parameters(app.view_functions[each.endpoint]),
            answer=_summary(app.view_functions[each.endpoint]),
        )
        for each in app.url_map.iter_rules()
    )
    return sorted([*FRONT, *pages], key=lambda each: each.path)


def formats() -> list[tuple[Format, str]]:
    """Every format of data, with what is written in it."""
    return [*((each, "SELECT, ASK") for each in RESULTS), *((each, "CONSTRUCT, DESCRIBE, things") for each in GRAPHS)]


def _summary(view: Callable[..., object]) -> str:
    """The first line of a view's docstring."""
    return (inspect.getdoc(view) or "").partition("\n")[0]
