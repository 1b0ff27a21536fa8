"""Reads a graph in a store: the values of properties, and the names of things."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Store, Triple

from medkg.model.prefixes import Prefixes

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
