"""The network of lineage: claims of one layer and level, datasets of the same images taken as one.

What `sameImagesAs` joins becomes one class, named by its first slug; every other claim becomes an edge between two
classes, in both directions, and so does the tie of an edition to its series. Whatever is asked is asked of classes;
paths are told in datasets again. A split is a class of its own in a network `with_splits` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeVar

from medkg.choices import require_known
from medkg.lineage.edges import Edge, Pools, Sizes, edges, edition_edges, pools, split_class, split_edges, splits
from medkg.lineage.layers import Layer, Level, SituatedClaim, selected
from medkg.lineage.relations import STATED, Bond, meaning
from medkg.lineage.verdicts import Step
from medkg.model.claims import SPLITS

NO_SIZES: Sizes = MappingProxyType({})

Editions = Mapping[str, tuple[str, ...]]
"""The editions of each series."""

NO_EDITIONS: Editions = MappingProxyType({})

Key = TypeVar("Key")
Value = TypeVar("Value")
Adjacency = Mapping[Bond, Mapping[str, tuple[Edge, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Network:
    """Classes of datasets and the edges between them.

    `classes` gives the class of a dataset, `members` the datasets and challenge editions of a class, `twins` the
    `sameImagesAs` claims a dataset can be left by, `openings` the claims of a class that name no source. A network
    of patients keeps that of `images`, whose counts hold of the patients as well. `claims` are those it is made of,
    `editions` the editions of each series, `slugs` all slugs that may be asked about, where those are known.
    """

    level: Level
    slugs: frozenset[str] | None
    classes: Mapping[str, str]
    members: Mapping[str, tuple[str, ...]]
    claims: tuple[SituatedClaim, ...]
    editions: Editions
    challenges: frozenset[str]
    twins: Mapping[str, tuple[Step, ...]]
    openings: Mapping[str, tuple[Step, ...]]
    adjacency: Adjacency
    pools: Pools
    images: Network | None = None

    def of(self, slug: str, split: str | None = None) -> str:
        """The class of a dataset, or of one of its splits; a dataset that no claim names is a class of its own.

        A split that the network was not made with is its dataset. `UnknownName` for a dataset that is not known.
        """
        part = split_class(slug, split) if split else slug
        return part if part in self.members else self.classes.get(self.known(slug), slug)

    def known(self, slug: str) -> str:
        """The slug; `UnknownName` where it is none of `slugs`, lest a misspelt one look like one without relatives."""
        return slug if self.slugs is None else require_known(slug, self.slugs, kind="dataset")

    def datasets(self, node: str) -> tuple[str, ...]:
        """The datasets of a class, challenge editions left out."""
        return tuple(slug for slug in self.members.get(node, (node,)) if slug not in self.challenges)

    def edges(self, node: str, bond: Bond) -> Iterable[Edge]:
        """The edges of a class that have a bond, by the other end; those by count are found as they are asked for."""
        return self._counted(node) if bond is Bond.COUNTED else self.adjacency.get(bond, {}).get(node, ())

    def where(self, keep: Callable[[Step], bool]) -> Network:
        """The network with those edges and counts only all of whose steps are kept; classes stay as they are."""
        kept = {
            bond: {node: tuple(edge for edge in found if all(map(keep, edge.steps))) for node, found in nodes.items()}
            for bond, nodes in self.adjacency.items()
        }
        images = self.images.where(keep) if self.images else None
        claims = tuple(each for each in self.claims if each.claim.object is None or keep(_step(each)))
        return replace(self, claims=claims, adjacency=kept, pools=self.pools.where(keep), images=images)

    def _counted(self, node: str) -> Iterator[Edge]:
        yield from self.pools.edges(node)
        if self.images:
            within = dict.fromkeys(self.images.of(slug) for slug in self.members.get(node, ()))
            for edge in (edge for each in within for edge in self.images.pools.edges(each)):
                if self.of(edge.end) != node:
                    yield replace(edge, start=node, end=self.of(edge.end))


def network(
    claims: Iterable[SituatedClaim],
    *,
    layer: Layer = "all",
    level: Level = "acquisition",
    sizes: Sizes = NO_SIZES,
    editions: Editions = NO_EDITIONS,
    slugs: frozenset[str] | None = None,
) -> Network:
    """The network of the claims that take part in a layer at a level, and of the `editions` of each series.

    `sizes` tells for a dataset, or a split as `lits:train`, how many there are in all of each unit; without it nothing
    is concluded by counting. `slugs` are those of all datasets, with or without claims; without it any slug is taken
    for that of a dataset.
    """
    claims = list(claims)
    taking_part = tuple(selected(claims, layer, level))
    same = [each for each in taking_part if _is_same(each)]
    named = {slug for each in taking_part for slug in _slugs(each)}
    classes = _contracted(named.union(editions, *editions.values()), same)
    found = list(_edges(taking_part, classes, editions))
    adjacency = _adjacency(found)
    return Network(
        level=level,
        slugs=slugs,
        classes=classes,
        members=_grouped((node, slug) for slug, node in sorted(classes.items())),
        claims=taking_part,
        editions=editions,
        challenges=frozenset(each.subject for each in taking_part if each.is_challenge),
        twins=_grouped((step.ends[0], step) for each in same for step in _both_ways(each)),
        openings=_grouped((classes[each.subject], _step(each)) for each in taking_part if _is_open(each)),
        adjacency=adjacency,
        pools=pools(found, adjacency.get(Bond.WITHIN, {}), _sizes(sizes, classes), level),
        images=network(claims, layer=layer, sizes=sizes, editions=editions, slugs=slugs)
        if level == "patient" and sizes
        else None,
    )


def with_splits(network: Network, parts: Collection[tuple[str, str]]) -> Network:
    """The network with some splits of datasets as classes of their own, each a part of its dataset.

    With them go all other splits of these datasets that claims name: what is said of one split holds of it alone.
    `UnknownName` for a dataset or split that does not exist.
    """
    for slug, split in parts:
        network.known(slug)
        require_known(split, SPLITS, kind="split")
    if not parts:
        return network
    slugs = {slug for slug, _ in parts}
    named = sorted({*parts, *splits(network.claims, slugs)})
    sizes = network.pools.sizes
    found = [
        *_edges(network.claims, network.classes, network.editions, slugs),
        *(edge for part in named for edge in split_edges(*part, network.classes, sizes.get(split_class(*part), {}))),
    ]
    adjacency = _adjacency(found)
    return replace(
        network,
        members={**network.members, **{split_class(*part): () for part in named}},
        adjacency=adjacency,
        pools=pools(found, adjacency.get(Bond.WITHIN, {}), sizes, network.level),
        images=with_splits(network.images, parts) if network.images else None,
    )


def _edges(
    claims: Iterable[SituatedClaim], classes: Mapping[str, str], editions: Editions, apart: Collection[str] = ()
) -> Iterator[Edge]:
    """The edges of claims and those into series; a claim that an edition lies in its series is such an edge as well."""
    ties = [edge for series, slugs in editions.items() for edge in edition_edges(series, slugs, classes)]
    series_of = {(each.start, each.bond, each.end): each.series for tie in ties for each in (tie, tie.back())}
    for edge in edges(claims, classes, apart):
        yield replace(edge, series=series_of.get((edge.start, edge.bond, edge.end)))
    yield from ties


def _slugs(situated: SituatedClaim) -> tuple[str, ...]:
    return (situated.subject, situated.claim.object) if situated.claim.object else (situated.subject,)


def _step(situated: SituatedClaim) -> Step:
    return Step(source=situated.subject, claim=situated.claim)


def _both_ways(situated: SituatedClaim) -> tuple[Step, Step]:
    return _step(situated), _step(situated).back()


def _is_same(situated: SituatedClaim) -> bool:
    means = meaning(situated.claim)
    return means is not None and means.bond is Bond.SAME and situated.claim.object is not None


def _is_open(situated: SituatedClaim) -> bool:
    """Whether a claim says that images are shared with a source it does not name."""
    means = meaning(situated.claim)
    return situated.claim.object is None and means is not None and means.bond in STATED | {Bond.PERHAPS}


def _contracted(slugs: Iterable[str], same: Iterable[SituatedClaim]) -> dict[str, str]:
    """The class of each slug, by union and find: the first slug among all that have the same images."""
    parents = {slug: slug for slug in slugs}

    def root(slug: str) -> str:
        while parents[slug] != slug:
            parents[slug] = slug = parents[parents[slug]]
        return slug

    for each in same:
        first, second = sorted(root(slug) for slug in _slugs(each))
        parents[second] = first
    return {slug: root(slug) for slug in parents}


def _adjacency(edges: Iterable[Edge]) -> Adjacency:
    """The edges by bond and class, both ways, sorted by the other end."""
    found: dict[Bond, dict[str, list[Edge]]] = {}
    for edge in (way for each in edges for way in (each, each.back())):
        found.setdefault(edge.bond, {}).setdefault(edge.start, []).append(edge)
    return {
        bond: {node: tuple(sorted(several, key=lambda edge: edge.end)) for node, several in nodes.items()}
        for bond, nodes in found.items()
    }


def _grouped(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, tuple[Value, ...]]:
    found: dict[Key, list[Value]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}


def _sizes(sizes: Sizes, classes: Mapping[str, str]) -> Sizes:
    """The size of each class by unit: the largest that a member is given, so that no count proves too much."""
    found: dict[str, dict[str, int]] = {}
    for slug, units in sizes.items():
        known = found.setdefault(classes.get(slug, slug), {})
        for unit, number in units.items():
            known[unit] = max(number, known.get(unit, 0))
    return found
