"""One SPARQL query against one store: text in, lazy results out, results to bytes.

Rows are not touched in Python, but for those of CSV and RDF/XML: pyoxigraph evaluates while it writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
)

from medkg.errors import QueryError
from medkg.evaluation import graphs, solutions, syntax
from medkg.evaluation.bounded import UNBOUNDED, Bounds
from medkg.evaluation.federation import refuse_service
from medkg.evaluation.formats import GRAPHS, RESULTS, Format
from medkg.evaluation.forms import BYTE_ORDER_MARK
from medkg.evaluation.languages import queries, wanted
from medkg.evaluation.nesting import refuse_depth

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
    """What a query finds, evaluated as it is read; a text in error is a `QueryError` with its place.

    A byte order mark before the text is ignored.

    `prefixes` need no declaration in the text, which may still declare them otherwise. `default_graphs`
    and `named_graphs` are graph IRIs that together replace the RDF dataset the text itself names. `base_iri` is what
    relative IRIs are resolved against, where the text declares no BASE.
    """
    language, query = queries(base_iri), query.removeprefix(BYTE_ORDER_MARK)
    default_graph, among = _rdf_dataset(default_graphs, named_graphs)
    refuse_depth(query)
    try:
        refuse_service(query, prefixes, language)
        return store.query(
            query,
            prefixes=wanted(prefixes, query),
            base_iri=base_iri,
            default_graph=default_graph,
            named_graphs=among,
        )
    except SyntaxError as error:
        offset = syntax.locate(query, prefixes, error, language)
        raise QueryError(syntax.explain(query, prefixes, error, offset, language)) from error
    except (RuntimeError, UnicodeError) as error:
        raise QueryError(f"the query cannot be evaluated: {error}") from error


def offers(results: Results) -> tuple[Format, ...]:
    """The formats results can be written in."""
    return GRAPHS if isinstance(results, QueryTriples) else RESULTS


def serialize(
    results: Results, form: Format, *, prefixes: Mapping[str, str] = NO_PREFIXES, bounds: Bounds = UNBOUNDED
) -> bytes:
    """The results as a document in one of the formats on offer; they can be read only once.

    A document that outgrows its bounds is a `SizeLimit`, raised as soon as it does; one that the format cannot hold
    is a `FormatError`.
    """
    try:
        if isinstance(results, QueryTriples):
            return graphs.write(results, form, prefixes, bounds)
        return solutions.write(results, form, bounds)
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
