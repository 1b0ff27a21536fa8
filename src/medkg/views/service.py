"""The SPARQL endpoint: address, contents and limits as a value, and its description as RDF.

https://www.w3.org/TR/sparql11-service-description/, with the graph in VoID and the stored queries in SHACL, as
https://github.com/sib-swiss/sparql-guidelines has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Protocol

from pyoxigraph import Literal, NamedNode, Store, Triple

from medkg.errors import ParameterError
from medkg.evaluation import GRAPHS, RESULTS, Format
from medkg.model.prefixes import Prefixes
from medkg.queries import Names, StoredQuery, shacl
from medkg.rdf import terms
from medkg.snapshots.revision import updates_of
from medkg.views.void import GraphContents, Statement, graph_contents, part, triples, void

MOST_GRAPHS = 2_000
"""The most named graphs that a description lists; of more it gives the number."""


class ServiceLimits(Protocol):
    """The bounds on one request: seconds, and bytes but for `rows`."""

    @property
    def seconds(self) -> float:
        """The time to evaluate a query or an update."""

    @property
    def answer(self) -> int:
        """The size of an answer."""

    @property
    def rows(self) -> int:
        """The number of solutions in an answer."""

    @property
    def request(self) -> int:
        """The size of a query."""

    @property
    def write(self) -> int:
        """The size of an update or of a graph that is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """An endpoint: its address, the revision of the graph it serves, what that holds, and what it will do.

    `graph_store` is the address of the Graph Store Protocol, None where there is none. `queries` are
    ready to be asked as they stand.
    """

    endpoint: str
    graph_store: str | None
    revision: str
    writable: bool
    limits: ServiceLimits
    contents: GraphContents
    queries: tuple[StoredQuery, ...]
    prefixes: Prefixes

    @property
    def result_formats(self) -> tuple[Format, ...]:
        """The formats of solutions."""
        return RESULTS

    @property
    def graph_formats(self) -> tuple[Format, ...]:
        """The formats of graphs, and so of this description."""
        return GRAPHS

    @property
    def updates(self) -> int:
        """How many updates the graph has had since it was built."""
        return updates_of(self.revision)

    @property
    def lists_graphs(self) -> bool:
        """Whether the named graphs are few enough to be listed."""
        return len(self.contents.graphs) <= MOST_GRAPHS


def service(
    store: Store,
    *,
    queries: Iterable[StoredQuery],
    prefixes: Prefixes,
    endpoint: str,
    graph_store: str | None,
    revision: str,
    writable: bool,
    limits: ServiceLimits,
) -> Service:
    """The service that answers from a store at an address; for another address `replace` will do."""
    names = Names(store)
    return Service(
        endpoint=endpoint,
        graph_store=graph_store,
        revision=revision,
        writable=writable,
        limits=limits,
        contents=graph_contents(store, prefixes),
        queries=tuple(_with_values(query, names) for query in queries),
        prefixes=prefixes,
    )


def _with_values(query: StoredQuery, names: Names) -> StoredQuery:
    """A stored query with its default values in it, and those it is tested with where it has no default.

    Where the graph does not know one of them the variables stay free.
    """
    try:
        return replace(query, text=query.with_values(query.expects.given, names))
    except ParameterError:
        return query


_FORMATS = "http://www.w3.org/ns/formats/"
_SIMPLE = NamedNode("http://www.w3.org/ns/entailment/Simple")
_ANY_URI = NamedNode(f"{terms.XSD}anyURI")
_TITLE = "What medkg believes of public medical-imaging datasets"
_DESCRIPTION = (
    "Datasets, challenges, papers, concepts, catalogues and their records, and the lineage of images. "
    "Each record names a graph with what that entry of a catalogue states, right or wrong."
)
_PARAMETERS = (
    "Besides the parameters of the SPARQL Protocol: timeout, in seconds, lowers the time limit, where 0 stands for the "
    "limit; format, a name or a media type, takes the place of Accept. An empty parameter counts as not given."
)
_SINCE = (
    "It has had {} since it was built, of which queries know; the site's search and lineage are those of the build."
)


def service_description(service: Service) -> Iterator[Triple]:
    """The description of a service, subject by subject, without blank nodes, always in the same order."""
    sentences = chain(_service(service), _default_graph(service), _prefixes(service))
    graphs = chain(_rdf_dataset(service), _named_graphs(service))
    by_subject: dict[object, list[Triple]] = {}
    for triple in chain(triples(sentences, service.prefixes), _queries(service), triples(graphs, service.prefixes)):
        by_subject.setdefault(triple.subject, []).append(triple)
    yield from chain.from_iterable(by_subject.values())


