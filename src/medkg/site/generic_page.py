"""The description of a thing of any class as labelled properties and values with links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from pyoxigraph import DefaultGraph, Literal, NamedNode, Triple

from medkg.evaluation import Description
from medkg.rdf.terms import RDF_TYPE
from medkg.site.pages import Addresses
from medkg.views.graph_reader import GraphReader, Term

MAX_LINKING_THINGS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedValue:
    """One value: its text, link and language; where it is a part of the thing, the properties of the part."""

    text: str
    href: str | None = None
    lang: str | None = None
    parts: tuple[DescribedProperty, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedProperty:
    """One property with its values; `more` counts the values left out."""

    label: str
    href: str | None
    values: tuple[DescribedValue, ...]
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedThing:
    """The content of the page of one thing."""

    iri: str
    title: str
    kinds: tuple[DescribedValue, ...]
    believed: tuple[DescribedProperty, ...]
    stated: tuple[DescribedValue, ...]
    linked: tuple[DescribedProperty, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriptionReader:
    """Adds labels and links to descriptions."""

    graph: GraphReader
    addresses: Addresses

    def read(self, description: Description) -> DescribedThing:
        """The description of a thing, with the things that link to it."""
        own = [triple for triple in description.believed if triple.subject == description.iri]
        parts = [triple for triple in description.believed if triple.subject != description.iri]
        kinds = [triple.object for triple in own if triple.predicate == RDF_TYPE]
        return DescribedThing(
            iri=description.iri.value,
            title=self.graph.label(description.iri),
            kinds=tuple(map(self._value, kinds)),
            believed=self._properties(own, parts),
            stated=tuple(self._subjects(description.stated)),
            linked=tuple(self._incoming_links(description.iri)),
        )

    def _value(self, term: Term, parts: Sequence[Triple] = ()) -> DescribedValue:
        """A term as a value, with its properties among the triples `parts`."""
        if isinstance(term, Literal):
            return DescribedValue(text=term.value, lang=term.language)
        if isinstance(term, NamedNode):
            own = [triple for triple in parts if triple.subject == term]
            rest = [triple for triple in parts if triple.subject != term]
            return DescribedValue(
                text=self.graph.label(term), href=self.addresses.of(term.value), parts=self._properties(own, rest)
            )
        return DescribedValue(text=str(term))

    def _properties(self, triples: Iterable[Triple], parts: Sequence[Triple]) -> tuple[DescribedProperty, ...]:
        """The triples about one subject, grouped by property; values are sorted by text."""
        ordered = sorted(triples, key=lambda triple: (triple.predicate.value, str(triple.object)))
        return tuple(
            DescribedProperty(
                label=self.graph.label(predicate),
                href=self.addresses.of(predicate.value),
                values=tuple(self._value(triple.object, parts) for triple in group),
            )
            for predicate, group in groupby(ordered, key=lambda triple: triple.predicate)
            if predicate != RDF_TYPE
        )

    def _subjects(self, triples: Sequence[Triple]) -> Iterator[DescribedValue]:
        """The subjects of triples with their properties; a part is shown within its whole."""
        objects = {triple.object for triple in triples}
        for subject in dict.fromkeys(triple.subject for triple in triples if triple.subject not in objects):
            yield self._value(subject, triples)

    def _incoming_links(self, iri: NamedNode) -> Iterator[DescribedProperty]:
        """The things that link to a thing, by property; a part of a thing counts as the thing."""
        quads = self.graph.store.quads_for_pattern(None, None, iri, DefaultGraph())
        named = ((quad.predicate.value, quad.subject) for quad in quads)
        links = {(property_, node.value.partition("#")[0]) for property_, node in named if isinstance(node, NamedNode)}
        for predicate, group in groupby(sorted(links), key=lambda link: link[0]):
            wholes = [subject for _, subject in group if subject != iri.value]
            values = tuple(self._value(NamedNode(whole)) for whole in wholes[:MAX_LINKING_THINGS])
            if values:
                label, href = self.graph.label(NamedNode(predicate)), self.addresses.of(predicate)
                yield DescribedProperty(label=label, href=href, values=values, more=len(wholes) - len(values))
