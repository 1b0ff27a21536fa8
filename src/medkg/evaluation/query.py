"""One SPARQL query against a store: text in, lazy results out, results to bytes; and the description of one resource.

pyoxigraph evaluates while it writes; rows are not touched in Python, but for those of CSV and RDF/XML.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
)

from medkg.errors import QueryError
from medkg.evaluation import syntax
from medkg.evaluation.formats import GRAPHS, RESULTS, Format
from medkg.evaluation.language import BYTE_ORDER_MARK, prefixes_in, queries, refuse_depth
from medkg.evaluation.serialization import UNBOUNDED, DocumentBounds, write_graph, write_solutions
from medkg.evaluation.syntax import refuse_service

Results = QuerySolutions | QueryBoolean | QueryTriples

NO_PREFIXES: Mapping[str, str] = MappingProxyType({})


def evaluate(
    store: Store,
    query: str,
    *,
    prefixes: Mapping[str, str] = NO_PREFIXES,
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
    base_iri: str | None = None,
) -> Results:
    """The results of a query, evaluated as they are read; a text in error is a `QueryError` with its place.

    A byte order mark before the text is ignored.

    `prefixes` need no declaration in the text, which may still declare them otherwise. `default_graphs`
    and `named_graphs` are graph IRIs that together replace the RDF dataset the text itself names. `base_iri` is what
    relative IRIs are resolved against, where the text declares no BASE.
    """
    language, query = queries(base_iri), query.removeprefix(BYTE_ORDER_MARK)
    default_graph, named = _rdf_dataset(default_graphs, named_graphs)
    refuse_depth(query)
    try:
        refuse_service(query, prefixes, language)
        return store.query(
            query,
            prefixes=prefixes_in(query, prefixes),
            base_iri=base_iri,
            default_graph=default_graph,
            named_graphs=named,
        )
    except SyntaxError as error:
        offset = syntax.locate(query, prefixes, error, language)
        raise QueryError(syntax.explain(query, prefixes, error, offset, language)) from error
    except (RuntimeError, UnicodeError) as error:
        raise QueryError(f"the query cannot be evaluated: {error}") from error


def result_formats(results: Results) -> tuple[Format, ...]:
    """The formats results can be written in."""
    return GRAPHS if isinstance(results, QueryTriples) else RESULTS


def serialize(
    results: Results, format_: Format, *, prefixes: Mapping[str, str] = NO_PREFIXES, bounds: DocumentBounds = UNBOUNDED
) -> bytes:
    """The results as a document in one of their `result_formats`; they can be read only once.

    A document that outgrows its bounds is a `SizeLimit`, raised as soon as it does; one that the format cannot hold
    is a `FormatError`.
    """
    try:
        if isinstance(results, QueryTriples):
            return write_graph(results, format_, prefixes, bounds)
        return write_solutions(results, format_, bounds)
    except RuntimeError as error:
        raise QueryError(f"the query cannot be evaluated: {error}") from error


def _rdf_dataset(
    default_graphs: Sequence[str], named_graphs: Sequence[str]
) -> tuple[list[NamedNode | BlankNode | DefaultGraph] | None, list[NamedNode | BlankNode] | None]:
    """The default graph and the named graphs as pyoxigraph takes them; None where the query itself decides.

    https://www.w3.org/TR/sparql11-protocol/#dataset: where a request names graphs, the RDF dataset is
    made of these alone, and takes the place of the query's own FROM and FROM NAMED.
    """
    if not default_graphs and not named_graphs:
        return None, None
    return [*_nodes(default_graphs)], [*_nodes(named_graphs)]


def _nodes(iris: Sequence[str]) -> list[NamedNode]:
    """Graph names as terms."""
    try:
        return [NamedNode(iri) for iri in iris]
    except ValueError as error:
        raise QueryError(f"a graph is named by an absolute IRI: {error}") from error


IS_DEFINED_BY = NamedNode("http://www.w3.org/2000/01/rdf-schema#isDefinedBy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """The statements about one resource: those of the default graph, and those of the graph that it names."""

    iri: NamedNode
    believed: tuple[Triple, ...]
    stated: tuple[Triple, ...]

    def statements(self, format_: Format) -> list[Triple] | list[Quad]:
        """The statements for a document in a format; those of the named graph only where the format has graphs."""
        if not isinstance(format_.engine, RdfFormat) or not format_.engine.supports_datasets:
            return list(self.believed)
        return [
            *(_quad(triple, DefaultGraph()) for triple in self.believed),
            *(_quad(triple, self.iri) for triple in self.stated),
        ]


def describe(store: Store, iri: NamedNode) -> Description | None:
    """The description of a resource; None where the default graph has no statement about it.

    Its parts (its counts, annotations, the terms of an ontology) belong to it. They are named by fragments of its IRI,
    `<resource#part>`, so that there are no blank nodes and every part has an address.
    """
    own = list(_statements(store, iri))
    if not own:
        return None
    parts = dict.fromkeys(_parts(store, iri, own))
    believed = own + [statement for part in parts for statement in _statements(store, part)]
    stated = (quad.triple for quad in store.quads_for_pattern(None, None, None, iri))
    return Description(iri=iri, believed=tuple(believed), stated=tuple(stated))


def _quad(triple: Triple, graph: NamedNode | DefaultGraph) -> Quad:
    """A triple in a graph."""
    return Quad(triple.subject, triple.predicate, triple.object, graph)


def _statements(store: Store, subject: NamedNode) -> Iterator[Triple]:
    """The statements of the default graph about a subject."""
    return (quad.triple for quad in store.quads_for_pattern(subject, None, None, DefaultGraph()))


def _parts(store: Store, iri: NamedNode, own: list[Triple]) -> Iterator[NamedNode]:
    """The fragments of an IRI that its statements lead to, or that are defined by it."""
    defined = store.quads_for_pattern(None, IS_DEFINED_BY, iri, DefaultGraph())
    for node in (*(triple.object for triple in own), *(quad.subject for quad in defined)):
        if isinstance(node, NamedNode) and node.value.startswith(f"{iri.value}#"):
            yield node
