"""The network of lineage: the claims of one layer and level as edges between classes of datasets of the same images.

Claims of `sameImagesAs` join datasets into one class, named by its first slug. Every other claim, and the tie of an
edition to its series, is an edge between two classes, in both directions. A split is a class of its own only in a
network `with_splits`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeVar

from medkg.choices import require_choice
from medkg.lineage.claims import Layer, Level, SituatedClaim, Step, claims_in_layer
from medkg.lineage.edges import Edge, Pools, Sizes, edges, edition_edges, pools, split_class, split_edges, splits
from medkg.lineage.relations import STATED, Bond, extent_relation
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

    `classes` has the class of a dataset, `members` the datasets and challenge editions of a class, `twins` the
    `sameImagesAs` claims from each dataset, `openings` the claims of a class that name no source. A network of patients
    has that of `images`, whose counts hold of the patients as well. `claims` are those it is made of, `slugs` all slugs
    that exist, or None where any slug is accepted.
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

    def class_of(self, slug: str, split: str | None = None) -> str:
        """The class of a dataset, or of one of its splits; a dataset that no claim names is a class of its own.

        A split that the network was not made with is its dataset. `UnknownName` for a dataset that is not known.
        """
        part = split_class(slug, split) if split else slug
        return part if part in self.members else self.classes.get(self.require(slug), slug)

    def require(self, slug: str) -> str:
        """The slug; `UnknownName` where it is none of `slugs`, lest a misspelt one look like one without relatives."""
        return slug if self.slugs is None else require_choice(slug, self.slugs, kind="dataset")

    def datasets(self, node: str) -> tuple[str, ...]:
        """The datasets of a class, challenge editions left out."""
        return tuple(slug for slug in self.members.get(node, (node,)) if slug not in self.challenges)

    def edges(self, node: str, bond: Bond) -> Iterable[Edge]:
        """The edges of a class that have a bond, by the other end; those by count are computed at each call."""
        return self._count_edges(node) if bond is Bond.COUNTED else self.adjacency.get(bond, {}).get(node, ())

    def where(self, keep: Callable[[Step], bool]) -> Network:
        """The network of those edges and counts whose steps all meet a condition, with the same classes."""
        adjacency = {
            bond: {node: tuple(edge for edge in edges if all(map(keep, edge.steps))) for node, edges in nodes.items()}
            for bond, nodes in self.adjacency.items()
        }
        images = self.images.where(keep) if self.images else None
        claims = tuple(situated for situated in self.claims if situated.claim.object is None or keep(situated.step))
        return replace(self, claims=claims, adjacency=adjacency, pools=self.pools.where(keep), images=images)

    def _count_edges(self, node: str) -> Iterator[Edge]:
        yield from self.pools.edges(node)
        if self.images:
            within = dict.fromkeys(self.images.class_of(slug) for slug in self.members.get(node, ()))
            for edge in (edge for image_class in within for edge in self.images.pools.edges(image_class)):
                if self.class_of(edge.end) != node:
                    yield replace(edge, start=node, end=self.class_of(edge.end))


def build_network(
    claims: Iterable[SituatedClaim],
    *,
    layer: Layer = "all",
    level: Level = "acquisition",
    sizes: Sizes = NO_SIZES,
    editions: Editions = NO_EDITIONS,
    slugs: frozenset[str] | None = None,
    images: Network | None = None,
) -> Network:
    """The network of the claims that take part in a layer at a level, and of the `editions` of each series.

    `sizes` has for a dataset, or a split as `lits:train`, the number of things in all of each unit; without it nothing
    follows by counting. `slugs` are those of all datasets, with or without claims; without it any slug is accepted.
    `images` is the network of images that belongs to one of patients, where it has been made already.
    """
    claims = list(claims)
    taking_part = tuple(claims_in_layer(claims, layer, level))
    same = [situated for situated in taking_part if _is_same(situated)]
    named = {slug for situated in taking_part for slug in _slugs(situated)}
    classes = _class_by_slug(named.union(editions, *editions.values()), same)
    all_edges = list(_edges(taking_part, classes, editions))
    adjacency = _adjacency(all_edges)
    return Network(
        level=level,
        slugs=slugs,
        classes=classes,
        members=_group((node, slug) for slug, node in sorted(classes.items())),
        claims=taking_part,
        editions=editions,
        challenges=frozenset(situated.subject for situated in taking_part if situated.is_challenge),
        twins=_group((step.ends[0], step) for situated in same for step in _both_ways(situated)),
        openings=_group((classes[situated.subject], situated.step) for situated in taking_part if _is_open(situated)),
        adjacency=adjacency,
        pools=pools(all_edges, adjacency.get(Bond.WITHIN, {}), _sizes(sizes, classes), level),
        images=images or build_network(claims, layer=layer, sizes=sizes, editions=editions, slugs=slugs)
        if level == "patient" and sizes
        else None,
    )


def with_splits(network: Network, parts: Collection[tuple[str, str]]) -> Network:
    """The network with some splits of datasets as classes of their own, each a part of its dataset.

    So is every other split of these datasets that a claim names, for a claim on a split holds of that split alone.
    `UnknownName` for a dataset or split that does not exist.
    """
    for slug, split in parts:
        network.require(slug)
        require_choice(split, SPLITS, kind="split")
    if not parts:
        return network
    slugs = {slug for slug, _ in parts}
    named = sorted({*parts, *splits(network.claims, slugs)})
    sizes = network.pools.sizes
    all_edges = [
        *_edges(network.claims, network.classes, network.editions, slugs),
        *(edge for part in named for edge in split_edges(*part, network.classes, sizes.get(split_class(*part), {}))),
    ]
    adjacency = _adjacency(all_edges)
    return replace(
        network,
        members={**network.members, **{split_class(*part): () for part in named}},
        adjacency=adjacency,
        pools=pools(all_edges, adjacency.get(Bond.WITHIN, {}), sizes, network.level),
        images=with_splits(network.images, parts) if network.images else None,
    )


def _edges(
    claims: Iterable[SituatedClaim],
    classes: Mapping[str, str],
    editions: Editions,
    split_datasets: Collection[str] = (),
) -> Iterator[Edge]:
    """The edges of claims and those into series; a claim that an edition lies in its series is such an edge as well."""
    ties = [edge for series, slugs in editions.items() for edge in edition_edges(series, slugs, classes)]
    series_of = {(way.start, way.bond, way.end): way.series for tie in ties for way in (tie, tie.reverse())}
    for edge in edges(claims, classes, split_datasets):
        yield replace(edge, series=series_of.get((edge.start, edge.bond, edge.end)))
    yield from ties


def _slugs(situated: SituatedClaim) -> tuple[str, ...]:
    return (situated.subject, situated.claim.object) if situated.claim.object else (situated.subject,)


def _both_ways(situated: SituatedClaim) -> tuple[Step, Step]:
    return situated.step, situated.step.reverse()


def _is_same(situated: SituatedClaim) -> bool:
    relation = extent_relation(situated.claim)
    return relation is not None and relation.bond is Bond.SAME and situated.claim.object is not None


def _is_open(situated: SituatedClaim) -> bool:
    """Whether a claim states that images are shared with a source that it does not name."""
    relation = extent_relation(situated.claim)
    return situated.claim.object is None and relation is not None and relation.bond in STATED | {Bond.PERHAPS}


def _class_by_slug(slugs: Iterable[str], same: Iterable[SituatedClaim]) -> dict[str, str]:
    """The class of each slug, by union and find: the first slug among all that have the same images."""
    parents = {slug: slug for slug in slugs}

    def root(slug: str) -> str:
        while parents[slug] != slug:
            parents[slug] = slug = parents[parents[slug]]
        return slug

    for situated in same:
        first, second = sorted(root(slug) for slug in _slugs(situated))
        parents[second] = first
    return {slug: root(slug) for slug in parents}


def _adjacency(edges: Iterable[Edge]) -> Adjacency:
    """The edges by bond and class, both ways, sorted by the other end."""
    by_bond: dict[Bond, dict[str, list[Edge]]] = {}
    for edge in (way for forward in edges for way in (forward, forward.reverse())):
        by_bond.setdefault(edge.bond, {}).setdefault(edge.start, []).append(edge)
    return {
        bond: {node: tuple(sorted(unsorted, key=lambda edge: edge.end)) for node, unsorted in nodes.items()}
        for bond, nodes in by_bond.items()
    }


def _group(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, tuple[Value, ...]]:
    groups: dict[Key, list[Value]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in groups.items()}


def _sizes(sizes: Sizes, classes: Mapping[str, str]) -> Sizes:
    """The size of each class by unit: the largest size of a member, so that no count proves too much."""
    by_class: dict[str, dict[str, int]] = {}
    for slug, units in sizes.items():
        class_sizes = by_class.setdefault(classes.get(slug, slug), {})
        for unit, number in units.items():
            class_sizes[unit] = max(number, class_sizes.get(unit, 0))
    return by_class
