"""RDF files in a stable order: the whole RDF dataset, or the quads that concern one dataset."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple, serialize

from medkg.evaluation import Format
from medkg.evaluation.serialization import write_graph
from medkg.model import prefixes as iris
from medkg.model.prefixes import Prefixes
from medkg.rdf.terms import RDF_TYPE
from medkg.views import graph_reader

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


_IDENTIFIER = NamedNode("http://purl.org/dc/terms/identifier")
_PAPER = NamedNode("http://purl.org/dc/terms/isReferencedBy")
_DEFINED_BY = NamedNode("http://www.w3.org/2000/01/rdf-schema#isDefinedBy")
_ENDS = (
    NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#subject"),
    NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#object"),
)
"""By which a claim is about a dataset."""
_TOPICS = (NamedNode("http://xmlns.com/foaf/0.1/primaryTopic"), NamedNode("http://xmlns.com/foaf/0.1/topic"))
"""By which a record is about a dataset, alone or with others."""


def whole(store: Store) -> set[Quad]:
    """Every quad of the store."""
    return set(store)


def of_dataset(store: Store, slug: str) -> set[Quad]:
    """The quads on one dataset, its papers, claims, records and their parts, and those in its records' graphs."""
    node = graph_reader.dataset(store, slug)
    quads = set(_description(store, node))
    for paper in {quad.object for quad in quads if quad.predicate == _PAPER}:
        quads.update(_about(store, paper))
    quads.update(store.quads_for_pattern(node, None, None, iris.LINEAGE_BY_CATALOGS))
    for claim in _subjects(store, _ENDS, node):
        quads.update(_about(store, claim))
    for record in _subjects(store, _TOPICS, node):
        quads.update(_description(store, record))
        quads.update(store.quads_for_pattern(None, None, None, record))
    return quads


def vocabulary(store: Store) -> list[Triple]:
    """The triples on the ontology's own terms."""
    terms = {quad.subject for quad in store.quads_for_pattern(None, _DEFINED_BY, None, DefaultGraph())}
    return [quad.triple for term in terms for quad in _about(store, term)]


def _description(store: Store, node: NamedNode) -> Iterator[Quad]:
    """The statements about a node and about its parts, the fragments of its IRI that it leads to."""
    for quad in _about(store, node):
        yield quad
        if isinstance(quad.object, NamedNode) and quad.object.value.startswith(f"{node.value}#"):
            yield from _about(store, quad.object)


def _about(store: Store, subject: object) -> Iterator[Quad]:
    """The quads of the default graph on a subject."""
    if isinstance(subject, NamedNode):
        yield from store.quads_for_pattern(subject, None, None, DefaultGraph())


def _subjects(store: Store, properties: tuple[NamedNode, ...], object_: NamedNode) -> set[NamedNode]:
    """The subjects of which one of some properties has a value."""
    naming = (
        quad for property_ in properties for quad in store.quads_for_pattern(None, property_, object_, DefaultGraph())
    )
    return {quad.subject for quad in naming if isinstance(quad.subject, NamedNode)}
