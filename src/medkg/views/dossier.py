"""All that is known of one dataset, and who says it: facts with their witnesses, records, corrections, decisions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode, Store

from medkg.graph import lookup
from medkg.graph.testimony import Fact, Testimony
from medkg.graph.wording import Wording
from medkg.model.prefixes import Prefixes


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
    node = lookup.dataset(store, slug)
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
        decisions = [self._judgement(each) for each in self._nodes(self.node, "medkg:decision")]
        return Dossier(
            slug=slug,
            iri=self.node.value,
            label=self.words.literal(self.node, "dcterms:title") or slug,
            description=self.words.literal(self.node, "dcterms:description"),
            description_zh=self.words.literal(self.node, "dcterms:description", language="zh"),
            facts=tuple(self._testimony(standing, corrections, decisions).facts()),
            listings=tuple(self._listing(each, is_mention=each in mentions) for each in (*standing, *mentions)),
            corrections=tuple(corrections),
            decisions=tuple(decisions),
            challenges=tuple(map(self._contest, self.words.subjects("medkg:usesDataset", self.node))),
        )

    def _testimony(
        self, records: list[NamedNode], corrections: list[Judgement], decisions: list[Judgement]
    ) -> Testimony:
        return Testimony(
            words=self.words,
            node=self.node,
            graphs={self._place(record): record for record in records},
            wrong={(each.place, each.stated) for each in corrections if each.stated},
            decided={each.field for each in decisions if each.field},
        )

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
