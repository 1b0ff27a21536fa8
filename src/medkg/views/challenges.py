"""Challenges: year, site and datasets of one edition, and other editions that use the same datasets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode

from medkg.views.concepts import NamedThing, named_thing
from medkg.views.graph_reader import GraphReader


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherChallenge:
    """Another challenge, with its year."""

    challenge: NamedThing
    year: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeProfile:
    """All that is known of a challenge edition; `records` are those that name it, by place."""

    challenge: NamedThing
    alternative: tuple[str, ...]
    year: str | None
    venues: tuple[NamedThing, ...]
    site: str | None
    leaderboard: str | None
    datasets: tuple[NamedThing, ...]
    papers: tuple[str, ...]
    records: tuple[tuple[str, str], ...]
    editions: tuple[OtherChallenge, ...]


def challenge_profile(reader: GraphReader, node: NamedNode) -> ChallengeProfile:
    """The profile of a challenge by its node."""
    datasets = reader.nodes(node, "medkg:usesDataset")
    papers = {paper.value for dataset in datasets for paper in reader.nodes(dataset, "dcterms:isReferencedBy")}
    return ChallengeProfile(
        challenge=named_thing(reader, node),
        alternative=tuple(name.value for name in reader.literals(node, "skos:altLabel")),
        year=reader.literal(node, "medkg:year"),
        venues=tuple(named_thing(reader, venue) for venue in reader.nodes(node, "medkg:venue")),
        site=reader.address(node, "foaf:homepage"),
        leaderboard=reader.address(node, "medkg:leaderboard"),
        datasets=tuple(named_thing(reader, dataset) for dataset in datasets),
        papers=tuple(sorted(papers)),
        records=tuple((reader.place(record), record.value) for record in reader.nodes(node, "dcterms:source")),
        editions=tuple(_editions(reader, node, datasets)),
    )


def _editions(reader: GraphReader, node: NamedNode, datasets: Iterable[NamedNode]) -> Iterator[OtherChallenge]:
    """Other challenges that used one of some datasets, or another edition of one, the earliest first."""
    challenges = {
        other.value: OtherChallenge(challenge=named_thing(reader, other), year=reader.literal(other, "medkg:year"))
        for dataset in _with_series(reader, datasets)
        for other in reader.subjects("medkg:usesDataset", dataset)
        if other != node
    }
    yield from sorted(challenges.values(), key=lambda other: (other.year or "", other.challenge.label))


def _with_series(reader: GraphReader, datasets: Iterable[NamedNode]) -> Iterator[NamedNode]:
    """Some datasets, and the other editions of each."""
    for dataset in datasets:
        yield dataset
        for series in reader.nodes(dataset, "dcat:inSeries"):
            yield from (series, *reader.nodes(series, "dcat:seriesMember"))
