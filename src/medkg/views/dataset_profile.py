"""The profile of a dataset: its facts with their sources, its records, corrections, decisions and challenges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pyoxigraph import NamedNode, Store

from medkg.model.prefixes import Prefixes
from medkg.views import graph_reader
from medkg.views.graph_reader import GraphReader
from medkg.views.sourced_facts import SourcedFact, sourced_facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A record that stands for the dataset, or mentions it beside others, with the reason for it."""

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
class ChallengeUse:
    """A challenge that uses the dataset."""

    slug: str
    label: str
    year: str | None
    site: str | None
    leaderboard: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetProfile:
    """All that is known of one dataset; `records` are the IRIs of its records by place."""

    slug: str
    iri: str
    label: str
    description: str | None
    description_zh: str | None
    facts: tuple[SourcedFact, ...]
    listings: tuple[Listing, ...]
    corrections: tuple[Judgement, ...]
    decisions: tuple[Judgement, ...]
    challenges: tuple[ChallengeUse, ...]
    records: Mapping[str, str] = field(metadata={"in_json": False})


def profile(store: Store, slug: str, prefixes: Prefixes) -> DatasetProfile:
    """The profile of the dataset with a slug; `UnknownName` where there is none."""
    node = graph_reader.dataset(store, slug)
    reader = GraphReader(store=store, prefixes=prefixes)
    standing = reader.subjects("foaf:primaryTopic", node)
    mentions = [record for record in reader.subjects("foaf:topic", node) if record not in standing]
    records = (*standing, *mentions)
    corrections = [correction for record in records for correction in _corrections(reader, record)]
    decisions = [judgement(reader, decision) for decision in reader.nodes(node, "medkg:decision")]
    facts = sourced_facts(
        reader,
        node,
        records={reader.place(record): record for record in standing},
        corrected=[(correction.place, correction.stated) for correction in corrections if correction.stated],
        decided={decision.field for decision in decisions if decision.field},
    )
    return DatasetProfile(
        slug=slug,
        iri=node.value,
        label=reader.literal(node, "dcterms:title") or slug,
        description=reader.literal(node, "dcterms:description"),
        description_zh=reader.literal(node, "dcterms:description", language="zh"),
        facts=tuple(facts),
        listings=tuple(_listing(reader, record, is_mention=record in mentions) for record in records),
        corrections=tuple(corrections),
        decisions=tuple(decisions),
        challenges=tuple(_challenge(reader, challenge) for challenge in reader.subjects("medkg:usesDataset", node)),
        records={reader.place(record): record.value for record in records},
    )


def judgement(reader: GraphReader, node: NamedNode, place: str | None = None) -> Judgement:
    """A correction or decision by its node."""
    defect = reader.address(node, "medkg:defect")
    return Judgement(
        place=place,
        defect=reader.label(NamedNode(defect)) if defect else None,
        field=reader.literal(node, "medkg:field"),
        stated=reader.literal(node, "medkg:stated"),
        instead=reader.literal(node, "medkg:instead"),
        basis=reader.literal(node, "medkg:basis"),
        reason=reader.literal(node, "rdfs:comment"),
        source=reader.address(node, "dcterms:source"),
    )


def _corrections(reader: GraphReader, record: NamedNode) -> list[Judgement]:
    place = reader.place(record)
    return [judgement(reader, node, place) for node in reader.nodes(record, "dqv:hasQualityAnnotation")]


def _listing(reader: GraphReader, record: NamedNode, *, is_mention: bool) -> Listing:
    return Listing(
        place=reader.place(record),
        name=reader.literal(record, "rdfs:label") or "",
        section=reader.literal(record, "medkg:section"),
        is_mention=is_mention,
        basis=reader.literal(record, "medkg:basis"),
        reason=reader.literal(record, "rdfs:comment"),
    )


def _challenge(reader: GraphReader, node: NamedNode) -> ChallengeUse:
    return ChallengeUse(
        slug=node.value.rpartition("/")[2],
        label=reader.label(node),
        year=reader.literal(node, "medkg:year"),
        site=reader.address(node, "foaf:homepage"),
        leaderboard=reader.address(node, "medkg:leaderboard"),
    )
