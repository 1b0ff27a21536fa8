"""The quads of an export: the whole RDF dataset, or all that concerns one dataset."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store, Triple

from medkg.model import prefixes as iris
from medkg.views import lookup

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
    node = lookup.dataset(store, slug)
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
