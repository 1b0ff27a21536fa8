"""RDF documents as strangers send them, read into quads of one graph."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from medkg.errors import QueryError
from medkg.evaluation import syntax
from medkg.evaluation.lines import reason_of

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
    return f"{syntax.place(text, offset)}: {reason}\n{syntax.excerpt(text, offset)}"