def _service(service: Service) -> Iterator[Statement]:
    """The languages, formats and limits of the endpoint."""
    node, endpoint, expand = _node(service, "service"), NamedNode(service.endpoint), service.prefixes.expand
    yield node, "rdf:type", expand("sd:Service")
    yield node, "sd:endpoint", endpoint
    yield node, "dcterms:title", terms.english("The SPARQL endpoint of medkg")
    yield node, "rdfs:comment", _limits(service)
    yield node, "dcterms:description", terms.english(_PARAMETERS)
    for language in ("SPARQL11Query", "SPARQL11Update") if service.writable else ("SPARQL11Query",):
        yield node, "sd:supportedLanguage", expand(f"sd:{language}")
    # https://www.w3.org/TR/sparql11-service-description/#sd-emptygraphs: a graph that loses its last triple stays
    yield node, "sd:feature", expand("sd:EmptyGraphs")
    yield node, "sd:defaultEntailmentRegime", _SIMPLE
    yield from ((node, "sd:resultFormat", _format(format_)) for format_ in (*RESULTS, *GRAPHS))
    yield from ((node, "sd:inputFormat", _format(format_)) for format_ in GRAPHS if service.writable)
    yield node, "sd:defaultDataset", _node(service, "rdf-dataset")
    if service.lists_graphs:
        yield node, "sd:availableGraphs", _node(service, "rdf-dataset")


def _limits(service: Service) -> Literal:
    """The limits of a query as a text, for no vocabulary has properties for them."""
    seconds, rows, size = service.limits.seconds, service.limits.rows, service.limits.answer
    return terms.english(f"A query is given {seconds:g} seconds, its answer {rows:,} rows and {size:,} bytes.")


def _rdf_dataset(service: Service) -> Iterator[Statement]:
    """The RDF dataset of queries that name no graphs."""
    node, graphs = _node(service, "rdf-dataset"), service.contents.graphs
    yield node, "rdf:type", service.prefixes.expand("sd:Dataset")
    yield node, "sd:defaultGraph", _node(service, "default-graph")
    if service.lists_graphs:
        yield from ((node, "sd:namedGraph", _node(service, "named-graph", iri)) for iri in graphs)
    else:
        how = "too many to be listed here; SELECT DISTINCT ?graph { GRAPH ?graph { ?s ?p ?o } } does"
        yield node, "rdfs:comment", terms.english(f"There are {len(graphs):,} named graphs, {how}.")


def _default_graph(service: Service) -> Iterator[Statement]:
    """The default graph as a graph and as a dataset of its own."""
    node = _node(service, "default-graph")
    yield node, "rdf:type", service.prefixes.expand("sd:Graph")
    yield node, "dcterms:title", terms.english(_TITLE)
    yield node, "dcterms:description", terms.english(_DESCRIPTION)
    yield node, "dcat:version", Literal(service.revision)
    if updates := service.updates:
        yield node, "rdfs:comment", terms.english(_SINCE.format(f"{updates} update{'' if updates == 1 else 's'}"))
    if service.graph_store:
        # https://www.w3.org/TR/sparql11-http-rdf-update/#indirect-graph-identification
        yield node, "void:dataDump", NamedNode(f"{service.graph_store}?default")
    yield from void(service.contents, NamedNode(service.endpoint), node, service.prefixes)


def _named_graphs(service: Service) -> Iterator[Statement]:
    """Each named graph: its name and its size.

    https://www.w3.org/TR/sparql11-service-description/#sd-namedGraph: the name is what there must be.
    """
    for iri, number in service.contents.graphs.items() if service.lists_graphs else ():
        named, graph = _node(service, "named-graph", iri), _node(service, "graph", iri)
        yield named, "rdf:type", service.prefixes.expand("sd:NamedGraph")
        yield named, "sd:name", NamedNode(iri)
        yield named, "sd:graph", graph
        yield graph, "rdf:type", service.prefixes.expand("sd:Graph")
        yield graph, "void:triples", number


def _queries(service: Service) -> Iterator[Triple]:
    """The stored queries as SHACL executables, aimed at the endpoint."""
    expand = service.prefixes.expand
    for query in service.queries:
        described = list(shacl(query, service.prefixes))
        yield from described
        yield Triple(described[0].subject, expand("sh:prefixes"), _node(service, "prefixes"))
        yield Triple(described[0].subject, expand("schema:target"), NamedNode(service.endpoint))


def _prefixes(service: Service) -> Iterator[Statement]:
    """The prefixes that need no declaration.

    https://www.w3.org/TR/shacl/#sparql-prefixes
    """
    node = _node(service, "prefixes")
    yield node, "rdf:type", service.prefixes.expand("owl:Ontology")
    for prefix, namespace in service.prefixes.items():
        declaration = _node(service, "prefix", prefix)
        yield node, "sh:declare", declaration
        yield declaration, "rdf:type", service.prefixes.expand("sh:PrefixDeclaration")
        yield declaration, "sh:prefix", Literal(prefix)
        yield declaration, "sh:namespace", Literal(namespace, datatype=_ANY_URI)


def _node(service: Service, kind: str, of: str = "") -> NamedNode:
    """A node of the description, that of an IRI where there are several of its kind."""
    return part(NamedNode(service.endpoint), f"{kind}-{service.prefixes.compact(of)}" if of else kind)


def _format(form: Format) -> NamedNode:
    """The W3C's IRI of a format; the engine's for JSON-LD is that of the page about it.

    >>> _format(GRAPHS[1]).value
    'http://www.w3.org/ns/formats/JSON-LD'
    """
    assert form.engine is not None  # HTML is none of the formats of answers
    return NamedNode(_FORMATS + form.engine.iri.rpartition("/")[2])
