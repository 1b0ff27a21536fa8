"""The IRIs of everything that has a page: what the graph says has a class, parts of things left out."""

from __future__ import annotations

from pyoxigraph import NamedNode, QuerySolutions, Store

from medkg.evaluation import evaluate
from medkg.model.prefixes import BASE, Prefixes

_OURS = f"""
SELECT DISTINCT ?thing {{
  ?thing a ?class
  FILTER(STRSTARTS(STR(?thing), "{BASE}") && !CONTAINS(STR(?thing), "#"))
}}
"""
_PAPERS = "SELECT DISTINCT ?thing { ?thing a schema:ScholarlyArticle }"


def things(store: Store, prefixes: Prefixes) -> list[str]:
    """The IRIs of our own things, in their order."""
    return _iris(store, _OURS, prefixes)


def papers(store: Store, prefixes: Prefixes) -> list[str]:
    """The IRIs of papers, which are not ours, in their order."""
    return _iris(store, _PAPERS, prefixes)


def _iris(store: Store, query: str, prefixes: Prefixes) -> list[str]:
    found = evaluate(store, query, prefixes=prefixes)
    assert isinstance(found, QuerySolutions)  # a SELECT
    nodes = (row[0] for row in found)
    return sorted(node.value for node in nodes if isinstance(node, NamedNode))
