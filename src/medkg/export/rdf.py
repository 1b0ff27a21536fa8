"""RDF files in a stable order: Turtle, N-Triples and RDF/XML of the default graph, TriG and N-Quads of all graphs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from medkg.evaluation import Format
from medkg.evaluation.serialization import write_graph
from medkg.model.prefixes import Prefixes
from medkg.rdf.terms import RDF_TYPE

_LINES = frozenset({RdfFormat.N_TRIPLES, RdfFormat.N_QUADS})
_WITHOUT_DATATYPE = frozenset(f"http://www.w3.org/2001/XMLSchema#{name}" for name in ("string", "integer", "boolean"))


def document(quads: Iterable[Quad], form: Format, prefixes: Prefixes) -> Iterator[bytes]:
    """The document in parts; a format without named graphs holds the default graph alone.

    A `FormatError` before the first part where the format cannot hold the graph.
    """
    assert isinstance(form.engine, RdfFormat)
    statements: Sequence[Quad] | Sequence[Triple] = [*quads] if form.engine.supports_datasets else _default_graph(quads)
    if form.engine in _LINES:
        yield from _sorted_lines(serialize(statements, format=form.engine) or b"")
    else:
        ordered = sorted(statements, key=order)
        yield write_graph(ordered, form, _prefixes_of(ordered, prefixes))


def _default_graph(quads: Iterable[Quad]) -> list[Triple]:
    return [quad.triple for quad in quads if isinstance(quad.graph_name, DefaultGraph)]


def order(statement: Quad | Triple) -> tuple[str, str, str, str]:
    """The place of a statement in a document: by graph, by subject with its parts behind it, types first."""
    graph = "" if isinstance(statement, Triple) else _iri(statement.graph_name)
    predicate = "" if statement.predicate == RDF_TYPE else statement.predicate.value
    return graph, _iri(statement.subject) or str(statement.subject), predicate, str(statement.object)


def _sorted_lines(document: bytes) -> Iterator[bytes]:
    """The lines in the order of their bytes, as `LC_ALL=C sort` has them."""
    yield from (line + b"\n" for line in sorted(document.split(b"\n")) if line)


def _prefixes_of(statements: Iterable[Quad | Triple], prefixes: Prefixes) -> dict[str, str]:
    """The prefixes that a document of these statements has a use for."""
    iris = {iri for statement in statements for iri in _iris_of(statement)}
    return {prefix: space for prefix, space in prefixes.items() if any(iri.startswith(space) for iri in iris)}


def _iris_of(statement: Quad | Triple) -> Iterator[str]:
    """The IRIs that a statement writes out: not `rdf:type`, written `a`, nor the datatype of `5`."""
    subject, predicate, object_, *graph = statement
    yield from (_iri(term) for term in (subject, object_, *graph))
    if predicate != RDF_TYPE:
        yield predicate.value
    if isinstance(object_, Literal) and not object_.language and object_.datatype.value not in _WITHOUT_DATATYPE:
        yield object_.datatype.value


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else ""
