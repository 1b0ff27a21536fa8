"""The operations of the Graph Store Protocol, as what they would change: https://www.w3.org/TR/sparql11-http-rdf-update/.

Nothing is changed here. The store is asked what it holds, and documents are read into quads of the one graph they
are for: by the engine, strictly, without a look at any other document they may refer to.

RDF documents as strangers send them, read into quads of one graph.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from medkg.errors import QueryError
from medkg.evaluation import syntax
from medkg.evaluation.changes import Change, joined, lines, named_graphs, reason_of

_IN_OUR_WORDS = {
    "Named graphs are not allowed": "a document for one graph names no graphs itself; send each graph on its own",
    "No LoadDocumentCallback has been set to load remote contexts": (
        "the context of this document is elsewhere, and nothing is fetched; write it into the document"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The content of a graph as it was sent, in any format of RDF; in one with named graphs, there may be none."""

    content: bytes
    format: RdfFormat


def quads(documents: Sequence[Document], graph: NamedNode | DefaultGraph, base_iri: str | None) -> Store:
    """What documents hold, as quads of a graph and in the engine's normal form.

    Blank nodes are new ones, and no document's are another's. A byte order mark before a document is ignored. A
    document in error is a `QueryError` with its place.
    """
    held = Store()
    for number, document in enumerate(documents, start=1):
        content = document.content.removeprefix(BOM_UTF8)
        try:
            held.extend(
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
            raise QueryError(which + _explained(content.decode(errors="replace"), error)) from error
        except ValueError as error:
            raise QueryError(f"the base of relative IRIs is no absolute IRI: {error}") from error
    return held


def _explained(text: str, error: SyntaxError) -> str:
    """What is wrong with a document, where the engine says so with line, column and excerpt."""
    reason = _IN_OUR_WORDS.get(reason_of(error), reason_of(error))
    if error.lineno is None or error.offset is None:
        return f"the document cannot be read: {reason}"
    start = sum(len(line) + 1 for line in text.split("\n")[: error.lineno - 1])
    offset = min(start + error.offset - 1, len(text))
    return syntax.message(text, offset, reason)


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
