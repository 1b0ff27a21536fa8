"""The operations of the Graph Store Protocol, as changes: https://www.w3.org/TR/sparql11-http-rdf-update/.

Nothing is changed here. Documents are read into quads of the one graph they are for: by the engine, strictly, without
any other document that they refer to.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from medkg.errors import QueryError
from medkg.evaluation import syntax
from medkg.evaluation.changes import Change, join_lines, lines, named_graphs
from medkg.evaluation.formats import document_reason

_PLAIN_REASONS = {
    "Named graphs are not allowed": "a document for one graph names no graphs itself; send each graph on its own",
    "No LoadDocumentCallback has been set to load remote contexts": (
        "the context of this document is elsewhere, and nothing is fetched; write it into the document"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The content of a graph as it was sent, in any format of RDF, without named graphs."""

    content: bytes
    format: RdfFormat


def quads(documents: Sequence[Document], graph: NamedNode | DefaultGraph, base_iri: str | None) -> Store:
    """The content of documents as quads of a graph, in the engine's normal form.

    Blank nodes are new ones, and documents share none. A byte order mark before a document is ignored. A
    document in error is a `QueryError` with its place.
    """
    content_store = Store()
    for number, document in enumerate(documents, start=1):
        content = document.content.removeprefix(BOM_UTF8)
        try:
            content_store.extend(
                Quad(quad.subject, quad.predicate, quad.object, graph)
                for quad in parse(
                    content,
                    document.format,
                    base_iri=base_iri,
                    without_named_graphs=True,
                    rename_blank_nodes=True,
                )
            )
        except SyntaxError as error:
            which = f"document {number}, " if len(documents) > 1 else ""
            raise QueryError(which + _explanation(content.decode(errors="replace"), error)) from error
        except ValueError as error:
            raise QueryError(f"the base of relative IRIs is no absolute IRI: {error}") from error
    return content_store


def _explanation(text: str, error: SyntaxError) -> str:
    """The engine's error for a document in words, with line, column and excerpt where it reports them."""
    reason = document_reason(error)
    reason = _PLAIN_REASONS.get(reason, reason)
    if error.lineno is None or error.offset is None:
        return f"the document cannot be read: {reason}"
    start = sum(len(line) + 1 for line in text.split("\n")[: error.lineno - 1])
    offset = min(start + error.offset - 1, len(text))
    return syntax.message(text, offset, reason)


Graph = NamedNode | DefaultGraph


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphChange:
    """The change of an operation, and whether the graph existed before; the default graph always does."""

    change: Change
    existed: bool


def put(store: Store, graph: Graph, documents: Sequence[Document], *, base_iri: str | None = None) -> GraphChange:
    """The change that replaces a graph by documents; afterwards it exists, though it may be empty.

    https://www.w3.org/TR/sparql11-http-rdf-update/#http-put
    """
    old = lines(store.quads_for_pattern(None, None, None, graph))
    new = lines(quads(documents, graph, base_iri))
    return _graph_change(store, graph, removed=old - new, added=new - old)


def post(store: Store, graph: Graph, documents: Sequence[Document], *, base_iri: str | None = None) -> GraphChange:
    """The change that adds documents to a graph, with blank nodes of their own; a missing graph is created.

    https://www.w3.org/TR/sparql11-http-rdf-update/#http-post
    """
    new = lines(quad for quad in quads(documents, graph, base_iri) if quad not in store)
    return _graph_change(store, graph, removed=set(), added=new)


def delete(store: Store, graph: Graph) -> GraphChange:
    """The change that removes a graph, or the content of the default graph; empty where there is no such graph.

    https://www.w3.org/TR/sparql11-http-rdf-update/#http-delete
    """
    old = join_lines(lines(store.quads_for_pattern(None, None, None, graph)))
    existed = _exists(store, graph)
    dropped = (graph.value,) if existed and isinstance(graph, NamedNode) else ()
    return GraphChange(change=Change(removed=old, dropped=dropped), existed=existed)


def _graph_change(store: Store, graph: Graph, *, removed: set[bytes], added: set[bytes]) -> GraphChange:
    """The change of a graph by lines removed and added; a missing graph is created."""
    added_lines, existed = join_lines(added), _exists(store, graph)
    filled = named_graphs(added_lines)
    created = () if existed or isinstance(graph, DefaultGraph) or graph.value in filled else (graph.value,)
    return GraphChange(change=Change(removed=join_lines(removed), added=added_lines, created=created), existed=existed)


def _exists(store: Store, graph: Graph) -> bool:
    """Whether there is such a graph, perhaps an empty one."""
    return isinstance(graph, DefaultGraph) or store.contains_named_graph(graph)
