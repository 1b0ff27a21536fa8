"""RDF as everybody reads it: Turtle, N-Triples and RDF/XML for the default graph, TriG and N-Quads for all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Triple, serialize

from medkg.evaluation import Format
from medkg.model.prefixes import Prefixes

TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_LINES = frozenset({RdfFormat.N_TRIPLES, RdfFormat.N_QUADS})


def document(quads: Iterable[Quad], form: Format, prefixes: Prefixes) -> Iterator[bytes]:
    """The document in parts; a format without named graphs holds the default graph alone."""
    assert isinstance(form.engine, RdfFormat)  # noqa: S101 - every format of graphs is one
    statements: list[Quad] | list[Triple] = list(quads)
    if not form.engine.supports_datasets:
        statements = [quad.triple for quad in statements if quad.graph_name == DefaultGraph()]
    if form.engine in _LINES:
        yield from _sorted_lines(statements, form.engine)
    else:
        statements.sort(key=order)
        used = _used(statements, prefixes)
        yield serialize(statements, format=form.engine, prefixes=used)


def order(statement: Quad | Triple) -> tuple[str, str, str, str]:
    """The place of a statement in a document: graph by graph, subject by subject, types first."""
    graph = "" if isinstance(statement, Triple) else _graph(statement.graph_name)
    predicate = "" if statement.predicate == TYPE else statement.predicate.value
    return graph, str(statement.subject), predicate, str(statement.object)


def _graph(name: NamedNode | BlankNode | DefaultGraph) -> str:
    return "" if isinstance(name, DefaultGraph) else str(name)


def _sorted_lines(statements: list[Quad] | list[Triple], form: RdfFormat) -> Iterator[bytes]:
    """The lines in the order of their bytes, as `LC_ALL=C sort` has them."""
    lines = (serialize(statements, format=form) or b"").split(b"\n")
    yield from (line + b"\n" for line in sorted(lines) if line)


def _used(statements: list[Quad] | list[Triple], prefixes: Prefixes) -> dict[str, str]:
    """The prefixes that a document of these statements has a use for."""
    found = set()
    for statement in statements:
        terms = [statement.subject, statement.predicate, statement.object]
        found.update(term.value for term in terms if isinstance(term, NamedNode))
        found.update(term.datatype.value for term in terms[2:] if not isinstance(term, NamedNode))
    return {prefix: space for prefix, space in prefixes.items() if any(iri.startswith(space) for iri in found)}
