"""Reads a graph in a store: values of properties, labels, and things by their slugs.

An unknown slug is refused with the nearest known ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Store, Triple

from medkg.errors import UnknownName
from medkg.model import prefixes as iris
from medkg.model.prefixes import Prefixes
from medkg.rdf.terms import RDF_TYPE

Term = NamedNode | BlankNode | Literal | Triple
Graph = NamedNode | DefaultGraph

_LABELS = ("skos:prefLabel", "dcterms:title", "rdfs:label", "foaf:name")


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphReader:
    """Reads a store by CURIEs, in the default graph unless another is given."""

    store: Store
    prefixes: Prefixes

    def objects(self, subject: NamedNode, curie: str, graph: Graph | None = None) -> Iterator[Term]:
        """The values of a property of a thing."""
        pattern = self.store.quads_for_pattern(subject, self.prefixes.expand(curie), None, graph or DefaultGraph())
        return (quad.object for quad in pattern)

    def nodes(self, subject: NamedNode, *curies: str, graph: Graph | None = None) -> list[NamedNode]:
        """The IRIs that are values of some properties of a thing, each once, in their order."""
        values = {value for curie in curies for value in self.objects(subject, curie, graph)}
        return sorted((value for value in values if isinstance(value, NamedNode)), key=lambda node: node.value)

    def literals(self, subject: NamedNode, curie: str, graph: Graph | None = None) -> list[Literal]:
        """The literals that are values of a property of a thing, in the order of their texts."""
        values = (value for value in self.objects(subject, curie, graph) if isinstance(value, Literal))
        return sorted(values, key=lambda literal: (literal.value, literal.language or ""))

    def subjects(self, curie: str, object_: NamedNode) -> list[NamedNode]:
        """The things of which a property has this value, in the order of their IRIs."""
        pattern = self.store.quads_for_pattern(None, self.prefixes.expand(curie), object_, DefaultGraph())
        things = (quad.subject for quad in pattern)
        return sorted((thing for thing in things if isinstance(thing, NamedNode)), key=lambda node: node.value)

    def literal(self, subject: NamedNode, curie: str, graph: Graph | None = None, language: str = "en") -> str | None:
        """The text of a property, one in the language before others; None where there is none."""
        texts = self.literals(subject, curie, graph)
        return (
            min(texts, key=lambda text: (text.language != language, text.language is not None)).value if texts else None
        )

    def address(self, subject: NamedNode, curie: str) -> str | None:
        """The first IRI that is the value of a property; None where there is none."""
        return next((node.value for node in self.nodes(subject, curie)), None)

    def label(self, iri: NamedNode) -> str:
        """The English name of a thing, or its CURIE."""
        texts = (self.literal(iri, curie) for curie in _LABELS)
        return next(filter(None, texts), self.prefixes.compact(iri.value))

    def chinese_label(self, iri: NamedNode) -> str | None:
        """The Chinese name of a thing; None where it has none."""
        texts = (text for curie in _LABELS for text in self.literals(iri, curie))
        return next((text.value for text in texts if text.language == "zh"), None)

    def place(self, record: NamedNode) -> str:
        """A catalogue's record by its catalogue and line, as in `openmedlab:112`."""
        catalog = self.address(record, "dcterms:isPartOf") or record.value
        return f"{catalog.rpartition('/')[2]}:{self.literal(record, 'medkg:sourceLine')}"


_DATASET = NamedNode("http://www.w3.org/ns/dcat#Dataset")
_CATALOG = NamedNode("http://www.w3.org/ns/dcat#Catalog")
_VOCABULARY = NamedNode("http://www.w3.org/2004/02/skos/core#ConceptScheme")
_MOST_NEAR = 3


def dataset(store: Store, slug: str) -> NamedNode:
    """The dataset with a slug; `UnknownName` where there is none."""
    return _there(store, iris.dataset(slug), slug, f"no dataset has the slug {slug!r}", _DATASET)


def datasets(store: Store) -> Iterator[str]:
    """The slugs of all datasets, those that are retired or that an update has added among them."""
    return _names(store, _DATASET, iris.dataset("").value)


def catalog(store: Store, catalog_id: str) -> NamedNode:
    """The catalogue with an id; `UnknownName` where there is none."""
    return _there(store, iris.catalog(catalog_id), catalog_id, f"no catalogue has the id {catalog_id!r}", _CATALOG)


def vocabulary(store: Store, name: str) -> NamedNode:
    """The vocabulary with a name; `UnknownName` where there is none."""
    return _there(store, iris.scheme(name), name, f"no vocabulary is called {name!r}", _VOCABULARY)


def is_there(store: Store, node: NamedNode) -> bool:
    """Whether the default graph has a statement on a node."""
    return next(store.quads_for_pattern(node, None, None, DefaultGraph()), None) is not None


def _there(store: Store, node: NamedNode, name: str, refusal: str, kind: NamedNode) -> NamedNode:
    """A node on which the graph has a statement; `UnknownName` for any other."""
    if not is_there(store, node):
        space = node.value.removesuffix(name)
        raise UnknownName(f"{refusal}{_near(name, _names(store, kind, space))}")
    return node


def _names(store: Store, kind: NamedNode, space: str) -> Iterator[str]:
    """The names of all things of a kind: the ends of their IRIs."""
    subjects = (quad.subject for quad in store.quads_for_pattern(None, RDF_TYPE, kind, DefaultGraph()))
    return (subject.value.removeprefix(space) for subject in subjects if isinstance(subject, NamedNode))


def _near(name: str, names: Iterator[str]) -> str:
    from rapidfuzz import process  # only a mistake needs it

    near = [known for known, _, _ in process.extract(name, sorted(names), limit=_MOST_NEAR, score_cutoff=60)]
    return f"; did you mean {' or '.join(near)}?" if near else ""
