"""All that is known of one dataset, and who says it: facts with their catalogues and lines, records, corrections.

A fact that a catalogue states and we do not believe stands beside those we do, so that a disagreement
is seen where it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, NamedNode, Store

from medkg.errors import UnknownName
from medkg.graph.papers import paper_iri
from medkg.graph.wording import Graph, Worded, Wording
from medkg.model import prefixes as iris
from medkg.model.prefixes import Prefixes

FACTS: Mapping[str, str] = {
    "dcterms:title": "name",
    "dcterms:alternative": "expansion",
    "skos:altLabel": "other names",
    "dcat:inSeries": "edition of",
    "dcat:seriesMember": "editions",
    "dcat:version": "version",
    "dcterms:isPartOf": "part of",
    "dcterms:hasPart": "parts",
    "dcterms:isReplacedBy": "replaced by",
    "medkg:modality": "modality",
    "medkg:dimensionality": "dimensions",
    "medkg:imagedRegion": "imaged region",
    "medkg:labelTarget": "label target",
    "medkg:anatomy": "anatomy",
    "medkg:finding": "findings",
    "medkg:task": "task",
    "medkg:count": "counts",
    "medkg:labelCategoryCount": "label categories",
    "medkg:labelFormat": "label format",
    "medkg:fileFormat": "file format",
    "dcterms:issued": "released",
    "medkg:event": "presented at",
    "medkg:challengeName": "challenges named",
    "dcterms:license": "licence",
    "medkg:licenceText": "licence as written",
    "medkg:licencePage": "licence page",
    "medkg:accessCondition": "access",
    "dcat:landingPage": "homepage",
    "dcat:distribution": "download",
    "medkg:mirror": "mirror",
    "dcterms:isReferencedBy": "papers",
    "medkg:leaderboard": "leaderboard",
    "medkg:codeRepository": "code",
    "medkg:datasheet": "datasheet",
    "medkg:relatedProject": "related projects",
}
"""The properties of a dataset that are facts about it, in the order of showing, with what they are called."""

_NARROWER_OF = {"medkg:anatomy": ("medkg:imagedRegion", "medkg:labelTarget")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of a fact: whether we believe it, who states it (`openmedlab:112`), and who is corrected for it."""

    text: str
    is_believed: bool
    stated_by: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One property of the dataset with all its values, those we believe first."""

    name: str
    property: str
    is_disputed: bool
    values: tuple[Value, ...]


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
class Dossier:
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


def dossier(store: Store, slug: str, prefixes: Prefixes) -> Dossier:
    """The dossier of the dataset with a slug; `UnknownName` where there is none."""
    node = iris.dataset(slug)
    if next(store.quads_for_pattern(node, None, None, DefaultGraph()), None) is None:
        raise UnknownName(f"no dataset has the slug {slug!r}")
    return _Reader(words=Wording(store=store, prefixes=prefixes), node=node).dossier(slug)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Reads what a store knows of one dataset."""

    words: Wording
    node: NamedNode

    def dossier(self, slug: str) -> Dossier:
        standing = self.words.subjects("foaf:primaryTopic", self.node)
        mentions = [each for each in self.words.subjects("foaf:topic", self.node) if each not in standing]
        corrections = [each for record in (*standing, *mentions) for each in self._corrections(record)]
        return Dossier(
            slug=slug,
            iri=self.node.value,
            label=self.words.literal(self.node, "dcterms:title") or slug,
            description=self.words.literal(self.node, "dcterms:description"),
            description_zh=self.words.literal(self.node, "dcterms:description", language="zh"),
            facts=tuple(self._facts(standing, corrections)),
            listings=tuple(self._listing(each, is_mention=each in mentions) for each in (*standing, *mentions)),
            corrections=tuple(corrections),
            decisions=tuple(self._judgement(each) for each in self._nodes(self.node, "medkg:decision")),
            challenges=tuple(map(self._contest, self.words.subjects("medkg:usesDataset", self.node))),
        )

    def _facts(self, records: Iterable[NamedNode], corrections: Iterable[Judgement]) -> Iterator[Fact]:
        disputed = {
            each.value
            for each in self.words.objects(self.node, "medkg:disputedProperty")
            if isinstance(each, NamedNode)
        }
        graphs: dict[str, Graph] = {"": DefaultGraph(), **{self._place(record): record for record in records}}
        wrong = {(each.place, _canonical(each.stated)) for each in corrections if each.stated}
        for curie, name in FACTS.items():
            said = [(place, worded) for place, graph in graphs.items() for worded in self._said(curie, graph)]
            if curie in _NARROWER_OF:
                plain = {worded.text for place, worded in said if place}
                said += [("", each) for each in self._worded(curie, DefaultGraph()) if each.text in plain]
            values = tuple(_values(said, wrong))
            is_disputed = self._is_disputed(curie, disputed)
            if values or is_disputed:
                yield Fact(name=name, property=curie, is_disputed=is_disputed, values=values)

    def _said(self, curie: str, graph: Graph) -> list[Worded]:
        """What a graph says of the dataset by a property, but not what follows from a narrower property."""
        follows = {each for narrower in _NARROWER_OF.get(curie, ()) for each in self._worded(narrower, graph)}
        return [each for each in self._worded(curie, graph) if each not in follows]

    def _worded(self, curie: str, graph: Graph) -> list[Worded]:
        found = {self.words.worded(each, graph) for each in self.words.objects(self.node, curie, graph)}
        return sorted(found, key=lambda each: each.text)

    def _is_disputed(self, curie: str, disputed: set[str]) -> bool:
        """Whether catalogues differ on a property; the total of a unit is one of the counts."""
        properties = {self.words.prefixes.expand(curie).value}
        if curie == "medkg:count":
            total = self.words.prefixes.expand("medkg:totalProperty")
            found = self.words.store.quads_for_pattern(None, total, None, DefaultGraph())
            properties |= {quad.object.value for quad in found if isinstance(quad.object, NamedNode)}
        return bool(properties & disputed)

    def _listing(self, record: NamedNode, *, is_mention: bool) -> Listing:
        return Listing(
            place=self._place(record),
            name=self.words.literal(record, "rdfs:label") or "",
            section=self.words.literal(record, "medkg:section"),
            is_mention=is_mention,
            basis=self.words.literal(record, "medkg:basis"),
            reason=self.words.literal(record, "rdfs:comment"),
        )

    def _corrections(self, record: NamedNode) -> Iterator[Judgement]:
        for node in self._nodes(record, "dqv:hasQualityAnnotation"):
            yield self._judgement(node, self._place(record))

    def _judgement(self, node: NamedNode, place: str | None = None) -> Judgement:
        defect = next(self.words.objects(node, "medkg:defect"), None)
        return Judgement(
            place=place,
            defect=self.words.label(defect) if isinstance(defect, NamedNode) else None,
            field=self.words.literal(node, "medkg:field"),
            stated=self.words.literal(node, "medkg:stated"),
            instead=self.words.literal(node, "medkg:instead"),
            basis=self.words.literal(node, "medkg:basis"),
            reason=self.words.literal(node, "rdfs:comment"),
            source=self.words.address(node, "dcterms:source"),
        )

    def _contest(self, challenge: NamedNode) -> Contest:
        return Contest(
            slug=challenge.value.rpartition("/")[2],
            label=self.words.label(challenge),
            year=self.words.literal(challenge, "medkg:year"),
            site=self.words.address(challenge, "foaf:homepage"),
            leaderboard=self.words.address(challenge, "medkg:leaderboard"),
        )

    def _nodes(self, subject: NamedNode, curie: str) -> list[NamedNode]:
        found = (each for each in self.words.objects(subject, curie) if isinstance(each, NamedNode))
        return sorted(found, key=lambda each: each.value)

    def _place(self, record: NamedNode) -> str:
        """A record by its catalogue and line."""
        catalog = self.words.address(record, "dcterms:isPartOf") or record.value
        return f"{catalog.rpartition('/')[2]}:{self.words.literal(record, 'medkg:sourceLine')}"


def _values(said: Iterable[tuple[str, Worded]], wrong: set[tuple[str | None, str]]) -> list[Value]:
    """What is said, each once with all who say it, what we believe first; the empty place is our own."""
    places: dict[str, list[str]] = {}
    corrected: dict[str, list[str]] = {}
    for place, worded in said:
        places.setdefault(worded.text, []).append(place)
        if (place, _canonical(worded.form)) in wrong:
            corrected.setdefault(worded.text, []).append(place)
    found = [
        Value(
            text=text,
            is_believed="" in by,
            stated_by=tuple(sorted({each for each in by if each})),
            corrected=tuple(corrected.get(text, ())),
        )
        for text, by in places.items()
    ]
    return sorted(found, key=lambda value: (not value.is_believed, -len(value.stated_by)))


def _canonical(form: str) -> str:
    """A stated value as it compares: the address of a paper as the paper."""
    return paper_iri(form)
