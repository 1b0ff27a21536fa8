"""A description as a person reads it: properties and values under their labels, with links to follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Store, Triple

from medkg.evaluation import Description
from medkg.model.prefixes import BASE, Prefixes

Term = NamedNode | BlankNode | Literal | Triple

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
LABELS = tuple(
    map(
        NamedNode,
        (
            "http://www.w3.org/2004/02/skos/core#prefLabel",
            "http://purl.org/dc/terms/title",
            "http://www.w3.org/2000/01/rdf-schema#label",
            "http://xmlns.com/foaf/0.1/name",
        ),
    )
)
MOST_LINKED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value: its text, where it leads, its language, and what is said of it where it is a part of the thing."""

    text: str
    href: str | None = None
    lang: str | None = None
    parts: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One property with all its values; `more` counts those left out."""

    label: str
    href: str | None
    values: tuple[Value, ...]
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """All a page says of one thing."""

    iri: str
    title: str
    kinds: tuple[Value, ...]
    believed: tuple[Statement, ...]
    stated: tuple[Value, ...]
    linked: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads descriptions with a store's labels; links to our own things begin with `root` instead of our namespace."""

    store: Store
    prefixes: Prefixes
    root: str

    def portrait(self, description: Description) -> Portrait:
        """The description of a thing, with what links to it."""
        own = [triple for triple in description.believed if triple.subject == description.iri]
        parts = [triple for triple in description.believed if triple.subject != description.iri]
        kinds = [triple.object for triple in own if triple.predicate.value == RDF_TYPE]
        return Portrait(
            iri=description.iri.value,
            title=self.label(description.iri),
            kinds=tuple(map(self._value, kinds)),
            believed=self._statements(own, parts),
            stated=tuple(self._subjects(description.stated)),
            linked=tuple(self._linked(description.iri)),
        )

    def label(self, iri: NamedNode) -> str:
        """A name for an IRI: its English label, else any, else its CURIE, else itself."""
        for property_ in LABELS:
            quads = self.store.quads_for_pattern(iri, property_, None, DefaultGraph())
            labels = sorted((quad.object for quad in quads if isinstance(quad.object, Literal)), key=_english_first)
            if labels:
                return labels[0].value
        return self.prefixes.compact(iri.value)

    def _href(self, iri: str) -> str | None:
        """Where an IRI leads: into this site, out into the web, or nowhere."""
        if iri.startswith(BASE):
            return self.root + iri.removeprefix(BASE)
        return iri if iri.startswith(("https://", "http://")) else None

    def _value(self, term: Term, parts: Sequence[Triple] = ()) -> Value:
        """A term as a value; where `parts` speak of it, with what they say."""
        if isinstance(term, Literal):
            return Value(text=term.value, lang=term.language)
        if isinstance(term, NamedNode):
            said = [triple for triple in parts if triple.subject == term]
            rest = [triple for triple in parts if triple.subject != term]
            return Value(text=self.label(term), href=self._href(term.value), parts=self._statements(said, rest))
        return Value(text=str(term))

    def _statements(self, triples: Iterable[Triple], parts: Sequence[Triple]) -> tuple[Statement, ...]:
        """Triples about one subject, by property; values in the order of their text."""
        found = sorted(triples, key=lambda triple: (triple.predicate.value, str(triple.object)))
        return tuple(
            Statement(
                label=self.label(predicate),
                href=self._href(predicate.value),
                values=tuple(self._value(triple.object, parts) for triple in group),
            )
            for predicate, group in groupby(found, key=lambda triple: triple.predicate)
            if predicate.value != RDF_TYPE
        )

    def _subjects(self, triples: Sequence[Triple]) -> Iterator[Value]:
        """What triples are about, each with what they say of it; a part is shown with its whole."""
        objects = {triple.object for triple in triples}
        for subject in dict.fromkeys(triple.subject for triple in triples if triple.subject not in objects):
            yield self._value(subject, triples)

    def _linked(self, iri: NamedNode) -> Iterator[Statement]:
        """What points to a thing, by property; a part of something stands for the whole."""
        quads = self.store.quads_for_pattern(None, None, iri, DefaultGraph())
        named = ((quad.predicate.value, quad.subject) for quad in quads)
        links = {(property_, node.value.partition("#")[0]) for property_, node in named if isinstance(node, NamedNode)}
        for predicate, group in groupby(sorted(links), key=lambda link: link[0]):
            wholes = [subject for _, subject in group if subject != iri.value]
            values = tuple(self._value(NamedNode(each)) for each in wholes[:MOST_LINKED])
            if values:
                label, href = self.label(NamedNode(predicate)), self._href(predicate)
                yield Statement(label=label, href=href, values=values, more=len(wholes) - len(values))


def _english_first(label: Literal) -> tuple[bool, bool, str]:
    """The order in which labels are preferred: English, without language, others."""
    return label.language != "en", label.language is not None, label.value
