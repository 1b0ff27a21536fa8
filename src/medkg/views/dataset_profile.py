"""All that is known of one dataset, and who says it: facts with their witnesses, records, corrections, decisions.

Where the words of a profile lead: values to the concepts, papers and addresses they stand for, places to records.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from medkg.model.prefixes import BASE, Prefixes
from medkg.rdf import terms
from medkg.views import lookup
from medkg.views.graph_reader import Graph, GraphReader, Term
from medkg.views.sourced_facts import FACTS, Fact, Testimony


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A record that stands for the dataset, or mentions it beside others, and why it was read so."""

    place: str
    name: str
    section: str | None
    is_mention: bool
    basis: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A correction of a record, by place and defect, or a decision where records differ."""

    place: str | None
    defect: str | None
    field: str | None
    stated: str | None
    instead: str | None
    basis: str | None
    reason: str | None
    source: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """A challenge that uses the dataset."""

    slug: str
    label: str
    year: str | None
    site: str | None
    leaderboard: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetProfile:
    """All that is known of one dataset."""

    slug: str
    iri: str
    label: str
    description: str | None
    description_zh: str | None
    facts: tuple[Fact, ...]
    listings: tuple[Listing, ...]
    corrections: tuple[Judgement, ...]
    decisions: tuple[Judgement, ...]
    challenges: tuple[Contest, ...]


def profile(store: Store, slug: str, prefixes: Prefixes) -> DatasetProfile:
    """The profile of the dataset with a slug; `UnknownName` where there is none."""
    node = lookup.dataset(store, slug)
    return _Reader(reader=GraphReader(store=store, prefixes=prefixes), node=node).profile(slug)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Reads what a store knows of one dataset."""

    reader: GraphReader
    node: NamedNode

    def profile(self, slug: str) -> DatasetProfile:
        standing = self.reader.subjects("foaf:primaryTopic", self.node)
        mentions = [each for each in self.reader.subjects("foaf:topic", self.node) if each not in standing]
        corrections = [each for record in (*standing, *mentions) for each in self._corrections(record)]
        decisions = [self._judgement(each) for each in self._nodes(self.node, "medkg:decision")]
        return DatasetProfile(
            slug=slug,
            iri=self.node.value,
            label=self.reader.literal(self.node, "dcterms:title") or slug,
            description=self.reader.literal(self.node, "dcterms:description"),
            description_zh=self.reader.literal(self.node, "dcterms:description", language="zh"),
            facts=tuple(self._testimony(standing, corrections, decisions).facts()),
            listings=tuple(self._listing(each, is_mention=each in mentions) for each in (*standing, *mentions)),
            corrections=tuple(corrections),
            decisions=tuple(decisions),
            challenges=tuple(map(self._contest, self.reader.subjects("medkg:usesDataset", self.node))),
        )

    def _testimony(
        self, records: list[NamedNode], corrections: list[Judgement], decisions: list[Judgement]
    ) -> Testimony:
        return Testimony(
            reader=self.reader,
            node=self.node,
            graphs={self._place(record): record for record in records},
            wrong={(each.place, each.stated) for each in corrections if each.stated},
            decided={each.field for each in decisions if each.field},
        )

    def _listing(self, record: NamedNode, *, is_mention: bool) -> Listing:
        return Listing(
            place=self._place(record),
            name=self.reader.literal(record, "rdfs:label") or "",
            section=self.reader.literal(record, "medkg:section"),
            is_mention=is_mention,
            basis=self.reader.literal(record, "medkg:basis"),
            reason=self.reader.literal(record, "rdfs:comment"),
        )

    def _corrections(self, record: NamedNode) -> Iterator[Judgement]:
        for node in self._nodes(record, "dqv:hasQualityAnnotation"):
            yield self._judgement(node, self._place(record))

    def _judgement(self, node: NamedNode, place: str | None = None) -> Judgement:
        defect = next(self.reader.objects(node, "medkg:defect"), None)
        return Judgement(
            place=place,
            defect=self.reader.label(defect) if isinstance(defect, NamedNode) else None,
            field=self.reader.literal(node, "medkg:field"),
            stated=self.reader.literal(node, "medkg:stated"),
            instead=self.reader.literal(node, "medkg:instead"),
            basis=self.reader.literal(node, "medkg:basis"),
            reason=self.reader.literal(node, "rdfs:comment"),
            source=self.reader.address(node, "dcterms:source"),
        )

    def _contest(self, challenge: NamedNode) -> Contest:
        return Contest(
            slug=challenge.value.rpartition("/")[2],
            label=self.reader.label(challenge),
            year=self.reader.literal(challenge, "medkg:year"),
            site=self.reader.address(challenge, "foaf:homepage"),
            leaderboard=self.reader.address(challenge, "medkg:leaderboard"),
        )

    def _nodes(self, subject: NamedNode, curie: str) -> list[NamedNode]:
        found = (each for each in self.reader.objects(subject, curie) if isinstance(each, NamedNode))
        return sorted(found, key=lambda each: each.value)

    def _place(self, record: NamedNode) -> str:
        """A record by its catalogue and line."""
        catalog = self.reader.address(record, "dcterms:isPartOf") or record.value
        return f"{catalog.rpartition('/')[2]}:{self.reader.literal(record, 'medkg:sourceLine')}"


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
    """Where values lead, by property and reader, and the IRI of the record at each place."""

    values: Mapping[tuple[str, str], Lead]
    places: Mapping[str, str]

    def of(self, property_: str, text: str) -> Lead:
        """Where a value leads; nowhere, where nothing is known of it."""
        return self.values.get((property_, text)) or Lead(form=text)


