"""What there is to ask of a server: the paths that the pages have, and those that the front answers by itself."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask

from medkg.evaluation import GRAPHS, RESULTS, Format

READS, QUERIES, WRITES = ("GET", "HEAD"), ("GET", "HEAD", "POST"), ("GET", "HEAD", "PUT", "POST", "DELETE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A path, the methods that it has, and what it answers, as a sentence."""

    path: str
    methods: tuple[str, ...]
    answer: str


FRONT = (
    Route(path="/sparql", methods=QUERIES, answer="The answer to a query or update; without, what there is to ask."),
    Route(path="/graph-store", methods=WRITES, answer="A whole graph: `?default`, `?graph=<IRI>`, or a path below."),
    Route(path="/.well-known/void", methods=READS, answer="What the endpoint is and holds, as data."),
    Route(path="/livez", methods=READS, answer="A sign of life, which asks nothing of the graph."),
    Route(path="/readyz", methods=READS, answer="Whether queries would be answered, and from which revision."),
    Route(path="/metrics", methods=READS, answer="What the server counts, for Prometheus."),
)
"""What is answered before any page is asked."""


def routes(app: Flask) -> list[Route]:
    """Every path of a server with these pages, in their order."""
    pages = (
        Route(
            path=each.rule,
            methods=tuple(sorted((each.methods or set()) - {"OPTIONS"})),
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
