"""The contents of a graph in numbers, and their description in VoID (https://www.w3.org/TR/void/).

Every node is a fragment of the endpoint's address, so that none is blank.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Store, Triple

from medkg.evaluation import evaluate
from medkg.model import prefixes as iris
from medkg.model.prefixes import Prefixes
from medkg.rdf import terms

Statement = tuple[NamedNode, str, NamedNode | Literal | int]
"""A statement with its property as a CURIE."""

_TOTALS = """
SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects) { ?s ?p ?o }
"""
# To be an entity, a resource must have a URI: https://www.w3.org/TR/void/#statistics
_ENTITIES = "SELECT (COUNT(DISTINCT ?s) AS ?entities) { ?s a ?class FILTER(ISIRI(?s)) }"
_OWN = f'SELECT (COUNT(DISTINCT ?s) AS ?own) {{ ?s a ?class FILTER(STRSTARTS(STR(?s), "{iris.BASE}")) }}'
_CLASSES = """
SELECT ?class (COUNT(DISTINCT ?s) AS ?n) { ?s a ?class FILTER(ISIRI(?s) && ISIRI(?class)) } GROUP BY ?class
"""
_PROPERTIES = "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p"
_GRAPHS = "SELECT ?graph (COUNT(*) AS ?n) { GRAPH ?graph { ?s ?p ?o } FILTER(ISIRI(?graph)) } GROUP BY ?graph"
_LINKS = "SELECT ?o (COUNT(*) AS ?n) { ?s skos:exactMatch ?o FILTER(ISIRI(?o)) } GROUP BY ?o"
_CATALOGS = "SELECT DISTINCT ?it { ?it a dcat:Catalog FILTER(ISIRI(?it)) } ORDER BY STR(?it)"
# what most records are about is what most readers know
_EXAMPLES = """
SELECT ?it { ?record foaf:primaryTopic ?it FILTER(ISIRI(?it)) }
GROUP BY ?it ORDER BY DESC(COUNT(?record)) STR(?it) LIMIT 3
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphContents:
    """The size of a graph; all but `graphs` is of the default graph.

    By IRI: the entities of each class, the triples of each property and of each named graph, and the exact
    matches into each namespace. `own` counts the entities with an IRI of ours.
    """

    triples: int
    subjects: int
    objects: int
    entities: int
    own: int
    classes: Mapping[str, int]
    properties: Mapping[str, int]
    graphs: Mapping[str, int]
    links: Mapping[str, int]
    catalogs: tuple[str, ...]
    examples: tuple[str, ...]

    @property
    def named_graph_triples(self) -> int:
        """The triples of all named graphs."""
        return sum(self.graphs.values())


def graph_contents(store: Store, prefixes: Prefixes) -> GraphContents:
    """The contents of a store."""

    def rows(query: str) -> list[list[str]]:
        return list(_rows(store, query, prefixes))

    def numbers(query: str) -> dict[str, int]:
        return {iri: int(number) for iri, number in sorted(rows(query))}

    ((triples, subjects, objects),) = rows(_TOTALS)
    empty = {graph.value: 0 for graph in store.named_graphs() if isinstance(graph, NamedNode)}
    links: Counter[str] = Counter()
    for iri, number in numbers(_LINKS).items():
        links[namespace(iri, prefixes)] += number
    return GraphContents(
        triples=int(triples),
        subjects=int(subjects),
        objects=int(objects),
        entities=int(rows(_ENTITIES)[0][0]),
        own=int(rows(_OWN)[0][0]),
        classes=numbers(_CLASSES),
        properties=numbers(_PROPERTIES),
        graphs=dict(sorted((empty | numbers(_GRAPHS)).items())),
        links=dict(links),
        catalogs=tuple(iri for (iri,) in rows(_CATALOGS)),
        examples=tuple(iri for (iri,) in rows(_EXAMPLES)),
    )


def namespace(iri: str, prefixes: Mapping[str, str]) -> str:
    """The namespace of a term: the longest of the prefix map that begins it, else all before its last name.

    >>> namespace("http://www.wikidata.org/entity/Q9368", {"wdt": "http://www.wikidata.org/prop/direct/"})
    'http://www.wikidata.org/entity/'
    """
    spaces = [space for space in prefixes.values() if iri.startswith(space)]
    return max(spaces, key=len) if spaces else re.sub(r"[^#/:]*\Z", "", iri)


def part(endpoint: NamedNode, name: str) -> NamedNode:
    """A node of the description of an endpoint.

    >>> part(NamedNode("http://localhost/sparql"), "class-dcat:Dataset").value
    'http://localhost/sparql#class-dcat:Dataset'
    """
    return iris.fragment(endpoint, quote(name, safe="/:?@!$&'()*+,;=~"))