def leads(reader: GraphReader, node: NamedNode) -> Leads:
    """Where the words of a dataset's profile lead."""
    records = {record: place(reader, record) for curie in _STANDING for record in reader.subjects(curie, node)}
    graphs: tuple[Graph, ...] = (DefaultGraph(), *records)
    return Leads(
        values={key: lead for graph in graphs for key, lead in _values(reader, node, graph)},
        places={where: record.value for record, where in records.items()},
    )


def place(reader: GraphReader, record: NamedNode) -> str:
    """A record by its catalogue and line, as in `openmedlab:112`."""
    catalog = reader.address(record, "dcterms:isPartOf") or record.value
    return f"{catalog.rpartition('/')[2]}:{reader.literal(record, 'medkg:sourceLine')}"


def _values(reader: GraphReader, node: NamedNode, graph: Graph) -> Iterator[tuple[tuple[str, str], Lead]]:
    for curie in FACTS:
        for term in reader.objects(node, curie, graph):
            worded = reader.worded(term, graph)
            yield (curie, worded.text), _lead(reader, term, worded.form, graph)


def _lead(reader: GraphReader, term: Term, form: str, graph: Graph) -> Lead:
    if isinstance(term, Literal):
        return Lead(form=form, language=term.language or terms.worded(term.value).language)
    if not isinstance(term, NamedNode):
        return Lead(form=form)
    if term.value.startswith(BASE) and "#" in term.value:
        return Lead(form=form, iri=_of_part(reader, term, graph))
    if term.value.startswith(BASE):
        return Lead(form=form, iri=term.value, label_zh=chinese(reader, term))
    return Lead(form=form, iri=term.value)


def _of_part(reader: GraphReader, part: NamedNode, graph: Graph) -> str | None:
    """Where a part of a dataset leads: a download to its address, an event to the meetings it belongs to."""
    found = [each for curie in ("dcat:accessURL", "medkg:venue") for each in reader.objects(part, curie, graph)]
    return next((each.value for each in found if isinstance(each, NamedNode)), None)


def chinese(reader: GraphReader, iri: NamedNode) -> str | None:
    """The Chinese name of a thing; None where it has none."""
    texts = (each for curie in ("skos:prefLabel", "dcterms:title") for each in reader.objects(iri, curie))
    return next((each.value for each in texts if isinstance(each, Literal) and each.language == "zh"), None)
