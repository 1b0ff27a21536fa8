"""Terms of the graph in words: a concept by its label, a count or event by what it says, anything else by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Store, Triple

from medkg.model.prefixes import BASE, Prefixes

Term = NamedNode | BlankNode | Literal | Triple
Graph = NamedNode | DefaultGraph

_LABELS = ("skos:prefLabel", "dcterms:title", "rdfs:label")


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """A term as people read it, and in the form that corrections write: a key, an address, `131 case train`."""

    text: str
    form: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphReader:
    """Reads a store's terms out."""

    store: Store
    prefixes: Prefixes

    def objects(self, subject: NamedNode, curie: str, graph: Graph | None = None) -> Iterator[Term]:
        """The values of a property of a thing, by default of what we believe."""
        pattern = self.store.quads_for_pattern(subject, self.prefixes.expand(curie), None, graph or DefaultGraph())
        return (quad.object for quad in pattern)

    def subjects(self, curie: str, object_: NamedNode) -> list[NamedNode]:
        """The things of which a property has this value, in the order of their IRIs."""
        pattern = self.store.quads_for_pattern(None, self.prefixes.expand(curie), object_, DefaultGraph())
        found = (quad.subject for quad in pattern)
        return sorted((each for each in found if isinstance(each, NamedNode)), key=lambda each: each.value)

    def literal(self, subject: NamedNode, curie: str, graph: Graph | None = None, language: str = "en") -> str | None:
        """The text of a property, in a language where there are several; None where there is none."""
        texts = [each for each in self.objects(subject, curie, graph) if isinstance(each, Literal)]
        texts.sort(key=lambda each: (each.language != language, each.value))
        return texts[0].value if texts else None

    def address(self, subject: NamedNode, curie: str) -> str | None:
        """The IRI that is the value of a property; None where there is none."""
        found = sorted(each.value for each in self.objects(subject, curie) if isinstance(each, NamedNode))
        return found[0] if found else None

    def label(self, iri: NamedNode) -> str:
        """The English name of a thing, or its CURIE."""
        found = (self.literal(iri, curie) for curie in _LABELS)
        return next((each for each in found if each), self.prefixes.compact(iri.value))

    def worded(self, term: Term, graph: Graph) -> Worded:
        """A term of a graph in words."""
        if isinstance(term, Literal):
            return Worded(text=term.value, form=term.value)
        if not isinstance(term, NamedNode):
            return Worded(text=str(term), form=str(term))
        if "#" in term.value and term.value.startswith(BASE):
            return self._part(term, graph)
        if term.value.startswith(BASE):
            return Worded(text=self.label(term), form=term.value.rpartition("/")[2])
        return Worded(text=term.value, form=term.value)

    def _part(self, part: NamedNode, graph: Graph) -> Worded:
        """A part of a dataset in words: a download, a count or an event."""
        url = next(self.objects(part, "dcat:accessURL", graph), None)
        if isinstance(url, NamedNode):
            title = self.literal(part, "dcterms:title", graph)
            return Worded(text=f"{url.value} ({title})" if title else url.value, form=url.value)
        if value := self.literal(part, "medkg:value", graph):
            return self._count(part, int(value), graph)
        if venue := self._concept(part, "medkg:venue", graph):
            year = self.literal(part, "medkg:year", graph)
            reader = [Worded(text=year, form=year)] if year else []
            return _joined([venue, *reader])
        return Worded(text=part.value, form=part.value)

    def _count(self, part: NamedNode, value: int, graph: Graph) -> Worded:
        """A count in words: `~1,600,000 images, train`."""
        unit = self._concept(part, "medkg:unit", graph) or Worded(text="things", form="")
        role = self._concept(part, "medkg:role", graph)
        modality = self._concept(part, "medkg:modality", graph)
        is_total = role is None or role.form == "total"
        about = "~" if self.literal(part, "medkg:approximate", graph) == "true" else ""
        limits = [each for each in (None if is_total else role, modality) if each]
        noun = unit.text if value == 1 else _plural(unit.text)
        return Worded(
            text=_lower(", ".join([f"{about}{value:,} {noun}", *(each.text for each in limits)])),
            form=" ".join([str(value), unit.form, *(each.form for each in limits)]),
        )

    def _concept(self, part: NamedNode, curie: str, graph: Graph) -> Worded | None:
        found = next(self.objects(part, curie, graph), None)
        return self.worded(found, graph) if found is not None else None


def _plural(noun: str) -> str:
    if noun.endswith("s"):
        return noun
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"


def _lower(text: str) -> str:
    """A text with its reader in lower case, but for acronyms."""
    return re.sub(r"\b[A-Z](?=[a-z]+\b)", lambda match: match.group().lower(), text)


def _joined(words: list[Worded]) -> Worded:
    return Worded(text=" ".join(each.text for each in words), form=" ".join(each.form for each in words))