def triples(statements: Iterable[Statement], prefixes: Prefixes) -> Iterator[Triple]:
    """Statements as triples."""
    for subject, curie, value in statements:
        yield Triple(subject, prefixes.expand(curie), terms.integer(value) if isinstance(value, int) else value)


def void(contents: GraphContents, endpoint: NamedNode, node: NamedNode, prefixes: Prefixes) -> Iterator[Statement]:
    """The description of the default graph that an endpoint serves, as the dataset `node`."""
    yield node, "rdf:type", prefixes.expand("void:Dataset")
    yield node, "void:sparqlEndpoint", endpoint
    yield node, "void:triples", contents.triples
    yield node, "void:entities", contents.entities
    yield node, "void:distinctSubjects", contents.subjects
    yield node, "void:distinctObjects", contents.objects
    yield node, "void:classes", len(contents.classes)
    yield node, "void:properties", len(contents.properties)
    # https://www.w3.org/TR/void/#vocabularies: clients take this list for complete
    for space in sorted({namespace(iri, prefixes) for iri in (*contents.classes, *contents.properties)}):
        yield node, "void:vocabulary", NamedNode(space)
    yield from ((node, "dcterms:source", NamedNode(iri)) for iri in contents.catalogs)
    yield from ((node, "void:exampleResource", NamedNode(iri)) for iri in contents.examples)
    yield from _own(contents, endpoint, node, prefixes)
    yield from _partitions(contents, endpoint, node, prefixes)
    yield from _links(contents, endpoint, node, prefixes)


def _rows(store: Store, query: str, prefixes: Prefixes) -> Iterator[list[str]]:
    """The solutions of a query whose variables are all bound, as texts."""
    results = evaluate(store, query, prefixes=prefixes)
    assert isinstance(results, QuerySolutions)  # a SELECT
    for solution in results:
        terms_ = [solution[variable] for variable in results.variables]
        yield [term.value for term in terms_ if isinstance(term, NamedNode | BlankNode | Literal)]


def _own(contents: GraphContents, endpoint: NamedNode, node: NamedNode, prefixes: Prefixes) -> Iterator[Statement]:
    """The part of a dataset that has IRIs of ours.

    https://www.w3.org/TR/void/#pattern: a URI space is that of all entities, and papers have addresses elsewhere.
    """
    if contents.own:
        own = part(endpoint, "entities-of-medkg")
        yield node, "void:subset", own
        yield own, "rdf:type", prefixes.expand("void:Dataset")
        yield own, "void:uriSpace", Literal(iris.BASE)
        yield own, "void:entities", contents.own


def _partitions(
    contents: GraphContents, endpoint: NamedNode, node: NamedNode, prefixes: Prefixes
) -> Iterator[Statement]:
    """The parts of a dataset by class and by property.

    https://www.w3.org/TR/void/#class-property-partitions
    """
    for iri, entities in contents.classes.items():
        of_class = part(endpoint, f"class-{prefixes.compact(iri)}")
        yield node, "void:classPartition", of_class
        yield of_class, "rdf:type", prefixes.expand("void:Dataset")
        yield of_class, "void:class", NamedNode(iri)
        yield of_class, "void:entities", entities
    for iri, number in contents.properties.items():
        of_property = part(endpoint, f"property-{prefixes.compact(iri)}")
        yield node, "void:propertyPartition", of_property
        yield of_property, "rdf:type", prefixes.expand("void:Dataset")
        yield of_property, "void:property", NamedNode(iri)
        yield of_property, "void:triples", number


def _links(contents: GraphContents, endpoint: NamedNode, node: NamedNode, prefixes: Prefixes) -> Iterator[Statement]:
    """The links of a dataset to others, of each of which we know only the namespace; a linkset has one predicate."""
    names = {space: prefix for prefix, space in prefixes.items()}
    for space, number in contents.links.items():
        name = names.get(space, space)
        links, target = part(endpoint, f"links-to-{name}"), part(endpoint, f"target-{name}")
        yield node, "void:subset", links
        yield links, "rdf:type", prefixes.expand("void:Linkset")
        yield links, "void:linkPredicate", prefixes.expand("skos:exactMatch")
        yield links, "void:subjectsTarget", node
        yield links, "void:objectsTarget", target
        yield links, "void:triples", number
        yield target, "rdf:type", prefixes.expand("void:Dataset")
        yield target, "void:uriSpace", Literal(space)
