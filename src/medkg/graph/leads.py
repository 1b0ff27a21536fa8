"""Where the words of a dossier lead: values to the concepts, papers and addresses they stand for, places to records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, Literal, NamedNode

from medkg.graph import terms
from medkg.graph.testimony import FACTS
from medkg.graph.wording import Graph, Term, Wording
from medkg.model.prefixes import BASE

_STANDING = ("foaf:primaryTopic", "foaf:topic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """What a value stands for: its IRI, its Chinese name, the language a text shows, and its form in corrections."""

    form: str
    iri: str | None = None
    label_zh: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leads:
    """Where values lead, by property and words, and the IRI of the record at each place."""

    values: Mapping[tuple[str, str], Lead]
    places: Mapping[str, str]

    def of(self, property_: str, text: str) -> Lead:
        """Where a value leads; nowhere, where nothing is known of it."""
        return self.values.get((property_, text)) or Lead(form=text)


def leads(words: Wording, node: NamedNode) -> Leads:
    """Where the words of a dataset's dossier lead."""
    records = {record: place(words, record) for curie in _STANDING for record in words.subjects(curie, node)}
    graphs: tuple[Graph, ...] = (DefaultGraph(), *records)
    return Leads(
        values={key: lead for graph in graphs for key, lead in _values(words, node, graph)},
        places={where: record.value for record, where in records.items()},
    )


def place(words: Wording, record: NamedNode) -> str:
    """A record by its catalogue and line, as in `openmedlab:112`."""
    catalog = words.address(record, "dcterms:isPartOf") or record.value
    return f"{catalog.rpartition('/')[2]}:{words.literal(record, 'medkg:sourceLine')}"


def _values(words: Wording, node: NamedNode, graph: Graph) -> Iterator[tuple[tuple[str, str], Lead]]:
    for curie in FACTS:
        for term in words.objects(node, curie, graph):
            worded = words.worded(term, graph)
            yield (curie, worded.text), _lead(words, term, worded.form, graph)


def _lead(words: Wording, term: Term, form: str, graph: Graph) -> Lead:
    if isinstance(term, Literal):
        return Lead(form=form, language=term.language or terms.worded(term.value).language)
    if not isinstance(term, NamedNode):
        return Lead(form=form)
    if term.value.startswith(BASE) and "#" in term.value:
        return Lead(form=form, iri=_of_part(words, term, graph))
    if term.value.startswith(BASE):
        return Lead(form=form, iri=term.value, label_zh=chinese(words, term))
    return Lead(form=form, iri=term.value)


def _of_part(words: Wording, part: NamedNode, graph: Graph) -> str | None:
    """Where a part of a dataset leads: a download to its address, an event to the meetings it belongs to."""
    found = [each for curie in ("dcat:accessURL", "medkg:venue") for each in words.objects(part, curie, graph)]
    return next((each.value for each in found if isinstance(each, NamedNode)), None)


def chinese(words: Wording, iri: NamedNode) -> str | None:
    """The Chinese name of a thing; None where it has none."""
    texts = (each for curie in ("skos:prefLabel", "dcterms:title") for each in words.objects(iri, curie))
    return next((each.value for each in texts if isinstance(each, Literal) and each.language == "zh"), None)
