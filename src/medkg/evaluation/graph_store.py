"""The operations of the Graph Store Protocol, as what they would change: https://www.w3.org/TR/sparql11-http-rdf-update/.

Nothing is changed here. The store is asked what it holds, and documents are read into quads of the one graph they
are for: by the engine, strictly, without a look at any other document they may refer to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, NamedNode, Store

from medkg.evaluation.changes import Change
from medkg.evaluation.documents import Document, quads
from medkg.evaluation.lines import joined, lines, named_graphs

Graph = NamedNode | DefaultGraph


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an operation would change, and whether there was such a graph before; there always is a default graph."""

    change: Change
    existed: bool


def put(store: Store, graph: Graph, documents: Sequence[Document], *, base_iri: str | None = None) -> Outcome:
    """A graph replaced by what documents hold; it is there afterwards even where that is nothing.

    https://www.w3.org/TR/sparql11-http-rdf-update/#http-put
    """
    old = lines(store.quads_for_pattern(None, None, None, graph))
    new = lines(quads(documents, graph, base_iri))
    return _outcome(store, graph, removed=old - new, added=new - old)


def post(store: Store, graph: Graph, documents: Sequence[Document], *, base_iri: str | None = None) -> Outcome:
    """A graph joined by what documents hold, their blank nodes apart from its own; made where there is none yet.

    https://www.w3.org/TR/sparql11-http-rdf-update/#http-post
    """
    new = lines(quad for quad in quads(documents, graph, base_iri) if quad not in store)
    return _outcome(store, graph, removed=set(), added=new)


def delete(store: Store, graph: Graph) -> Outcome:
    """A graph removed; of the default graph, the content. Where there is no such graph, nothing would change.

    https://www.w3.org/TR/sparql11-http-rdf-update/#http-delete
    """
    old = joined(lines(store.quads_for_pattern(None, None, None, graph)))
    existed = _exists(store, graph)
    dropped = (graph.value,) if existed and isinstance(graph, NamedNode) else ()
    return Outcome(change=Change(removed=old, dropped=dropped), existed=existed)


def _outcome(store: Store, graph: Graph, *, removed: set[bytes], added: set[bytes]) -> Outcome:
    """What comes of a graph losing some lines and gaining others; a graph that was not there is afterwards."""
    brought, existed = joined(added), _exists(store, graph)
    filled = named_graphs(brought)
    created = () if existed or isinstance(graph, DefaultGraph) or graph.value in filled else (graph.value,)
    return Outcome(change=Change(removed=joined(removed), added=brought, created=created), existed=existed)


def _exists(store: Store, graph: Graph) -> bool:
    """Whether there is such a graph, be it empty."""
    return isinstance(graph, DefaultGraph) or store.contains_named_graph(graph)
