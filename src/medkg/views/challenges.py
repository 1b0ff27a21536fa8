"""A challenge edition: when and where it was held, which datasets it used, and which other editions used the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from medkg.views.concepts import Named, named
from medkg.views.dossier import place
from medkg.views.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Another challenge, with its year."""

    challenge: Named
    year: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """All that is known of a challenge edition; `records` are those that name it, by place."""

    challenge: Named
    alternative: tuple[str, ...]
    year: str | None
    venues: tuple[Named, ...]
    site: str | None
    leaderboard: str | None
    datasets: tuple[Named, ...]
    papers: tuple[str, ...]
    records: tuple[tuple[str, str], ...]
    editions: tuple[Edition, ...]


def challenge(words: Wording, node: NamedNode) -> Challenge:
    """What is known of a challenge."""
    datasets = _nodes(words, node, "medkg:usesDataset")
    papers = {each.value for dataset in datasets for each in _nodes(words, dataset, "dcterms:isReferencedBy")}
    texts = (each.value for each in words.objects(node, "skos:altLabel") if isinstance(each, Literal))
    return Challenge(
        challenge=named(words, node),
        alternative=tuple(sorted(texts)),
        year=words.literal(node, "medkg:year"),
        venues=tuple(named(words, each) for each in _nodes(words, node, "medkg:venue")),
        site=words.address(node, "foaf:homepage"),
        leaderboard=words.address(node, "medkg:leaderboard"),
        datasets=tuple(named(words, each) for each in datasets),
        papers=tuple(sorted(papers)),
        records=tuple((place(words, each), each.value) for each in _nodes(words, node, "dcterms:source")),
        editions=tuple(_editions(words, node, datasets)),
    )


def _editions(words: Wording, node: NamedNode, datasets: Iterable[NamedNode]) -> Iterator[Edition]:
    """Other challenges that used one of some datasets, or another edition of one, the earliest first."""
    found = {
        other.value: Edition(challenge=named(words, other), year=words.literal(other, "medkg:year"))
        for dataset in _with_series(words, datasets)
        for other in words.subjects("medkg:usesDataset", dataset)
        if other != node
    }
    yield from sorted(found.values(), key=lambda each: (each.year or "", each.challenge.label))


def _with_series(words: Wording, datasets: Iterable[NamedNode]) -> Iterator[NamedNode]:
    """Some datasets, and the other editions of each."""
    for dataset in datasets:
        yield dataset
        for series in _nodes(words, dataset, "dcat:inSeries"):
            yield from (series, *_nodes(words, series, "dcat:seriesMember"))


def _nodes(words: Wording, node: NamedNode, curie: str) -> list[NamedNode]:
    found = (each for each in words.objects(node, curie) if isinstance(each, NamedNode))
    return sorted(found, key=lambda each: each.value)
